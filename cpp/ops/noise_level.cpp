#include "ops/noise_level.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "ops/noise_statistics.hpp"

namespace burnish::ops {
namespace {

constexpr std::size_t least_cells = 32;  // some 500 coefficients: the deviation to within 4 %
constexpr std::size_t share = 100;       // and no fewer than one cell of so many
constexpr double nearly = 1e-3;          // the same deviation
constexpr int most_iterations = 20;

// The variance in the smoothest cells, if `sigma` says which are clear and how much texture is
// nothing but noise.
double variance_in(const NoiseCells& cells, double sigma) {
  const ClearMeans clear(cells, sigma, sigma);
  const auto counts = [&](const NoiseCell& cell) { return clear.hold(cell); };
  const auto begin = cells.cells.begin();
  const auto end = cells.cells.end();
  const std::size_t least =
      std::min(std::max(least_cells, cells.cells.size() / share), cells.cells.size());
  // Where hardly any are clear, all must do.
  const bool choosy = static_cast<std::size_t>(std::count_if(begin, end, counts)) >= least;
  std::vector<double> values;
  for (const NoiseCell& cell : cells.cells) {
    if (!choosy || counts(cell)) values.push_back(cell.texture);
  }
  const double most =
      std::max(smallest_of(values, least), little_texture(cells.details) * sigma * sigma);
  values.clear();
  for (const NoiseCell& cell : cells.cells) {
    if (cell.texture <= most && (!choosy || counts(cell))) values.push_back(cell.noise);
  }
  return median_of(values) / chi_square(cells.coefficients, 0);
}

}  // namespace

double noise_sigma(const NoiseCells& cells) {
  if (cells.cells.empty()) return 0;
  double sigma = 0;
  for (int i = 0; i < most_iterations; ++i) {
    const double next = std::sqrt(variance_in(cells, sigma));
    const bool settles = std::fabs(next - sigma) <= nearly * next;
    sigma = next;
    if (settles) break;
  }
  return sigma;
}

double noise_sigma(const View& image, int workers) {
  NoiseCells cells;
  if (!measure_cells(image, workers, cells)) return std::numeric_limits<double>::quiet_NaN();
  return noise_sigma(cells) * cells.unit;
}

}  // namespace burnish::ops
