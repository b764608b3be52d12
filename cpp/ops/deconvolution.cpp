#include "ops/deconvolution.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/row_blocks.hpp"
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

// The pixels that a scene needs along an axis, so that what is blurred into the frame is right.
std::int64_t least_period(std::int64_t size, const Taps& t, Outside outside) {
  switch (outside) {
    case Outside::wrap:
      return size;
    case Outside::zero:  // both sides of the frame share what is between them
      return std::max(size + std::max(t.before, t.taps - 1 - t.before), t.taps);
    case Outside::reflect:
      return size + t.taps - 1;
    case Outside::unknown:  // it ends somewhere: it does not touch itself
      break;
  }
  return size + t.taps;
}

KernelAxis kernel_axis(const Axis& axis, const FoldedKernel& kernel, Outside outside, bool is_row) {
  if (!axis.filtered()) return {axis.size, 1, 0, 0};
  const auto at = static_cast<std::size_t>(axis.kernel_axis);
  const Taps& t = kernel.taps[at];
  const std::int64_t least = least_period(axis.size, t, outside);
  const std::int64_t period = outside == Outside::wrap ? least
                              : is_row                 ? next_fast_row(least)
                                                       : next_fast_size(least);
  return {period, t.taps, t.before, kernel.stride(at)};
}

}  // namespace

Geometry scene_geometry(const View& image, const MutableView& out, const std::vector<Taps>& taps) {
  // Two taps make any axis a filtered one.
  std::vector<Taps> axes;
  for (const Taps& t : taps) axes.push_back({t.axis, 2, 0, t.border});
  Geometry g = make_planar_geometry(image, out, axes);
  if (!g.rows.filtered()) {
    // Else the noise of one line's rounding would reach the others.
    g.batch.push_back(g.rows);
    g.rows = {};
  }
  return g;
}

Blur make_blur(const View& image, const MutableView& out, std::vector<Taps> taps,
               const double* weights, Outside outside) {
  for (Taps& t : taps) t.border = border_of(outside);
  // Folded, a kernel reads each pixel beyond the frame once: not if there are more of them.
  FoldedKernel kernel =
      outside == Outside::unknown ? whole_kernel(taps, weights) : fold_kernel(image, taps, weights);
  Geometry g = scene_geometry(image, out, taps);
  const std::array<KernelAxis, 3> scene = {kernel_axis(g.planes, kernel, outside, false),
                                           kernel_axis(g.rows, kernel, outside, false),
                                           kernel_axis(g.columns, kernel, outside, true)};
  return {std::move(kernel), std::move(g), scene};
}

template <class T>
T unit_of(T most) {
  constexpr int limit = std::numeric_limits<T>::max_exponent - 2;
  return most > 0 ? std::scalbn(T{1}, std::clamp(std::ilogb(most), -limit, limit)) : T{1};
}

template <class T>
T largest_in(const InputRows<T>& in, const Geometry& g, std::int64_t batch_offset, int workers) {
  const std::int64_t lanes = active_table<T>().lanes;
  const std::int64_t size = g.columns.size;
  const std::int64_t slack = (size + lanes - 1) / lanes * lanes - size;
  const RowBlocks blocks{g.planes.size, g.rows.size, lanes};
  std::vector<T> found = blocks.values<T>();
  blocks.for_each(workers, [&](std::int64_t z, std::int64_t y) {
    const Window window{{z, z + 1}, {y, std::min(y + lanes, g.rows.size)}, {0, size}};
    const std::int64_t copies = in.buffer_size(window, slack);
    Scratch scratch(Scratch::size_of<const T*>(lanes) + Scratch::size_of<T>(copies));
    const T** const rows = scratch.take<const T*>(lanes);
    in.gather(batch_offset, window, slack, scratch.take<T>(copies), rows);
    T& most = found[blocks.place(z, y)];
    std::for_each(rows, rows + window.rows.size(), [&](const T* row) {
      most = std::max(most, active_table<T>().largest_magnitude({row, size + slack}));
    });
  });
  return *std::max_element(found.begin(), found.end());
}

template float unit_of<float>(float);
template double unit_of<double>(double);
template float largest_in<float>(const InputRows<float>&, const Geometry&, std::int64_t, int);
template double largest_in<double>(const InputRows<double>&, const Geometry&, std::int64_t, int);

}  // namespace burnish::ops
