#include "ops/convolution_time.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "dispatch/dispatch.hpp"
#include "ops/spectral_line.hpp"

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
  if (bytes == 64) return {2.4, 0.168, 0.17, 0.205};
  if (bytes == 32) return {1.0, 0.147, 0.15, 0.172};
  return {0.3, 0.188, 0.18, 0.178};
}

// Dense kernels of several planes walk through more rows than caches hold near.
constexpr double volume_overhead = 3.4;

template <class T>
double spectral_time(const std::array<TileAxis, 3>& axes, std::int64_t batch) {
  const TileAxis& line = axes[2];
  const bool is_line = axes[0].outputs == 1 && axes[1].outputs == 1;
  if (is_line && batch > 1) {  // as many rows
    return plan_tiles<T>({axes[0], {batch, 1, false}, line}, false).time;
  }
  if (!is_line || !is_long_line(line.outputs, line.taps)) {
    return static_cast<double>(batch) * plan_tiles<T>(axes, false).time;
  }
  constexpr double copies = 0.05;  // ns for each byte that is written
  const LinePicture p = line_picture(line.outputs, line.taps);
  const double copied = static_cast<double>((2 * p.rows + p.kernel_rows) * p.width) * sizeof(T);
  const TileAxis rows{p.rows, p.kernel_rows, false};
  const TileAxis columns{p.width, p.width, false};
  return plan_tiles<T>({TileAxis{}, rows, columns}, false).time + copies * copied;
}

template <class T>
ConvolutionTime time_in(const std::array<TileAxis, 3>& axes, std::int64_t batch) {
  const KernelTime time = kernel_time<T>();
  const auto lanes = static_cast<double>(active_table<T>().lanes);
  const auto lines = static_cast<double>(batch) * static_cast<double>(axes[0].outputs) *
                     static_cast<double>(axes[1].outputs);
  const double vectors = lines * std::ceil(static_cast<double>(axes[2].outputs) / lanes);
  double taps = 1;
  double factor_taps = 0;
  int factors = 0;
  for (const TileAxis& axis : axes) {
    taps *= static_cast<double>(axis.taps);
    if (axis.taps == 1) continue;
    const double share = static_cast<double>(axis.taps) / static_cast<double>(axis.outputs);
    factor_taps += static_cast<double>(axis.taps) * (1 + 2 * share * share);
    ++factors;
  }
  const bool one_row = axes[0].taps == 1 && axes[1].taps == 1;
  // Rows are copied where they reach beyond the border.
  const double rims =
      1 + 8 * static_cast<double>(axes[2].taps) / static_cast<double>(axes[2].outputs);
  // And a row of few vectors is mostly ends.
  const double narrow = 1 + 2 * lanes / static_cast<double>(axes[2].outputs);
  const double tap = one_row            ? rims * time.row_tap
                     : axes[0].taps > 1 ? volume_overhead * time.tap
                                        : narrow * time.tap;
  const double separable = factors < 2 ? std::numeric_limits<double>::infinity()
                                       : vectors * (time.pixel + factor_taps * time.factor_tap);
  return {vectors * (time.pixel + taps * tap), separable, spectral_time<T>(axes, batch)};
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
