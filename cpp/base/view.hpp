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

inline View read_only(const MutableView& view) {
  return {view.data, view.dtype, view.ndim, view.shape, view.strides};
}

// What stands at `index` along an axis, without that axis; all of the view where `axis` is
// negative.
template <class Byte>
BasicView<Byte> without_axis(BasicView<Byte> view, int axis, std::int64_t index) {
  if (axis < 0) return view;
  view.data += index * view.strides[static_cast<std::size_t>(axis)];
  for (int i = axis; i + 1 < view.ndim; ++i) {
    const auto at = static_cast<std::size_t>(i);
    view.shape[at] = view.shape[at + 1];
    view.strides[at] = view.strides[at + 1];
  }
  --view.ndim;
  return view;
}

}  // namespace burnish
