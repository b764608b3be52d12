// The natural logarithm, and power series. For kernel files only: everything here has internal
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

// terms[0] + terms[1] x + terms[2] x^2 + ...
template <class T, std::size_t Count>
BURNISH_INLINE T series(T x, const T (&terms)[Count]) {
  T sum = terms[Count - 1];
  for (std::size_t i = Count - 1; i-- > 0;) sum = sum * x + terms[i];
  return sum;
}

// ln x = exponent ln2 + 2 s (1 + square rest), for a normal x > 0. With x = 2^exponent m and m
// between the roots of 1/2 and 2, s = (m - 1) / (m + 1), |s| < 0.172, square = s^2 and rest = 1/3 +
// square / 5 + ..., so many terms that the logarithm of m is within 2e-9 or 3e-17 of it.
template <class T>
struct Logarithm {
  T exponent, s, square, rest;
};

template <class T, std::size_t Count>
BURNISH_INLINE Logarithm<T> logarithm_of(T m, T exponent, const T (&inverse_odd)[Count]) {
  const T s = (m - 1) / (m + 1);
  return {exponent, s, s * s, series(s * s, inverse_odd)};
}

BURNISH_INLINE Logarithm<float> logarithm_of(float x) {
  constexpr float inverse_odd[] = {1.F / 3, 1.F / 5, 1.F / 7, 1.F / 9};
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  const std::int32_t exponent = static_cast<std::int32_t>(bits - 0x3f3504f3U) >> 23;
  bits -= static_cast<std::uint32_t>(exponent) << 23;
  float m;
  std::memcpy(&m, &bits, sizeof m);
  return logarithm_of(m, static_cast<float>(exponent), inverse_odd);
}

BURNISH_INLINE Logarithm<double> logarithm_of(double x) {
  constexpr double inverse_odd[] = {1. / 3,  1. / 5,  1. / 7,  1. / 9,  1. / 11,
                                    1. / 13, 1. / 15, 1. / 17, 1. / 19, 1. / 21};
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  // Of 32 bits, for which all levels have what shifts them.
  const std::int32_t exponent =
      static_cast<std::int32_t>(static_cast<std::uint32_t>(bits >> 32) - 0x3fe6a09eU) >> 20;
  bits -= static_cast<std::uint64_t>(exponent) << 52;
  double m;
  std::memcpy(&m, &bits, sizeof m);
  return logarithm_of(m, static_cast<double>(exponent), inverse_odd);
}

}  // namespace
}  // namespace burnish::kernels::BURNISH_LEVEL
