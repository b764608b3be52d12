#include "ops/spectral_kernel.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/spectral_rows.hpp"
#include "ops/weights.hpp"

namespace burnish::ops {

template <class T>
void place_kernel(const SpectralPlan<T>& plan, const std::array<KernelAxis, 3>& axes,
                  const double* weights, double scale, T* factors, int workers) {
  const KernelAxis& z_axis = axes[0];
  const KernelAxis& y_axis = axes[1];
  const KernelAxis& x_axis = axes[2];
  const std::int64_t lanes = active_table<T>().lanes;
  const std::int64_t length = x_axis.span().size();
  const SlotRows<T> slot_rows(plan.columns());
  plan.over_pixels(
      factors, Pixels::written, {z_axis.span(), y_axis.span()}, workers,
      [&](std::int64_t z, std::int64_t y, T* slots) {
        Scratch scratch(Scratch::size_of<const T*>(lanes) + Scratch::size_of<T>(lanes * length));
        const T** const rows = scratch.take<const T*>(lanes);
        T* const buffer = scratch.take<T>(lanes * length);
        std::fill_n(buffer, lanes * length, T{});
        for (std::int64_t i = 0; i < lanes; ++i) rows[i] = buffer + i * length;
        for (std::int64_t tz = 0; tz < z_axis.taps; ++tz) {
          if (z_axis.position(tz) != z) continue;
          for (std::int64_t ty = 0; ty < y_axis.taps; ++ty) {
            const std::int64_t row = y_axis.position(ty) - y;
            if (row < 0 || row >= lanes) continue;
            const double* const taps = weights + tz * z_axis.stride + ty * y_axis.stride;
            for (std::int64_t tx = 0; tx < x_axis.taps; ++tx) {
              const double weight = taps[tx * x_axis.stride];
              narrowed<T>(weight, "weights");
              buffer[row * length + x_axis.position(tx)] = static_cast<T>(scale * weight);
            }
          }
        }
        slot_rows.load(rows, length, slots);
      });
}

template <class T>
void transform_kernel(const SpectralPlan<T>& plan, const std::array<KernelAxis, 3>& axes,
                      const double* weights, double scale, T* factors, int workers) {
  place_kernel(plan, axes, weights, scale / static_cast<double>(plan.pixels()), factors, workers);
  plan.forward(factors, workers);
}

template <class T>
bool is_symmetric(const std::array<KernelAxis, 3>& axes, const double* weights) {
  for (const KernelAxis& axis : axes) {
    if (axis.taps != 2 * axis.shift + 1) return false;
  }
  const KernelAxis& z = axes[0];
  const KernelAxis& y = axes[1];
  const KernelAxis& x = axes[2];
  const auto at = [&](std::int64_t tz, std::int64_t ty, std::int64_t tx) {
    return weights[tz * z.stride + ty * y.stride + tx * x.stride];
  };
  double most = 0;
  double off = 0;
  for (std::int64_t tz = 0; tz < z.taps; ++tz) {
    for (std::int64_t ty = 0; ty < y.taps; ++ty) {
      for (std::int64_t tx = 0; tx < x.taps; ++tx) {
        const double weight = at(tz, ty, tx);
        const double mirrored = at(z.taps - 1 - tz, y.taps - 1 - ty, x.taps - 1 - tx);
        most = std::max(most, std::abs(weight));
        off = std::max(off, std::abs(weight - mirrored));
      }
    }
  }
  return off <= static_cast<double>(std::numeric_limits<T>::epsilon()) * most;
}

template bool is_symmetric<float>(const std::array<KernelAxis, 3>&, const double*);
template bool is_symmetric<double>(const std::array<KernelAxis, 3>&, const double*);
template void place_kernel<float>(const SpectralPlan<float>&, const std::array<KernelAxis, 3>&,
                                  const double*, double, float*, int);
template void place_kernel<double>(const SpectralPlan<double>&, const std::array<KernelAxis, 3>&,
                                   const double*, double, double*, int);
template void transform_kernel<float>(const SpectralPlan<float>&, const std::array<KernelAxis, 3>&,
                                      const double*, double, float*, int);
template void transform_kernel<double>(const SpectralPlan<double>&,
                                       const std::array<KernelAxis, 3>&, const double*, double,
                                       double*, int);

}  // namespace burnish::ops
