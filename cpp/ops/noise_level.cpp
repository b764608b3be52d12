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
constexpr double nearly = 1e-3;          // the same deviation
constexpr int most_iterations = 20;

// The smoothest cells, of which at least so many hundredths serve. Few find what is smooth in an
// image full of texture. But where they have no noise, or less than the others, as in captions,
// frames or what somebody blurred, more must be looked at.
constexpr std::size_t shares[] = {1, 5, 10, 20, 40};
// Noise alone scatters as a chi-square variable does, and cells of two kinds much more: their
// quartiles were 2.3 times as far apart and more, those of noise up to 1.25 times.
constexpr double most_scatter = 1.3;

struct Level {
  double sigma;
  double scatter;  // of the cells' noise, as a multiple of what noise alone would have
};

// The noise of the smoothest cells, `least` or more, if `sigma` says which are clear and how much
// texture is nothing but noise.
std::vector<double> noise_in(const NoiseCells& cells, double sigma, std::size_t least) {
  const ClearMeans clear(cells, sigma, sigma);
  const auto counts = [&](const NoiseCell& cell) { return clear.hold(cell); };
  const auto begin = cells.cells.begin();
  const auto end = cells.cells.end();
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
  return values;
}

Level level_of(const NoiseCells& cells, std::size_t least) {
  const double middle = chi_square(cells.coefficients, 0);
  Level level{0, 0};
  std::vector<double> values;
  for (int i = 0; i < most_iterations; ++i) {
    values = noise_in(cells, level.sigma, least);
    const double next = std::sqrt(median_of(values) / middle);
    const bool settles = std::fabs(next - level.sigma) <= nearly * next;
    level.sigma = next;
    if (settles) break;
  }
  constexpr double quartile = 0.67448975;  // deviations
  const double apart =
      chi_square(cells.coefficients, quartile) - chi_square(cells.coefficients, -quartile);
  const std::size_t last = values.size() - 1;
  const double lower = smallest_of(values, last / 4 + 1);
  const double upper = smallest_of(values, 3 * last / 4 + 1);
  // 0 where there is no noise at all, which is as good as any.
  level.scatter = upper > 0 ? (upper - lower) / (level.sigma * level.sigma * apart) : 0;
  return level;
}

}  // namespace

double noise_sigma(const NoiseCells& cells) {
  const std::size_t count = cells.cells.size();
  if (count == 0) return 0;
  double lowest = 0;
  for (const std::size_t share : shares) {
    const Level level =
        level_of(cells, std::min(std::max(least_cells, count * share / 100), count));
    if (level.scatter <= most_scatter) return level.sigma;
    if (share == shares[0]) lowest = level.sigma;
  }
  return lowest;  // texture everywhere
}

double noise_sigma(const View& image, int workers) {
  NoiseCells cells;
  if (!measure_cells(image, workers, cells)) return std::numeric_limits<double>::quiet_NaN();
  return noise_sigma(cells) * cells.unit;
}

}  // namespace burnish::ops
