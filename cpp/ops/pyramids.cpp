#include "ops/pyramids.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/parallel.hpp"
#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/rows.hpp"
#include "ops/tiles.hpp"

namespace burnish::ops {
namespace {

// The image's geometry with the sizes of the output.
Geometry output_geometry(Geometry g, const MutableView& out, const std::vector<Taps>& taps) {
  for (Axis* const axis : {&g.planes, &g.rows, &g.columns}) {
    if (!axis->filtered()) continue;
    const int at = taps[static_cast<std::size_t>(axis->kernel_axis)].axis;
    axis->size = out.shape[static_cast<std::size_t>(at)];
  }
  return g;
}

// The width of a tile: the output's or, where that is larger than fits into the cache together with
// some rows, a multiple of `unit` elements.
std::int64_t tile_width(const Geometry& out, std::int64_t unit) {
  constexpr std::int64_t widest = 4096;
  if (out.width() <= widest) return out.width();
  return std::max(widest / 2 / unit, std::int64_t{1}) * unit;
}

// Kernels take at least one vector of elements.
template <class T>
std::int64_t whole_vector(std::int64_t elements) {
  return std::max<std::int64_t>(elements, active_table<T>().lanes);
}

// The weights along one axis for one output.
template <class T>
struct Line {
  const T* weights;
  std::int64_t size;
};

// The products of the weights along planes and rows, plane by plane, times `scale`.
template <class T>
std::vector<T> products(Line<T> planes, Line<T> rows, T scale) {
  std::vector<T> weights;
  for (std::int64_t p = 0; p < planes.size; ++p) {
    for (std::int64_t i = 0; i < rows.size; ++i) {
      weights.push_back(scale * planes.weights[p] * rows.weights[i]);
    }
  }
  return weights;
}

template <class T>
constexpr T unit_weight[] = {1};

// --- half the size ------------------------------------------------------------------------------

template <class T>
constexpr T blur[] = {T{1} / 16, T{4} / 16, T{6} / 16, T{4} / 16, T{1} / 16};

template <class T>
Line<T> blur_along(const Axis& axis) {
  return axis.filtered() ? Line<T>{blur<T>, 5} : Line<T>{unit_weight<T>, 1};
}

// Planes and rows are blurred in one pass, for the rows that are kept. Such a row is then parted
// into its even and odd pixels: for the pixels that are kept, the taps along a row are five rows of
// them.
template <class T>
class ReduceTiles {
 public:
  ReduceTiles(const View& image, const MutableView& out, const Geometry& in_geometry,
              const Geometry& out_geometry, double cval)
      : g_(in_geometry),
        out_width_(out_geometry.width()),
        in_(image, in_geometry, cval),
        out_(out, out_geometry),
        weights_(products<T>(blur_along<T>(g_.planes), blur_along<T>(g_.rows), 1)),
        outside_(static_cast<T>(cval)) {}

  static TileSize tile_size(const Geometry& out) {
    // Copies of a tile's rows stay in L2, those of a volume in L3.
    const bool volume = out.planes.filtered();
    const std::int64_t most_items = volume ? 1 << 18 : 1 << 16;
    const std::int64_t elements = tile_width(out, out.step);
    const std::int64_t lines = most_items / (2 * elements * (volume ? 5 : 1));
    return {1, std::clamp<std::int64_t>(lines / 2, 4, 64), elements};
  }

  void run(const Tile& tile) const {
    const std::int64_t z = tile.planes.begin;
    const bool narrows = g_.columns.filtered();
    const bool spans = tile.elements.size() == out_width_;
    const Window window{inputs(g_.planes, {z, z + 1}), inputs(g_.rows, tile.rows),
                        inputs_along_row(tile.elements, spans)};
    const std::int64_t columns = whole_vector<T>(window.elements.size());
    const std::int64_t slack = columns - window.elements.size();
    const std::int64_t margin = narrows && spans ? 2 * g_.step : 0;
    const std::int64_t out_columns = whole_vector<T>(tile.elements.size());
    const std::int64_t half_size = out_columns + 2 * g_.step;
    const std::int64_t copies = in_.buffer_size(window, slack);
    const std::int64_t between_size = columns + 5 * g_.step;

    Scratch scratch(Scratch::size_of<const T*>(window.lines()) + Scratch::size_of<T>(copies) +
                    Scratch::size_of<T>(between_size) +
                    2 * Scratch::size_of<T>(narrows ? half_size : 0) +
                    Scratch::size_of<T>(out_columns));
    const T** const rows = scratch.take<const T*>(window.lines());
    in_.gather(tile.batch.in, window, slack, scratch.take<T>(copies), rows);
    T* const between = scratch.take<T>(between_size);
    T* const even = scratch.take<T>(narrows ? half_size : 0);
    T* const odd = scratch.take<T>(narrows ? half_size : 0);
    T* const buffer = scratch.take<T>(out_columns);
    const T* const taps[] = {even, odd, even + g_.step, odd + g_.step, even + 2 * g_.step};

    const std::int64_t row_step = g_.rows.filtered() ? 2 : 1;
    for (std::int64_t y = tile.rows.begin; y < tile.rows.end; ++y) {
      active_table<T>().correlate_block({rows + row_step * (y - tile.rows.begin),
                                         window.rows.size(), weights_.data(), g_.planes.taps,
                                         g_.rows.taps, 1, 1, between + margin, 0, 1, columns});
      if (!narrows) {
        out_.store(tile.batch.out, z, y, tile.elements, between);
        continue;
      }
      if (spans) in_.extend(between + margin, outside_);
      active_table<T>().even_and_odd(
          {between, even, odd, tile.elements.size() / g_.step + 2, g_.step});
      T* const direct = out_.direct(tile.batch.out, z, y, tile.elements.begin);
      const bool stores = direct == nullptr || out_columns > tile.elements.size();
      T* const target = stores ? buffer : direct;
      active_table<T>().correlate_block({taps, 0, blur<T>, 1, 5, 1, 1, target, 0, 1, out_columns});
      if (stores) out_.store(tile.batch.out, z, y, tile.elements, target);
    }
  }

 private:
  static Span inputs(const Axis& axis, Span outputs) {
    if (!axis.filtered()) return outputs;
    return {2 * outputs.begin - 2, 2 * outputs.end + 1};
  }

  // Where a tile spans the width, what lies beyond it is filled in after the vertical pass.
  Span inputs_along_row(Span outputs, bool spans) const {
    if (!g_.columns.filtered()) return outputs;
    if (spans) return {0, g_.width()};
    return {2 * outputs.begin - 2 * g_.step, 2 * outputs.end + g_.step};
  }

  const Geometry& g_;
  std::int64_t out_width_;
  InputRows<T> in_;
  OutputRows<T> out_;
  std::vector<T> weights_;
  T outside_;
};

// --- and back -----------------------------------------------------------------------------------

// Over a row with zeros between its pixels these are both rules: even pixels meet the 1st, 3rd and
// 5th, odd ones the 2nd and 4th.
template <class T>
constexpr T spread[] = {T{1} / 8, T{4} / 8, T{6} / 8, T{4} / 8, T{1} / 8};
template <class T>
constexpr T even_spread[] = {T{1} / 8, T{6} / 8, T{1} / 8};
template <class T>
constexpr T odd_spread[] = {T{1} / 2, T{1} / 2};

template <class T>
Line<T> spread_along(const Axis& axis, std::int64_t output) {
  if (!axis.filtered()) return {unit_weight<T>, 1};
  return output % 2 == 0 ? Line<T>{even_spread<T>, 3} : Line<T>{odd_spread<T>, 2};
}

// The first input that an output reads.
std::int64_t first_input(const Axis& axis, std::int64_t output) {
  if (!axis.filtered()) return output;
  return output % 2 == 0 ? output / 2 - 1 : output / 2;
}

// The rows of an array that has the shape and strides of the output.
template <class T>
class BaseRows {
 public:
  BaseRows(const View& base, const Geometry& geometry)
      : geometry_(geometry),
        data_(base.data),
        stride_(in_items(geometry.out_element, dtype_of<T>)) {}

  // The address of a row's elements: in the array, or copied to `buffer`, which holds a whole
  // vector.
  const T* row(const Tile& tile, std::int64_t plane, std::int64_t row, T* buffer) const {
    const std::byte* const from = data_ + tile.batch.out + plane * geometry_.planes.out_stride +
                                  row * geometry_.rows.out_stride +
                                  tile.elements.begin * geometry_.out_element;
    const auto count = static_cast<std::ptrdiff_t>(tile.elements.size());
    if (stride_ == 1 && count >= active_table<T>().lanes) return reinterpret_cast<const T*>(from);
    active_table<T>().load[static_cast<int>(dtype_of<T>)](
        {from, stride_, nullptr, buffer, count, T{}});
    return buffer;
  }

 private:
  const Geometry& geometry_;
  const std::byte* data_;
  std::ptrdiff_t stride_;
};

// The coarse rows of a tile are widened, then planes and rows are filled in one pass.
template <class T>
class ExpandTiles {
 public:
  // base: null for none.
  ExpandTiles(const View& image, const MutableView& out, const Geometry& in_geometry,
              const Geometry& out_geometry, double cval, const BaseRows<T>* base, T sign)
      : g_(in_geometry), in_(image, in_geometry, cval), out_(out, out_geometry), base_(base) {
    for (int plane = 0; plane < 2; ++plane) {
      for (int row = 0; row < 2; ++row) {
        std::vector<T>& weights = weights_[static_cast<std::size_t>(2 * plane + row)];
        weights =
            products<T>(spread_along<T>(g_.planes, plane), spread_along<T>(g_.rows, row), sign);
        weights.push_back(1);
      }
    }
  }

  // Tiles begin at even outputs.
  static TileSize tile_size(const Geometry& out) {
    // The widened rows of a tile stay in L2, those of a volume in L3.
    const bool volume = out.planes.filtered();
    const std::int64_t planes = volume ? 8 : 1;
    const std::int64_t most_items = volume ? 1 << 18 : 1 << 15;
    const std::int64_t elements = tile_width(out, 2 * out.step);
    const std::int64_t lines = most_items / (elements * (volume ? planes / 2 + 2 : 1));
    return {planes, std::clamp<std::int64_t>(lines - 2, 4, 32) * 2, elements};
  }

  void run(const Tile& tile) const {
    const bool widens = g_.columns.filtered();
    const Window window{inputs(g_.planes, tile.planes, 1), inputs(g_.rows, tile.rows, 1),
                        widens ? inputs(g_.columns, tile.elements, g_.step) : tile.elements};
    const std::int64_t columns = whole_vector<T>(tile.elements.size());
    const std::int64_t slack = widens ? 0 : columns - tile.elements.size();
    const Window line{{0, 1}, {0, 1}, window.elements};
    const std::int64_t copies = in_.buffer_size(widens ? line : window, slack);
    const std::int64_t stuffed = columns + 5 * g_.step + active_table<T>().lanes;

    Scratch scratch(Scratch::size_of<const T*>(window.lines()) + Scratch::size_of<T>(copies) +
                    Scratch::size_of<T>(widens ? stuffed : 0) +
                    Scratch::size_of<T>(widens ? window.lines() * columns : 0) +
                    2 * Scratch::size_of<T>(columns));
    const T** const rows = scratch.take<const T*>(window.lines());
    T* const copy = scratch.take<T>(copies);
    if (widens) {
      T* const stuffed_row = scratch.take<T>(stuffed);
      widen(tile, window, copy, stuffed_row, stuffed, scratch.take<T>(window.lines() * columns),
            columns, rows);
    } else {
      in_.gather(tile.batch.in, window, slack, copy, rows);
    }
    fill(tile, window, rows, scratch.take<T>(columns), scratch.take<T>(columns), columns);
  }

 private:
  static Span inputs(const Axis& axis, Span outputs, std::int64_t step) {
    if (!axis.filtered()) return outputs;
    return {(outputs.begin / step / 2 - 1) * step, ((outputs.end / step - 1) / 2 + 2) * step};
  }

  // rows: the window's, each as wide as the tile.
  void widen(const Tile& tile, const Window& window, T* copy, T* stuffed, std::int64_t stuffed_size,
             T* widened, std::int64_t columns, const T** rows) const {
    const kernels::Table<T>& table = active_table<T>();
    std::fill_n(stuffed, stuffed_size, T{});
    for (std::int64_t plane = window.planes.begin; plane < window.planes.end; ++plane) {
      for (std::int64_t row = window.rows.begin; row < window.rows.end; ++row) {
        const T* coarse = nullptr;
        in_.gather(tile.batch.in, {{plane, plane + 1}, {row, row + 1}, window.elements}, 0, copy,
                   &coarse);
        table.zeros_between({coarse, stuffed, window.elements.size() / g_.step, g_.step});
        const T* const from = stuffed;
        table.correlate_row({&from, spread<T>, 5, g_.step, widened, 0, 1, columns});
        *rows++ = widened;
        widened += columns;
      }
    }
  }

  void fill(const Tile& tile, const Window& window, const T* const* rows, T* buffer, T* base_buffer,
            std::int64_t columns) const {
    for (std::int64_t z = tile.planes.begin; z < tile.planes.end; ++z) {
      for (std::int64_t y = tile.rows.begin; y < tile.rows.end; ++y) {
        const std::int64_t planes = spread_along<T>(g_.planes, z).size;
        const std::int64_t height = spread_along<T>(g_.rows, y).size;
        const T* const* const first =
            rows + (first_input(g_.planes, z) - window.planes.begin) * window.rows.size() +
            (first_input(g_.rows, y) - window.rows.begin);
        std::array<const T*, 3 * 3 + 1> from;
        std::ptrdiff_t taps = 0;
        for (std::int64_t p = 0; p < planes; ++p) {
          for (std::int64_t i = 0; i < height; ++i) {
            from[static_cast<std::size_t>(taps++)] = first[p * window.rows.size() + i];
          }
        }
        if (base_ != nullptr) {
          from[static_cast<std::size_t>(taps++)] = base_->row(tile, z, y, base_buffer);
        }
        T* const direct = out_.direct(tile.batch.out, z, y, tile.elements.begin);
        const bool stores = direct == nullptr || columns > tile.elements.size();
        T* const target = stores ? buffer : direct;
        const std::vector<T>& weights = weights_[static_cast<std::size_t>(2 * (z % 2) + y % 2)];
        active_table<T>().correlate_block(
            {from.data(), 0, weights.data(), 1, taps, 1, 1, target, 0, 1, columns});
        if (stores) out_.store(tile.batch.out, z, y, tile.elements, target);
      }
    }
  }

  const Geometry& g_;
  InputRows<T> in_;
  OutputRows<T> out_;
  const BaseRows<T>* base_;
  std::array<std::vector<T>, 4> weights_;  // by parity of plane and row; the last one is the base's
};

template <class T>
void reduce(const View& image, const MutableView& out, const std::vector<Taps>& taps, double cval,
            int workers) {
  const Geometry in_geometry = make_geometry(image, out, taps);
  const Geometry out_geometry = output_geometry(in_geometry, out, taps);
  const ReduceTiles<T> tiles(image, out, in_geometry, out_geometry, cval);
  const Tiling tiling(out_geometry, ReduceTiles<T>::tile_size(out_geometry));
  for_tiles(tiling.count(), useful_workers(in_geometry, 5, workers),
            [&](std::int64_t i) { tiles.run(tiling.tile(i)); });
}

template <class T>
void expand(const View& image, const View* base, double sign, const MutableView& out,
            const std::vector<Taps>& taps, double cval, int workers) {
  const Geometry in_geometry = make_geometry(image, out, taps);
  const Geometry out_geometry = output_geometry(in_geometry, out, taps);
  const BaseRows<T> base_rows(base != nullptr ? *base : View{}, out_geometry);
  const ExpandTiles<T> tiles(image, out, in_geometry, out_geometry, cval,
                             base != nullptr ? &base_rows : nullptr, static_cast<T>(sign));
  const Tiling tiling(out_geometry, ExpandTiles<T>::tile_size(out_geometry));
  for_tiles(tiling.count(), useful_workers(out_geometry, 5, workers),
            [&](std::int64_t i) { tiles.run(tiling.tile(i)); });
}

}  // namespace

void pyramid_reduce(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                    double cval, int workers) {
  const auto run = computed_in_double(image.dtype) ? reduce<double> : reduce<float>;
  run(image, out, taps, cval, workers);
}

void pyramid_expand(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                    double cval, int workers) {
  const auto run = computed_in_double(image.dtype) ? expand<double> : expand<float>;
  run(image, nullptr, 1, out, taps, cval, workers);
}

void pyramid_combine(const View& image, const View& base, double sign, const MutableView& out,
                     const std::vector<Taps>& taps, double cval, int workers) {
  const auto run = computed_in_double(image.dtype) ? expand<double> : expand<float>;
  run(image, &base, sign, out, taps, cval, workers);
}

}  // namespace burnish::ops
