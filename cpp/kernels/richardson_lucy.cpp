// What Richardson-Lucy does to each pixel.
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"
#include "kernels/logarithm.hpp"
#include "kernels/real_stage.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

// Sums over so many items are taken in T, of these in double.
constexpr std::ptrdiff_t chunk = 512;

// The sum of value(i) for i < count, lane by lane. `count` is a multiple of the lanes.
template <class T, class Value>
BURNISH_INLINE double sum_of(std::ptrdiff_t count, const Value& value) {
  double sum = 0;
  for (std::ptrdiff_t begin = 0; begin < count; begin += chunk) {
    const std::ptrdiff_t end = begin + chunk < count ? begin + chunk : count;
    T part[lanes<T>] = {};
    for (std::ptrdiff_t i = begin; i < end; i += lanes<T>) {
      for (std::ptrdiff_t k = 0; k < lanes<T>; ++k) part[k] += value(i + k);
    }
    for (const T each : part) sum += static_cast<double>(each);
  }
  return sum;
}

template <class T>
void plain_ratio(const Ratio<T>& a) {
  const T* __restrict observed = a.observed;
  T* __restrict row = a.row;
  const T scale = a.scale;
  const T least = a.least;
  const T background = a.background;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    const T blurred = row[i] + background;
    const bool divides = blurred > least;
    const T divisor = divides ? blurred : T{1};
    row[i] = observed[i] * (divides ? scale : T{0}) / divisor;
  }
}

// u - ln(1 + u) for 1 + u = ratio > 0, exact to some roundings where u is small too.
template <class T>
BURNISH_INLINE T deviance(T ratio) {
  const Logarithm<T> log = logarithm_of(ratio);
  const T u = ratio - 1;
  const T tail = 2 * log.s * log.square * log.rest;
  const T near = u * u / (2 + u) - tail;
  const T far = u - (log.exponent * ln2<T> + 2 * log.s + tail);
  return log.exponent == 0 ? near : far;
}

// White 1994, equations 5 to 7 with N = 10.
template <class T>
void damped_ratio(const Ratio<T>& a) {
  const T* __restrict observed = a.observed;
  T* __restrict row = a.row;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    const T y = observed[i] * a.scale;
    const T blurred = row[i] + a.background;
    const bool divides = blurred > a.least;
    const T b = divides ? blurred : T{1};
    const bool counted = y > 0;
    const T logarithmic = y * deviance(counted ? b / y : T{1});
    const T u = a.damping * (counted ? logarithmic : b);
    const T capped = u < 1 ? u : T{1};
    const T square = capped * capped;
    const T fourth = square * square;
    const T factor = fourth * fourth * capped * (10 - 9 * capped);
    row[i] = divides ? 1 + factor * (y - b) / b : T{0};
  }
}

template <class T>
void ratio(const Ratio<T>& a) {
  if (a.damping > 0) {
    damped_ratio(a);
  } else {
    plain_ratio(a);
  }
  if (a.weights == nullptr) return;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    a.row[i] = a.weights[i] > 0 ? a.row[i] * a.weights[i] : T{0};
  }
}

template <class T>
Products misfit(const Misfit<T>& a) {
  return {sum_of<T>(a.count,
                    [&](std::ptrdiff_t i) BURNISH_INLINED {
                      const T off = a.row[i] + a.background - a.observed[i] * a.scale;
                      return a.weights[i] * off * off;
                    }),
          sum_of<T>(a.count, [&](std::ptrdiff_t i) BURNISH_INLINED { return a.weights[i]; })};
}

template <class T>
void gain(const Gain<T>& a) {
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    const T heard = a.offset + a.row[i];
    a.row[i] = heard > a.least ? 1 / heard : T{0};
  }
}

// What rounding leaves below 0; NaN stays.
template <class T>
BURNISH_INLINE T not_negative(T x) {
  return x < 0 ? T{0} : x;
}

template <class T>
void product(const Product<T>& a) {
  T* __restrict estimate = a.estimate;
  T* __restrict row = a.row;
  const T* __restrict gain = a.gain;
  if (gain == nullptr) {
    for (std::ptrdiff_t i = 0; i < a.count; ++i) {
      const T value = not_negative(estimate[i] * row[i]);
      estimate[i] = value;
      row[i] = value;
    }
    return;
  }
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    const T value = not_negative(estimate[i] * row[i] * gain[i]);
    estimate[i] = value;
    row[i] = value;
  }
}

// Calls step(x, offset) for four slots of pixels at a time, between the outermost stages of a real
// transform back and forth. Slot q of them stands q * apart + offset items in.
template <class T, class Step>
BURNISH_INLINE void between_stages(const RealStage<T>& a, const Step& step) {
  const std::ptrdiff_t apart = a.count * slot_items<T>;
  for (std::ptrdiff_t j = 0; j < a.count; ++j) {
    const std::ptrdiff_t offset = j * slot_items<T>;
    T* const slot = a.slots + offset;
    Complex<T> x[4];
    unroll<0, 4>([&](auto q) BURNISH_INLINED { x[q.value] = load_slot(slot + q.value * apart); });
    merge_real(x, a.twiddles + 6 * j);
    unroll<0, 4>([&](auto q) BURNISH_INLINED { step(x[q.value], offset + q.value * apart); });
    part_real(x, a.twiddles + 6 * j);
    unroll<0, 4>([&](auto q) BURNISH_INLINED { store_slot(slot + q.value * apart, x[q.value]); });
  }
}

template <class T>
void ratio_between(const RatioBetween<T>& a) {
  between_stages(a.stage, [&](Complex<T>& x, std::ptrdiff_t offset) BURNISH_INLINED {
    const Complex<T> observed = load_slot(a.observed + offset);
    x.re = quotient_above(observed.re, x.re + a.background, a.least, a.scale);
    x.im = quotient_above(observed.im, x.im + a.background, a.least, a.scale);
  });
}

template <class T>
void product_between(const ProductBetween<T>& a) {
  between_stages(a.stage, [&](Complex<T>& x, std::ptrdiff_t offset) BURNISH_INLINED {
    const Complex<T> estimate = load_slot(a.estimate + offset);
    x.re = clipped(x.re * estimate.re);
    x.im = clipped(x.im * estimate.im);
    store_slot(a.estimate + offset, x);
  });
}

template <class T>
void gain_between(const ProductBetween<T>& a) {
  between_stages(a.stage, [&](Complex<T>& x, std::ptrdiff_t offset) BURNISH_INLINED {
    const Complex<T> estimate = load_slot(a.estimate + offset);
    const Complex<T> gain = load_slot(a.gain + offset);
    x.re = clipped(x.re * estimate.re * gain.re);
    x.im = clipped(x.im * estimate.im * gain.im);
    store_slot(a.estimate + offset, x);
  });
}

template <class T>
void multiply(const MultiplyRow<T>& a) {
  T* __restrict row = a.row;
  const T* __restrict factors = a.factors;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) row[i] *= factors[i];
}

template <class T>
void subtract(const SubtractRow<T>& a) {
  T* __restrict row = a.row;
  const T* __restrict other = a.other;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) row[i] -= other[i];
}

template <class T>
void clip(const ClipRow<T>& a) {
  for (std::ptrdiff_t i = 0; i < a.count; ++i) a.row[i] = not_negative(a.row[i]);
}

template <class T>
void predict(const Predict<T>& a) {
  T* __restrict row = a.row;
  T* __restrict estimate = a.estimate;
  T* __restrict previous = a.previous;
  const T momentum = a.momentum;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    const T now = estimate[i];
    const T value = now + momentum * (now - previous[i]);
    const T next = value > 0 ? value : T{0};
    previous[i] = now;
    estimate[i] = next;
    row[i] = next;
  }
}

template <class T>
Products step(const Step<T>& a) {
  const Products products{
      sum_of<T>(a.count, [&](std::ptrdiff_t i)
                             BURNISH_INLINED { return (a.after[i] - a.before[i]) * a.step[i]; }),
      sum_of<T>(a.count, [&](std::ptrdiff_t i) BURNISH_INLINED { return a.step[i] * a.step[i]; })};
  for (std::ptrdiff_t i = 0; i < a.count; ++i) a.step[i] = a.after[i] - a.before[i];
  return products;
}

template <class T>
Products change(const Change<T>& a) {
  return {sum_of<T>(a.count,
                    [&](std::ptrdiff_t i) BURNISH_INLINED {
                      const T off = a.after[i] - a.before[i];
                      return off * off;
                    }),
          sum_of<T>(a.count,
                    [&](std::ptrdiff_t i) BURNISH_INLINED { return a.after[i] * a.after[i]; })};
}

}  // namespace

void richardson_lucy_ratio(const Ratio<float>& args) { ratio(args); }
void richardson_lucy_ratio(const Ratio<double>& args) { ratio(args); }
Products richardson_lucy_misfit(const Misfit<float>& args) { return misfit(args); }
Products richardson_lucy_misfit(const Misfit<double>& args) { return misfit(args); }
void richardson_lucy_gain(const Gain<float>& args) { gain(args); }
void richardson_lucy_gain(const Gain<double>& args) { gain(args); }
void richardson_lucy_product(const Product<float>& args) { product(args); }
void richardson_lucy_product(const Product<double>& args) { product(args); }
void richardson_lucy_predict(const Predict<float>& args) { predict(args); }
void richardson_lucy_predict(const Predict<double>& args) { predict(args); }
Products richardson_lucy_step(const Step<float>& args) { return step(args); }
Products richardson_lucy_step(const Step<double>& args) { return step(args); }
Products richardson_lucy_change(const Change<float>& args) { return change(args); }
Products richardson_lucy_change(const Change<double>& args) { return change(args); }
void richardson_lucy_ratio_between(const RatioBetween<float>& args) { ratio_between(args); }
void richardson_lucy_ratio_between(const RatioBetween<double>& args) { ratio_between(args); }
void richardson_lucy_product_between(const ProductBetween<float>& args) {
  args.gain == nullptr ? product_between(args) : gain_between(args);
}
void richardson_lucy_product_between(const ProductBetween<double>& args) {
  args.gain == nullptr ? product_between(args) : gain_between(args);
}
void clip_row(const ClipRow<float>& args) { clip(args); }
void clip_row(const ClipRow<double>& args) { clip(args); }
void subtract_row(const SubtractRow<float>& args) { subtract(args); }
void subtract_row(const SubtractRow<double>& args) { subtract(args); }
void multiply_row(const MultiplyRow<float>& args) { multiply(args); }
void multiply_row(const MultiplyRow<double>& args) { multiply(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
