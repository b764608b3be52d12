// The kernels of the Anscombe transform and its inverse.
#pragma once

#include <cstddef>
#include <cstdint>

namespace burnish::kernels {

// target[i] = 2 sqrt(max(slope * source[i] + intercept, 0)); NaN where the source is.
template <class T>
struct Anscombe {
  const T* source;
  T* target;
  std::ptrdiff_t count;
  T slope, intercept;
};

// target[i] = gain * mean(source[i]) + offset, where mean(d) is 0 for d <= least, and else not less
// than 0: with w = (d / 2)^2,
//   w - shift + c[0] + f * (c[1] + f * (c[2] + f * c[3])),
// c = cubics + 4 * k, where scale / w = k + f lies in piece k of `pieces`. NaN where the source is.
template <class T>
struct InverseAnscombe {
  const T* source;
  T* target;
  std::ptrdiff_t count;
  T least, shift, scale;
  const T* cubics;
  std::int32_t pieces;
  T gain, offset;
};

}  // namespace burnish::kernels
