// Pictures with holes: their shapes and what is marked of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "fuzz/decode.hpp"
#include "fuzz/reference.hpp"

namespace burnish::fuzz {

inline Shape picture_shape(std::int64_t rows, std::int64_t columns, std::int64_t channels) {
  Shape shape;
  shape.ndim = 3;
  shape.size = {rows, columns, channels, 1};
  return shape;
}

inline DType decode_stored(Bytes& bytes) {
  const DType dtype = decode_dtype(bytes);
  return dtype == DType::f16 ? DType::f32 : dtype;
}

// Bytes in C order, of which one in so many is set, and some boxes.
inline Array decode_marks(Bytes& bytes, const Shape& of) {
  Layout layout{of, DType::u8};
  layout.shape.ndim = 2;
  layout.shape.size[2] = 1;
  layout.strides = {of.size[1], 1};
  layout.bytes = of.size[0] * of.size[1];
  Array marks(layout, 0, 0);
  Random random = decode_random(bytes);
  const auto rarity = bytes.PickValueInArray<std::uint32_t>({0, 0, 4, 50, 400});
  for (std::size_t i = 0; rarity != 0 && i < marks.size(); ++i) {
    if (random() % rarity == 0) marks.bytes()[i] = std::byte{1};
  }
  for (int box = bytes.ConsumeIntegralInRange(0, 3); box > 0; --box) {
    const auto top = bytes.ConsumeIntegralInRange<std::int64_t>(0, of.size[0] - 1);
    const auto left = bytes.ConsumeIntegralInRange<std::int64_t>(0, of.size[1] - 1);
    const auto bottom = bytes.ConsumeIntegralInRange<std::int64_t>(top, of.size[0]);
    const auto right = bytes.ConsumeIntegralInRange<std::int64_t>(left, of.size[1]);
    for (std::int64_t y = top; y < bottom; ++y) {
      std::fill_n(marks.bytes() + y * of.size[1] + left, right - left, std::byte{1});
    }
  }
  return marks;
}

inline void turn_over(Array& marks) {
  for (std::size_t i = 0; i < marks.size(); ++i) marks.bytes()[i] ^= std::byte{1};
}

inline bool is_set(const Array& marks, const Index& at) {
  const std::int64_t columns = marks.layout().shape.size[1];
  return marks.bytes()[at[0] * columns + at[1]] != std::byte{0};
}

struct Range {
  long double lowest = HUGE_VALL, highest = -HUGE_VALL;
  void add(long double value) {
    lowest = std::min(lowest, value);
    highest = std::max(highest, value);
  }
};

}  // namespace burnish::fuzz
