#include "ops/noise_level.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "ops/noise_cells.hpp"

namespace burnish::ops {
namespace {

constexpr std::size_t least_cells = 64;  // some 1000 coefficients: the deviation to within 3 %
constexpr std::size_t share = 100;       // and no fewer than one cell of so many
constexpr double least_distance = 2;     // of a cell's mean from black and white, in deviations
constexpr double nearly = 1e-3;          // the same deviation
constexpr int most_iterations = 20;

// The value that a sum of so many squares of normal numbers stays below as often as a normal number
// stays below `z`, by the approximation of Wilson and Hilferty.
double chi_square(std::int64_t squares, double z) {
  if (squares == 0) return 0;
  const double variance = 2.0 / (9.0 * static_cast<double>(squares));
  const double root = 1 - variance + z * std::sqrt(variance);
  return static_cast<double>(squares) * root * root * root;
}

// Leaves the values in another order; there must be some.
double median_of(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

// The variance in the smoothest cells, if `sigma` says which are clear of black and white, where
// noise is clipped, and how much texture is nothing but noise.
double variance_in(const NoiseCells& cells, double sigma) {
  constexpr double smoother = -0.5;  // than so many of those that hold nothing but noise: 3 in 10
  const auto is_clear = [&](const NoiseCell& cell) {
    return cell.mean > cells.lowest + least_distance * sigma &&
           cell.mean < cells.highest - least_distance * sigma;
  };
  const std::size_t least =
      std::min(std::max(least_cells, cells.cells.size() / share), cells.cells.size());
  // Where hardly any are, all must do.
  const bool choosy = static_cast<std::size_t>(
                          std::count_if(cells.cells.begin(), cells.cells.end(), is_clear)) >= least;
  std::vector<double> values;
  for (const NoiseCell& cell : cells.cells) {
    if (!choosy || is_clear(cell)) values.push_back(cell.texture);
  }
  const auto last = values.begin() + static_cast<std::ptrdiff_t>(least - 1);
  std::nth_element(values.begin(), last, values.end());
  const double most = std::max(*last, chi_square(cells.details, smoother) * sigma * sigma);
  values.clear();
  for (const NoiseCell& cell : cells.cells) {
    if (cell.texture <= most && (!choosy || is_clear(cell))) values.push_back(cell.noise);
  }
  return median_of(values) / chi_square(cells.coefficients, 0);
}

}  // namespace

double noise_sigma(const View& image, int workers) {
  NoiseCells cells;
  if (!measure_cells(image, workers, cells)) return std::numeric_limits<double>::quiet_NaN();
  if (cells.cells.empty()) return 0;
  double sigma = 0;
  for (int i = 0; i < most_iterations; ++i) {
    const double next = std::sqrt(variance_in(cells, sigma));
    const bool settles = std::fabs(next - sigma) <= nearly * next;
    sigma = next;
    if (settles) break;
  }
  return sigma * cells.unit;
}

}  // namespace burnish::ops
