#include "ops/spectral_convolution.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include "base/parallel.hpp"
#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/fold.hpp"
#include "ops/rows.hpp"
#include "ops/spectral.hpp"
#include "ops/spectral_kernel.hpp"
#include "ops/spectral_line.hpp"
#include "ops/spectral_rows.hpp"
#include "ops/spectral_sizes.hpp"

namespace burnish::ops {
namespace {

// One axis of the filtered volume.
struct Extent {
  std::int64_t outputs;
  std::int64_t taps;
  std::int64_t before;
  std::int64_t kernel_stride;
  TilePeriod tile;

  std::int64_t tiles() const { return (outputs + tile.outputs - 1) / tile.outputs; }

  // Where a period holds the output that a tile begins with: overlap-save (Stockham 1966) throws
  // away what lies before.
  std::int64_t first() const { return tile.wraps ? 0 : taps - 1; }

  KernelAxis kernel() const {
    return {tile.period, taps, tile.wraps ? before : taps - 1, kernel_stride};
  }

  Span tile_outputs(std::int64_t index) const {
    return {index * tile.outputs, std::min((index + 1) * tile.outputs, outputs)};
  }
  Span inputs(Span wanted) const {
    if (tile.wraps) return {0, outputs};
    return {wanted.begin - before, wanted.end - before + taps - 1};
  }
};

// What the sum of the weights' magnitudes is measured in: a power of two, and 1 unless the kernel's
// transform would otherwise come near the ends of a float's range.
double unit(const std::vector<double>& weights) {
  double sum = 0;
  for (const double weight : weights) sum += std::abs(weight);
  constexpr double far = 1e15;
  return sum == 0 || (sum < far && sum > 1 / far) ? 1 : std::scalbn(1.0, std::ilogb(sum));
}

template <class T>
class SpectralTiles {
 public:
  SpectralTiles(const View& image, const MutableView& out, const Geometry& g,
                const std::array<Extent, 3>& extents, const std::vector<double>& weights,
                double cval, int workers)
      : g_(g),
        z_(extents[0]),
        y_(extents[1]),
        x_(extents[2]),
        plan_(z_.tile.period, y_.tile.period, x_.tile.period),
        slot_rows_(x_.tile.period),
        lanes_(active_table<T>().lanes),
        in_(image, g, cval),
        out_(out, g),
        unit_(unit(weights)),
        response_(Scratch::size_of<T>(plan_.spectrum_size())),
        factors_(response_.template take<T>(plan_.spectrum_size())) {
    response_.provide(workers);
    transform_kernel(plan_, {z_.kernel(), y_.kernel(), x_.kernel()}, weights.data(), 1 / unit_,
                     factors_, workers);
  }

  std::int64_t count() const { return g_.batch_size() * z_.tiles() * y_.tiles() * x_.tiles(); }

  // Whether each thread gets tiles of its own, rather than all of them one tile after the other:
  // where there are enough, and none takes more than some 10 ms.
  bool shares_out() const { return count() >= enough_tiles && plan_.pixels() <= 1 << 20; }

  void run(std::int64_t index, int workers) const {
    const Span columns = x_.tile_outputs(index % x_.tiles());
    index /= x_.tiles();
    const Span rows = y_.tile_outputs(index % y_.tiles());
    index /= y_.tiles();
    const Span planes = z_.tile_outputs(index % z_.tiles());
    const BatchOffset batch = batch_offset(g_, index / z_.tiles());

    Scratch scratch(Scratch::size_of<T>(plan_.spectrum_size()));
    scratch.provide(workers);
    T* const spectrum = scratch.take<T>(plan_.spectrum_size());
    const Window window{z_.inputs(planes), y_.inputs(rows), x_.inputs(columns)};
    plan_.over_pixels(
        spectrum, Pixels::written, {{0, window.planes.size()}, {0, window.rows.size()}}, workers,
        [&](std::int64_t z, std::int64_t y, T* slots) {
          const std::int64_t plane = window.planes.begin + z;
          const std::int64_t row = window.rows.begin + y;
          const Span block{row, std::min(row + lanes_, window.rows.end)};
          slot_rows_.load(in_, batch.in, {{plane, plane + 1}, block, window.elements}, slots);
        });
    plan_.multiply(spectrum, factors_, false, workers);
    plan_.over_pixels(
        spectrum, Pixels::read,
        {{z_.first(), z_.first() + planes.size()}, {y_.first(), y_.first() + rows.size()}}, workers,
        [&](std::int64_t z, std::int64_t y, T* slots) {
          plan_.demand_finite(slots);
          if (unit_ != 1) {
            active_table<T>().scale_row({slots, plan_.pixel_items(), static_cast<T>(unit_)});
          }
          const std::int64_t plane = planes.begin + z - z_.first();
          const Span block{rows.begin + y - y_.first(), rows.end};
          slot_rows_.store(slots, x_.first(), out_, batch.out, {{plane, plane + 1}, block, columns},
                           rows.begin);
        });
  }

 private:
  const Geometry& g_;
  Extent z_, y_, x_;
  SpectralPlan<T> plan_;
  SlotRows<T> slot_rows_;
  std::int64_t lanes_;
  InputRows<T> in_;
  OutputRows<T> out_;
  double unit_;
  Scratch response_;
  T* factors_;
};

// How far the outputs reach beyond the image, as taps of a filter that does; two at least where
// there is more to do than to multiply, since an axis with one tap is no filtered axis.
std::vector<Taps> reach(const View& image, const MutableView& out, const std::vector<Taps>& taps) {
  std::vector<Taps> reaching = taps;
  for (Taps& t : reaching) {
    const auto axis = static_cast<std::size_t>(t.axis);
    const std::int64_t after = out.shape[axis] - t.before + t.taps - 1 - image.shape[axis];
    const std::int64_t least = t.taps == 1 && out.shape[axis] == image.shape[axis] ? 1 : 2;
    t.taps = std::max(t.before + 1 + std::max<std::int64_t>(after, 0), least);
  }
  return reaching;
}

// Whether there is one line, with all of its pixels along the one axis that is filtered.
bool is_line(const View& image, const std::vector<Taps>& taps) {
  if (taps.size() != 1) return false;
  for (int axis = 0; axis < image.ndim; ++axis) {
    if (axis != taps.front().axis && image.shape[static_cast<std::size_t>(axis)] > 1) return false;
  }
  return true;
}

// Leaves out the axes along which one pixel is multiplied by one weight.
void leave_out_points(const View& image, const MutableView& out, std::vector<Taps>& taps) {
  const auto is_point = [&](const Taps& t) {
    const auto axis = static_cast<std::size_t>(t.axis);
    return t.taps == 1 && image.shape[axis] == 1 && out.shape[axis] == 1;
  };
  const auto end = std::remove_if(taps.begin(), taps.end(), is_point);
  if (end != taps.begin()) taps.erase(end, taps.end());
}

template <class T>
void correlate_in(const View& image, const MutableView& out, const FoldedKernel& kernel,
                  double cval, bool periodic, int workers) {
  const std::vector<Taps> reaching = reach(image, out, kernel.taps);
  if (!periodic && is_line(image, kernel.taps)) {
    const Taps& line = kernel.taps.front();
    const std::int64_t outputs = out.shape[static_cast<std::size_t>(line.axis)];
    if (is_long_line(outputs, line.taps)) {
      const bool finite = correlate_line<T>(image, out, line, reaching.front(),
                                            kernel.weights.data(), cval, workers);
      if (!finite) throw NotFinite();
      return;
    }
  }
  Geometry g = make_planar_geometry(image, out, reaching);
  // Where one axis is filtered, rows still run through memory in order.
  if (!g.rows.filtered() && std::abs(g.rows.in_stride) < std::abs(g.columns.in_stride)) {
    std::swap(g.rows, g.columns);
    g.in_element = g.columns.in_stride;
    g.out_element = g.columns.out_stride;
  }
  std::array<Extent, 3> extents{};
  const std::array<const Axis*, 3> axes{&g.planes, &g.rows, &g.columns};
  std::array<TileAxis, 3> wanted{};
  for (std::size_t i = 0; i < 3; ++i) {
    const Axis& axis = *axes[i];
    Extent& extent = extents[i];
    extent = {axis.size, 1, 0, 0, {}};
    if (axis.filtered()) {
      const auto at = static_cast<std::size_t>(axis.kernel_axis);
      const Taps& taps = kernel.taps[at];
      extent.outputs = out.shape[static_cast<std::size_t>(taps.axis)];
      extent.taps = taps.taps;
      extent.before = taps.before;
      extent.kernel_stride = kernel.stride(at);
    }
    wanted[i] = {extent.outputs, extent.taps,
                 axis.filtered() && axis.border == Border::wrap && extent.outputs == axis.size &&
                     extent.taps <= axis.size};
  }
  const TilePlan tiles = plan_tiles<T>(wanted, periodic);
  for (std::size_t i = 0; i < 3; ++i) extents[i].tile = tiles.axes[i];

  const SpectralTiles<T> spectral(image, out, g, extents, kernel.weights, cval, workers);
  if (spectral.shares_out()) {
    for_tiles(spectral.count(), workers, [&](std::int64_t i) { spectral.run(i, 1); });
  } else {
    for (std::int64_t i = 0; i < spectral.count(); ++i) spectral.run(i, workers);
  }
}

}  // namespace

bool correlate_spectral(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                        const double* weights, double cval, bool periodic, int workers) {
  const bool same = std::all_of(taps.begin(), taps.end(), [&](const Taps& t) {
    const auto axis = static_cast<std::size_t>(t.axis);
    return out.shape[axis] == image.shape[axis];
  });
  FoldedKernel kernel = same ? fold_kernel(image, taps, weights) : whole_kernel(taps, weights);
  leave_out_points(image, out, kernel.taps);
  const bool in_double = computed_in_double(image.dtype) || out.dtype == DType::f64;
  const auto run = in_double ? correlate_in<double> : correlate_in<float>;
  try {
    run(image, out, kernel, cval, periodic, workers);
  } catch (const NotFinite&) {
    return false;
  }
  return true;
}

}  // namespace burnish::ops
