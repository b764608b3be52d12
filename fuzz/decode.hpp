// The arguments of an operation, read from the fuzzer's bytes. What the bindings would refuse is
// not made: everything here is a call that Python may lead to.
#pragma once

#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "base/border.hpp"
#include "fuzz/arrays.hpp"
#include "ops/axes.hpp"

namespace burnish::fuzz {

using Bytes = FuzzedDataProvider;

// What a harness does with one input.
void run(Bytes& bytes);

// How the second of two runs differs from the first: in its threads and where its output stands.
struct Rerun {
  int workers;
  std::size_t lead;  // items
};

inline Rerun decode_rerun(Bytes& bytes) {
  return {bytes.ConsumeIntegralInRange(1, 3), bytes.ConsumeIntegralInRange<std::size_t>(0, 15)};
}

// Each axis tiny, some vectors wide or long; together at most `most` elements.
inline Shape decode_shape(Bytes& bytes, std::int64_t most) {
  Shape shape;
  shape.ndim = bytes.ConsumeIntegralInRange(1, max_ndim);
  for (int i = 0; i < shape.ndim; ++i) {
    const std::int64_t longest = bytes.PickValueInArray<std::int64_t>({4, 8, 100, 100, 5000});
    const std::int64_t size = bytes.ConsumeIntegralInRange<std::int64_t>(1, longest);
    shape.size[static_cast<std::size_t>(i)] = std::min(size, most);
    most /= shape.size[static_cast<std::size_t>(i)];
  }
  return shape;
}

inline DType decode_dtype(Bytes& bytes) {
  return static_cast<DType>(bytes.ConsumeIntegralInRange(0, dtype_count - 1));
}

// Axes in any order in memory, forwards or backwards, with or without gaps; with `repeats` also
// the same memory for a whole axis, as numpy.broadcast_to does.
inline Layout decode_layout(Bytes& bytes, const Shape& shape, DType dtype, bool repeats) {
  Layout layout{shape, dtype};
  const auto item = static_cast<std::int64_t>(item_size(dtype));
  std::vector<int> order;  // innermost first
  for (int i = shape.ndim; i-- > 0;) order.push_back(i);
  const bool plain = bytes.ConsumeBool();
  if (!plain) {
    for (std::size_t i = order.size(); i > 1; --i) {
      std::swap(order[i - 1], order[bytes.ConsumeIntegralInRange<std::size_t>(0, i - 1)]);
    }
  }
  std::int64_t stride = item;
  layout.bytes = item;
  for (const int i : order) {
    const auto axis = static_cast<std::size_t>(i);
    const int kind = plain ? 0 : bytes.ConsumeIntegralInRange(0, 7);
    const std::int64_t last = shape.size[axis] - 1;
    if (repeats && kind == 7) continue;  // stride 0
    stride += (kind & 3) == 3 ? bytes.ConsumeIntegralInRange(1, 3) * item : 0;
    layout.bytes += last * stride;
    layout.strides[axis] = (kind & 4) != 0 ? -stride : stride;
    layout.first += (kind & 4) != 0 ? last * stride : 0;
    stride *= shape.size[axis];
  }
  return layout;
}

// An array as an operation gets it, out of whose memory no byte may be touched.
inline Array decode_array(Bytes& bytes, const Shape& shape, DType dtype, bool repeats) {
  const Layout layout = decode_layout(bytes, shape, dtype, repeats);
  return {layout, 0, 8 * bytes.ConsumeIntegralInRange<std::size_t>(0, 7)};
}

using Random = std::minstd_rand;

inline Random decode_random(Bytes& bytes) {
  return Random(bytes.ConsumeIntegral<std::uint16_t>() + 1U);
}

// In [-1, 1].
inline double signed_unit(Random& random) {
  return std::uniform_real_distribution<double>(-1, 1)(random);
}

// Pixels: noise of any magnitude, one value everywhere, or (floats) infinities, NaN and subnormals
// too, for which no bound holds.
struct Pixels {
  bool bounded = true;
  long double largest = 0;
};

inline Pixels decode_pixels(Bytes& bytes, Array& image) {
  const DType dtype = image.layout().dtype;
  const bool floating = dtype == DType::f16 || dtype == DType::f32 || dtype == DType::f64;
  const int kind = bytes.ConsumeIntegralInRange(0, 3);
  const int scale = bytes.ConsumeIntegralInRange(-20, 20);
  Random random = decode_random(bytes);
  const double flat = signed_unit(random);

  std::byte* const data = image.bytes();
  const std::size_t item = item_size(dtype);
  for (std::size_t at = 0; at + item <= image.size(); at += item) {
    const std::uint64_t noise =
        std::uint64_t{random()} << 33 ^ std::uint64_t{random()} << 11 ^ random();
    if (!floating || kind == 0) {
      // Integers: their whole range, or its ends.
      const std::uint64_t ends = (noise & 1) != 0 ? ~std::uint64_t{0} : 0;
      const std::uint64_t bits = floating || kind > 1 ? noise : kind == 1 ? ends : noise & 0x3f;
      std::memcpy(data + at, &bits, item);
      continue;
    }
    const double value = std::ldexp(kind == 1 ? flat : signed_unit(random), scale);
    if (dtype == DType::f64) {
      std::memcpy(data + at, &value, item);
    } else if (dtype == DType::f32) {
      const auto narrow = static_cast<float>(value);
      std::memcpy(data + at, &narrow, item);
    } else {  // any finite half
      std::uint16_t bits = static_cast<std::uint16_t>(noise);
      if ((bits >> 10 & 31) == 31) bits ^= 1U << 10;
      std::memcpy(data + at, &bits, item);
    }
  }

  Pixels pixels;
  pixels.bounded = !floating || kind != 0;
  const Shape& shape = image.layout().shape;
  for (std::int64_t i = 0; i < shape.elements(); ++i) {
    pixels.largest = std::max(pixels.largest, std::fabs(image.at(shape.at(i))));
  }
  return pixels;
}

inline Border decode_border(Bytes& bytes) {
  return bytes.PickValueInArray(
      {Border::reflect, Border::mirror, Border::nearest, Border::wrap, Border::constant});
}

// Kernels along 1 to 3 of the axes, of at most `most` taps in all, each with a border of its own.
inline std::vector<ops::Taps> decode_taps(Bytes& bytes, const Shape& shape, std::int64_t most) {
  const int count = std::min(shape.ndim, bytes.ConsumeIntegralInRange(1, 3));
  std::vector<ops::Taps> taps;
  for (int axis = 0; axis < shape.ndim; ++axis) {
    const int left = count - static_cast<int>(taps.size());
    if (left == 0) break;
    if (shape.ndim - axis > left && bytes.ConsumeBool()) continue;
    const std::int64_t longest = bytes.PickValueInArray<std::int64_t>({9, 9, 70, 400});
    const std::int64_t size =
        std::min(most, bytes.ConsumeIntegralInRange<std::int64_t>(1, longest));
    most /= size;
    const std::int64_t origin =
        bytes.ConsumeIntegralInRange<std::int64_t>(-(size / 2), (size - 1) / 2);
    taps.push_back(ops::centred_taps(axis, size, origin, decode_border(bytes)));
  }
  return taps;
}

// All axes but that of the channels; images have three others at most.
inline std::vector<int> decode_pixel_axes(Bytes& bytes, int ndim) {
  const int none = ndim == max_ndim ? 0 : -1;
  const int channels = bytes.ConsumeIntegralInRange(none, ndim > 1 ? ndim - 1 : -1);
  std::vector<int> axes;
  for (int axis = 0; axis < ndim; ++axis) {
    if (axis != channels) axes.push_back(axis);
  }
  return axes;
}

// Finite, of one size of magnitude: noise, noise with zeros, or one value.
inline std::vector<double> decode_weights(Bytes& bytes, std::int64_t count) {
  const int kind = bytes.ConsumeIntegralInRange(0, 2);
  const int scale = bytes.ConsumeIntegralInRange(-10, 10);
  Random random = decode_random(bytes);
  const double flat = signed_unit(random);
  std::vector<double> weights;
  for (std::int64_t i = 0; i < count; ++i) {
    const double value = kind == 2 ? flat : signed_unit(random);
    weights.push_back(kind == 1 && (random() & 1) != 0 ? 0.0 : std::ldexp(value, scale));
  }
  // Exactly its size again.
  weights.shrink_to_fit();
  return weights;
}

inline double decode_cval(Bytes& bytes) {
  return bytes.PickValueInArray({0.0, 1.0, -2.75, 1e4, HUGE_VAL, std::nan(""), 1e300});
}

// The largest magnitude that a filter meets in the image and beyond; infinity: no bound holds.
inline double largest_met(const Pixels& pixels, const std::vector<ops::Taps>& taps, double cval) {
  const bool constant = std::any_of(
      taps.begin(), taps.end(), [](const ops::Taps& t) { return t.border == Border::constant; });
  if (!pixels.bounded || (constant && !(std::fabs(cval) < 1e100))) return HUGE_VAL;
  return std::max(static_cast<double>(pixels.largest), constant ? std::fabs(cval) : 0.0);
}

}  // namespace burnish::fuzz
