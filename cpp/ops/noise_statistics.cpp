#include "ops/noise_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace burnish::ops {

double chi_square(std::int64_t squares, double z) {
  if (squares == 0) return 0;
  const double variance = 2.0 / (9.0 * static_cast<double>(squares));
  const double root = 1 - variance + z * std::sqrt(variance);
  return static_cast<double>(squares) * root * root * root;
}

double median_of(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

double smallest_of(std::vector<double>& values, std::size_t count) {
  const auto last = values.begin() + static_cast<std::ptrdiff_t>(count - 1);
  std::nth_element(values.begin(), last, values.end());
  return *last;
}

double little_texture(std::int64_t details) { return chi_square(details, -0.5); }

ClearMeans::ClearMeans(const NoiseCells& cells, double in_black, double in_white) {
  constexpr double least_distance = 2;  // in deviations
  lowest = cells.lowest + least_distance * in_black;
  highest = cells.highest - least_distance * in_white;
}

}  // namespace burnish::ops
