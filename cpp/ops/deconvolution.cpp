#include "ops/deconvolution.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "ops/spectral_sizes.hpp"

namespace burnish::ops {
namespace {

Border border_of(Outside outside) {
  switch (outside) {
    case Outside::wrap:
      return Border::wrap;
    case Outside::reflect:
      return Border::reflect;
    case Outside::zero:
    case Outside::unknown:
      break;
  }
  return Border::constant;
}

KernelAxis kernel_axis(const Axis& axis, const FoldedKernel& kernel, bool is_row) {
  if (!axis.filtered()) return {axis.size, 1, 0, 0};
  const auto at = static_cast<std::size_t>(axis.kernel_axis);
  const Taps& t = kernel.taps[at];
  const std::int64_t least = axis.size + t.taps - 1;
  const std::int64_t period = t.border == Border::wrap      ? axis.size
                              : t.border == Border::reflect ? 2 * axis.size
                              : is_row                      ? next_fast_row(least)
                                                            : next_fast_size(least);
  return {period, t.taps, t.before, kernel.stride(at)};
}

}  // namespace

Blur make_blur(const View& image, const MutableView& out, std::vector<Taps> taps,
               const double* weights, Outside outside) {
  for (Taps& t : taps) t.border = border_of(outside);
  // Folded, a kernel reads each pixel beyond the frame once: not if there are more of them.
  FoldedKernel kernel =
      outside == Outside::unknown ? whole_kernel(taps, weights) : fold_kernel(image, taps, weights);
  // Nothing is read beyond the image; two taps make any axis a filtered one.
  std::vector<Taps> axes;
  for (const Taps& t : taps) axes.push_back({t.axis, 2, 0, t.border});
  Geometry g = make_planar_geometry(image, out, axes);
  if (!g.rows.filtered()) {
    // Else the noise of one line's rounding would reach the others.
    g.batch.push_back(g.rows);
    g.rows = {};
  }
  const std::array<KernelAxis, 3> scene = {kernel_axis(g.planes, kernel, false),
                                           kernel_axis(g.rows, kernel, false),
                                           kernel_axis(g.columns, kernel, true)};
  return {std::move(kernel), std::move(g), scene};
}

template <class T>
T unit_of(T most) {
  constexpr int limit = std::numeric_limits<T>::max_exponent - 2;
  return most > 0 ? std::scalbn(T{1}, std::clamp(std::ilogb(most), -limit, limit)) : T{1};
}

template float unit_of<float>(float);
template double unit_of<double>(double);

}  // namespace burnish::ops
