// How the noise of an image grows with its intensity.
#pragma once

#include "base/view.hpp"

namespace burnish::ops {

// A pixel of the mean x has the variance gain * (x - offset) + sigma^2.
struct NoiseModel {
  double gain, sigma, offset;
};

// Where the variance at 0 is negative, that is an offset with a sigma of 0; else the offset is 0.
// False where the image isn't finite. See measure_cells for the rest.
bool noise_model(const View& image, int workers, NoiseModel& result);

}  // namespace burnish::ops
