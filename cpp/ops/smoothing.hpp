// Smoothing by averages over boxes, at a cost that does not depend on the box.
#pragma once

#include <vector>

#include "base/view.hpp"
#include "ops/axes.hpp"

namespace burnish::ops {

// The mean over taps[i].taps pixels along each axis. Preconditions and errors as in
// ops/convolution.hpp.
void uniform_filter(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                    double cval, int workers);

}  // namespace burnish::ops
