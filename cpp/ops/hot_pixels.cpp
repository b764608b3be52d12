#include "ops/hot_pixels.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <numeric>
#include <stdexcept>
#include <string>

#include "base/border.hpp"
#include "base/parallel.hpp"
#include "base/scratch.hpp"
#include "ops/axes.hpp"
#include "ops/hot_pixels_threshold.hpp"
#include "ops/tiles.hpp"
#include "ops/window_ranks.hpp"

namespace burnish::ops {
namespace {

constexpr std::int64_t largest_size = 31;

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

  StoredPixels pixels_;
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
  std::vector<double> thresholds(static_cast<std::size_t>(channels), threshold.value_or(0));
  if (!threshold) {
    const auto taps = taps_along_all(image.ndim - (has_channels ? 1 : 0), 3, -1);
    for_tiles(channels, channels == 1 ? 1 : workers, [&](std::int64_t i) {
      thresholds[static_cast<std::size_t>(i)] =
          hot_pixels_threshold(without_axis(image, channel_axis, i), taps);
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
