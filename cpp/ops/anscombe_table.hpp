// What stabilised noise is on the average, turned around: from the mean of 2 sqrt(max(z + 3/8 +
// s^2, 0)), where z is a Poisson variable and a normal one of deviation s, to the Poisson
// variable's.
#pragma once

#include <cstdint>
#include <vector>

namespace burnish::ops {

// For a mean d of 2 sqrt(w) and above `least`, the Poisson variable's mean is w - shift and a small
// correction, which is a cubic in each of `pieces` pieces of 0 <= scale / w <= pieces. At `least`
// and below it is 0.
struct AnscombeTable {
  static constexpr std::int32_t pieces = 512;

  double least, shift, scale;
  std::vector<double>
      cubics;  // four coefficients of each piece, of the distance from its beginning
};

// The error is below 1e-8 and below 1e-8 of the mean. sigma: from 0 to 1e7.
AnscombeTable make_anscombe_table(double sigma);

}  // namespace burnish::ops
