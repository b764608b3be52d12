#include "ops/spectral_lines.hpp"

#include <algorithm>

namespace burnish::ops {
namespace {

// The axes of a plan that holds the taps along the outermost one in order, the last one first.
std::array<KernelAxis, 3> in_order(std::array<KernelAxis, 3> axes, std::size_t outermost) {
  KernelAxis& axis = axes[outermost];
  axis = {axis.taps, axis.taps, axis.taps - 1, axis.stride};
  return axes;
}

template <class T>
SpectralPlan<T> plan_of_taps(const SpectralPlan<T>& plan, std::int64_t taps) {
  // A plan of one plane would not be one of volumes.
  if (plan.planes() > 1) return {std::max<std::int64_t>(taps, 2), plan.rows(), plan.columns()};
  return {1, taps, plan.columns()};
}

}  // namespace

template <class T>
KernelLines<T>::KernelLines(const SpectralPlan<T>& plan, const std::array<KernelAxis, 3>& axes,
                            const double* weights, int workers)
    : plan_(plan),
      is_volume_(plan.planes() > 1),
      outermost_(axes[is_volume_ ? 0 : 1]),
      taps_plan_(plan_of_taps(plan, outermost_.taps)),
      memory_(Scratch::size_of<T>(taps_plan_.spectrum_size())),
      taps_(memory_.template take<T>(taps_plan_.spectrum_size())) {
  memory_.provide(workers);
  place_kernel(taps_plan_, in_order(axes, is_volume_ ? 0 : 1), weights, 1, taps_, workers);
}

template <class T>
void KernelLines<T>::transform(const ComplexTransform<T>& transform, std::ptrdiff_t offset, T* line,
                               T* work) const {
  const std::ptrdiff_t items = slot_items<T>();
  const T* source =
      taps_ + (is_volume_ ? offset : offset / plan_.block_stride() * taps_plan_.block_stride());
  const std::ptrdiff_t stride = is_volume_ ? taps_plan_.plane_stride() : items;
  std::fill_n(line, transform.size() * items, T{});
  for (std::int64_t t = outermost_.taps - 1; t >= 0; --t, source += stride) {
    std::copy_n(source, items, line + outermost_.position(t) * items);
  }
  transform.forward(line, items, work);
}

template class KernelLines<float>;
template class KernelLines<double>;

}  // namespace burnish::ops
