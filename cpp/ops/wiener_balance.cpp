#include "ops/wiener_balance.hpp"

#include <cmath>
#include <cstddef>

#include "kernels/kernels.hpp"

namespace burnish::ops {
namespace {

constexpr int lowest = -40;  // powers of two: with blur and penalty in units of their sums,
constexpr int highest = 60;  // beyond these the filter no longer changes
constexpr int steps = 30;    // of the golden section, to the last digits of a float

double ratio_of(int node) {
  const int octave = node / kernels::ratio_steps;
  const double fraction = static_cast<double>(node % kernels::ratio_steps) / kernels::ratio_steps;
  return std::ldexp(1 + fraction, kernels::ratio_exponent + octave);
}

struct Node {
  double ratio, energy, number;
};

double cross_validation(const std::vector<Node>& nodes, double balance) {
  double residual = 0;
  double freedom = 0;
  for (const Node& node : nodes) {
    const double penalty = balance * node.ratio;
    const double loss = penalty / (1 + penalty);
    residual += loss * loss * node.energy;
    freedom += loss * node.number;
  }
  return freedom > 0 ? residual / (freedom * freedom) : 0;
}

}  // namespace

RatioHistogram::RatioHistogram() : energy(kernels::ratio_nodes), number(kernels::ratio_nodes) {}

void RatioHistogram::add(const RatioHistogram& other) {
  for (std::size_t i = 0; i < energy.size(); ++i) {
    energy[i] += other.energy[i];
    number[i] += other.number[i];
  }
}

double RatioHistogram::best_balance() const {
  std::vector<Node> nodes;
  for (std::size_t i = 0; i < energy.size(); ++i) {
    if (number[i] > 0) nodes.push_back({ratio_of(static_cast<int>(i)), energy[i], number[i]});
  }
  const auto error = [&](double balance) { return cross_validation(nodes, balance); };
  int best = highest;
  double least = error(std::ldexp(1, best));
  for (int exponent = highest - 1; exponent >= lowest; --exponent) {
    const double here = error(std::ldexp(1, exponent));
    if (here < least) {
      least = here;
      best = exponent;
    }
  }
  // Golden section, on the logarithm.
  const double golden = (std::sqrt(5.0) - 1) / 2;
  double low = best - 1;
  double high = best + 1;
  double left = high - golden * (high - low);
  double right = low + golden * (high - low);
  double left_error = error(std::exp2(left));
  double right_error = error(std::exp2(right));
  for (int i = 0; i < steps; ++i) {
    if (left_error < right_error) {
      high = right;
      right = left;
      right_error = left_error;
      left = high - golden * (high - low);
      left_error = error(std::exp2(left));
    } else {
      low = left;
      left = right;
      left_error = right_error;
      right = low + golden * (high - low);
      right_error = error(std::exp2(right));
    }
  }
  return std::exp2((low + high) / 2);
}

}  // namespace burnish::ops
