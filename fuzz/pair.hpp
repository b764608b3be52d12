// What the metrics compare.
#pragma once

#include <algorithm>

#include "fuzz/decode.hpp"

namespace burnish::fuzz {

// A pixel as the metrics take it: 64-bit integers are rounded.
inline double value_at(const Array& image, const Index& at) {
  return static_cast<double>(image.at(at));
}

// Two images, now and then the same one twice, and where they count.
struct Pair {
  Pair(Bytes& bytes, std::int64_t most_elements)
      : shape(decode_shape(bytes, most_elements)),
        dtype(decode_dtype(bytes)),
        one(decode_array(bytes, shape, dtype, true)),
        two(decode_array(bytes, shape, bytes.ConsumeBool() ? dtype : decode_dtype(bytes), true)),
        marks(decode_array(bytes, shape, DType::u8, true)),
        mask(marks.view()),
        masked(bytes.ConsumeBool()),
        same(bytes.ConsumeIntegralInRange(0, 7) == 7) {
    decode_pixels(bytes, marks);
    const Pixels pixels = decode_pixels(bytes, one);
    const Pixels others = decode_pixels(bytes, two);
    bounded = pixels.bounded && (same || others.bounded);
    largest = static_cast<double>(same ? pixels.largest : std::max(pixels.largest, others.largest));
  }

  std::vector<const Array*> arrays() const { return {&one, &two, &marks}; }
  const Array& other() const { return same ? one : two; }
  const View* where() const { return masked ? &mask : nullptr; }
  bool counts(const Index& at) const { return !masked || marks.at(at) != 0; }

  const Shape shape;
  const DType dtype;
  Array one, two, marks;
  const View mask;
  const bool masked, same;
  bool bounded;
  double largest;
};

}  // namespace burnish::fuzz
