#include "ops/similarity.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <utility>

#include "base/parallel.hpp"
#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/rows.hpp"
#include "ops/tiles.hpp"

namespace burnish::ops {
namespace {

// What is averaged over the window: x, y, x^2 + y^2 and x * y, less the pivots.
constexpr int quantities = 4;

// The axis that is not filtered; -1: none.
int channel_axis(const View& image, const std::vector<Taps>& taps) {
  for (int axis = 0; axis < image.ndim; ++axis) {
    const auto is_filtered = [axis](const Taps& each) { return each.axis == axis; };
    if (std::none_of(taps.begin(), taps.end(), is_filtered)) return axis;
  }
  return -1;
}

// Whether the channels of a pixel, and the pixels of a row, follow one another without gaps.
template <class V>
bool interleaved(const V& image, int channel) {
  constexpr std::int64_t most = 4;  // the halo of a tile grows with the channels
  const auto at = static_cast<std::size_t>(channel);
  return channel > 0 && channel == image.ndim - 1 && image.shape[at] <= most &&
         image.strides[at] == static_cast<std::int64_t>(item_size(image.dtype)) &&
         image.strides[at - 1] == image.shape[at] * image.strides[at];
}

// The axes of an array as the window slides over them. Channels are either part of the rows or a
// batch.
template <class V>
Geometry geometry_of(const V& view, const std::vector<Taps>& taps, int channel, bool in_rows) {
  Geometry g;
  Axis* const places[] = {&g.columns, &g.rows, &g.planes};
  for (std::size_t i = 0; i < taps.size(); ++i) {
    const Taps& each = taps[taps.size() - 1 - i];
    const auto at = static_cast<std::size_t>(each.axis);
    *places[i] = {view.shape[at], view.strides[at], view.strides[at], each.taps,
                  each.before,    each.axis,        each.border};
  }
  if (channel >= 0) {
    const auto at = static_cast<std::size_t>(channel);
    if (in_rows) {
      g.step = view.shape[at];
    } else {
      g.batch.push_back({view.shape[at], view.strides[at], view.strides[at]});
    }
  }
  g.in_element = g.columns.in_stride / g.step;
  g.out_element = g.columns.out_stride / g.step;
  return g;
}

Span within(Span span, std::int64_t margin, std::int64_t size) {
  return {std::max(span.begin, margin), std::min(span.end, size - margin)};
}

// One row of a mask, laid over the elements of the images' rows.
class MaskRows {
 public:
  MaskRows(const View& mask, Geometry geometry)
      : data_(mask.data),
        load_(active_table<double>().load[static_cast<int>(mask.dtype)]),
        g_(std::move(geometry)) {
    if (g_.step == 1) return;
    for (std::int64_t i = 0; i < g_.width(); ++i) pixels_.push_back(i / g_.step);
  }

  void read(std::int64_t batch, std::int64_t plane, std::int64_t row, Span elements,
            double* target) const {
    const std::byte* const begin =
        data_ + batch_offset(g_, batch).in + plane * g_.planes.in_stride + row * g_.rows.in_stride;
    const auto stride = static_cast<std::ptrdiff_t>(g_.columns.in_stride);
    const auto count = static_cast<std::ptrdiff_t>(elements.size());
    if (g_.step == 1) {
      load_({begin + elements.begin * stride, stride, nullptr, target, count, 0});
    } else {
      load_({begin, stride, pixels_.data() + elements.begin, target, count, 0});
    }
  }

 private:
  const std::byte* data_;
  void (*load_)(const kernels::Load<double>&);
  const Geometry g_;
  std::vector<std::int64_t> pixels_;  // of each element of a row
};

TileSize similarity_tile_size(const Geometry& g, std::int64_t lanes) {
  const bool volume = g.planes.taps > 1;
  // The quantities of a tile and its halo stay in a cache of 1 MB.
  TileSize size{volume ? 6 : 1, volume ? 24 : 2 * strip_rows,
                std::max<std::int64_t>(volume ? 128 * g.step : 256, g.columns.taps * g.step)};
  const auto work = [&] {
    const std::int64_t planes = size.planes + (volume ? g.planes.taps : 0);
    const std::int64_t rows = size.rows + g.rows.taps;
    const std::int64_t elements = size.elements + g.columns.taps * g.step;
    constexpr std::int64_t loading = 4;  // and multiplying, in multiplications
    return quantities * (planes * rows * elements * loading +
                         (volume ? size.planes * rows * elements * g.planes.taps : 0) +
                         size.planes * size.rows * elements * g.rows.taps +
                         size.planes * size.rows * size.elements * g.columns.taps);
  };
  while (work() > most_work(lanes) && size.planes > 1) size.planes /= 2;
  while (work() > most_work(lanes) && size.rows > 1) size.rows /= 2;
  return size;
}

// One of the image's values: where they are all far from 0, they are near this one.
double pivot_of(const View& image) {
  double value = 0;
  active_table<double>().load[static_cast<int>(image.dtype)](
      {image.data, 1, nullptr, &value, 1, 0});
  return std::isfinite(value) ? value : 0;
}

class SimilarityTiles {
 public:
  SimilarityTiles(const View& image_true, const View& image_test, const SimilarityWindow& window,
                  const View* mask, const MutableView* map)
      : window_(window),
        channel_(channel_axis(image_true, window.taps)),
        in_rows_(interleaved(image_true, channel_) && interleaved(image_test, channel_) &&
                 (mask == nullptr || mask->strides[static_cast<std::size_t>(channel_)] == 0) &&
                 (map == nullptr || interleaved(*map, channel_))),
        g_(geometry_of(image_true, window.taps, channel_, in_rows_)),
        g_test_(geometry_of(image_test, window.taps, channel_, in_rows_)),
        x_(image_true, g_, 0),
        y_(image_test, g_test_, 0),
        x_pivot_(pivot_of(image_true)),
        y_pivot_(pivot_of(image_test)),
        tiling_(g_, similarity_tile_size(g_, active_table<double>().lanes)) {
    if (mask != nullptr) mask_.emplace(*mask, geometry_of(*mask, window.taps, channel_, in_rows_));
    if (map != nullptr) {
      g_map_ = geometry_of(*map, window.taps, channel_, in_rows_);
      map_.emplace(*map, g_map_);
    }
  }

  std::int64_t count() const { return tiling_.count(); }
  const Geometry& geometry() const { return g_; }

  // The sum over the tile's pixels that count.
  double run(std::int64_t index) const {
    const Tile tile = tiling_.tile(index);
    const std::int64_t batch = index / (tiling_.count() / g_.batch_size());
    const Span rows{tile.rows.begin - g_.rows.before, tile.rows.end + g_.rows.after()};
    const Span elements{tile.elements.begin - g_.columns.before * g_.step,
                        tile.elements.end + g_.columns.after() * g_.step};
    // A row narrower than a vector is filtered as wide as one.
    const std::int64_t slack =
        std::max<std::int64_t>(active_table<double>().lanes - tile.elements.size(), 0);
    const Window window{tile.planes, rows, elements};
    const double* const* pointers[quantities];
    if (g_.planes.taps > 1) return volume(batch, tile, window, slack);
    Scratch scratch(moments_size(window, slack));
    moments(batch, window, slack, scratch, pointers);
    return rows_and_columns(batch, tile, tile.planes.begin, window, slack, pointers);
  }

 private:
  static std::int64_t width(const Window& window, std::int64_t slack) {
    return window.elements.size() + slack;
  }

  std::size_t moments_size(const Window& window, std::int64_t slack) const {
    return quantities * Scratch::size_of<const double*>(window.lines()) +
           Scratch::size_of<double>(x_.buffer_size(window, slack)) +
           Scratch::size_of<double>(y_.buffer_size(window, slack)) +
           Scratch::size_of<double>(quantities * window.lines() * width(window, slack));
  }

  // pointers[q][line]: the rows of each quantity over the window, plane by plane.
  void moments(std::int64_t batch, const Window& window, std::int64_t slack, Scratch& scratch,
               const double* const* (&pointers)[quantities]) const {
    const double** lines[quantities];
    for (int q = 0; q < quantities; ++q) {
      pointers[q] = lines[q] = scratch.take<const double*>(window.lines());
    }
    double* const x = scratch.take<double>(x_.buffer_size(window, slack));
    double* const y = scratch.take<double>(y_.buffer_size(window, slack));
    x_.gather(batch_offset(g_, batch).in, window, slack, x, lines[0]);
    y_.gather(batch_offset(g_test_, batch).in, window, slack, y, lines[1]);
    const std::int64_t pitch = width(window, slack);
    double* next = scratch.take<double>(quantities * window.lines() * pitch);
    for (std::int64_t i = 0; i < window.lines(); ++i, next += quantities * pitch) {
      active_level().metrics.moments({lines[0][i], lines[1][i], x_pivot_, y_pivot_, next,
                                      next + pitch, next + 2 * pitch, next + 3 * pitch, pitch});
      for (int q = 0; q < quantities; ++q) lines[q][i] = next + q * pitch;
    }
  }

  // target[r] = sum over i of weights[i] * rows[r + i].
  void vertical(const double* const* rows, std::int64_t taps, double* target,
                std::int64_t target_stride, std::int64_t count, std::int64_t columns) const {
    static constexpr double one = 1;
    active_table<double>().correlate_block({rows, 0, taps == 1 ? &one : window_.weights, 1, taps, 1,
                                            1, target, target_stride, count, columns});
  }

  // The pass along the planes, row by row of the tile and its halo, then the rest plane by plane.
  double volume(std::int64_t batch, const Tile& tile, const Window& window,
                std::int64_t slack) const {
    const Span planes{tile.planes.begin - g_.planes.before, tile.planes.end + g_.planes.after()};
    const std::int64_t pitch = width(window, slack);
    const std::int64_t rows = window.rows.size();
    const std::int64_t volume_size = tile.planes.size() * rows * pitch;
    const Window column{planes, {0, 1}, window.elements};
    Scratch scratch(Scratch::size_of<double>(quantities * volume_size) +
                    quantities * Scratch::size_of<const double*>(rows));
    double* const filtered = scratch.take<double>(quantities * volume_size);
    for (std::int64_t y = 0; y < rows; ++y) {
      const std::int64_t row = window.rows.begin + y;
      Scratch own(moments_size(column, slack));
      const double* const* lines[quantities];
      moments(batch, {planes, {row, row + 1}, window.elements}, slack, own, lines);
      for (int q = 0; q < quantities; ++q) {
        vertical(lines[q], g_.planes.taps, filtered + q * volume_size + y * pitch, rows * pitch,
                 tile.planes.size(), pitch);
      }
    }
    const double** lines[quantities];
    const double* const* pointers[quantities];
    for (int q = 0; q < quantities; ++q) {
      pointers[q] = lines[q] = scratch.take<const double*>(rows);
    }
    double sum = 0;
    for (std::int64_t z = 0; z < tile.planes.size(); ++z) {
      for (int q = 0; q < quantities; ++q) {
        for (std::int64_t y = 0; y < rows; ++y) {
          lines[q][y] = filtered + q * volume_size + (z * rows + y) * pitch;
        }
      }
      sum += rows_and_columns(batch, tile, tile.planes.begin + z, window, slack, pointers);
    }
    return sum;
  }

  // pointers[q][y]: a plane's rows of each quantity over the window.
  double rows_and_columns(std::int64_t batch, const Tile& tile, std::int64_t z,
                          const Window& window, std::int64_t slack,
                          const double* const* (&pointers)[quantities]) const {
    const std::int64_t pitch = width(window, slack);
    const std::int64_t columns = tile.elements.size() + slack;
    const std::int64_t strip = std::min(tile.rows.size(), strip_rows);
    Scratch scratch(Scratch::size_of<double>(strip * pitch) +
                    Scratch::size_of<const double*>(strip) +
                    Scratch::size_of<double>(quantities * strip * columns) +
                    2 * Scratch::size_of<double>(columns));
    double* const between = scratch.take<double>(strip * pitch);
    const double** const lines = scratch.take<const double*>(strip);
    double* const means = scratch.take<double>(quantities * strip * columns);
    double* const map = scratch.take<double>(columns);
    double* const mask = scratch.take<double>(columns);
    for (std::int64_t i = 0; i < strip; ++i) lines[i] = between + i * pitch;

    double sum = 0;
    for (std::int64_t y = tile.rows.begin; y < tile.rows.end; y += strip) {
      const std::int64_t count = std::min(strip, tile.rows.end - y);
      for (int q = 0; q < quantities; ++q) {
        vertical(pointers[q] + (y - tile.rows.begin), g_.rows.taps, between, pitch, count, pitch);
        active_table<double>().correlate_row({lines, window_.weights, g_.columns.taps, g_.step,
                                              means + q * strip * columns, columns, count,
                                              columns});
      }
      for (std::int64_t i = 0; i < count; ++i) {
        const double* const mean = means + i * columns;
        active_level().metrics.similarity({mean, mean + strip * columns, mean + 2 * strip * columns,
                                           mean + 3 * strip * columns, x_pivot_, y_pivot_, map,
                                           tile.elements.size(), window_.covariance_scale,
                                           window_.c1, window_.c2});
        if (map_) {
          map_->store(batch_offset(g_map_, batch).out, z, y + i, tile.elements, map);
        }
        sum += row_sum(batch, z, y + i, tile.elements, map, mask);
      }
    }
    return sum;
  }

  // The sum of a row of the map where it counts; `mask` is a buffer.
  double row_sum(std::int64_t batch, std::int64_t z, std::int64_t y, Span elements,
                 const double* map, double* mask) const {
    const auto excluded = [&](std::int64_t at, const Axis& axis) {
      return axis.filtered() && within({at, at + 1}, window_.margin, axis.size).size() < 1;
    };
    const Span inside = within(elements, window_.margin * g_.step, g_.width());
    if (excluded(z, g_.planes) || excluded(y, g_.rows) || inside.size() < 1) return 0;
    if (mask_) mask_->read(batch, z, y, inside, mask);
    return active_level().metrics.sum({map + (inside.begin - elements.begin),
                                       mask_ ? mask : nullptr,
                                       static_cast<std::ptrdiff_t>(inside.size())});
  }

  const SimilarityWindow& window_;
  const int channel_;
  const bool in_rows_;  // channels: of the images and the map; a mask has none of its own then
  const Geometry g_, g_test_;
  Geometry g_map_;
  const InputRows<double> x_, y_;
  const double x_pivot_, y_pivot_;
  std::optional<MaskRows> mask_;
  std::optional<OutputRows<double>> map_;
  const Tiling tiling_;
};

}  // namespace

double structural_similarity(const View& image_true, const View& image_test,
                             const SimilarityWindow& window, const View* mask,
                             const MutableView* map, int workers) {
  const SimilarityTiles tiles(image_true, image_test, window, mask, map);
  std::vector<double> parts(static_cast<std::size_t>(tiles.count()));
  const std::int64_t taps =
      quantities * static_cast<std::int64_t>(window.taps.size()) * window.taps.front().taps;
  for_tiles(tiles.count(), useful_workers(tiles.geometry(), taps, workers),
            [&](std::int64_t i) { parts[static_cast<std::size_t>(i)] = tiles.run(i); });
  return std::accumulate(parts.begin(), parts.end(), 0.0);
}

}  // namespace burnish::ops
