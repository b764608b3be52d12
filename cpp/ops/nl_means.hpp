// Non-local means (Buades, Coll, Morel 2005), one offset after the other (Darbon et al. 2008).
#pragma once

#include <cstdint>
#include <vector>

#include "base/view.hpp"

namespace burnish::ops {

// Patches and the search for them along one axis of the image.
struct PatchAxis {
  int axis;
  std::int64_t patch;     // pixels, odd
  std::int64_t distance;  // pixels that are searched to either side
};

struct NlMeans {
  std::vector<PatchAxis> axes;  // one to three, ascending
  int channel_axis;             // -1: none
  // How much each pixel of a patch counts, by its position along each of the axes; no axes: all
  // pixels count the same.
  std::vector<std::vector<double>> patch_kernel;
  // The first axis counts frames, beyond which there are no mirrored ones.
  bool frames;
  double h;      // > 0
  double sigma;  // >= 0
};

// result(p) = sum_q w(p, q) image(q) / sum_q w(p, q) over the window around p, with
// w = exp(-max(d - 2 sigma^2, 0) / h^2) and d the mean square difference of the patches around p
// and q, channels included. Beyond its border the image is mirrored (Border::mirror). Axes that
// are neither searched nor the channels are a batch.
//
// NaN and infinity spread over the windows that hold them, as NaN.
void denoise_nl_means(const View& image, const MutableView& out, const NlMeans& how, int workers);

}  // namespace burnish::ops
