// The slow, obvious truth, and what must hold of every call.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "base/border.hpp"
#include "fuzz/arrays.hpp"
#include "fuzz/decode.hpp"
#include "ops/axes.hpp"

namespace burnish::fuzz {

[[noreturn]] inline void fail(const char* what) {
  std::fprintf(stderr, "fuzz: %s\n", what);
  std::abort();
}

// The pixel at `position` of an axis, found step by step; -1: none.
inline std::int64_t walk_to(Border border, std::int64_t position, std::int64_t size) {
  while (position < 0 || position >= size) {
    const bool left = position < 0;
    switch (border) {
      case Border::reflect:
        position = left ? -1 - position : 2 * size - 1 - position;
        break;
      case Border::mirror:
        if (size == 1) return 0;
        position = left ? -position : 2 * size - 2 - position;
        break;
      case Border::nearest:
        return left ? 0 : size - 1;
      case Border::wrap:
        position += left ? size : -size;
        break;
      case Border::constant:
        return -1;
    }
  }
  return position;
}

// A kernel of any number of axes, weights in C order.
struct Kernel {
  std::vector<ops::Taps> taps;
  std::vector<double> weights;

  double gain() const {
    double sum = 0;
    for (const double weight : weights) sum += std::fabs(weight);
    return sum;
  }
};

inline Kernel outer_product(const std::vector<ops::Taps>& taps,
                            const std::vector<std::vector<double>>& factors) {
  Kernel kernel{taps, {1.0}};
  for (const std::vector<double>& factor : factors) {
    std::vector<double> product;
    for (const double one : kernel.weights) {
      for (const double other : factor) product.push_back(one * other);
    }
    kernel.weights = std::move(product);
  }
  return kernel;
}

// Calls visit(weight, from) for each tap of a kernel at `pixel`; from: null beyond the border.
template <class Visit>
void for_taps(const Shape& shape, const Kernel& kernel, const Index& pixel, const Visit& visit) {
  for (std::size_t tap = 0; tap < kernel.weights.size(); ++tap) {
    Index from = pixel;
    bool inside = true;
    auto rest = static_cast<std::int64_t>(tap);
    for (std::size_t i = kernel.taps.size(); i-- > 0;) {
      const ops::Taps& t = kernel.taps[i];
      const auto axis = static_cast<std::size_t>(t.axis);
      from[axis] = walk_to(t.border, pixel[axis] + rest % t.taps - t.before, shape.size[axis]);
      inside = inside && from[axis] >= 0;
      rest /= t.taps;
    }
    visit(kernel.weights[tap], inside ? &from : nullptr);
  }
}

// The correlation's value at one pixel.
inline double correlate_at(const Array& image, const Kernel& kernel, double cval,
                           const Index& pixel) {
  long double sum = 0;
  for_taps(image.layout().shape, kernel, pixel, [&](long double weight, const Index* from) {
    sum += weight * (from != nullptr ? static_cast<double>(image.at(*from)) : cval);
  });
  return static_cast<double>(sum);
}

// What the kernel makes of `from`, with nothing beyond a constant border, or with `back` its
// adjoint.
inline std::vector<double> correlated(const Shape& shape, const Kernel& kernel,
                                      const std::vector<double>& from, bool back) {
  std::vector<double> to(from.size(), 0.0);
  for (std::int64_t i = 0; i < shape.elements(); ++i) {
    const auto here = static_cast<std::size_t>(i);
    for_taps(shape, kernel, shape.at(i), [&](long double weight, const Index* at) {
      if (at == nullptr) return;
      const std::size_t there = shape.number(*at);
      const auto factor = static_cast<double>(weight);
      if (back) {
        to[there] += factor * from[here];
      } else {
        to[here] += factor * from[there];
      }
    });
  }
  return to;
}

inline bool all_finite(const Array& image) {
  const Shape& shape = image.layout().shape;
  for (std::int64_t i = 0; i < shape.elements(); ++i) {
    if (!std::isfinite(image.at(shape.at(i)))) return false;
  }
  return true;
}

// A number in the units of a result: integers rounded half to even and saturated.
inline long double delivered(DType dtype, long double value) {
  const auto clamped = [&](long double low, long double high) {
    return std::clamp(std::rint(value), low, high);
  };
  switch (dtype) {
    case DType::f16:
    case DType::f32:
    case DType::f64:
      return value;
    case DType::i8:
      return clamped(-128, 127);
    case DType::u8:
      return clamped(0, 255);
    case DType::i16:
      return clamped(-32768, 32767);
    case DType::u16:
      return clamped(0, 65535);
    case DType::i32:
      return clamped(-0x1p31L, 0x1p31L - 1);
    case DType::u32:
      return clamped(0, 0x1p32L - 1);
    case DType::i64:
      return clamped(-0x1p63L, 0x1p63L - 1);
    case DType::u64:
      break;
  }
  return clamped(0, 0x1p64L - 1);
}

// Holds `out` against truth(pixel), of which it may be off by `bound`, at every pixel, or in large
// arrays at as many as `pixels` allows.
template <class Truth>
void check_answers(const Array& out, std::int64_t pixels, double bound, const Truth& truth) {
  const Layout& layout = out.layout();
  const std::int64_t elements = layout.shape.elements();
  const std::int64_t step = elements / std::max<std::int64_t>(pixels, 1) | 1;
  for (std::int64_t i = 0; i < elements; i += step) {
    const Index at = layout.shape.at(i);
    const long double value = out.at(at);
    const long double right = truth(at);
    if (value >= delivered(layout.dtype, right - bound) &&
        value <= delivered(layout.dtype, right + bound)) {
      continue;
    }
    std::fprintf(stderr, "pixel %lld of %lld is %.20Lg, not %.20Lg; off by %.3Lg times %.3g\n",
                 static_cast<long long>(i), static_cast<long long>(elements), value, right,
                 std::fabs(value - right) / bound, bound);
    fail("wrong answer");
  }
}

// Whether no byte between the elements of `out` differs from `fill`.
inline bool gaps_untouched(const Array& out, std::uint8_t fill) {
  const Layout& layout = out.layout();
  std::vector<std::byte> bytes = out.copy();
  for (std::int64_t i = 0; i < layout.shape.elements(); ++i) {
    std::memset(bytes.data() + layout.offset(layout.shape.at(i)), fill, item_size(layout.dtype));
  }
  return std::all_of(bytes.begin(), bytes.end(), [&](std::byte b) { return b == std::byte{fill}; });
}

// Runs operation(out, workers), filling `out`, once on one thread over ones and once, as `rerun`
// says, over zeros that stand elsewhere: the same bits must come out, which they can't where an
// element isn't written; inputs and gaps must stay as they are. False where the operation refuses
// its arguments.
template <class Operation>
bool run_twice(const std::vector<const Array*>& inputs, Array& out, const Rerun& rerun,
               const Operation& operation) {
  std::vector<std::vector<std::byte>> before;
  for (const Array* input : inputs) before.push_back(input->copy());
  const Layout& layout = out.layout();
  const std::size_t item = item_size(layout.dtype);
  Array again(layout, 0, rerun.lead * item);
  std::memset(out.bytes(), 0xff, out.size());
  try {
    operation(out.mutable_view(), 1);
    operation(again.mutable_view(), rerun.workers);
  } catch (const std::invalid_argument&) {
    return false;
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i]->copy() != before[i]) fail("an input has changed");
  }
  if (!gaps_untouched(out, 0xff) || !gaps_untouched(again, 0)) fail("a gap in out has changed");
  for (std::int64_t i = 0; i < layout.shape.elements(); ++i) {
    const std::int64_t at = layout.offset(layout.shape.at(i));
    if (std::memcmp(out.bytes() + at, again.bytes() + at, item) != 0) {
      fail("an element isn't written, or depends on workers or on where it stands");
    }
  }
  return true;
}

// The relative error that images of a type may have.
inline double precision(DType dtype) { return computed_in_double(dtype) ? 1e-12 : 1e-6; }

}  // namespace burnish::fuzz
