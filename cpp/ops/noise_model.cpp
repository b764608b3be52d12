#include "ops/noise_model.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "ops/noise_cells.hpp"
#include "ops/noise_level.hpp"
#include "ops/noise_statistics.hpp"

namespace burnish::ops {
namespace {

constexpr std::size_t most_groups = 32;  // of cells of about the same mean
constexpr std::size_t least_in_group = 32;
constexpr std::size_t least_cells = 16;  // of a group, and no fewer than one in `share`
constexpr std::size_t share = 10;
constexpr double nearly = 1e-2;  // the same variance
constexpr int most_iterations = 10;

// The variance at a mean x is slope * x + intercept.
struct Line {
  double slope, intercept;
  double at(double mean) const { return std::max(slope * mean + intercept, 0.0); }
};

// What the smoothest cells of a group tell.
struct Group {
  double mean, variance, cells;
};

// Cells from `begin` to `end` are of about the same mean. False where none is clear.
bool look_at(const NoiseCells& cells, std::size_t begin, std::size_t end, const Line& line,
             Group& group) {
  // Counts have no noise in black, and none is clipped there.
  const ClearMeans means(cells, std::sqrt(line.at(cells.lowest)),
                         std::sqrt(line.at(cells.highest)));
  std::vector<NoiseCell> clear;
  std::vector<double> values;
  for (std::size_t i = begin; i < end; ++i) {
    const NoiseCell& cell = cells.cells[i];
    if (!means.hold(cell)) continue;
    clear.push_back(cell);
    values.push_back(cell.texture);
  }
  if (clear.empty()) return false;
  const std::size_t least = std::min(std::max(least_cells, clear.size() / share), clear.size());
  const double smoothest = smallest_of(values, least);
  const double little = little_texture(cells.details);
  values.clear();
  group = {0, 0, 0};
  for (const NoiseCell& cell : clear) {
    if (cell.texture > std::max(smoothest, little * line.at(cell.mean))) continue;
    group.mean += cell.mean;
    values.push_back(cell.noise);
  }
  group.cells = static_cast<double>(values.size());
  group.mean /= group.cells;
  group.variance = median_of(values) / chi_square(cells.coefficients, 0);
  return true;
}

// How much a group counts whose variance is this share above or below the line, `error` being what
// chance explains: what is far above holds texture.
double trust(double excess, double error) {
  const double ratio = std::fabs(excess) / error;
  if (ratio <= 1) return 1;
  return excess > 0 ? 1 / (ratio * ratio) : 1 / ratio;
}

// The weighted line of least squares, each group as certain as the line before says.
Line fit(const std::vector<Group>& groups, double coefficients, const Line& before) {
  constexpr double chance = 3;    // standard errors of a variance
  constexpr double bent = 0.05;   // and how far the variances of real cameras are off a line
  constexpr double floor = 0.01;  // of the mean variance: no group outweighs all others
  double mean_variance = 0;
  for (const Group& group : groups) mean_variance += group.variance;
  mean_variance /= static_cast<double>(groups.size());
  if (mean_variance == 0) return {0, 0};

  double sum = 0;
  double mean = 0;
  double variance = 0;
  std::vector<double> weights;
  for (const Group& group : groups) {
    const double expected = std::max(before.at(group.mean), floor * mean_variance);
    const double error = chance * std::sqrt(3 / (coefficients * group.cells)) + bent;
    const double weight =
        group.cells / (expected * expected) * trust(group.variance / expected - 1, error);
    weights.push_back(weight);
    sum += weight;
    mean += weight * group.mean;
    variance += weight * group.variance;
  }
  mean /= sum;
  variance /= sum;
  double product = 0;
  double square = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const double distance = groups[i].mean - mean;
    product += weights[i] * distance * (groups[i].variance - variance);
    square += weights[i] * distance * distance;
  }
  const bool tells = groups.size() > 1 && square > 0;
  const double slope = tells ? std::max(product / square, 0.0) : 0.0;
  return {slope, variance - slope * mean};
}

Line line_through(NoiseCells& cells) {
  std::sort(cells.cells.begin(), cells.cells.end(),
            [](const NoiseCell& a, const NoiseCell& b) { return a.mean < b.mean; });
  const std::size_t count = cells.cells.size();
  const std::size_t pieces = std::clamp<std::size_t>(count / least_in_group, 1, most_groups);
  const double sigma = noise_sigma(cells);
  Line line{0, sigma * sigma};
  const double height = cells.cells[count / 2].mean - cells.lowest;
  if (height > 0) {  // as if it were noise of counts alone, measured in the middle of the cells
    line.slope = sigma * sigma / height;
    line.intercept = -line.slope * cells.lowest;
  }
  for (int i = 0; i < most_iterations; ++i) {
    std::vector<Group> groups;
    for (std::size_t k = 0; k < pieces; ++k) {
      Group group;
      if (look_at(cells, count * k / pieces, count * (k + 1) / pieces, line, group)) {
        groups.push_back(group);
      }
    }
    if (groups.empty()) break;
    const Line next = fit(groups, static_cast<double>(cells.coefficients), line);
    const bool settles = std::all_of(groups.begin(), groups.end(), [&](const Group& group) {
      return std::fabs(next.at(group.mean) - line.at(group.mean)) <= nearly * next.at(group.mean);
    });
    line = next;
    if (settles) break;
  }
  return line;
}

}  // namespace

bool noise_model(const View& image, int workers, NoiseModel& result) {
  NoiseCells cells;
  if (!measure_cells(image, workers, cells)) return false;
  result = {0, 0, 0};
  if (cells.cells.empty()) return true;
  const Line line = line_through(cells);
  result.gain = line.slope * cells.unit;
  if (line.intercept >= 0) {
    result.sigma = std::sqrt(line.intercept) * cells.unit;
  } else {
    result.offset = -line.intercept / line.slope * cells.unit;
  }
  return true;
}

}  // namespace burnish::ops
