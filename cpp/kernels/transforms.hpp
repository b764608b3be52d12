// Arguments of the kernels for Fourier transforms: kernels.hpp says what they have in common.
//
// Complex numbers of as many lines as a vector has lanes stand in slots: lanes real parts, then
// lanes imaginary ones, 2 * lanes items in all. A transform forward leaves the frequencies in an
// order of its own, which the one back expects; neither scales.
#pragma once

#include <cstddef>
#include <cstdint>

namespace burnish::kernels {

// A stage parts the numbers into `radix` sets, which the stages after it transform each.
template <class T>
struct Stage {
  std::ptrdiff_t radix;  // 2, 3, 4, 5, 8, 9 or 11
  const T* twiddles;     // for j < size / radix and 0 < q < radix: exp(-2 pi i j q / size)
};

// In place, over the slots [0, size) that are `stride` items apart. count >= 1, and the radices
// make up `size`.
template <class T>
struct Transform {
  const Stage<T>* stages;
  std::ptrdiff_t count, size;
  T* slots;
  std::ptrdiff_t stride;
};

// Forward, slot by slot times `factors` or their conjugates, and back. The factors have the stride
// of the slots.
template <class T>
struct TransformMultiply {
  Transform<T> transform;
  const T* factors;
  bool conjugate;
};

// The same with real factors, one for each number, that are `factor_stride` items apart.
template <class T>
struct TransformScale {
  Transform<T> transform;
  const T* factors;
  std::ptrdiff_t factor_stride;
};

// slots[j] *= factors[j], or their conjugates, both with the same stride.
template <class T>
struct MultiplySlots {
  T* slots;
  const T* factors;
  std::ptrdiff_t stride, count;
  bool conjugate;
};

// The same with real factors.
template <class T>
struct ScaleSlots {
  T* slots;
  const T* factors;
  std::ptrdiff_t stride, factor_stride, count;
};

// target[j] = source[j] * factors[j], or their conjugates; one complex factor for all lanes. A slot
// of floats becomes two of doubles side by side, the lower lanes first.
template <class T>
struct WidenSlots {
  const T* source;
  std::ptrdiff_t source_stride;
  const double* factors;
  double* target;
  std::ptrdiff_t target_stride, count;
  bool conjugate;
};

// The same back.
template <class T>
struct NarrowSlots {
  const double* source;
  std::ptrdiff_t source_stride;
  const double* factors;
  T* target;
  std::ptrdiff_t target_stride, count;
  bool conjugate;
};

// row[i] *= factor.
template <class T>
struct ScaleRow {
  T* row;
  std::ptrdiff_t count;
  T factor;
};

// The outermost stage of a real transform of n = 8 * count numbers, in place. Slot j < n / 2 holds
// the numbers j and j + n / 2. Afterwards the first `count` slots hold n / 4 real numbers in the
// same way, then count and 2 * count slots hold complex numbers, each set to be transformed.
template <class T>
struct RealStage {
  T* slots;
  std::ptrdiff_t count;
  const T* twiddles;  // for j < count: exp(-2 pi i k / n) for k = 2 j, j and j + count
};

// Between slots of `size` real numbers, two in each of the first (size + 1) / 2, and as many
// complex ones: the numbers themselves, or their transform, of which half is kept. Where `size` is
// even, the real numbers of frequency 0 and size / 2 share slot 0.
template <class T>
struct RealSlots {
  T* slots;
  T* complex;
  std::ptrdiff_t size;
  const std::int64_t* positions;  // of the frequencies in `complex`; not for the numbers themselves
};

// For each b < count the square of lanes x lanes complex numbers in the slots [0, lanes) at tiles +
// b * stride, turned, is found in the slots [b * lanes, (b + 1) * lanes) of `slots`.
template <class T>
struct TilesToSlots {
  const T* tiles;
  std::ptrdiff_t stride;
  T* slots;
  std::ptrdiff_t count;
};

// The way back.
template <class T>
struct SlotsToTiles {
  const T* slots;
  T* tiles;
  std::ptrdiff_t stride;
  std::ptrdiff_t count;
};

}  // namespace burnish::kernels
