// An array as the operations see it: pointer, type, shape and strides. It owns nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/dtype.hpp"

namespace burnish {

inline constexpr int max_ndim = 4;

template <class Byte>
struct BasicView {
  Byte* data;
  DType dtype;
  int ndim;
  std::array<std::int64_t, max_ndim> shape;
  std::array<std::int64_t, max_ndim> strides;  // bytes; multiples of the item size, any sign
};

using View = BasicView<const std::byte>;
using MutableView = BasicView<std::byte>;

}  // namespace burnish
