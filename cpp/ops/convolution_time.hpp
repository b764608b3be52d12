// How long each method of convolution is predicted to take: what method="auto" goes by.
#pragma once

#include <array>
#include <cstdint>

#include "base/dtype.hpp"
#include "ops/spectral_sizes.hpp"

namespace burnish::ops {

// In ns, on one thread.
struct ConvolutionTime {
  double direct;
  double separable;
  double spectral;
};

// For an image of this dtype, `batch` volumes of which are each filtered along these axes.
ConvolutionTime convolution_time(const std::array<TileAxis, 3>& axes, std::int64_t batch,
                                 DType dtype);

}  // namespace burnish::ops
