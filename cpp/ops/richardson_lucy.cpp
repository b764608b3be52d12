#include "ops/richardson_lucy.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/rows.hpp"
#include "ops/spectral.hpp"
#include "ops/spectral_kernel.hpp"
#include "ops/spectral_rows.hpp"

namespace burnish::ops {
namespace {

template <class T>
class RichardsonLucy {
 public:
  RichardsonLucy(const View& image, const MutableView& out, const Blur& blur, int workers)
      : g_(blur.geometry),
        plan_(blur.axes[0].period, blur.axes[1].period, blur.axes[2].period),
        slot_rows_(plan_.columns()),
        in_(image, g_, 0),
        out_(out, g_),
        workers_(workers),
        memory_(2 * Scratch::size_of<T>(plan_.spectrum_size()) +
                2 * Scratch::size_of<T>(blocks() * plan_.pixel_items())),
        factors_(memory_.template take<T>(plan_.spectrum_size())),
        spectrum_(memory_.template take<T>(plan_.spectrum_size())),
        observed_(memory_.template take<T>(blocks() * plan_.pixel_items())),
        estimate_(memory_.template take<T>(blocks() * plan_.pixel_items())) {
    memory_.provide(workers);
    transform_kernel(plan_, blur.axes, blur.kernel.weights.data(), 1, factors_, workers);
  }

  void run(BatchOffset batch, std::int64_t num_iter, double least) const {
    const T most = begin(batch);
    if (!std::isfinite(most)) throw NotFinite();
    const T unit = unit_of(most);
    const T scale = 1 / unit;
    const T least_divisor = static_cast<T>(least) * (most * scale);
    for (std::int64_t i = 1; i <= num_iter; ++i) {
      plan_.multiply(spectrum_, factors_, false, workers_);
      over_pixels(Pixels::changed, [&](std::int64_t z, std::int64_t y, T* slots) {
        active_table<T>().richardson_lucy_ratio(
            {observed_ + offset(z, y), slots, plan_.pixel_items(), scale, least_divisor});
      });
      plan_.multiply(spectrum_, factors_, true, workers_);
      const bool last = i == num_iter;
      const T factor = last ? unit : T{1};
      over_pixels(last ? Pixels::read : Pixels::changed,
                  [&](std::int64_t z, std::int64_t y, T* slots) {
                    plan_.demand_finite(slots);
                    active_table<T>().richardson_lucy_product(
                        {estimate_ + offset(z, y), slots, plan_.pixel_items(), factor});
                    if (last) slot_rows_.store(slots, 0, out_, batch.out, window(z, y), 0);
                  });
    }
  }

 private:
  std::int64_t row_blocks() const { return (g_.rows.size + lanes() - 1) / lanes(); }
  std::int64_t blocks() const { return g_.planes.size * row_blocks(); }
  std::int64_t block(std::int64_t z, std::int64_t y) const {
    return z * row_blocks() + y / lanes();
  }
  std::int64_t offset(std::int64_t z, std::int64_t y) const {
    return block(z, y) * plan_.pixel_items();
  }
  static std::int64_t lanes() { return active_table<T>().lanes; }
  Window window(std::int64_t z, std::int64_t y) const {
    return {{z, z + 1}, {y, std::min(y + lanes(), g_.rows.size)}, {0, g_.columns.size}};
  }

  // Sets the image and the estimate, and makes a spectrum of the latter. Returns the image's
  // largest magnitude, NaN aside.
  T begin(BatchOffset batch) const {
    std::vector<T> largest(static_cast<std::size_t>(blocks()));
    over_pixels(Pixels::written, [&](std::int64_t z, std::int64_t y, T* slots) {
      T* const observed = observed_ + offset(z, y);
      slot_rows_.load(in_, batch.in, window(z, y), slots);
      std::copy_n(slots, plan_.pixel_items(), observed);
      largest[static_cast<std::size_t>(block(z, y))] =
          active_table<T>().richardson_lucy_largest({observed, plan_.pixel_items()});
      load_ones(y, slots);
      std::copy_n(slots, plan_.pixel_items(), estimate_ + offset(z, y));
    });
    return *std::max_element(largest.begin(), largest.end());
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

  template <class Step>
  void over_pixels(Pixels kind, const Step& step) const {
    plan_.over_pixels(spectrum_, kind, {{0, g_.planes.size}, {0, g_.rows.size}}, workers_, step);
  }

  const Geometry& g_;
  SpectralPlan<T> plan_;
  SlotRows<T> slot_rows_;
  InputRows<T> in_;
  OutputRows<T> out_;
  int workers_;
  Scratch memory_;
  T* factors_;
  T* spectrum_;
  T* observed_;
  T* estimate_;
};

template <class T>
void richardson_lucy_in(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                        const double* weights, Outside outside, std::int64_t num_iter, double least,
                        int workers) {
  const Blur blur = make_blur(image, out, taps, weights, outside);
  const RichardsonLucy<T> method(image, out, blur, workers);
  const Geometry& g = blur.geometry;
  for (std::int64_t i = 0; i < g.batch_size(); ++i) {
    method.run(batch_offset(g, i), num_iter, least);
  }
}

}  // namespace

bool richardson_lucy(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                     const double* weights, Outside outside, std::int64_t num_iter, double least,
                     int workers) {
  const auto run =
      computed_in_double(image.dtype) ? richardson_lucy_in<double> : richardson_lucy_in<float>;
  try {
    run(image, out, taps, weights, outside, num_iter, least, workers);
  } catch (const NotFinite&) {
    return false;
  }
  return true;
}

}  // namespace burnish::ops
