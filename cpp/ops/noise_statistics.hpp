// What estimates of noise from cells have in common.
#pragma once

#include <cstdint>
#include <vector>

#include "ops/noise_cells.hpp"

namespace burnish::ops {

// The value that a sum of so many squares of normal numbers stays below as often as a normal number
// stays below `z`, by the approximation of Wilson and Hilferty.
double chi_square(std::int64_t squares, double z);

// Leaves the values in another order; there must be some.
double median_of(std::vector<double>& values);

// Of the values; leaves them in another order. 1 <= count <= values.size().
double smallest_of(std::vector<double>& values, std::size_t count);

// The texture that a cell of so many details has no more of, in units of the noise's variance, if
// it is one of the smoother 3 in 10 of those that hold nothing but noise.
double little_texture(std::int64_t details);

// The means of cells in which noise isn't clipped at black or white.
struct ClearMeans {
  // From the deviations of the noise there.
  ClearMeans(const NoiseCells& cells, double in_black, double in_white);
  bool hold(const NoiseCell& cell) const { return cell.mean > lowest && cell.mean < highest; }

  double lowest, highest;
};

}  // namespace burnish::ops
