#include "ops/separable.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include "base/parallel.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/fold.hpp"
#include "ops/tiles.hpp"
#include "ops/weights.hpp"

namespace burnish::ops {
namespace {

// One weight per tap along each axis of the geometry.
template <class T>
struct Factors {
  std::vector<T> planes, rows, columns;
};

template <class T>
Factors<T> make_factors(const Geometry& g, const std::vector<FoldedKernel>& kernels) {
  // Filtered axes of one tap that the geometry merged away still scale the result.
  double scale = 1;
  for (const FoldedKernel& kernel : kernels) {
    if (kernel.weights.size() == 1) scale *= kernel.weights[0];
  }
  const auto factor = [&](const Axis& axis) {
    if (axis.taps == 1) return std::vector<T>{T{1}};
    const std::vector<double>& weights =
        kernels[static_cast<std::size_t>(axis.kernel_axis)].weights;
    return narrowed_weights<T>(weights.data(), axis.taps);
  };
  Factors<T> result{factor(g.planes), factor(g.rows), factor(g.columns)};
  for (T& weight : result.columns) weight = narrowed<T>(scale * weight, "weights");
  return result;
}

template <class T>
class CorrelationPasses final : public Passes<T> {
 public:
  CorrelationPasses(Factors<T> factors, std::int64_t step)
      : factors_(std::move(factors)), step_(static_cast<std::ptrdiff_t>(step)) {}

  void along_planes(const T* const* rows, const TargetRows<T>& target) const override {
    vertical(rows, factors_.planes, target);
  }
  void down_rows(const T* const* rows, const TargetRows<T>& target) const override {
    vertical(rows, factors_.rows, target);
  }
  void along_columns(const T* const* rows, const TargetRows<T>& target) const override {
    active_table<T>().correlate_row({rows, factors_.columns.data(),
                                     static_cast<std::ptrdiff_t>(factors_.columns.size()), step_,
                                     target.data, target.pitch, target.count, target.columns});
  }
  double gain() const override { return sum(factors_.planes) * sum(factors_.rows); }

 private:
  static double sum(const std::vector<T>& weights) {
    return std::accumulate(weights.begin(), weights.end(), 0.0);
  }
  static void vertical(const T* const* rows, const std::vector<T>& weights,
                       const TargetRows<T>& target) {
    const auto height = static_cast<std::ptrdiff_t>(weights.size());
    active_table<T>().correlate_block({rows, 0, weights.data(), 1, height, 1, 1, target.data,
                                       target.pitch, target.count, target.columns});
  }

  Factors<T> factors_;
  std::ptrdiff_t step_;
};

TileSize separable_tile_size(const Geometry& g, bool in_place, std::int64_t lanes) {
  constexpr std::int64_t most_items = std::int64_t{1} << 22;  // between the passes of a volume
  const bool volume = g.planes.taps > 1;
  const std::int64_t halo = g.columns.taps * g.step;
  const std::int64_t vertical = g.planes.taps + g.rows.taps;
  // A tile that spans the width filters no halo; a narrower one must be much wider than the kernel.
  const std::int64_t widest = volume ? 1024 : in_place ? 4096 : 2048;
  const bool spans = g.width() <= widest || halo >= widest / 8;
  std::int64_t elements = spans ? g.width() : widest / 2;
  const std::int64_t tallest = volume ? 32 : 72;
  const std::int64_t planes =
      volume ? std::clamp<std::int64_t>(most_items / ((tallest + g.rows.taps) * (elements + halo)),
                                        1, 8)
             : 1;
  const std::int64_t most = most_work(lanes) / planes;
  std::int64_t rows = std::min(most / (elements * (vertical + g.columns.taps)), tallest);
  // Fewer rows than a block has are filtered slowly, so a tile gets narrower instead, unless that
  // would mean to filter little but halo.
  const std::int64_t fewest = std::min<std::int64_t>(8, g.rows.size);
  if (rows < fewest && halo * vertical * fewest < most / 2) {
    rows = fewest;
    elements = std::clamp<std::int64_t>(
        (most / rows - halo * vertical) / (vertical + g.columns.taps), 64, elements);
  }
  rows = std::max<std::int64_t>(rows, 1);
  return {planes, rows > strip_rows ? rows / strip_rows * strip_rows : rows, elements};
}

}  // namespace

template <class T>
void filter_separable(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                      const std::vector<const double*>& factors, double cval,
                      const Finish<T>& finish, int workers) {
  std::vector<FoldedKernel> kernels;
  std::vector<Taps> folded;
  for (std::size_t i = 0; i < taps.size(); ++i) {
    kernels.push_back(fold_kernel(image, {taps[i]}, factors[i]));
    folded.push_back(kernels.back().taps[0]);
  }
  const Geometry g = make_geometry(image, out, folded);
  const CorrelationPasses<T> passes(make_factors<T>(g, kernels), g.step);
  const PassTiles<T> tiles(image, out, g, passes, cval, finish, strip_rows);
  const Tiling tiling(g, separable_tile_size(g, tiles.in_place(), active_table<T>().lanes));
  const std::int64_t taps_per_element = g.planes.taps + g.rows.taps + g.columns.taps;
  for_tiles(tiling.count(), useful_workers(g, taps_per_element, workers),
            [&](std::int64_t i) { tiles.run(tiling.tile(i)); });
}

template void filter_separable(const View&, const MutableView&, const std::vector<Taps>&,
                               const std::vector<const double*>&, double, const Finish<float>&,
                               int);
template void filter_separable(const View&, const MutableView&, const std::vector<Taps>&,
                               const std::vector<const double*>&, double, const Finish<double>&,
                               int);

}  // namespace burnish::ops
