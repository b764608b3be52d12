// Maximum likelihood for counts of photons.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/view.hpp"
#include "ops/axes.hpp"
#include "ops/deconvolution.hpp"

namespace burnish::ops {

// When to stop before the last iteration.
enum class Stop {
  never,
  change,       // of the estimate, in root mean squares, relative to it
  discrepancy,  // of the blurred estimate from the image, in root mean squares, weighted
};

struct RichardsonLucyOptions {
  Outside outside;
  std::int64_t num_iter;  // >= 1
  // What is blurred to no more than this times the largest magnitude of a volume divides nothing.
  double least;
  const View* weights;     // null: all 1; from 0 to 1, shaped as the image
  double background;       // >= 0
  double damping;          // in standard deviations of counts; 0: none
  bool acceleration;       // Biggs & Andrews 1997
  double total_variation;  // Dey et al. 2006; 0 to 0.1
  Stop stop;
  double stop_at;  // at or below it
  // Called after each iteration with its number, from 1 on, and that of the volume, when the
  // estimate stands in `out`. Stops the volume's iterations by true.
  std::function<bool(std::int64_t, std::int64_t)> observer;  // may be empty
};

// Richardson 1972, Lucy 1974: the estimate, at first the same everywhere, is multiplied with what
// the ratio of the image to the blurred estimate gives when correlated with the PSF, divided by how
// much of each pixel of the scene the image hears of.
//
// `taps` and `weights` are those of make_blur. Negative pixels count as 0, and those of weight 0
// are not looked at. Returns false where another pixel or what becomes of it is not finite; `out`
// is then half written. image and out have the same shape; out.dtype is result_dtype(image.dtype).
bool richardson_lucy(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                     const double* weights, const RichardsonLucyOptions& options, int workers);

}  // namespace burnish::ops
