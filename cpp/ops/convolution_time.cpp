#include "ops/convolution_time.hpp"

#include <algorithm>

#include "dispatch/dispatch.hpp"

namespace burnish::ops {
namespace {

// ns for a vector of pixels, measured on one core of a Zen 5, 1024x1024, 1 to 961 taps.
struct KernelTime {
  double pixel;       // beside the taps
  double tap;         // of a dense kernel
  double row_tap;     // of a dense kernel of one row
  double factor_tap;  // of the factors of a separable kernel
};

template <class T>
KernelTime kernel_time() {
  const std::ptrdiff_t bytes = active_table<T>().lanes * static_cast<std::ptrdiff_t>(sizeof(T));
  if (bytes == 64) return {2.4, 0.168, 0.32, 0.205};
  if (bytes == 32) return {1.0, 0.147, 0.18, 0.172};
  return {0.3, 0.188, 0.2, 0.178};
}

template <class T>
ConvolutionTime time_in(const std::array<TileAxis, 3>& axes, std::int64_t batch) {
  const KernelTime time = kernel_time<T>();
  double pixels = static_cast<double>(batch);
  double taps = 1;
  double factor_taps = 0;
  for (const TileAxis& axis : axes) {
    pixels *= static_cast<double>(axis.outputs);
    taps *= static_cast<double>(axis.taps);
    if (axis.taps > 1) factor_taps += static_cast<double>(axis.taps);
  }
  const double vectors = pixels / static_cast<double>(active_table<T>().lanes);
  const bool one_row = axes[0].taps == 1 && axes[1].taps == 1;
  // Rows are copied where they reach beyond the border.
  const double rims =
      1 + 2 * static_cast<double>(axes[2].taps) / static_cast<double>(axes[2].outputs);
  return {vectors * (time.pixel + taps * (one_row ? rims * time.row_tap : time.tap)),
          vectors * (time.pixel + factor_taps * time.factor_tap),
          static_cast<double>(batch) * plan_tiles<T>(axes, false).time};
}

}  // namespace

ConvolutionTime convolution_time(const std::array<TileAxis, 3>& axes, std::int64_t batch,
                                 DType dtype) {
  std::array<TileAxis, 3> folded = axes;  // as fold_kernel does
  for (TileAxis& axis : folded) {
    axis.taps = std::min(axis.taps, axis.may_wrap ? axis.outputs : 2 * axis.outputs + 1);
  }
  return computed_in_double(dtype) ? time_in<double>(folded, batch) : time_in<float>(folded, batch);
}

}  // namespace burnish::ops
