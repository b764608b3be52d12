// The natural logarithm by a polynomial. For kernel files only: everything here has internal
// linkage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/lanes.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

template <class T>
constexpr T ln2 = static_cast<T>(0.693147180559945309417232121458176568L);

// ln x = exponent ln2 + 2 s + tail, for a normal x > 0. With x = 2^exponent m and m between the
// roots of 1/2 and 2, s = (m - 1) / (m + 1) and tail = 2 s^3 / 3 + 2 s^5 / 5 + ..., off by less
// than a rounding of s.
template <class T>
struct Logarithm {
  T exponent, s, tail;
};

BURNISH_INLINE Logarithm<float> logarithm_of(float x) {
  std::int32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  constexpr std::int32_t root = 0x3f3504f3;  // of 1/2
  const std::int32_t exponent = (bits - root) >> 23;
  bits -= exponent * (1 << 23);
  float m;
  std::memcpy(&m, &bits, sizeof m);
  const float s = (m - 1) / (m + 1);
  const float q = s * s;
  const float sum = ((2.0f / 9 * q + 2.0f / 7) * q + 2.0f / 5) * q + 2.0f / 3;
  return {static_cast<float>(exponent), s, s * q * sum};
}

BURNISH_INLINE Logarithm<double> logarithm_of(double x) {
  std::int64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  constexpr std::int64_t root = 0x3fe6a09e667f3bcd;
  const std::int64_t exponent = (bits - root) >> 52;
  bits -= exponent * (std::int64_t{1} << 52);
  double m;
  std::memcpy(&m, &bits, sizeof m);
  const double s = (m - 1) / (m + 1);
  const double q = s * s;
  double sum = 2.0 / 21;
  sum = sum * q + 2.0 / 19;
  sum = sum * q + 2.0 / 17;
  sum = sum * q + 2.0 / 15;
  sum = sum * q + 2.0 / 13;
  sum = sum * q + 2.0 / 11;
  sum = sum * q + 2.0 / 9;
  sum = sum * q + 2.0 / 7;
  sum = sum * q + 2.0 / 5;
  sum = sum * q + 2.0 / 3;
  return {static_cast<double>(exponent), s, s * q * sum};
}

}  // namespace
}  // namespace burnish::kernels::BURNISH_LEVEL
