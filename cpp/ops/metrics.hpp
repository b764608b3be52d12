// How much two images differ, computed in double whatever their dtypes.
#pragma once

#include <cstdint>
#include <vector>

#include "base/view.hpp"
#include "ops/axes.hpp"

namespace burnish::ops {

// For all: the images, the mask and the map have one shape. The mask holds u8, of which 0 says that
// a pixel does not count; null: all count. Throw std::bad_alloc and Interrupted.

// The sum of squared differences.
double squared_error(const View& image_true, const View& image_test, const View* mask, int workers);

// How the local means are taken, and what keeps quotients of small ones apart from noise.
struct SimilarityWindow {
  std::vector<Taps> taps;  // along all axes but one at most, the channels; ascending
  const double* weights;   // of each of the taps
  std::int64_t margin;     // pixels at either end of the filtered axes that do not count
  double covariance_scale, c1, c2;
};

// The sum of the map of structural similarities over the pixels that count. The map itself, f64,
// goes to `map` unless that is null.
double structural_similarity(const View& image_true, const View& image_test,
                             const SimilarityWindow& window, const View* mask,
                             const MutableView* map, int workers);

}  // namespace burnish::ops
