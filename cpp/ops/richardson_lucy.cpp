#include "ops/richardson_lucy.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <stdexcept>
#include <vector>

#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/mirror.hpp"
#include "ops/row_blocks.hpp"
#include "ops/rows.hpp"
#include "ops/spectral.hpp"
#include "ops/spectral_kernel.hpp"
#include "ops/spectral_rows.hpp"
#include "ops/total_variation.hpp"

namespace burnish::ops {
namespace {

using kernels::Products;

// Bertero & Boccacci 2005: a pixel of the scene that the image hears less of is left out.
// What this is a part of is the largest weight.
constexpr double least_heard = 0.01;
// Of the largest magnitude: a gradient that is shorter has less of a direction.
constexpr double least_gradient = 1e-3;

bool hears_unevenly(const RichardsonLucyOptions& options) {
  return options.weights != nullptr || options.outside == Outside::reflect ||
         options.outside == Outside::unknown;
}

std::optional<Mirror> mirror_of(const KernelAxis& axis, std::int64_t size, Outside outside) {
  if (outside != Outside::reflect) return std::nullopt;
  return Mirror(size, axis.period, axis.shift, axis.taps - 1 - axis.shift);
}

template <class T>
class RichardsonLucy {
 public:
  RichardsonLucy(const View& image, const MutableView& out, const Blur& blur,
                 const Geometry* weights, const RichardsonLucyOptions& options, int workers)
      : options_(options),
        g_(blur.geometry),
        plan_(blur.axes[0].period, blur.axes[1].period, blur.axes[2].period),
        slot_rows_(plan_.columns()),
        in_(image, g_, 0),
        out_(out, g_),
        ndim_(blur.kernel.taps.size()),
        workers_(workers),
        frame_{{0, g_.planes.size}, {0, g_.rows.size}},
        scene_(options.outside == Outside::unknown ? plan_.all() : frame_),
        z_mirror_(mirror_of(blur.axes[0], g_.planes.size, options.outside)),
        y_mirror_(mirror_of(blur.axes[1], g_.rows.size, options.outside)),
        x_mirror_(mirror_of(blur.axes[2], g_.columns.size, options.outside)),
        is_symmetric_(is_symmetric<T>(blur.axes, blur.kernel.weights.data())),
        memory_(Scratch::size_of<T>(factors_size()) + Scratch::size_of<T>(plan_.spectrum_size()) +
                bytes(frame_) +
                (1 + hears_unevenly(options) + 2 * options.acceleration + smooths()) *
                    bytes(scene_)),
        factors_(memory_.template take<T>(factors_size())),
        spectrum_(memory_.template take<T>(plan_.spectrum_size())),
        observed_(take(frame_)),
        estimate_(take(scene_)),
        gain_(hears_unevenly(options) ? take(scene_) : nullptr),
        previous_(options.acceleration ? take(scene_) : nullptr),
        step_(options.acceleration ? take(scene_) : nullptr),
        smoothing_(smooths() ? take(scene_) : nullptr) {
    if (weights != nullptr) weights_.emplace(*options.weights, *weights, 0);
    memory_.provide(workers);
    set_factors(blur);
  }

  // `number` is the volume's in the batch.
  void run(BatchOffset batch, std::int64_t weights_offset, std::int64_t number) {
    batch_ = batch;
    weights_offset_ = weights_offset;
    if (gain_ != nullptr) hear();
    begin();
    T momentum = 0;
    for (std::int64_t i = 1; i <= options_.num_iter; ++i) {
      blur();
      const double misfit = divide();
      if (i > 1 && options_.stop == Stop::discrepancy && misfit <= options_.stop_at) {
        write(options_.acceleration ? previous_ : estimate_);
        return;
      }
      if (smooths()) smooth();
      back();
      const Sums sums = advance(i == options_.num_iter);
      bool ends = options_.stop == Stop::change &&
                  std::sqrt(sums.change.first) <= options_.stop_at * std::sqrt(sums.change.second);
      if (options_.observer) {
        write(estimate_);
        ends = options_.observer(i, number) || ends;
      }
      if (ends) break;
      if (options_.acceleration && i < options_.num_iter) {
        // Steps that point the same way can be longer.
        const bool has_step = i > 1 && sums.step.second > 0;
        momentum = has_step
                       ? static_cast<T>(std::clamp(sums.step.first / sums.step.second, 0.0, 1.0))
                       : T{0};
        predict(momentum);
      }
    }
    write(estimate_);
  }

 private:
  struct Sums {
    Products step, change;
  };

  static std::int64_t lanes() { return active_table<T>().lanes; }
  bool smooths() const { return options_.total_variation > 0; }
  bool measures_change() const { return options_.stop == Stop::change; }
  bool measures_misfit() const { return options_.stop == Stop::discrepancy; }
  bool weighs() const {
    return options_.weights != nullptr || options_.damping > 0 || measures_misfit();
  }

  // Images stand block of rows after block of rows.
  static RowBlocks blocks(const Volume& v) { return {v.planes.size(), v.rows.size(), lanes()}; }
  std::int64_t items() const { return plan_.pixel_items(); }
  std::size_t bytes(const Volume& v) const {
    return Scratch::size_of<T>(blocks(v).count() * items());
  }
  T* take(const Volume& v) { return memory_.template take<T>(blocks(v).count() * items()); }
  T* at(T* image, const Volume& v, std::int64_t z, std::int64_t y) const {
    return image + static_cast<std::ptrdiff_t>(blocks(v).place(z, y)) * items();
  }

  // What T may have no room for: nothing is seen beside a background of that size, nor damped.
  static T held(double value) {
    return static_cast<T>(std::min(value, static_cast<double>(std::numeric_limits<T>::max()) / 4));
  }

  // Rows are turned in whole squares, which may reach beyond their pixels.
  std::size_t slots_size() const { return Scratch::size_of<T>(plan_.block_size()); }
  T* take_slots(Scratch& scratch) const { return scratch.take<T>(plan_.block_size()); }

  // Real factors are half as many.
  std::int64_t factors_size() const { return plan_.spectrum_size() / (is_symmetric_ ? 2 : 1); }

  void set_factors(const Blur& blur) {
    T* const factors = is_symmetric_ ? spectrum_ : factors_;
    transform_kernel(plan_, blur.axes, blur.kernel.weights.data(), 1, factors, workers_);
    if (!is_symmetric_) return;
    const std::int64_t slots = plan_.spectrum_size() / (2 * lanes());
    constexpr std::int64_t chunk = 1 << 14;
    for_tiles((slots + chunk - 1) / chunk, workers_, [&](std::int64_t i) {
      for (std::int64_t k = i * chunk; k < std::min((i + 1) * chunk, slots); ++k) {
        std::copy_n(spectrum_ + 2 * k * lanes(), lanes(), factors_ + k * lanes());
      }
    });
  }

  // The pixels that count, of a block of rows of the frame.
  void load_weights(std::int64_t z, std::int64_t y, T* slots) const {
    if (weights_) {
      slot_rows_.load(*weights_, weights_offset_, slot_rows_.window(g_, z, y), slots);
    } else {
      load_ones(y, slots);
    }
  }

  void load_ones(std::int64_t y, T* slots) const {
    const std::int64_t length = g_.columns.size;
    Scratch scratch(Scratch::size_of<const T*>(lanes()) + 2 * Scratch::size_of<T>(length));
    const T** const rows = scratch.take<const T*>(lanes());
    T* const ones = scratch.take<T>(length);
    T* const zeros = scratch.take<T>(length);
    std::fill_n(ones, length, T{1});
    std::fill_n(zeros, length, T{0});
    for (std::int64_t i = 0; i < lanes(); ++i) rows[i] = y + i < g_.rows.size ? ones : zeros;
    slot_rows_.load(rows, length, slots);
  }

  // How much of each pixel of the scene the image hears of, and one over that.
  void hear() {
    // Where nothing is beyond the frame, all of it is heard there.
    const bool whole = options_.outside == Outside::zero || options_.outside == Outside::wrap;
    plan_.over_pixels(spectrum_, Pixels::written, frame_, workers_,
                      [&](std::int64_t z, std::int64_t y, T* slots) {
                        load_weights(z, y, slots);
                        if (!whole) return;
                        Scratch scratch(slots_size());
                        T* const ones = take_slots(scratch);
                        load_ones(y, ones);
                        active_table<T>().subtract_row({slots, ones, items()});
                      });
    back();
    const T most = weights_ ? largest_in(*weights_, g_, weights_offset_, workers_) : T{1};
    const T least = static_cast<T>(least_heard) * most;
    plan_.over_pixels(
        spectrum_, Pixels::read, scene_, workers_,
        [&](std::int64_t z, std::int64_t y, T* slots) {
          fold_columns(slots);
          active_table<T>().richardson_lucy_gain({slots, items(), whole ? T{1} : T{0}, least});
          // The last slot has no second pixel then.
          if (plan_.columns() % 2 != 0) std::fill_n(slots + items() - lanes(), lanes(), T{0});
          std::copy_n(slots, items(), at(gain_, scene_, z, y));
        },
        mirrored_rows());
  }

  // Sets the image and the estimate, the same everywhere that is heard of, and transforms the
  // estimate's rows.
  void begin() {
    std::vector<T> largest = blocks(frame_).template values<T>();
    blocks(frame_).for_each(workers_, [&](std::int64_t z, std::int64_t y) {
      Scratch scratch(2 * slots_size());
      T* const slots = take_slots(scratch);
      slot_rows_.load(in_, batch_.in, slot_rows_.window(g_, z, y), slots);
      if (weights_) {
        T* const weights = take_slots(scratch);
        load_weights(z, y, weights);
        active_table<T>().leave_out({slots, weights, items()});
      }
      largest[blocks(frame_).place(z, y)] = active_table<T>().largest_magnitude({slots, items()});
      active_table<T>().clip_row({slots, items()});
      std::copy_n(slots, items(), at(observed_, frame_, z, y));
    });
    const T most = *std::max_element(largest.begin(), largest.end());
    if (!std::isfinite(most)) throw NotFinite();
    unit_ = unit_of(most);
    scale_ = 1 / unit_;
    least_ = static_cast<T>(options_.least) * (most * scale_);
    floor_ = least_square_gradient(most > 0 ? most * scale_ : T{1});
    background_ = held(options_.background / static_cast<double>(unit_));
    if (options_.damping > 0) {
      damping_ = held(2 * static_cast<double>(unit_) / (options_.damping * options_.damping));
    }
    start(most * scale_);
  }

  // With less, differences between neighbours would grow from one iteration to the next: each of
  // an estimate's axes takes off 4 total_variation estimate / length of them.
  T least_square_gradient(T most) const {
    const double steep = 4 * static_cast<double>(ndim_) * options_.total_variation;
    const T length = static_cast<T>(std::max(least_gradient, steep)) * most;
    return length * length;
  }

  void start(T value) {
    plan_.over_pixels(
        spectrum_, Pixels::written, scene_, workers_,
        [&](std::int64_t z, std::int64_t y, T* slots) {
          if (options_.outside == Outside::unknown) {
            const T* const gain = at(gain_, scene_, z, y);
            std::transform(gain, gain + items(), slots,
                           [&](T each) { return each > 0 ? value : T{0}; });
          } else {
            load_ones(y, slots);
            active_table<T>().scale_row({slots, items(), value});
          }
          std::copy_n(slots, items(), at(estimate_, scene_, z, y));
          if (previous_ != nullptr) {
            std::copy_n(slots, items(), at(previous_, scene_, z, y));
            std::fill_n(at(step_, scene_, z, y), items(), T{0});
          }
          mirror_columns(slots);
        },
        mirrored_rows());
  }

  void blur() { multiply(false); }
  void back() { multiply(true); }

  void multiply(bool conjugate) {
    const std::optional<Mirror>& outermost = plan_.is_volume() ? z_mirror_ : y_mirror_;
    plan_.over_frequencies(
        spectrum_, workers_,
        [&](const ComplexTransform<T>& transform, T* slots, std::ptrdiff_t offset,
            std::ptrdiff_t stride, T* work) {
          const auto slot = [&](std::int64_t i) { return slots + i * stride; };
          if (outermost && !conjugate) outermost->extend(2 * lanes(), slot);
          if (is_symmetric_) {
            transform.scale(slots, factors_ + offset / 2, stride, stride / 2, work);
          } else {
            transform.multiply(slots, factors_ + offset, conjugate, stride, work);
          }
          if (outermost && conjugate) outermost->fold(2 * lanes(), slot);
        });
  }

  const Mirror* mirrored_rows() const { return y_mirror_ ? &*y_mirror_ : nullptr; }
  auto column_of(T* slots) const {
    const std::int64_t half = (plan_.columns() + 1) / 2;
    return [=](std::int64_t x) { return slots + (x % half * 2 + x / half) * lanes(); };
  }
  void mirror_columns(T* slots) const {
    if (x_mirror_) x_mirror_->extend(lanes(), column_of(slots));
  }
  void fold_columns(T* slots) const {
    if (x_mirror_) x_mirror_->fold(lanes(), column_of(slots));
  }

  // Makes the blurred estimate its ratio to the image. Returns the root mean square of their
  // difference, where that may end the iterations.
  double divide() {
    if (plan_.has_row_stage() && !weighs()) {
      plan_.over_pixels(
          spectrum_, Pixels::between, frame_, workers_,
          [&](std::int64_t z, std::int64_t y, T* slots) {
            active_table<T>().richardson_lucy_ratio_between(
                {plan_.row_stage(slots), at(observed_, frame_, z, y), scale_, least_, background_});
          });
      return 0;
    }
    std::vector<Products> misfits = blocks(frame_).template values<Products>();
    plan_.over_pixels(
        spectrum_, Pixels::changed, frame_, workers_,
        [&](std::int64_t z, std::int64_t y, T* slots) {
          Scratch scratch(slots_size());
          T* const weights = weighs() ? take_slots(scratch) : nullptr;
          if (weighs()) load_weights(z, y, weights);
          const T* const observed = at(observed_, frame_, z, y);
          if (measures_misfit()) {
            misfits[blocks(frame_).place(z, y)] = active_table<T>().richardson_lucy_misfit(
                {observed, weights, slots, items(), scale_, background_});
          }
          active_table<T>().richardson_lucy_ratio(
              {observed, weights, slots, items(), scale_, least_, background_, damping_});
        });
    const Products sums = sum(misfits);
    return std::sqrt(sums.first / sums.second) * static_cast<double>(unit_);
  }

  void smooth() {
    const bool periodic = options_.outside == Outside::wrap || options_.outside == Outside::unknown;
    const SlotImage<T> image{
        estimate_,
        plan_.columns(),
        scene_.planes.size(),
        scene_.rows.size(),
        options_.outside == Outside::unknown ? plan_.columns() : g_.columns.size,
        periodic};
    blocks(scene_).for_each(workers_, [&](std::int64_t z, std::int64_t y) {
      smooth_block(image, static_cast<T>(options_.total_variation), floor_, z, y,
                   at(smoothing_, scene_, z, y));
    });
  }

  // Multiplies the estimate with what has come back, and transforms its rows if it is blurred next.
  Sums advance(bool last) {
    const bool is_product = !options_.acceleration && !measures_change() && !smooths();
    if (plan_.has_row_stage() && is_product && !last && !x_mirror_) {
      plan_.over_pixels(
          spectrum_, Pixels::between, scene_, workers_,
          [&](std::int64_t z, std::int64_t y, T* slots) {
            T* const estimate = at(estimate_, scene_, z, y);
            active_table<T>().richardson_lucy_product_between(
                {plan_.row_stage(slots), estimate,
                 gain_ == nullptr ? nullptr : at(gain_, scene_, z, y)});
            plan_.demand_finite(estimate);
          },
          mirrored_rows());
      return {};
    }
    std::vector<Sums> sums = blocks(scene_).template values<Sums>();
    plan_.over_pixels(
        spectrum_, last || options_.acceleration ? Pixels::read : Pixels::changed, scene_, workers_,
        [&](std::int64_t z, std::int64_t y, T* slots) {
          plan_.demand_finite(slots);
          fold_columns(slots);
          sums[blocks(scene_).place(z, y)] = advance_block(z, y, slots);
          mirror_columns(slots);
        },
        mirrored_rows());
    Sums total{};
    for (const Sums& each : sums) {
      total.step = plus(total.step, each.step);
      total.change = plus(total.change, each.change);
    }
    return total;
  }

  Sums advance_block(std::int64_t z, std::int64_t y, T* slots) {
    const auto& table = active_table<T>();
    T* const estimate = at(estimate_, scene_, z, y);
    const T* const gain = gain_ == nullptr ? nullptr : at(gain_, scene_, z, y);
    if (smooths()) table.multiply_row({slots, at(smoothing_, scene_, z, y), items()});
    Sums sums{};
    if (!options_.acceleration && !measures_change()) {
      table.richardson_lucy_product({estimate, slots, gain, items()});
      return sums;
    }
    if (gain != nullptr) table.multiply_row({slots, gain, items()});
    table.multiply_row({slots, estimate, items()});
    table.clip_row({slots, items()});
    const T* before = estimate;
    if (options_.acceleration) {
      sums.step = table.richardson_lucy_step({slots, estimate, at(step_, scene_, z, y), items()});
      before = at(previous_, scene_, z, y);
    }
    if (measures_change()) sums.change = table.richardson_lucy_change({slots, before, items()});
    std::copy_n(slots, items(), estimate);
    return sums;
  }

  // Moves the estimate on in the direction that it goes, and transforms its rows.
  void predict(T momentum) {
    plan_.over_pixels(
        spectrum_, Pixels::written, scene_, workers_,
        [&](std::int64_t z, std::int64_t y, T* slots) {
          active_table<T>().richardson_lucy_predict(
              {slots, at(estimate_, scene_, z, y), at(previous_, scene_, z, y), items(), momentum});
          mirror_columns(slots);
        },
        mirrored_rows());
  }

  void write(T* estimate) {
    blocks(frame_).for_each(workers_, [&](std::int64_t z, std::int64_t y) {
      Scratch scratch(slots_size());
      T* const slots = take_slots(scratch);
      std::copy_n(at(estimate, scene_, z, y), items(), slots);
      active_table<T>().scale_row({slots, items(), unit_});
      slot_rows_.store(slots, 0, out_, batch_.out, slot_rows_.window(g_, z, y), 0);
    });
  }

  static Products plus(const Products& a, const Products& b) {
    return {a.first + b.first, a.second + b.second};
  }
  static Products sum(const std::vector<Products>& each) {
    Products total{};
    for (const Products& products : each) total = plus(total, products);
    return total;
  }

  const RichardsonLucyOptions& options_;
  const Geometry& g_;
  SpectralPlan<T> plan_;
  SlotRows<T> slot_rows_;
  InputRows<T> in_;
  OutputRows<T> out_;
  std::optional<InputRows<T>> weights_;
  std::size_t ndim_;
  int workers_;
  Volume frame_, scene_;  // the image's pixels, and the estimate's
  std::optional<Mirror> z_mirror_, y_mirror_, x_mirror_;
  bool is_symmetric_;  // the PSF, whose transform is real then
  Scratch memory_;
  T* factors_;
  T* spectrum_;
  T* observed_;
  T* estimate_;
  T* gain_;      // null: 1
  T* previous_;  // the estimate one iteration ago
  T* step_;      // between the prediction and what became of it
  T* smoothing_;

  BatchOffset batch_{};
  std::int64_t weights_offset_ = 0;
  T unit_{}, scale_{}, least_{}, floor_{}, background_{}, damping_{};
};

template <class T>
void richardson_lucy_in(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                        const double* weights, const RichardsonLucyOptions& options, int workers) {
  const Blur blur = make_blur(image, out, taps, weights, options.outside);
  std::optional<Geometry> weighed;
  if (options.weights != nullptr) {
    weighed = scene_geometry(*options.weights, out, taps);
    if (blur.geometry.batch.size() > 1) {
      throw std::invalid_argument("weights and several batch axes");
    }
  }
  RichardsonLucy<T> method(image, out, blur, weighed ? &*weighed : nullptr, options, workers);
  for (std::int64_t i = 0; i < blur.geometry.batch_size(); ++i) {
    const std::int64_t at = weighed ? batch_offset(*weighed, i).in : 0;
    method.run(batch_offset(blur.geometry, i), at, i);
  }
}

}  // namespace

bool richardson_lucy(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                     const double* weights, const RichardsonLucyOptions& options, int workers) {
  const auto run =
      computed_in_double(image.dtype) ? richardson_lucy_in<double> : richardson_lucy_in<float>;
  try {
    run(image, out, taps, weights, options, workers);
  } catch (const NotFinite&) {
    return false;
  }
  return true;
}

}  // namespace burnish::ops
