// What the spectral engine costs, for benchmarks.
#pragma once

#include "base/view.hpp"

namespace burnish::ops {

// Transforms a real image of up to three axes forth and back, with its spectrum in between. `out`
// has the image's shape; both are float32 or both float64.
void spectral_round_trip(const View& image, const MutableView& out, int workers);

}  // namespace burnish::ops
