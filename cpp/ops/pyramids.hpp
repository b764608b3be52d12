// The two steps of an image pyramid (Burt and Adelson, 1983): half the size, and back.
#pragma once

#include <vector>

#include "base/border.hpp"
#include "base/view.hpp"
#include "ops/axes.hpp"

namespace burnish::ops {

// What an output of each step reads along an axis, for make_geometry.
inline Taps reduce_taps(int axis, Border border) { return {axis, 5, 2, border}; }
inline Taps expand_taps(int axis, Border border) { return {axis, 3, 1, border}; }

// For all: `taps` as above in ascending order of axes; along these the finer array has n items and
// the coarser one (n + 1) / 2, elsewhere they agree. Nothing overlaps. Throw std::invalid_argument
// for a cval that the computing type can't hold, OutOfMemory, std::bad_alloc and Interrupted.

// out: every second pixel, from the first on, of the image blurred by [1 4 6 4 1] / 16. out.dtype
// is result_dtype(image.dtype).
void pyramid_reduce(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                    double cval, int workers);

// out: even pixels [1 6 1] / 8, odd pixels [1 1] / 2 of the image's nearest. out.dtype is
// result_dtype(image.dtype).
void pyramid_expand(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                    double cval, int workers);

// out = base + sign * the expanded image. `base` has out's shape and strides, and both the image's
// type, which is float32 or float64.
void pyramid_combine(const View& image, const View& base, double sign, const MutableView& out,
                     const std::vector<Taps>& taps, double cval, int workers);

}  // namespace burnish::ops
