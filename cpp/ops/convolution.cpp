#include "ops/convolution.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/parallel.hpp"
#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/fold.hpp"
#include "ops/rows.hpp"
#include "ops/separable.hpp"
#include "ops/tiles.hpp"
#include "ops/weights.hpp"

namespace burnish::ops {
namespace {

template <class T>
struct DenseKernel {
  std::int64_t planes, height, width;
  std::vector<T> weights;  // [plane][column][row], as kernels want them

  std::int64_t taps() const { return planes * height * width; }
};

template <class T>
DenseKernel<T> dense_kernel(const Geometry& g, const FoldedKernel& folded) {
  const auto stride_along = [&](const Axis& axis) {
    return axis.filtered() ? folded.stride(static_cast<std::size_t>(axis.kernel_axis)) : 0;
  };
  const std::int64_t plane = stride_along(g.planes);
  const std::int64_t row = stride_along(g.rows);
  const std::int64_t column = stride_along(g.columns);
  DenseKernel<T> kernel{g.planes.taps, g.rows.taps, g.columns.taps, {}};
  kernel.weights.reserve(static_cast<std::size_t>(kernel.taps()));
  for (std::int64_t p = 0; p < kernel.planes; ++p) {
    for (std::int64_t k = 0; k < kernel.width; ++k) {
      for (std::int64_t i = 0; i < kernel.height; ++i) {
        kernel.weights.push_back(narrowed<T>(
            folded.weights[static_cast<std::size_t>(p * plane + i * row + k * column)], "weights"));
      }
    }
  }
  return kernel;
}

TileSize dense_tile_size(const Geometry& g, std::int64_t taps, bool in_place, std::int64_t lanes) {
  constexpr std::int64_t block_rows = 8;
  const std::int64_t most = most_work(lanes) / taps;
  // Rows that are read in place need only the block's own rows in L2; copies need the whole tile's.
  const std::int64_t elements =
      std::clamp(most / block_rows, lanes, in_place ? std::int64_t{4096} : std::int64_t{1024});
  const std::int64_t rows =
      std::clamp(most / std::min(elements, g.width()), std::int64_t{1}, std::int64_t{64});
  return {1, rows > strip_rows ? rows / strip_rows * strip_rows : rows, elements};
}

template <class T>
class DenseTiles {
 public:
  DenseTiles(const View& image, const MutableView& out, const Geometry& g, DenseKernel<T> kernel,
             double cval)
      : g_(g), kernel_(std::move(kernel)), in_(image, g, cval), out_(out, g) {}

  bool in_place() const { return in_.in_place() && out_.in_place(); }

  void run(const Tile& tile) const {
    const Span inner = inner_elements(tile.elements);
    if (inner.size() < 4 * lanes() || !in_.direct(reach(inner))) return part(tile, tile.elements);
    // The rims overlap the middle where they are narrower than a vector.
    if (inner.begin > tile.elements.begin) {
      part(tile, {tile.elements.begin, std::max(inner.begin, tile.elements.begin + lanes())});
    }
    part(tile, inner);
    if (inner.end < tile.elements.end) {
      part(tile, {std::min(inner.end, tile.elements.end - lanes()), tile.elements.end});
    }
  }

 private:
  static std::int64_t lanes() { return active_table<T>().lanes; }

  // The inputs of these outputs.
  Span reach(Span elements) const {
    return {elements.begin - g_.columns.before * g_.step,
            elements.end + g_.columns.after() * g_.step};
  }

  // The outputs that need nothing from beyond the border to the left and right.
  Span inner_elements(Span elements) const {
    return {std::max(elements.begin, g_.columns.before * g_.step),
            std::min(elements.end, g_.width() - g_.columns.after() * g_.step)};
  }

  void part(const Tile& tile, Span elements) const {
    const std::int64_t z = tile.planes.begin;
    const Window window{{z - g_.planes.before, z + 1 + g_.planes.after()},
                        {tile.rows.begin - g_.rows.before, tile.rows.end + g_.rows.after()},
                        reach(elements)};
    const std::int64_t columns = std::max(elements.size(), lanes());
    const std::int64_t slack = columns - elements.size();
    T* const direct = out_.direct(tile.batch.out, z, tile.rows.begin, elements.begin);
    const bool stores = direct == nullptr || slack > 0;
    const std::int64_t strip = stores ? std::min(tile.rows.size(), strip_rows) : tile.rows.size();
    const std::int64_t copies = in_.buffer_size(window, slack);

    Scratch scratch(Scratch::size_of<const T*>(window.lines()) + Scratch::size_of<T>(copies) +
                    Scratch::size_of<T>(stores ? strip * columns : 0));
    const T** const rows = scratch.take<const T*>(window.lines());
    in_.gather(tile.batch.in, window, slack, scratch.take<T>(copies), rows);
    T* const strip_buffer = scratch.take<T>(stores ? strip * columns : 0);

    for (std::int64_t y = tile.rows.begin; y < tile.rows.end; y += strip) {
      const std::int64_t count = std::min(strip, tile.rows.end - y);
      const T* const* from = rows + (y - tile.rows.begin);
      if (!stores) {
        filter(from, window.rows.size(), direct, out_.pitch(), count, columns);
        continue;
      }
      filter(from, window.rows.size(), strip_buffer, columns, count, columns);
      for (std::int64_t i = 0; i < count; ++i) {
        out_.store(tile.batch.out, z, y + i, elements, strip_buffer + i * columns);
      }
    }
  }

  void filter(const T* const* rows, std::int64_t plane_pitch, T* target, std::int64_t target_stride,
              std::int64_t count, std::int64_t columns) const {
    if (kernel_.planes == 1 && kernel_.height == 1) {
      active_table<T>().correlate_row({rows, kernel_.weights.data(), kernel_.width, g_.step, target,
                                       target_stride, count, columns});
    } else {
      active_table<T>().correlate_block({rows, plane_pitch, kernel_.weights.data(), kernel_.planes,
                                         kernel_.height, kernel_.width, g_.step, target,
                                         target_stride, count, columns});
    }
  }

  const Geometry& g_;
  DenseKernel<T> kernel_;
  InputRows<T> in_;
  OutputRows<T> out_;
};

template <class T>
void correlate_in(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                  const double* weights, double cval, int workers) {
  const FoldedKernel folded = fold_kernel(image, taps, weights);
  const Geometry g = make_geometry(image, out, folded.taps);
  DenseKernel<T> kernel = dense_kernel<T>(g, folded);
  const std::int64_t count = kernel.taps();
  const DenseTiles<T> tiles(image, out, g, std::move(kernel), cval);
  const Tiling tiling(g, dense_tile_size(g, count, tiles.in_place(), active_table<T>().lanes));
  for_tiles(tiling.count(), useful_workers(g, count, workers),
            [&](std::int64_t i) { tiles.run(tiling.tile(i)); });
}

}  // namespace

void correlate(const View& image, const MutableView& out, const std::vector<Taps>& taps,
               const double* weights, double cval, int workers) {
  const auto run = computed_in_double(image.dtype) ? correlate_in<double> : correlate_in<float>;
  run(image, out, taps, weights, cval, workers);
}

void correlate_separable(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                         const std::vector<const double*>& factors, double cval, int workers) {
  if (computed_in_double(image.dtype)) {
    filter_separable<double>(image, out, taps, factors, cval, {}, workers);
  } else {
    filter_separable<float>(image, out, taps, factors, cval, {}, workers);
  }
}

}  // namespace burnish::ops
