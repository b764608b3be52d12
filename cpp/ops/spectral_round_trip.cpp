#include "ops/spectral_round_trip.hpp"

#include <cstdint>
#include <vector>

#include "base/scratch.hpp"
#include "ops/axes.hpp"
#include "ops/spectral.hpp"
#include "ops/spectral_rows.hpp"

namespace burnish::ops {
namespace {

template <class T>
void round_trip(const View& image, const MutableView& out, int workers) {
  std::vector<Taps> axes;
  for (int axis = 0; axis < image.ndim; ++axis) axes.push_back({axis, 2, 0, Border::wrap});
  const Geometry g = make_planar_geometry(image, out, axes);
  const SpectralPlan<T> plan(g.planes.size, g.rows.size, g.columns.size);
  const SlotRows<T> slot_rows(plan.columns());
  const InputRows<T> in(image, g, 0);
  const OutputRows<T> result(out, g);
  const T scale = static_cast<T>(1 / static_cast<double>(plan.pixels()));
  Scratch scratch(Scratch::size_of<T>(plan.spectrum_size()));
  scratch.provide(workers);
  T* const spectrum = scratch.take<T>(plan.spectrum_size());

  plan.over_pixels(spectrum, Pixels::written, plan.all(), workers,
                   [&](std::int64_t z, std::int64_t y, T* slots) {
                     slot_rows.load(in, 0, slot_rows.window(g, z, y), slots);
                   });
  plan.forward(spectrum, workers);
  plan.inverse(spectrum, workers);
  plan.over_pixels(spectrum, Pixels::read, plan.all(), workers,
                   [&](std::int64_t z, std::int64_t y, T* slots) {
                     active_table<T>().scale_row({slots, plan.pixel_items(), scale});
                     slot_rows.store(slots, 0, result, 0, slot_rows.window(g, z, y), 0);
                   });
}

}  // namespace

void spectral_round_trip(const View& image, const MutableView& out, int workers) {
  const auto run = computed_in_double(image.dtype) ? round_trip<double> : round_trip<float>;
  run(image, out, workers);
}

}  // namespace burnish::ops
