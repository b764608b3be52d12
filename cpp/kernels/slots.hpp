// Complex numbers, one in each lane. For kernel files only: everything here has internal linkage.
#pragma once

#include "kernels/lanes.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

template <class T>
struct Complex {
  Vector<T> re, im;
};

// In a slot the real parts of all lanes stand before their imaginary parts.
template <class T>
constexpr std::ptrdiff_t slot_items = 2 * lanes<T>;

template <class T>
BURNISH_INLINE Complex<T> load_slot(const T* slot) {
  return {load(slot), load(slot + lanes<T>)};
}

template <class T>
BURNISH_INLINE void store_slot(T* slot, const Complex<T>& z) {
  store(slot, z.re);
  store(slot + lanes<T>, z.im);
}

template <class T>
BURNISH_INLINE Complex<T> operator+(const Complex<T>& a, const Complex<T>& b) {
  return {a.re + b.re, a.im + b.im};
}

template <class T>
BURNISH_INLINE Complex<T> operator-(const Complex<T>& a, const Complex<T>& b) {
  return {a.re - b.re, a.im - b.im};
}

template <class T>
BURNISH_INLINE Complex<T> operator*(const Complex<T>& a, T w) {
  return {a.re * w, a.im * w};
}

// z * (re + i im), or with Conjugate z * (re - i im). The factor is one number or one in each lane.
template <bool Conjugate, class T, class Factor>
BURNISH_INLINE Complex<T> times(const Complex<T>& z, const Factor& re, const Factor& im) {
  if constexpr (Conjugate) {
    return {z.re * re + z.im * im, z.im * re - z.re * im};
  } else {
    return {z.re * re - z.im * im, z.re * im + z.im * re};
  }
}

}  // namespace
}  // namespace burnish::kernels::BURNISH_LEVEL
