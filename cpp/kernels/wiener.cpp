// What the Wiener filter does to frequencies, and to the pixels beyond the frame.
#include "kernels/level.hpp"
#include "kernels/slots.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

template <class T>
void factors(const WienerFactors<T>& a) {
  T* __restrict blur = a.blur;
  const T* __restrict reg = a.reg;
  const T balance = a.balance;
  const T scale = a.scale;
  for (std::ptrdiff_t j = 0; j < a.count; ++j, blur += slot_items<T>, reg += slot_items<T>) {
    for (std::ptrdiff_t k = 0; k < lanes<T>; ++k) {
      const T re = blur[k];
      const T im = blur[k + lanes<T>];
      const T power = reg[k] * reg[k] + reg[k + lanes<T>] * reg[k + lanes<T>];
      const T divisor = re * re + im * im + balance * power;
      const T factor = (divisor > 0 ? scale : T{0}) / (divisor > 0 ? divisor : T{1});
      blur[k] = re * factor;
      blur[k + lanes<T>] = -im * factor;
    }
  }
}

template <class T>
void losses(const WienerLosses<T>& a) {
  const T* __restrict blur = a.blur;
  const T* __restrict reg = a.reg;
  T* __restrict target = a.target;
  const T balance = a.balance;
  const T scale = a.scale;
  for (std::ptrdiff_t j = 0; j < a.count; ++j) {
    for (std::ptrdiff_t k = 0; k < lanes<T>; ++k) {
      const T re = blur[k];
      const T im = blur[k + lanes<T>];
      const T power = balance * (reg[k] * reg[k] + reg[k + lanes<T>] * reg[k + lanes<T>]);
      const T divisor = re * re + im * im + power;
      target[k] = power * (divisor > 0 ? scale : T{0}) / (divisor > 0 ? divisor : T{1});
    }
    blur += slot_items<T>;
    reg += slot_items<T>;
    target += a.stride;
  }
}

template <class T>
void histogram(const WienerHistogram<T>& a) {
  // As the bits of a float.
  constexpr auto first = static_cast<std::uint32_t>(127 + ratio_exponent) << 23;
  constexpr std::uint32_t step = (1U << 23) / static_cast<std::uint32_t>(ratio_steps);
  constexpr T least = static_cast<T>(0x1p-64);
  constexpr T most = static_cast<T>(0x1.fep63);
  const T* image = a.image;
  const T* blur = a.blur;
  const T* reg = a.reg;
  for (std::ptrdiff_t j = 0; j < a.count; ++j) {
    float ratio[lanes<T>];
    T energy[lanes<T>];
    for (std::ptrdiff_t k = 0; k < lanes<T>; ++k) {
      const T power = reg[k] * reg[k] + reg[k + lanes<T>] * reg[k + lanes<T>];
      const T passed = blur[k] * blur[k] + blur[k + lanes<T>] * blur[k + lanes<T>];
      const T quotient = passed > 0 ? power / passed : power > 0 ? most : least;
      const T high = quotient < most ? quotient : most;
      ratio[k] = static_cast<float>(high > least ? high : least);
      energy[k] = image[k] * image[k] + image[k + lanes<T>] * image[k + lanes<T>];
    }
    for (std::ptrdiff_t k = 0; k < lanes<T>; ++k) {
      std::uint32_t bits;
      std::memcpy(&bits, ratio + k, sizeof bits);
      const std::uint32_t place = bits - first;
      const std::uint32_t node = place / step;
      const double share = static_cast<double>(place % step) / step;
      const double weight = static_cast<double>(a.weights[k]);
      const double weighed = weight * static_cast<double>(energy[k]);
      a.energy[node] += (1 - share) * weighed;
      a.energy[node + 1] += share * weighed;
      a.number[node] += (1 - share) * weight;
      a.number[node + 1] += share * weight;
    }
    image += a.stride;
    blur += slot_items<T>;
    reg += slot_items<T>;
  }
}

template <class T>
void blend(const WienerBlend<T>& a) {
  const T* __restrict from = a.from;
  const T* __restrict to = a.to;
  T* __restrict target = a.target;
  const T share = a.share;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) target[i] = from[i] + share * (to[i] - from[i]);
}

// The sum over i < count of term(i), in one chain for each lane.
template <class T, class Term>
BURNISH_INLINE T sum_of(std::ptrdiff_t count, const Term& term) {
  T sums[lanes<T>] = {};
  for (std::ptrdiff_t i = 0; i < count; i += lanes<T>) {
    for (std::ptrdiff_t k = 0; k < lanes<T>; ++k) sums[k] += term(i + k);
  }
  T sum = 0;
  for (const T each : sums) sum += each;
  return sum;
}

template <class T>
T masked(const WienerMasked<T>& a) {
  const T* row = a.row;
  const T* mask = a.mask;
  const T* other = a.other;
  T* target = a.target;
  const T scale = a.scale;
  return sum_of<T>(a.count, [=](std::ptrdiff_t i) BURNISH_INLINED {
    target[i] = scale * row[i] * mask[i];
    return other[i] * target[i];
  });
}

template <class T>
T step(const WienerStep<T>& a) {
  T* __restrict estimate = a.estimate;
  T* __restrict residual = a.residual;
  const T* __restrict direction = a.direction;
  const T* __restrict image = a.image;
  const T step = a.step;
  return sum_of<T>(a.count, [=](std::ptrdiff_t i) BURNISH_INLINED {
    estimate[i] += step * direction[i];
    const T rest = residual[i] - step * image[i];
    residual[i] = rest;
    return rest * rest;
  });
}

template <class T>
void turn(const WienerTurn<T>& a) {
  T* __restrict direction = a.direction;
  const T* __restrict residual = a.residual;
  T* __restrict row = a.row;
  const T keep = a.keep;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    const T value = residual[i] + keep * direction[i];
    direction[i] = value;
    row[i] = value;
  }
}

}  // namespace

void wiener_factors(const WienerFactors<float>& args) { factors(args); }
void wiener_factors(const WienerFactors<double>& args) { factors(args); }
void wiener_losses(const WienerLosses<float>& args) { losses(args); }
void wiener_losses(const WienerLosses<double>& args) { losses(args); }
void wiener_histogram(const WienerHistogram<float>& args) { histogram(args); }
void wiener_histogram(const WienerHistogram<double>& args) { histogram(args); }
void wiener_blend(const WienerBlend<float>& args) { blend(args); }
void wiener_blend(const WienerBlend<double>& args) { blend(args); }
float wiener_masked(const WienerMasked<float>& args) { return masked(args); }
double wiener_masked(const WienerMasked<double>& args) { return masked(args); }
float wiener_step(const WienerStep<float>& args) { return step(args); }
double wiener_step(const WienerStep<double>& args) { return step(args); }
void wiener_turn(const WienerTurn<float>& args) { turn(args); }
void wiener_turn(const WienerTurn<double>& args) { turn(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
