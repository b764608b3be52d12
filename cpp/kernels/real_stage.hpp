// One stage of a real Fourier transform of n numbers, forth and back. For kernel files only:
// everything here has internal linkage.
#pragma once

#include "kernels/slots.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

// With x0 = x[j], x1 = x[j + n / 8], ..., x7: slot 0 holds x0 and x4, slot 1 x1 and x5, slot 2 x2
// and x6, slot 3 x3 and x7. The sums of four make the real transform of the frequencies 0, 4, 8,
// ..., their differences the complex ones of 2, 6, 10, ... and of 1, 5, 9, ..., the conjugates of
// which are 3, 7, 11, ...
template <class T>
BURNISH_INLINE void part_real(Complex<T>* slot, const T* w) {
  const Complex<T> x04 = slot[0];
  const Complex<T> x15 = slot[1];
  const Complex<T> x26 = slot[2];
  const Complex<T> x37 = slot[3];
  const Vector<T> sum04 = x04.re + x04.im;
  const Vector<T> sum15 = x15.re + x15.im;
  const Vector<T> sum26 = x26.re + x26.im;
  const Vector<T> sum37 = x37.re + x37.im;
  const Complex<T> second{sum04 - sum26, sum37 - sum15};
  const Complex<T> first{x04.re - x04.im, x26.im - x26.re};
  const Complex<T> first_shifted{x15.re - x15.im, x37.im - x37.re};
  slot[0] = {sum04 + sum26, sum15 + sum37};
  slot[1] = times<false>(second, w[0], w[1]);
  slot[2] = times<false>(first, w[2], w[3]);
  slot[3] = times<false>(first_shifted, w[4], w[5]);
}

// The way back. The real and the complex transforms back give n / 4 and half of n / 2 times what
// they were made of: hence the twos.
template <class T>
BURNISH_INLINE void merge_real(Complex<T>* slot, const T* w) {
  const Complex<T> fourth = slot[0];
  const Complex<T> second = times<true>(slot[1], 2 * w[0], 2 * w[1]);
  const Complex<T> first = times<true>(slot[2], 2 * w[2], 2 * w[3]);
  const Complex<T> first_shifted = times<true>(slot[3], 2 * w[4], 2 * w[5]);
  const Vector<T> sum04 = fourth.re + second.re;
  const Vector<T> sum26 = fourth.re - second.re;
  const Vector<T> sum15 = fourth.im - second.im;
  const Vector<T> sum37 = fourth.im + second.im;
  slot[0] = {sum04 + first.re, sum04 - first.re};
  slot[1] = {sum15 + first_shifted.re, sum15 - first_shifted.re};
  slot[2] = {sum26 - first.im, sum26 + first.im};
  slot[3] = {sum37 - first_shifted.im, sum37 + first_shifted.im};
}

}  // namespace
}  // namespace burnish::kernels::BURNISH_LEVEL
