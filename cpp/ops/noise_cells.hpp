// An image cut into cells of some pixels a side, and what each tells about the noise: the details
// along all axes are nearly noise alone, those along some tell whether the cell shows anything,
// and the smooth coefficients its intensity. For white noise the three are independent, so that
// choosing cells by the latter two doesn't change what the first is on the average.
#pragma once

#include <cstdint>
#include <vector>

#include "base/view.hpp"

namespace burnish::ops {

// Sums over the coefficients of one cell.
struct NoiseCell {
  double noise;    // of the squares of details along all axes
  double texture;  // of the squares of details along some
  double mean;     // the mean intensity
};

struct NoiseCells {
  std::vector<NoiseCell> cells;   // but those without details along all axes
  std::int64_t coefficients = 0;  // that `noise` sums up, of each cell; 0: the image has no details
  std::int64_t details = 0;       // that `texture` sums up
  double lowest = 0;              // pixel
  double highest = 0;
  double unit = 1;  // what all intensities here are in: a power of two near the largest magnitude
};

// Axes of one pixel aside, each side must have 4 or more. False where the image isn't finite. Of an
// image with more than 2^18 cells about as many are looked at, spread evenly. Throws std::bad_alloc
// and Interrupted.
bool measure_cells(const View& image, int workers, NoiseCells& result);

}  // namespace burnish::ops
