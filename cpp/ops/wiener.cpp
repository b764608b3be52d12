#include "ops/wiener.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/fold.hpp"
#include "ops/rows.hpp"
#include "ops/spectral.hpp"
#include "ops/spectral_rows.hpp"
#include "ops/spectral_sizes.hpp"
#include "ops/wiener_filter.hpp"
#include "ops/wiener_frame.hpp"

namespace burnish::ops {
namespace {

// Blur and penalty on the pixels of one scene.
struct Scene {
  Geometry geometry;
  ScaledKernel blur, reg;
};

Scene make_scene(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                 const double* weights, const std::vector<std::int64_t>& reg_sizes,
                 const double* reg, Outside outside) {
  const bool ends = outside == Outside::zero || outside == Outside::unknown;
  // What is folded for the pixels of the image alone would be another filter.
  Blur blur = make_blur(image, out, taps, weights, ends ? Outside::unknown : outside);
  Geometry& g = blur.geometry;
  const std::array<Axis*, 3> axes{&g.planes, &g.rows, &g.columns};
  std::vector<Taps> reg_taps;
  for (std::size_t i = 0; i < taps.size(); ++i) {
    reg_taps.push_back({taps[i].axis, reg_sizes[i], 0, Border::wrap});
  }
  View periods = image;
  for (std::size_t i = 0; i < 3; ++i) {
    Axis& axis = *axes[i];
    if (!axis.filtered()) continue;
    const auto at = static_cast<std::size_t>(axis.kernel_axis);
    std::int64_t& period = blur.axes[i].period;
    if (outside == Outside::reflect) {
      axis.taps = axis.size + 1;
      period = 2 * axis.size;  // the image and its mirror image, which is periodic
    }
    if (ends) {
      // The penalty does not see one edge beside the opposite one.
      const std::int64_t least = axis.size + reg_sizes[at] - 1;
      period = std::max(period, i == 2 ? next_fast_row(least) : next_fast_size(least));
    }
    periods.shape[static_cast<std::size_t>(taps[at].axis)] = period;
  }

  FoldedKernel folded = fold_kernel(periods, reg_taps, reg);
  std::array<KernelAxis, 3> reg_axes{};
  for (std::size_t i = 0; i < 3; ++i) {
    reg_axes[i] = {blur.axes[i].period, 1, 0, 0};
    if (!axes[i]->filtered()) continue;
    const auto at = static_cast<std::size_t>(axes[i]->kernel_axis);
    reg_axes[i].taps = folded.taps[at].taps;
    reg_axes[i].stride = folded.stride(at);
  }
  return {std::move(g),
          {blur.axes, std::move(blur.kernel.weights)},
          {reg_axes, std::move(folded.weights)}};
}

template <class T>
class Wiener {
 public:
  Wiener(const View& image, const MutableView& out, const Scene& scene, Outside outside,
         std::optional<double> balance, int workers)
      : g_(scene.geometry),
        copies_(outside == Outside::reflect ? 2 : 1),
        plan_(scene.blur.axes()[0].period, scene.blur.axes()[1].period,
              scene.blur.axes()[2].period),
        slot_rows_(plan_.columns()),
        in_(image, g_, 0),
        out_(out, g_),
        filter_(plan_, scene.blur, scene.reg, workers),
        workers_(workers),
        memory_(Scratch::size_of<T>(plan_.spectrum_size())),
        spectrum_(memory_.template take<T>(plan_.spectrum_size())) {
    memory_.provide(workers);
    if (balance) balance_ = filter_.in_units(*balance);
    if (outside == Outside::unknown) {
      frame_.emplace(plan_, filter_, g_, in_, out_, spectrum_, workers);
    }
  }

  void run(BatchOffset batch) {
    const T most = largest_in(in_, g_, batch.in, workers_);
    if (!std::isfinite(most)) throw NotFinite();
    const T unit = unit_of(most);
    if (frame_) {
      frame_->run(batch, unit, balance_ ? &*balance_ : nullptr);
    } else {
      filter(batch, unit);
    }
  }

 private:
  void filter(BatchOffset batch, T unit) const {
    const T scale = 1 / unit;
    over_pixels(Pixels::written, copies_, [&](std::int64_t z, std::int64_t y, T* slots) {
      slot_rows_.load(in_, batch.in, window(z, y, copies_), slots);
      active_table<T>().scale_row({slots, plan_.pixel_items(), scale});
    });
    filter_.apply(spectrum_, balance_ ? *balance_ : filter_.best_balance(spectrum_), !balance_);
    const T factor = filter_.unit_after(unit);
    over_pixels(Pixels::read, 1, [&](std::int64_t z, std::int64_t y, T* slots) {
      plan_.demand_finite(slots);
      active_table<T>().scale_row({slots, plan_.pixel_items(), factor});
      slot_rows_.store(slots, 0, out_, batch.out, window(z, y, 1), 0);
    });
  }

  static std::ptrdiff_t lanes() { return active_table<T>().lanes; }
  Window window(std::int64_t z, std::int64_t y, std::int64_t copies) const {
    return {{z, z + 1},
            {y, std::min(y + lanes(), extent(g_.rows, copies))},
            {0, extent(g_.columns, copies)}};
  }
  static std::int64_t extent(const Axis& axis, std::int64_t copies) {
    return axis.filtered() ? axis.size * copies : axis.size;
  }

  template <class Step>
  void over_pixels(Pixels kind, std::int64_t copies, const Step& step) const {
    plan_.over_pixels(spectrum_, kind,
                      {{0, extent(g_.planes, copies)}, {0, extent(g_.rows, copies)}}, workers_,
                      step);
  }

  const Geometry& g_;
  std::int64_t copies_;  // of the image along each axis, every other one mirrored
  SpectralPlan<T> plan_;
  SlotRows<T> slot_rows_;
  InputRows<T> in_;
  OutputRows<T> out_;
  WienerFilter<T> filter_;
  std::optional<T> balance_;
  int workers_;
  Scratch memory_;
  T* spectrum_;
  std::optional<WienerFrame<T>> frame_;
};

template <class T>
void wiener_in(const View& image, const MutableView& out, const Scene& scene, Outside outside,
               std::optional<double> balance, int workers) {
  Wiener<T> method(image, out, scene, outside, balance, workers);
  const Geometry& g = scene.geometry;
  for (std::int64_t i = 0; i < g.batch_size(); ++i) method.run(batch_offset(g, i));
}

}  // namespace

bool wiener(const View& image, const MutableView& out, const std::vector<Taps>& taps,
            const double* weights, const std::vector<std::int64_t>& reg_sizes, const double* reg,
            std::optional<double> balance, Outside outside, int workers) {
  const Scene scene = make_scene(image, out, taps, weights, reg_sizes, reg, outside);
  const auto run = computed_in_double(image.dtype) ? wiener_in<double> : wiener_in<float>;
  try {
    run(image, out, scene, outside, balance, workers);
  } catch (const NotFinite&) {
    return false;
  }
  return true;
}

}  // namespace burnish::ops
