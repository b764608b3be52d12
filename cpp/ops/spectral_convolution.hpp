// Correlation through the spectrum, for kernels of many taps.
#pragma once

#include <cstdint>
#include <vector>

#include "base/view.hpp"
#include "ops/axes.hpp"

namespace burnish::ops {

// As ops::correlate, but that `out` may be larger or smaller than the image along filtered axes:
// output i reads the inputs i - before to i - before + taps - 1, and taps may be any that do so. It
// may also be float64, in which all is computed then.
// Returns false, and leaves `out` half written, where a pixel or a transform is not finite, which
// would spread over its whole tile; cval must be finite. `periodic`: an axis that wraps is
// transformed at its own size, whatever that is; otherwise where that is the faster way.
bool correlate_spectral(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                        const double* weights, double cval, bool periodic, int workers);

}  // namespace burnish::ops
