// How strong the noise of an image is.
#pragma once

#include "base/view.hpp"

namespace burnish::ops {

// The standard deviation of white Gaussian noise; NaN where the image isn't finite. See
// measure_cells for the rest.
double noise_sigma(const View& image, int workers);

}  // namespace burnish::ops
