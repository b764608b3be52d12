#include "ops/smoothing.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "ops/fold.hpp"
#include "ops/passes.hpp"
#include "ops/running_sum.hpp"
#include "ops/separable.hpp"
#include "ops/tiles.hpp"

namespace burnish::ops {
namespace {

template <class T>
void sum_tiles(const View& image, const MutableView& out, const Geometry& g, TileSize size,
               double cval, int workers) {
  const RunningSumPasses<T> passes(g);
  const Finish<T> finish;
  const PassTiles<T> tiles(image, out, g, passes, cval, finish, size.rows);
  const Tiling tiling(g, size);
  constexpr std::int64_t additions = 9;  // per element
  for_tiles(tiling.count(), useful_workers(g, additions, workers),
            [&](std::int64_t i) { tiles.run(tiling.tile(i)); });
}

// Boxes of up to so many pixels a side: with larger ones a tile would sum up little but its halo.
std::int64_t largest_fused(std::size_t axes) { return axes == 3 ? 64 : 256; }

// Tall tiles, since each sums one window more than it has rows.
TileSize fused_tile_size(const Geometry& g) {
  constexpr std::int64_t most_items = std::int64_t{1} << 20;    // between the passes of a picture
  constexpr std::int64_t most_between = std::int64_t{1} << 22;  // and of a volume
  const bool volume = g.planes.taps > 1;
  const std::int64_t halo = g.columns.taps * g.step;
  const std::int64_t planes = volume ? std::clamp<std::int64_t>(g.planes.taps, 8, 64) : 1;
  const std::int64_t rows = volume ? std::clamp<std::int64_t>(g.rows.taps, 32, 64)
                                   : std::clamp<std::int64_t>(2 * g.rows.taps, 64, 512);
  const std::int64_t lines = volume ? planes * (rows + g.rows.taps) : rows;
  const std::int64_t room = (volume ? most_between : most_items) / lines;
  return {planes, rows, std::max(room - halo, std::max<std::int64_t>(halo, 256))};
}

template <class T>
void fused(const View& image, const MutableView& out, const std::vector<Taps>& taps, double cval,
           int workers) {
  const Geometry g = make_geometry(image, out, taps);
  sum_tiles<T>(image, out, g, fused_tile_size(g), cval, workers);
}

// Tiles as long as the filtered axis or several windows.
TileSize line_tile_size(const Geometry& g) {
  constexpr std::int64_t most_items = std::int64_t{1} << 22;
  if (g.rows.taps > 1) {
    return {1, g.rows.size,
            std::clamp<std::int64_t>(most_items / (g.rows.size + g.rows.taps), 32, 1024)};
  }
  const std::int64_t halo = g.columns.taps * g.step;
  const std::int64_t elements = std::max<std::int64_t>(std::int64_t{1} << 16, 2 * halo);
  const std::int64_t length = std::min(elements, g.width()) + halo;
  return {1, std::clamp<std::int64_t>(2 * most_items / length, 1, 64), elements};
}

template <class T>
void along_one_axis(const View& image, const MutableView& out, const Taps& taps, double cval,
                    int workers) {
  if (taps.taps <= 4 * image.shape[static_cast<std::size_t>(taps.axis)]) {
    const Geometry g = make_geometry(image, out, {taps});
    return sum_tiles<T>(image, out, g, line_tile_size(g), cval, workers);
  }
  const FoldedKernel kernel = fold_mean(image, taps);
  filter_separable<T>(image, out, kernel.taps, {kernel.weights.data()}, cval, {}, workers);
}

// An array in C order of the image's shape, of the computing type.
template <class T>
class Temporary {
 public:
  explicit Temporary(const View& image) : view_{nullptr, dtype_of<T>, image.ndim, image.shape, {}} {
    std::int64_t bytes = sizeof(T);
    for (int axis = image.ndim - 1; axis >= 0; --axis) {
      const auto at = static_cast<std::size_t>(axis);
      view_.strides[at] = bytes;
      bytes = checked_product(bytes, image.shape[at], "what lies between the axes");
    }
    // Not cleared, unlike what make_unique gives.
    items_.reset(new T[static_cast<std::size_t>(bytes) / sizeof(T)]);
    view_.data = reinterpret_cast<std::byte*>(items_.get());
  }

  const MutableView& target() const { return view_; }
  View source() const { return read_only(view_); }

 private:
  MutableView view_;
  std::unique_ptr<T[]> items_;
};

template <class T>
void axis_by_axis(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                  double cval, int workers) {
  std::array<std::unique_ptr<Temporary<T>>, 2> between;
  View from = image;
  for (std::size_t i = 0; i < taps.size(); ++i) {
    if (i + 1 == taps.size()) return along_one_axis<T>(from, out, taps[i], cval, workers);
    if (!between[i % 2]) between[i % 2] = std::make_unique<Temporary<T>>(image);
    along_one_axis<T>(from, between[i % 2]->target(), taps[i], cval, workers);
    from = between[i % 2]->source();
  }
}

template <class T>
void uniform_filter_in(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                       double cval, int workers) {
  std::vector<Taps> wide;
  std::copy_if(taps.begin(), taps.end(), std::back_inserter(wide),
               [](const Taps& t) { return t.taps > 1; });
  const bool small = std::all_of(wide.begin(), wide.end(), [&](const Taps& t) {
    return t.taps <=
           std::min(largest_fused(wide.size()), 4 * image.shape[static_cast<std::size_t>(t.axis)]);
  });
  if (small) {
    fused<T>(image, out, taps, cval, workers);
  } else {
    axis_by_axis<T>(image, out, wide, cval, workers);
  }
}

}  // namespace

void uniform_filter(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                    double cval, int workers) {
  const auto run =
      computed_in_double(image.dtype) ? uniform_filter_in<double> : uniform_filter_in<float>;
  run(image, out, taps, cval, workers);
}

}  // namespace burnish::ops
