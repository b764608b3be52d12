// Correlation of images with dense and with separable kernels. Convolution is correlation with the
// kernel turned, which is the caller's business.
#pragma once

#include <cstdint>
#include <vector>

#include "base/view.hpp"
#include "ops/axes.hpp"

namespace burnish::ops {

// For all: `taps` in ascending order of axes; image and out have the same shape, do not overlap,
// and out.dtype is result_dtype(image.dtype). Throw std::invalid_argument for weights that the
// computing type can't hold, OutOfMemory, std::bad_alloc and Interrupted.

// `weights` in C order, one dimension per entry of `taps`.
void correlate(const View& image, const MutableView& out, const std::vector<Taps>& taps,
               const double* weights, double cval, int workers);

// factors[i] holds taps[i].taps weights.
void correlate_separable(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                         const std::vector<const double*>& factors, double cval, int workers);

}  // namespace burnish::ops
