// How much weight a penalty deserves, by generalised cross-validation.
#pragma once

#include <vector>

namespace burnish::ops {

// The energy of an image's frequencies and their number, by the ratio |r|^2 / |h|^2 of penalty and
// blur: ratio_nodes each (kernels.hpp).
struct RatioHistogram {
  RatioHistogram();

  void add(const RatioHistogram& other);

  // The balance b with the least sum of loss^2 energy / (sum of loss)^2, where the loss of a
  // frequency is b ratio / (1 + b ratio): Golub, Heath, Wahba 1979. The largest of equals.
  double best_balance() const;

  std::vector<double> energy;
  std::vector<double> number;
};

}  // namespace burnish::ops
