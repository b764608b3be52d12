// What compares two images. Nothing is contracted and sums run in one fixed order: the same bits at
// every level, and an image compared with itself is found to be the same exactly.
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

// Terms are added into so many sums, whatever the level: whole vectors of each.
constexpr std::ptrdiff_t sums = 32;

// The sum over i < count of term(i).
template <class Term>
BURNISH_INLINE double fixed_sum(std::ptrdiff_t count, const Term& term) {
  double sum[sums] = {};
  std::ptrdiff_t i = 0;
  for (; i + sums <= count; i += sums) {
    for (std::ptrdiff_t k = 0; k < sums; ++k) sum[k] += term(i + k);
  }
  for (std::ptrdiff_t k = 0; i + k < count; ++k) sum[k] += term(i + k);
  for (std::ptrdiff_t half = sums / 2; half > 0; half /= 2) {
    for (std::ptrdiff_t k = 0; k < half; ++k) sum[k] += sum[k + half];
  }
  return sum[0];
}

template <class S>
BURNISH_INLINE double plain_squared_error(const PlainSquaredError& a) {
  const S* const x = static_cast<const S*>(a.x);
  const S* const y = static_cast<const S*>(a.y);
  return fixed_sum(a.count, [=](std::ptrdiff_t i) BURNISH_INLINED {
    const double difference = static_cast<double>(x[i]) - static_cast<double>(y[i]);
    return difference * difference;
  });
}

}  // namespace

double squared_error_f32(const PlainSquaredError& a) { return plain_squared_error<float>(a); }
double squared_error_u16(const PlainSquaredError& a) {
  return plain_squared_error<std::uint16_t>(a);
}

// Integers are as exact as the doubles are here, and more of them go into a vector.
double squared_error_u8(const PlainSquaredError& a) {
  const std::uint8_t* __restrict x = static_cast<const std::uint8_t*>(a.x);
  const std::uint8_t* __restrict y = static_cast<const std::uint8_t*>(a.y);
  std::uint32_t sum = 0;  // of at most 2^16 terms below 2^16
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    const std::int16_t difference = static_cast<std::int16_t>(x[i] - y[i]);
    sum += static_cast<std::uint32_t>(difference * difference);
  }
  return sum;
}

double squared_error(const SquaredError& a) {
  const double* const x = a.x;
  const double* const y = a.y;
  const double* const mask = a.mask;
  const auto term = [=](std::ptrdiff_t i) BURNISH_INLINED { return (x[i] - y[i]) * (x[i] - y[i]); };
  if (mask == nullptr) return fixed_sum(a.count, term);
  return fixed_sum(a.count,
                   [=](std::ptrdiff_t i) BURNISH_INLINED { return mask[i] != 0 ? term(i) : 0.0; });
}

double sum(const Sum& a) {
  const double* const values = a.values;
  const double* const mask = a.mask;
  if (mask == nullptr) {
    return fixed_sum(a.count, [=](std::ptrdiff_t i) BURNISH_INLINED { return values[i]; });
  }
  return fixed_sum(
      a.count, [=](std::ptrdiff_t i) BURNISH_INLINED { return mask[i] != 0 ? values[i] : 0.0; });
}

void moments(const Moments& a) {
  const double* __restrict x = a.x;
  const double* __restrict y = a.y;
  double* __restrict x_shifted = a.x_shifted;
  double* __restrict y_shifted = a.y_shifted;
  double* __restrict power = a.power;
  double* __restrict product = a.product;
  const double x_pivot = a.x_pivot;
  const double y_pivot = a.y_pivot;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    const double u = x[i] - x_pivot;
    const double v = y[i] - y_pivot;
    x_shifted[i] = u;
    y_shifted[i] = v;
    power[i] = u * u + v * v;
    product[i] = u * v;
  }
}

void similarity(const Similarity& a) {
  const double* __restrict x = a.x;
  const double* __restrict y = a.y;
  const double* __restrict power = a.power;
  const double* __restrict product = a.product;
  double* __restrict map = a.map;
  const double twice = 2 * a.covariance_scale;
  const double scale = a.covariance_scale;
  const double c1 = a.c1;
  const double c2 = a.c2;
  const double x_pivot = a.x_pivot;
  const double y_pivot = a.y_pivot;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    const double u = x[i] + x_pivot;
    const double v = y[i] + y_pivot;
    const double covariance = product[i] - x[i] * y[i];
    const double variances = power[i] - (x[i] * x[i] + y[i] * y[i]);
    map[i] = ((2 * (u * v) + c1) * (twice * covariance + c2)) /
             ((u * u + v * v + c1) * (scale * variances + c2));
  }
}

}  // namespace burnish::kernels::BURNISH_LEVEL
