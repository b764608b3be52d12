#include "ops/wiener_filter.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "dispatch/dispatch.hpp"
#include "ops/deconvolution.hpp"
#include "ops/wiener_balance.hpp"

namespace burnish::ops {
namespace {

// So many histograms are filled side by side: few beside the image, and enough for all threads.
// Their number must not depend on these.
std::int64_t histograms_for(std::int64_t pixels) {
  constexpr std::int64_t enough = 16;
  return std::max(pixels >> 20, std::clamp<std::int64_t>(pixels >> 12, 1, enough));
}

}  // namespace

ScaledKernel::ScaledKernel(const std::array<KernelAxis, 3>& axes, std::vector<double> weights)
    : axes_(axes), weights_(std::move(weights)) {
  const auto scale = [this](double unit) {
    for (double& weight : weights_) weight /= unit;
  };
  double most = 0;
  for (const double weight : weights_) most = std::max(most, std::fabs(weight));
  const double first = unit_of(most);
  scale(first);
  double sum = 0;
  for (const double weight : weights_) sum += std::fabs(weight);
  const double second = unit_of(sum);
  scale(second);
  unit_ = first * second;
}

template <class T>
WienerFilter<T>::WienerFilter(const SpectralPlan<T>& plan, const ScaledKernel& blur,
                              const ScaledKernel& reg, int workers)
    : plan_(plan),
      blur_unit_(blur.unit()),
      reg_unit_(reg.unit()),
      blur_(plan, blur.axes(), blur.weights(), workers),
      reg_(plan, reg.axes(), reg.weights(), workers),
      workers_(workers) {}

template <class T>
T WienerFilter<T>::in_units(double balance) const {
  const double ratio = reg_unit_ / blur_unit_;
  constexpr T most = std::numeric_limits<T>::max() / 16;
  // What underflows would filter nothing, where nothing passes the blur either.
  constexpr T least = std::numeric_limits<T>::min();
  const double here = balance * ratio * ratio;
  return here >= static_cast<double>(most) ? most : std::max(static_cast<T>(here), least);
}

template <class T>
T WienerFilter<T>::unit_after(T unit) const {
  constexpr double most = std::numeric_limits<T>::max();
  return static_cast<T>(std::min(static_cast<double>(unit) / blur_unit_, most));
}

template <class T>
WienerFilter<T>::Kernels::Kernels(const WienerFilter& filter, const ComplexTransform<T>& transform,
                                  std::ptrdiff_t offset, T* work)
    : scratch(2 * Scratch::size_of<T>(transform.size() * slot_items<T>())),
      blur(scratch.take<T>(transform.size() * slot_items<T>())),
      reg(scratch.take<T>(transform.size() * slot_items<T>())) {
  filter.blur_.transform(transform, offset, blur, work);
  filter.reg_.transform(transform, offset, reg, work);
}

template <class T>
T WienerFilter<T>::best_balance(T* spectrum) const {
  const std::int64_t groups = histograms_for(plan_.pixels());
  std::vector<RatioHistogram> histograms(static_cast<std::size_t>(groups));
  plan_.over_groups(
      spectrum, groups, workers_,
      [&](std::int64_t group, const ComplexTransform<T>& transform, T* slots, std::ptrdiff_t offset,
          std::ptrdiff_t stride, T* work) {
        const Kernels kernels(*this, transform, offset, work);
        Scratch scratch(Scratch::size_of<T>(slot_items<T>()));
        T* const counts = scratch.take<T>(slot_items<T>());
        plan_.count_lanes(offset, counts);
        transform.forward(slots, stride, work);
        RatioHistogram& histogram = histograms[static_cast<std::size_t>(group)];
        active_table<T>().wiener_histogram({slots, stride, kernels.blur, kernels.reg,
                                            static_cast<std::ptrdiff_t>(transform.size()), counts,
                                            histogram.energy.data(), histogram.number.data()});
      });
  for (std::size_t i = 1; i < histograms.size(); ++i) histograms[0].add(histograms[i]);
  return static_cast<T>(histograms[0].best_balance());
}

template <class T>
void WienerFilter<T>::apply(T* spectrum, T balance, bool transformed) const {
  const T scale = static_cast<T>(1 / static_cast<double>(plan_.pixels()));
  const std::ptrdiff_t items = slot_items<T>();
  plan_.over_frequencies(
      spectrum, workers_,
      [&](const ComplexTransform<T>& transform, T* slots, std::ptrdiff_t offset,
          std::ptrdiff_t stride, T* work) {
        const Kernels kernels(*this, transform, offset, work);
        const auto size = static_cast<std::ptrdiff_t>(transform.size());
        active_table<T>().wiener_factors({kernels.blur, kernels.reg, size, balance, scale});
        T* line = slots;
        if (stride != items) {  // the factors are side by side
          line = kernels.reg;
          for (std::ptrdiff_t j = 0; j < size; ++j) {
            std::copy_n(slots + j * stride, items, line + j * items);
          }
        }
        if (transformed) {
          active_table<T>().multiply_slots({line, kernels.blur, items, size, false});
          transform.inverse(line, items, work);
        } else {
          transform.multiply(line, kernels.blur, false, items, work);
        }
        if (stride != items) {
          for (std::ptrdiff_t j = 0; j < size; ++j) {
            std::copy_n(line + j * items, items, slots + j * stride);
          }
        }
      });
}

template <class T>
void WienerFilter<T>::begin_losses(T* spectrum, T balance, bool transformed, T* losses) const {
  const T scale = static_cast<T>(1 / static_cast<double>(plan_.pixels()));
  plan_.over_frequencies(
      spectrum, workers_,
      [&](const ComplexTransform<T>& transform, T* slots, std::ptrdiff_t offset,
          std::ptrdiff_t stride, T* work) {
        const Kernels kernels(*this, transform, offset, work);
        const auto size = static_cast<std::ptrdiff_t>(transform.size());
        T* const factors = losses + offset / 2;
        active_table<T>().wiener_losses(
            {kernels.blur, kernels.reg, factors, stride / 2, size, balance, scale});
        if (transformed) {
          active_table<T>().scale_slots({slots, factors, stride, stride / 2, size});
          transform.inverse(slots, stride, work);
        } else {
          transform.scale(slots, factors, stride, stride / 2, work);
        }
      });
}

template <class T>
void WienerFilter<T>::lose(T* spectrum, const T* losses) const {
  plan_.over_frequencies(spectrum, workers_,
                         [&](const ComplexTransform<T>& transform, T* slots, std::ptrdiff_t offset,
                             std::ptrdiff_t stride, T* work) {
                           transform.scale(slots, losses + offset / 2, stride, stride / 2, work);
                         });
}

template class WienerFilter<float>;
template class WienerFilter<double>;

}  // namespace burnish::ops
