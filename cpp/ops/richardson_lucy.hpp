// Maximum likelihood for counts of photons.
#pragma once

#include <cstdint>
#include <vector>

#include "base/view.hpp"
#include "ops/axes.hpp"
#include "ops/deconvolution.hpp"

namespace burnish::ops {

// Richardson 1972, Lucy 1974: num_iter times the estimate, at first the same everywhere, is
// multiplied with what the ratio of the image to the blurred estimate gives when correlated with
// the PSF.
//
// `taps` and `weights` are those of make_blur; `outside` is zero or wrap. Where the estimate is
// blurred to nothing above `least` times the largest magnitude of a volume, the ratio is 0. Returns
// false where a pixel or what becomes of it is not finite; `out` is then half written. image and
// out have the same shape; out.dtype is result_dtype(image.dtype); num_iter >= 1.
bool richardson_lucy(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                     const double* weights, Outside outside, std::int64_t num_iter, double least,
                     int workers);

}  // namespace burnish::ops
