// How strong the noise of an image is.
#pragma once

#include "base/view.hpp"
#include "ops/noise_cells.hpp"

namespace burnish::ops {

// The standard deviation of white Gaussian noise; NaN where the image isn't finite. See
// measure_cells for the rest.
double noise_sigma(const View& image, int workers);

// The same from cells, in their unit.
double noise_sigma(const NoiseCells& cells);

}  // namespace burnish::ops
