// Noise of counts and of a reading made noise of deviation 1, and back.
#pragma once

#include "base/view.hpp"

namespace burnish::ops {

// An image of pixels gain * n + r: n a Poisson variable, r a normal one around `offset` of
// deviation `sigma`. gain > 0; sigma >= 0, and at most 1e7 times the gain.
struct CountNoise {
  double gain, sigma, offset;
};

// The result is of the type that the image is computed in, and of its shape. Throws std::bad_alloc,
// Interrupted, and std::invalid_argument where the noise is beyond the range of that type.
void anscombe(const View& image, const MutableView& out, const CountNoise& noise, int workers);
void inverse_anscombe(const View& image, const MutableView& out, const CountNoise& noise,
                      int workers);

}  // namespace burnish::ops
