#include "ops/hot_pixels.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <numeric>
#include <stdexcept>
#include <string>

#include "base/border.hpp"
#include "base/parallel.hpp"
#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/axes.hpp"
#include "ops/tiles.hpp"

namespace burnish::ops {
namespace {

constexpr std::int64_t largest_size = 31;

// How many planes or rows a window of `size` reaches over.
std::int64_t extent(const Axis& axis, std::int64_t size) { return axis.filtered() ? size : 1; }
std::int64_t beside(const Axis& axis) { return axis.filtered() ? 1 : 0; }

// The pixels of an image as they are stored, in rows that windows of 3 pixels a side look at.
class Pixels {
 public:
  Pixels(const View& image, const Geometry& g)
      : kernels(*active_level().hot_pixels),
        g(g),
        type(static_cast<int>(image.dtype)),
        item(static_cast<std::int64_t>(item_size(result_dtype(image.dtype)))),
        data_(image.data),
        stride_(in_items(g.in_element, image.dtype)) {}

  const kernels::HotPixelsTable& kernels;
  const Geometry& g;
  const int type;
  const std::int64_t item;  // bytes of a pixel in memory of our own

  std::int64_t rows_of_window() const { return extent(g.planes, 3) * extent(g.rows, 3); }
  const std::byte* volume(std::int64_t batch) const { return data_ + batch; }

  // What load() fills for a tile.
  std::int64_t row_items(const Tile& tile) const { return tile.elements.size() + 2 * g.step; }
  std::int64_t items(const Tile& tile) const {
    return (tile.planes.size() + 2 * beside(g.planes)) * plane_items(tile);
  }
  void load(const Tile& tile, std::byte* target) const {
    const std::int64_t up = beside(g.planes);
    const std::int64_t over = beside(g.rows);
    for (std::int64_t z = tile.planes.begin - up; z < tile.planes.end + up; ++z) {
      for (std::int64_t y = tile.rows.begin - over; y < tile.rows.end + over; ++y) {
        load_row(volume(tile.batch.in) + reflected(g.planes, z) + reflected(g.rows, y),
                 tile.elements, target);
        target += row_items(tile) * item;
      }
    }
  }

  // Which of the loaded rows the windows around a row of the tile reach over.
  std::array<const void*, 9> around(const Tile& tile, const std::byte* loaded, std::int64_t plane,
                                    std::int64_t row) const {
    std::array<const void*, 9> rows{};
    std::size_t count = 0;
    const std::byte* const first = loaded + ((plane - tile.planes.begin) * plane_items(tile) +
                                             (row - tile.rows.begin) * row_items(tile)) *
                                                item;
    for (std::int64_t z = 0; z < extent(g.planes, 3); ++z) {
      for (std::int64_t y = 0; y < extent(g.rows, 3); ++y) {
        rows[count++] = first + (z * plane_items(tile) + y * row_items(tile)) * item;
      }
    }
    return rows;
  }
  const std::byte* middle(const std::array<const void*, 9>& rows) const {
    const void* const row = rows[static_cast<std::size_t>(rows_of_window() / 2)];
    return static_cast<const std::byte*>(row) + g.step * item;
  }

  bool any_nan(const Tile& tile, const std::byte* loaded) const {
    const auto look = kernels.any_nan[type];
    return look != nullptr && look({loaded, static_cast<std::ptrdiff_t>(items(tile))});
  }

  static std::int64_t reflected(const Axis& axis, std::int64_t position) {
    return source_index(Border::reflect, position, axis.size) * axis.in_stride;
  }

 private:
  std::int64_t plane_items(const Tile& tile) const {
    return (tile.rows.size() + 2 * beside(g.rows)) * row_items(tile);
  }

  void load_row(const std::byte* row, Span elements, std::byte* target) const {
    const Span wanted{elements.begin - g.step, elements.end + g.step};
    const Span within{std::max<std::int64_t>(wanted.begin, 0), std::min(wanted.end, g.width())};
    const auto part = [&](std::int64_t from, std::int64_t to, std::int64_t count) {
      kernels.load[type]({row + from * g.in_element, stride_, target + (to - wanted.begin) * item,
                          static_cast<std::ptrdiff_t>(count)});
    };
    part(within.begin, within.begin, within.size());
    // Reflected, the outermost pixels come a second time.
    if (wanted.begin < 0) part(0, wanted.begin, g.step);
    if (wanted.end > g.width()) part(g.width() - g.step, g.width(), g.step);
  }

  const std::byte* data_;
  std::ptrdiff_t stride_;
};

// What is known of the windows of some pixels.
struct Ranks {
  std::byte* lowest;
  std::byte* median;
  std::byte* highest;

  Ranks at(std::int64_t bytes) const { return {lowest + bytes, median + bytes, highest + bytes}; }
};

// Windows of 3 pixels a side, all along a row.
class RowRanks {
 public:
  static std::size_t bytes(const Pixels& pixels, const Tile& tile) {
    return 3 * Scratch::size_of<std::byte>(pixels.row_items(tile) * pixels.item) +
           3 * Scratch::size_of<std::byte>(tile.elements.size() * pixels.item);
  }
  RowRanks(const Pixels& pixels, const Tile& tile, Scratch& scratch)
      : pixels_(pixels), count_(tile.elements.size()) {
    for (void*& row : work_) {
      row = scratch.take<std::byte>(pixels.row_items(tile) * pixels.item);
    }
    for (std::byte** row : {&ranks.lowest, &ranks.median, &ranks.highest}) {
      *row = scratch.take<std::byte>(count_ * pixels.item);
    }
  }
  Ranks ranks{};

  bool has_medians() const { return pixels_.rows_of_window() < 9; }
  void find(const std::array<const void*, 9>& rows) const {
    pixels_.kernels.rank_row[pixels_.type](
        {rows.data(), static_cast<std::ptrdiff_t>(pixels_.rows_of_window()), pixels_.g.step,
         work_.data(), ranks.lowest, ranks.median, ranks.highest,
         static_cast<std::ptrdiff_t>(count_)});
  }

 private:
  const Pixels& pixels_;
  std::int64_t count_;
  std::array<void*, 3> work_{};
};

// Windows of any size, around one pixel after the other, read from the image itself.
class WindowRanks {
 public:
  WindowRanks(const Pixels& pixels, std::int64_t max_size)
      : pixels_(pixels),
        reach_(max_size / 2),
        planes_(static_cast<std::size_t>(max_size)),
        rows_(planes_),
        columns_(planes_),
        work_(static_cast<std::size_t>(extent(pixels.g.planes, max_size) *
                                           extent(pixels.g.rows, max_size) * max_size * 8 +
                                       64)) {}

  void enter_row(const Tile& tile, std::int64_t plane, std::int64_t row) {
    volume_ = pixels_.volume(tile.batch.in);
    for (std::int64_t i = -reach_; i <= reach_; ++i) {
      const auto at = static_cast<std::size_t>(reach_ + i);
      planes_[at] = Pixels::reflected(pixels_.g.planes, plane + i);
      rows_[at] = Pixels::reflected(pixels_.g.rows, row + i);
    }
  }

  void find(std::int64_t element, std::int64_t size, const Ranks& ranks) {
    const Geometry& g = pixels_.g;
    for (std::int64_t i = -(size / 2); i <= size / 2; ++i) {
      const std::int64_t column =
          source_index(Border::reflect, element / g.step + i, g.columns.size);
      columns_[static_cast<std::size_t>(reach_ + i)] =
          (column * g.step + element % g.step) * g.in_element;
    }
    const auto from = [&](const std::vector<std::int64_t>& offsets, std::int64_t count) {
      return offsets.data() + (reach_ - count / 2);
    };
    const std::int64_t planes = extent(g.planes, size);
    const std::int64_t rows = extent(g.rows, size);
    pixels_.kernels.rank_window[pixels_.type](
        {volume_, from(planes_, planes), from(rows_, rows), from(columns_, size),
         static_cast<std::ptrdiff_t>(planes), static_cast<std::ptrdiff_t>(rows),
         static_cast<std::ptrdiff_t>(size), work_.data(), ranks.lowest, ranks.median,
         ranks.highest});
  }

 private:
  const Pixels& pixels_;
  std::int64_t reach_;
  const std::byte* volume_ = nullptr;
  std::vector<std::int64_t> planes_, rows_, columns_;  // bytes, from -reach on
  std::vector<std::byte> work_;
};

bool is_integer(DType dtype) {
  return dtype != DType::f16 && dtype != DType::f32 && dtype != DType::f64;
}

// The distances from the medians of up to 8192 pixels, in runs spread over the image.
struct Distances {
  std::vector<double> ordinary;  // of pixels strictly between others
  std::vector<double> extreme;   // of the highest and lowest ones
  std::int64_t pixels = 0;
};

Distances sampled_distances(const View& channel, const std::vector<Taps>& taps) {
  constexpr std::int64_t length = 64;
  constexpr std::int64_t most_runs = 128;
  // There are no results, but a geometry has two sides.
  const MutableView nowhere{nullptr, channel.dtype, channel.ndim, channel.shape, channel.strides};
  const Geometry g = make_planar_geometry(channel, nowhere, taps);
  const Pixels pixels(channel, g);
  const Tiling runs(g, {1, 1, length});
  const std::int64_t count = std::min(runs.count(), most_runs);
  Distances result;
  for (std::int64_t i = 0; i < count; ++i) {
    // Steps of one length alone could meet the same columns in each row.
    const std::int64_t step = runs.count() / count;
    const std::int64_t shift = (i * 2654435769 % (std::int64_t{1} << 32) * step) >> 32;
    const Tile run = runs.tile(i * step + shift);
    Scratch scratch(RowRanks::bytes(pixels, run) +
                    Scratch::size_of<std::byte>(pixels.items(run) * pixels.item));
    std::byte* const loaded = scratch.take<std::byte>(pixels.items(run) * pixels.item);
    pixels.load(run, loaded);
    const auto rows = pixels.around(run, loaded, run.planes.begin, run.rows.begin);
    const RowRanks windows(pixels, run, scratch);
    if (windows.has_medians() && !pixels.any_nan(run, loaded)) {
      windows.find(rows);
    } else {
      WindowRanks each(pixels, 3);
      each.enter_row(run, run.planes.begin, run.rows.begin);
      for (std::int64_t k = 0; k < run.elements.size(); ++k) {
        each.find(run.elements.begin + k, 3, windows.ranks.at(k * pixels.item));
      }
    }
    std::array<double, length> distances;
    std::array<std::uint8_t, length> kinds;
    pixels.kernels.distances[pixels.type](
        {pixels.middle(rows), windows.ranks.lowest, windows.ranks.median, windows.ranks.highest,
         distances.data(), kinds.data(), static_cast<std::ptrdiff_t>(run.elements.size())});
    for (std::size_t k = 0; k < static_cast<std::size_t>(run.elements.size()); ++k) {
      if (kinds[k] == 1) result.ordinary.push_back(distances[k]);
      if (kinds[k] == 2) result.extreme.push_back(distances[k]);
    }
    result.pixels += run.elements.size();
  }
  return result;
}

// What tells a pixel that stands out from the detail of its channel: half as much again as ordinary
// pixels differ from their medians, 1 in 100 of them left aside. Where more of all pixels than that
// stand out, as many are left aside: the more impulses there are, the less is lost by replacing
// detail too. Both numbers are a compromise over twenty photographs with 0.1 to 70 % of impulses.
double chosen_threshold(const View& channel, const std::vector<Taps>& taps) {
  constexpr double factor = 1.5;
  constexpr double least_share = 0.01;
  Distances sample = sampled_distances(channel, taps);
  if (sample.ordinary.empty()) return 0;
  const double rounding = is_integer(channel.dtype) ? 1 : 0;  // of a difference, at most
  const auto bound = [&](double share) {
    const double last = static_cast<double>(sample.ordinary.size() - 1);
    const auto rank = static_cast<std::ptrdiff_t>((1 - share) * last);
    std::nth_element(sample.ordinary.begin(), sample.ordinary.begin() + rank,
                     sample.ordinary.end());
    return factor * (sample.ordinary[static_cast<std::size_t>(rank)] + rounding);
  };
  const double first = bound(least_share);
  const auto beyond = std::count_if(sample.extreme.begin(), sample.extreme.end(),
                                    [&](double distance) { return distance > first; });
  const double share = static_cast<double>(beyond) / static_cast<double>(sample.pixels);
  return share > least_share ? bound(share) : first;
}

class Filter {
 public:
  // One threshold for each of the channels that are interleaved. Keeps references to all but the
  // views.
  Filter(const View& image, const MutableView& out, const Geometry& g, std::int64_t max_size,
         const double* thresholds)
      : pixels_(image, g),
        out_(out),
        out_stride_(in_items(g.out_element, out.dtype)),
        max_size_(max_size),
        thresholds_(thresholds) {}

  void run(const Tile& tile) const {
    const std::int64_t row_bytes = tile.elements.size() * pixels_.item;
    const auto count = static_cast<std::ptrdiff_t>(tile.elements.size());
    Scratch scratch(RowRanks::bytes(pixels_, tile) +
                    Scratch::size_of<std::byte>(pixels_.items(tile) * pixels_.item) +
                    3 * Scratch::size_of<std::byte>(row_bytes) +
                    Scratch::size_of<std::int32_t>(count));
    std::byte* const loaded = scratch.take<std::byte>(pixels_.items(tile) * pixels_.item);
    Row row{scratch.take<std::byte>(row_bytes), scratch.take<std::byte>(row_bytes),
            scratch.take<std::byte>(row_bytes), scratch.take<std::int32_t>(count)};
    const RowRanks windows(pixels_, tile, scratch);
    WindowRanks larger(pixels_, max_size_);
    pixels_.load(tile, loaded);
    const bool has_nan = pixels_.any_nan(tile, loaded);
    // The smallest windows have told what they can where they had medians.
    const std::int64_t first =
        windows.has_medians() && !has_nan ? std::min<std::int64_t>(5, max_size_) : 3;
    pixels_.kernels.fill_limits[pixels_.type]({thresholds_, pixels_.g.step, row.limits, count});
    for (std::int64_t z = tile.planes.begin; z < tile.planes.end; ++z) {
      for (std::int64_t y = tile.rows.begin; y < tile.rows.end; ++y) {
        const auto rows = pixels_.around(tile, loaded, z, y);
        std::byte* const target = address(tile, z, y);
        std::byte* const result = out_stride_ == 1 ? target : row.result;
        const std::byte* const middle = pixels_.middle(rows);
        windows.find(rows);
        // Without medians, all that may have to go go on to windows of their own.
        const Ranks& ranks = windows.ranks;
        pixels_.kernels.judge[pixels_.type](
            {middle, ranks.lowest, windows.has_medians() ? ranks.median : ranks.lowest,
             ranks.highest, row.limits, result, row.flags, count, false});
        if (has_nan) {
          pixels_.kernels.flag_nan[pixels_.type](
              {rows.data(), static_cast<std::ptrdiff_t>(pixels_.rows_of_window()), pixels_.g.step,
               row.flags, count});
        }
        const std::ptrdiff_t flagged =
            pixels_.kernels.list_flags[pixels_.type]({row.flags, row.list, count});
        if (flagged > 0) larger.enter_row(tile, z, y);
        for (std::ptrdiff_t i = 0; i < flagged; ++i) {
          judge_alone(tile, row.list[i], first, middle, row.limits, larger, result);
        }
        if (result != target) {
          pixels_.kernels.store[pixels_.type]({result, target, out_stride_, count});
        }
      }
    }
  }

 private:
  struct Row {
    std::byte* flags;
    std::byte* limits;
    std::byte* result;
    std::int32_t* list;
  };

  std::byte* address(const Tile& tile, std::int64_t plane, std::int64_t row) const {
    const Geometry& g = pixels_.g;
    return out_.data + tile.batch.out + plane * g.planes.out_stride + row * g.rows.out_stride +
           tile.elements.begin * g.out_element;
  }

  // One pixel in windows that grow from `size` until one tells.
  void judge_alone(const Tile& tile, std::int64_t element, std::int64_t size,
                   const std::byte* middle, const std::byte* limits, WindowRanks& windows,
                   std::byte* result) const {
    std::array<std::array<std::byte, 8>, 4> own;
    const Ranks ranks{own[0].data(), own[1].data(), own[2].data()};
    std::byte* const flag = own[3].data();
    const std::int64_t at = element * pixels_.item;
    for (; size <= max_size_; size += 2) {
      windows.find(tile.elements.begin + element, size, ranks);
      pixels_.kernels.judge[pixels_.type]({middle + at, ranks.lowest, ranks.median, ranks.highest,
                                           limits + at, result + at, flag, 1, size == max_size_});
      if (std::all_of(flag, flag + pixels_.item, [](std::byte b) { return b == std::byte{0}; })) {
        return;
      }
    }
  }

  Pixels pixels_;
  const MutableView& out_;
  std::ptrdiff_t out_stride_;
  std::int64_t max_size_;
  const double* thresholds_;
};

// Little enough that loaded rows stay in cache, and that tiles in which all windows grow to their
// full size take 20 ms.
TileSize tile_size(const Geometry& g, std::int64_t item, std::int64_t max_size) {
  std::int64_t visits = 0;
  for (std::int64_t size = 3; size <= max_size; size += 2) {
    visits += size * extent(g.rows, size) * extent(g.planes, size);
  }
  const std::int64_t most =
      std::clamp<std::int64_t>((std::int64_t{1} << 23) / visits, 1, (std::int64_t{1} << 17) / item);
  const std::int64_t columns = std::min(g.width(), std::max<std::int64_t>(most / 16, 1));
  const std::int64_t elements = (columns + g.step - 1) / g.step * g.step;
  const std::int64_t lines = std::max<std::int64_t>(most / elements, 1);
  const std::int64_t planes = g.planes.filtered() ? std::clamp<std::int64_t>(lines / 8, 1, 8) : 1;
  return {planes, std::max<std::int64_t>(lines / planes, 1), elements};
}

void filter(const View& image, const MutableView& out, const Geometry& g, std::int64_t max_size,
            const double* thresholds, int workers) {
  const auto item = static_cast<std::int64_t>(item_size(out.dtype));
  const Filter work(image, out, g, max_size, thresholds);
  const Tiling tiling(g, tile_size(g, item, max_size));
  const std::int64_t effort = g.planes.filtered() ? 64 : 4 * item;  // per element
  for_tiles(tiling.count(), useful_workers(g, effort, workers),
            [&](std::int64_t i) { work.run(tiling.tile(i)); });
}

template <class V>
V without_axis(const V& view, int axis, std::int64_t index) {
  V part = view;
  part.data += index * view.strides[static_cast<std::size_t>(axis)];
  part.ndim = 0;
  for (int i = 0; i < view.ndim; ++i) {
    if (i == axis) continue;
    const auto from = static_cast<std::size_t>(i);
    const auto to = static_cast<std::size_t>(part.ndim++);
    part.shape[to] = view.shape[from];
    part.strides[to] = view.strides[from];
  }
  return part;
}

std::vector<Taps> taps_along_all(int ndim, std::int64_t max_size, int but) {
  std::vector<Taps> taps;
  for (int axis = 0; axis < ndim; ++axis) {
    if (axis != but) taps.push_back(centred_taps(axis, max_size, 0, Border::reflect));
  }
  return taps;
}

// Windows are alike along all axes, so rows may as well run where pixels follow one another in
// memory: the axes from the longest stride to the shortest, those of one pixel first.
std::vector<int> by_stride(const View& image) {
  std::vector<int> order(static_cast<std::size_t>(image.ndim));
  std::iota(order.begin(), order.end(), 0);
  const auto key = [&](int axis) {
    const auto at = static_cast<std::size_t>(axis);
    return image.shape[at] == 1 ? INT64_MAX : std::abs(image.strides[at]);
  };
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return key(a) > key(b); });
  return order;
}

template <class V>
V permuted(const V& view, const std::vector<int>& order) {
  V result = view;
  for (std::size_t i = 0; i < order.size(); ++i) {
    result.shape[i] = view.shape[static_cast<std::size_t>(order[i])];
    result.strides[i] = view.strides[static_cast<std::size_t>(order[i])];
  }
  return result;
}

}  // namespace

void remove_hot_pixels(const View& image, const MutableView& out, const std::vector<int>& axes,
                       std::int64_t max_size, std::optional<double> threshold, int workers) {
  if (max_size < 3 || max_size > largest_size || max_size % 2 == 0) {
    throw std::invalid_argument("max_size is " + std::to_string(max_size) +
                                "; accepted are odd numbers from 3 to " +
                                std::to_string(largest_size));
  }
  int channel_axis = -1;
  for (int axis = 0; axis < image.ndim; ++axis) {
    if (std::find(axes.begin(), axes.end(), axis) == axes.end()) channel_axis = axis;
  }
  const bool has_channels = channel_axis >= 0;
  const std::int64_t channels =
      has_channels ? image.shape[static_cast<std::size_t>(channel_axis)] : 1;
  const auto channel = [&](const auto& view, std::int64_t index) {
    return has_channels ? without_axis(view, channel_axis, index) : view;
  };
  std::vector<double> thresholds(static_cast<std::size_t>(channels), threshold.value_or(0));
  if (!threshold) {
    const auto taps = taps_along_all(image.ndim - (has_channels ? 1 : 0), 3, -1);
    for_tiles(channels, channels == 1 ? 1 : workers, [&](std::int64_t i) {
      thresholds[static_cast<std::size_t>(i)] = chosen_threshold(channel(image, i), taps);
    });
  }

  const std::vector<int> order = by_stride(image);
  const auto moved = std::find(order.begin(), order.end(), channel_axis) - order.begin();
  const View source = permuted(image, order);
  const MutableView target = permuted(out, order);
  const Geometry whole = make_geometry(
      source, target,
      taps_along_all(image.ndim, max_size, has_channels ? static_cast<int>(moved) : -1));
  if (channels == 1 || whole.step == channels) {
    return filter(source, target, whole, max_size, thresholds.data(), workers);
  }
  for (std::int64_t i = 0; i < channels; ++i) {
    const View from = without_axis(source, static_cast<int>(moved), i);
    const MutableView to = without_axis(target, static_cast<int>(moved), i);
    filter(from, to, make_planar_geometry(from, to, taps_along_all(from.ndim, max_size, -1)),
           max_size, &thresholds[static_cast<std::size_t>(i)], workers);
  }
}

}  // namespace burnish::ops
