// Structural similarity (Wang et al. 2004), computed in double whatever the images' dtypes.
#pragma once

#include <cstdint>
#include <vector>

#include "base/view.hpp"
#include "ops/axes.hpp"

namespace burnish::ops {

// How the local means are taken, and what keeps quotients of small ones apart from noise.
struct SimilarityWindow {
  std::vector<Taps> taps;  // along all axes but one at most, the channels; ascending
  const double* weights;   // of each of the taps
  std::int64_t margin;     // pixels at either end of the filtered axes that do not count
  double covariance_scale, c1, c2;
};

// The sum of the map of structural similarities over the pixels that count. The map itself, f64,
// goes to `map` unless that is null. Preconditions and errors as in ops/metrics.hpp; the map has
// the images' shape too.
double structural_similarity(const View& image_true, const View& image_test,
                             const SimilarityWindow& window, const View* mask,
                             const MutableView* map, int workers);

}  // namespace burnish::ops
