#include "ops/separable.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include "base/parallel.hpp"
#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/fold.hpp"
#include "ops/rows.hpp"
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
class SeparableTiles {
 public:
  SeparableTiles(const View& image, const MutableView& out, const Geometry& g, Factors<T> factors,
                 double cval, const Finish<T>& finish)
      : g_(g),
        factors_(std::move(factors)),
        in_(image, g, cval),
        out_(out, g),
        finish_(finish),
        outside_(static_cast<T>(cval * sum(factors_.planes) * sum(factors_.rows))) {}

  bool in_place() const { return in_.in_place() && out_.in_place(); }

  void run(const Tile& tile) const {
    const Span rows{tile.rows.begin - g_.rows.before, tile.rows.end + g_.rows.after()};
    const Span elements{tile.elements.begin - g_.columns.before * g_.step,
                        tile.elements.end + g_.columns.after() * g_.step};
    if (g_.planes.taps > 1) return run_volume(tile, rows, elements);

    for (std::int64_t z = tile.planes.begin; z < tile.planes.end; ++z) {
      const Parts parts = split(tile, elements);
      std::size_t bytes = 0;
      for (int i = 0; i < parts.count; ++i) {
        const Window window{{z, z + 1}, rows, parts.span[i]};
        bytes += Scratch::size_of<const T*>(rows.size()) +
                 Scratch::size_of<T>(in_.buffer_size(window, slack(parts.span[i])));
      }
      Scratch scratch(bytes);
      const T** pointers[Parts::most];
      for (int i = 0; i < parts.count; ++i) {
        const Window window{{z, z + 1}, rows, parts.span[i]};
        pointers[i] = scratch.take<const T*>(rows.size());
        T* const copies = scratch.take<T>(in_.buffer_size(window, slack(parts.span[i])));
        in_.gather(tile.batch.in, window, slack(parts.span[i]), copies, pointers[i]);
      }
      rows_and_columns(tile, z, elements, parts, pointers);
    }
  }

 private:
  static std::int64_t lanes() { return active_table<T>().lanes; }
  static double sum(const std::vector<T>& weights) {
    return std::accumulate(weights.begin(), weights.end(), 0.0);
  }
  static std::int64_t slack(Span part) { return std::max<std::int64_t>(lanes() - part.size(), 0); }

  // Stretches of a row, the middle one read in place. A stretch narrower than a vector is filtered
  // as wide as one: its copy has the slack, and what is written too much lies under the next
  // stretch or in the slack of the strip. So they must be filtered in order.
  struct Parts {
    static constexpr int most = 3;
    Span span[most];
    int count = 0;
    void add(Span s) {
      if (s.size() > 0) span[count++] = s;
    }
  };

  // Where a tile spans the whole width, what lies beyond it is filled in after the vertical pass.
  bool spans(const Tile& tile) const { return tile.elements.size() == g_.width(); }

  Parts split(const Tile& tile, Span elements) const {
    Parts parts;
    if (spans(tile)) {
      parts.add(tile.elements);
      return parts;
    }
    const Span within{std::max<std::int64_t>(elements.begin, 0),
                      std::min(elements.end, g_.width())};
    if (within.size() < 4 * lanes() || !in_.direct(within)) {
      parts.add(elements);
      return parts;
    }
    parts.add({elements.begin, within.begin});
    parts.add(within);
    parts.add({within.end, elements.end});
    return parts;
  }

  // target[r] = sum over i of weights[i] * rows[r + i].
  void vertical(const T* const* rows, const std::vector<T>& weights, T* target,
                std::int64_t target_stride, std::int64_t count, std::int64_t columns) const {
    const auto height = static_cast<std::ptrdiff_t>(weights.size());
    active_table<T>().correlate_block({rows, 0, weights.data(), 1, height, 1, 1, target,
                                       target_stride, count, std::max(columns, lanes())});
  }

  // The pass along the planes, row by row of the tile and its halo, then the rest plane by plane.
  void run_volume(const Tile& tile, Span rows, Span elements) const {
    const Span planes{tile.planes.begin - g_.planes.before, tile.planes.end + g_.planes.after()};
    const Parts parts = split(tile, elements);
    const std::int64_t pitch = elements.size() + lanes();
    std::int64_t copies = 0;
    for (int i = 0; i < parts.count; ++i) {
      const Window window{planes, {0, 1}, parts.span[i]};
      copies = std::max(copies, in_.buffer_size(window, slack(parts.span[i])));
    }
    const std::int64_t filtered_size = tile.planes.size() * rows.size() * pitch;
    Scratch scratch(Scratch::size_of<const T*>(planes.size()) + Scratch::size_of<T>(copies) +
                    Scratch::size_of<T>(filtered_size) + Scratch::size_of<const T*>(rows.size()));
    const T** const lines = scratch.take<const T*>(planes.size());
    T* const copy = scratch.take<T>(copies);
    T* const filtered = scratch.take<T>(filtered_size);
    const T** const pointers = scratch.take<const T*>(rows.size());

    for (std::int64_t y = rows.begin; y < rows.end; ++y) {
      T* const target = filtered + (y - rows.begin) * pitch;
      for (int i = 0; i < parts.count; ++i) {
        const Span part = parts.span[i];
        in_.gather(tile.batch.in, {planes, {y, y + 1}, part}, slack(part), copy, lines);
        vertical(lines, factors_.planes, target + (part.begin - elements.begin),
                 rows.size() * pitch, tile.planes.size(), part.size());
      }
    }
    Parts whole;
    whole.add(spans(tile) ? tile.elements : elements);
    for (std::int64_t z = tile.planes.begin; z < tile.planes.end; ++z) {
      for (std::int64_t y = 0; y < rows.size(); ++y) {
        pointers[y] = filtered + ((z - tile.planes.begin) * rows.size() + y) * pitch +
                      (whole.span[0].begin - elements.begin);
      }
      rows_and_columns(tile, z, elements, whole, &pointers);
    }
  }

  // pointers[part][y]: the tile's rows and their halo, each at the part's first element.
  void rows_and_columns(const Tile& tile, std::int64_t z, Span elements, const Parts& parts,
                        const T** const* pointers) const {
    const std::int64_t pitch = elements.size() + lanes();
    const std::int64_t columns = std::max(tile.elements.size(), lanes());
    T* const direct = out_.direct(tile.batch.out, z, tile.rows.begin, tile.elements.begin);
    const bool stores = direct == nullptr || columns > tile.elements.size();
    const std::int64_t strip = std::min(tile.rows.size(), strip_rows);
    const Window one_row{{z, z + 1}, {0, 1}, tile.elements};
    const std::int64_t original_size = finish_ ? in_.buffer_size(one_row, 0) : 0;
    Scratch scratch(Scratch::size_of<T>(strip * pitch) + Scratch::size_of<const T*>(strip) +
                    Scratch::size_of<T>(stores ? strip * columns : 0) +
                    Scratch::size_of<T>(original_size));
    T* const between = scratch.take<T>(strip * pitch);
    const T** const lines = scratch.take<const T*>(strip);
    T* const strip_buffer = scratch.take<T>(stores ? strip * columns : 0);
    T* const original = scratch.take<T>(original_size);
    for (std::int64_t i = 0; i < strip; ++i) lines[i] = between + i * pitch;

    for (std::int64_t y = tile.rows.begin; y < tile.rows.end; y += strip) {
      const std::int64_t done = y - tile.rows.begin;
      const std::int64_t count = std::min(strip, tile.rows.end - y);
      for (int i = 0; i < parts.count; ++i) {
        vertical(pointers[i] + done, factors_.rows,
                 between + (parts.span[i].begin - elements.begin), pitch, count,
                 parts.span[i].size());
      }
      if (spans(tile)) {
        T* const first = between + (tile.elements.begin - elements.begin);
        for (std::int64_t i = 0; i < count; ++i) in_.extend(first + i * pitch, outside_);
      }
      T* const target = stores ? strip_buffer : direct + done * out_.pitch();
      const std::int64_t target_pitch = stores ? columns : out_.pitch();
      active_table<T>().correlate_row({lines, factors_.columns.data(),
                                       static_cast<std::ptrdiff_t>(factors_.columns.size()),
                                       g_.step, target, target_pitch, count, columns});
      for (std::int64_t i = 0; i < count; ++i) {
        T* const row = target + i * target_pitch;
        if (finish_) {
          const T* from = nullptr;
          in_.gather(tile.batch.in, {{z, z + 1}, {y + i, y + i + 1}, tile.elements}, 0, original,
                     &from);
          finish_(row, from, tile.elements.size());
        }
        if (stores) out_.store(tile.batch.out, z, y + i, tile.elements, row);
      }
    }
  }

  const Geometry& g_;
  Factors<T> factors_;
  InputRows<T> in_;
  OutputRows<T> out_;
  const Finish<T>& finish_;
  T outside_;  // beyond a constant border, after the passes along planes and rows
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
  const SeparableTiles<T> tiles(image, out, g, make_factors<T>(g, kernels), cval, finish);
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
