// Powers of two by a polynomial. For kernel files only: everything here has internal linkage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/lanes.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

// What powers of two of a type take: the bits of its mantissa, the least exponent that is told
// apart, and a polynomial.
template <class T>
struct PowersOfTwo;
template <>
struct PowersOfTwo<float> {
  using Word = std::uint32_t;
  static constexpr int mantissa = 23;
  static constexpr float least = -125;
  static constexpr float smallest = 0x1p-125F;
  static constexpr float coefficients[] = {1.3381302e-03F, 9.666368e-03F, 5.550381e-02F,
                                           2.402235e-01F,  6.931472e-01F, 1};
};
template <>
struct PowersOfTwo<double> {
  using Word = std::uint64_t;
  static constexpr int mantissa = 52;
  static constexpr double least = -1021;
  static constexpr double smallest = 0x1p-1021;
  static constexpr double coefficients[] = {
      4.4549605981865186e-10, 7.072585949269223e-09, 1.0178062445845774e-07, 1.321544258792169e-06,
      1.525273382983612e-05,  0.0001540353044173605, 0.0013333558146416936,  0.009618129107606888,
      0.0555041086648216,     0.24022650695910097,   0.6931471805599453,     1};
};

// For one number or for a vector of them. Adding 1.5 * 2^mantissa leaves the nearest integer in the
// lowest bits, from where it goes to the exponent of 2^fraction, |fraction| <= 1/2.
template <class T, class V, class Words>
BURNISH_INLINE V power_of_two_of(V x) {
  using Powers = PowersOfTwo<T>;
  constexpr T shift = static_cast<T>(3 * (typename Powers::Word{1} << (Powers::mantissa - 1)));
  const V least = V{} + Powers::least;
  const V zero = V{};
  x = x > least ? x : least;
  x = x < zero ? x : zero;
  const V shifted = x + shift;
  const V fraction = x - (shifted - shift);
  V power = V{} + Powers::coefficients[0];
  constexpr int terms = sizeof(Powers::coefficients) / sizeof(T);
  unroll<1, terms>(
      [&](auto i) BURNISH_INLINED { power = power * fraction + Powers::coefficients[i.value]; });
  Words exponent, bits;
  std::memcpy(&exponent, &shifted, sizeof exponent);
  std::memcpy(&bits, &power, sizeof bits);
  bits += exponent << Powers::mantissa;
  std::memcpy(&power, &bits, sizeof power);
  return power - Powers::smallest;
}

// 2^min(x, 0), relative error at most 4e-7 (float) and 4e-16 (double), roundings included, of which
// the polynomials (interpolated at Chebyshev's points) make 2.1e-7 and 9e-18; exactly 1 for x >= 0;
// 0 for what is below 2^-125 or 2^-1021 or no number.
#if defined(BURNISH_SCALAR_LANES)
template <class T>
BURNISH_INLINE Vector<T> power_of_two(Vector<T> x) {
  for (T& lane : x.lane) lane = power_of_two_of<T, T, typename PowersOfTwo<T>::Word>(lane);
  return x;
}
#else
template <class T>
BURNISH_INLINE Vector<T> power_of_two(Vector<T> x) {
  return power_of_two_of<T, Vector<T>, Vector<typename PowersOfTwo<T>::Word> >(x);
}
#endif

}  // namespace
}  // namespace burnish::kernels::BURNISH_LEVEL
