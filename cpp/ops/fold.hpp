// Kernels that are larger than the image, folded to the image's size.
//
// Beyond the border an image repeats or stays constant, so taps that are far enough apart read the
// same pixels, wherever the kernel stands. Their weights can be added up beforehand: time and
// memory then grow with the image only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/view.hpp"
#include "ops/axes.hpp"

namespace burnish::ops {

struct FoldedKernel {
  std::vector<Taps> taps;       // as many as before, each at most twice as long as its axis and one
  std::vector<double> weights;  // in C order

  // Items from one tap to the next along an entry of `taps`.
  std::int64_t stride(std::size_t entry) const {
    std::int64_t stride = 1;
    for (std::size_t i = entry + 1; i < taps.size(); ++i) stride *= taps[i].taps;
    return stride;
  }
};

// `weights` in C order, one dimension per entry of `taps`; as they are, and folded.
FoldedKernel whole_kernel(const std::vector<Taps>& taps, const double* weights);
FoldedKernel fold_kernel(const View& image, const std::vector<Taps>& taps, const double* weights);

// The mean over all taps of one axis, folded, however many taps there are.
FoldedKernel fold_mean(const View& image, const Taps& taps);

}  // namespace burnish::ops
