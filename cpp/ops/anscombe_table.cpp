#include "ops/anscombe_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>

namespace burnish::ops {
namespace {

// The correction is summed up directly as far as w = 128, and comes from its series beyond.
constexpr double most_summed = 128;
constexpr int most_counts = 300;
constexpr double reach = 10;  // deviations of the normal variable

double normal_density(double z) {
  constexpr double root_of_turn = 2.5066282746310002;
  return std::exp(-z * z / 2) / root_of_turn;
}

// The mean of 2 sqrt(max(y, 0)) for a normal y. The trapezoidal rule is exact to the last digits
// for what is smooth and fades on both sides.
double mean_of_root(double mean, double sigma) {
  if (sigma == 0) return 2 * std::sqrt(mean);
  constexpr int steps = 96;
  double sum = 0;
  if (mean > reach * sigma) {  // y stays above 0
    constexpr double step = 2 * reach / steps;
    for (int i = 0; i <= steps; ++i) {
      const double z = -reach + i * step;
      sum += std::sqrt(mean + sigma * z) * normal_density(z);
    }
    return 2 * step * sum;
  }
  // Over the root itself, which is smooth at 0.
  const double step = std::sqrt(mean + reach * sigma) / steps;
  for (int i = 1; i <= steps; ++i) {
    const double root = i * step;
    sum += root * root * normal_density((root * root - mean) / sigma);
  }
  return 4 * step / sigma * sum;
}

// The mean of the stabilised counts, as a function of the counts' mean.
class StabilisedMean {
 public:
  explicit StabilisedMean(double sigma) {
    for (int k = 0; k <= most_counts; ++k) {
      of_count_[static_cast<std::size_t>(k)] = mean_of_root(k + 0.375 + sigma * sigma, sigma);
    }
  }

  struct Point {
    double value, slope;
  };

  Point at(double mean) const {
    Point sum{0, 0};
    double probability = std::exp(-mean);
    const double last = std::min(mean + 12 * std::sqrt(mean) + 30, most_counts - 1.0);
    for (std::size_t k = 0; k <= static_cast<std::size_t>(last); ++k) {
      sum.value += probability * of_count_[k];
      sum.slope += probability * (of_count_[k + 1] - of_count_[k]);
      probability *= mean / static_cast<double>(k + 1);
    }
    return sum;
  }

  // The mean of which at() gives `value`, by Newton's method: at() is concave.
  double inverse(double value, double guess) const {
    constexpr int most_steps = 20;
    double mean = std::max(guess, 0.0);
    for (int i = 0; i < most_steps; ++i) {
      const Point here = at(mean);
      const double next = std::max(mean + (value - here.value) / here.slope, 0.0);
      const bool settles = std::fabs(next - mean) <= 1e-14 * (1 + mean);
      mean = next;
      if (settles) break;
    }
    return mean;
  }

 private:
  std::array<double, most_counts + 1> of_count_;
};

// The correction and its slope at x = 1 / w.
struct Correction {
  double value, slope;
};

// Its asymptotic series: a sum of c x^n (sigma^2 x)^k, from the moments of the counts up to the
// twelfth. w > sigma^2 - 1/8 always.
Correction series(double x, double variance) {
  struct Term {
    int n, k;
    double c;
  };
  static constexpr Term terms[] = {
      {1, 1, 1.0 / 8},         {2, 0, 1.0 / 64},         {2, 1, 25.0 / 64},
      {3, 0, 49.0 / 1024},     {3, 1, 91.0 / 64},        {3, 2, 3.0 / 8},
      {4, 0, 175.0 / 1024},    {4, 1, 1641.0 / 256},     {4, 2, 1375.0 / 256},
      {5, 0, 6161.0 / 8192},   {5, 1, 143253.0 / 4096},  {5, 2, 486473.0 / 8192},
      {5, 3, 735.0 / 128},     {6, 0, 130933.0 / 32768}, {6, 1, 14730001.0 / 65536},
      {6, 2, 646905.0 / 1024}, {6, 3, 48025.0 / 256}};
  const double y = variance * x;
  Correction sum{0, 0};
  for (const Term& term : terms) {
    const double rest = term.c * std::pow(x, term.n - 1) * std::pow(y, term.k);
    sum.value += rest * x;
    sum.slope += rest * (term.n + term.k);
  }
  return sum;
}

}  // namespace

AnscombeTable make_anscombe_table(double sigma) {
  constexpr std::int32_t pieces = AnscombeTable::pieces;
  const double variance = sigma * sigma;
  const double least = mean_of_root(0.375 + variance, sigma);
  const double nearest = 4 / (least * least);  // x, where the counts' mean is 0
  const double step = nearest / pieces;
  AnscombeTable table{least, 0.125 + variance, pieces / nearest, {}};

  std::vector<Correction> nodes{{0, 0}};
  std::optional<StabilisedMean> stabilised;
  if (nearest * most_summed >= 1) stabilised.emplace(sigma);
  for (std::int32_t i = 1; i <= pieces; ++i) {
    const double x = i * step;
    if (x * most_summed < 1) {
      nodes.push_back(series(x, variance));
      continue;
    }
    const double around = 1 / x - table.shift;
    const double mean = stabilised->inverse(2 / std::sqrt(x), around + nodes.back().value);
    nodes.push_back({mean - around, (1 - std::sqrt(x) / stabilised->at(mean).slope) / (x * x)});
  }
  for (std::size_t i = 0; i < pieces; ++i) {
    const Correction& a = nodes[i];
    const Correction& b = nodes[i + 1];
    const double rise = b.value - a.value;
    const double from = a.slope * step;
    const double to = b.slope * step;
    table.cubics.insert(table.cubics.end(),
                        {a.value, from, 3 * rise - 2 * from - to, from + to - 2 * rise});
  }
  return table;
}

}  // namespace burnish::ops
