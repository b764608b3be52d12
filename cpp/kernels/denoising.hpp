// The argument structs of denoising: see kernels.hpp.
#pragma once

#include <cstddef>

namespace burnish::kernels {

// Sums of squared differences of two stretches of an image, over the channels and over windows of
// rows, by van Herk's scheme: a block of `window` rows at a time, the last one of fewer.
//
// With d[i] the sum over c of (here[i * channels + c][x] - there[i * channels + c][x])^2, row i of
// the target is the sum of d over the `window` rows that end with row i, those of the block before
// included: `carry`, of `window` rows, holds what the next block needs of this one. In the first
// block only row window - 1 means anything. Reads and writes columns [0, count); count is a
// multiple of Table::lanes.
template <class T>
struct WindowedDifferences {
  const T* const* here;
  const T* const* there;
  std::ptrdiff_t channels, rows, window;
  T* carry;
  T* target;
  std::ptrdiff_t pitch;  // of both
  std::ptrdiff_t count;
};

// target[x] = row[x] + row[x + shift] for x < count, a multiple of Table::lanes.
template <class T>
struct ShiftedSum {
  const T* row;
  std::ptrdiff_t shift;
  T* target;
  std::ptrdiff_t count;
};

// weights[x] = 2^-max(factor * the sum over k of terms[k][x] - allowance, 0) for x < count, a
// multiple of Table::lanes; 0 where that is below 2^-125 or 2^-1021 or the sum isn't a number.
template <class T>
struct PatchWeights {
  const T* const* terms;
  std::ptrdiff_t terms_count;
  T factor, allowance;
  T* weights;
  std::ptrdiff_t count;
};

// Adds the pixels at both ends of an offset, less the pixel itself, to weighted sums:
//   total[x] += a + b
//   sums[x] += a * (ahead[x] - here[x]) + b * (behind[x] - here[x])
// with a = ahead_weights[x] and b = behind_weights[x], for every channel; channels are
// `image_pitch` and `sums_pitch` apart. count is a multiple of Table::lanes.
template <class T>
struct WeightedDifferences {
  const T* here;
  const T* ahead;
  const T* behind;
  std::ptrdiff_t image_pitch;
  const T* ahead_weights;
  const T* behind_weights;
  T* total;
  T* sums;
  std::ptrdiff_t sums_pitch;
  std::ptrdiff_t channels, count;
};

// row[x] = original[x] + sums[x] / total[x] / scale.
template <class T>
struct WeightedMean {
  const T* original;
  const T* sums;
  const T* total;
  T scale;
  T* row;
  std::ptrdiff_t count;
};

// target[x] = source[x] * factor.
template <class T>
struct ScaledCopy {
  const T* source;
  T factor;
  T* target;
  std::ptrdiff_t count;
};

}  // namespace burnish::kernels
