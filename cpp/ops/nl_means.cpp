#include "ops/nl_means.hpp"

#include <algorithm>
#include <cstddef>

#include "base/parallel.hpp"
#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/nl_means_layout.hpp"
#include "ops/tiles.hpp"

namespace burnish::ops {
namespace {

std::int64_t rounded_up(std::int64_t count, std::int64_t to) { return (count + to - 1) / to * to; }

// Rows of neighbouring pixels in scratch memory, plane by plane.
template <class T>
struct Block {
  Box box;
  std::int64_t pitch;
  T* data = nullptr;

  // Kernels work on whole vectors, and read so far behind what is wanted.
  Block(const Box& spans, std::int64_t lanes)
      : box(spans), pitch(rounded_up(spans[2].size() + 2 * lanes, lanes)) {}

  std::int64_t items() const { return box[0].size() * box[1].size() * pitch; }
  T* at(std::int64_t z, std::int64_t y, std::int64_t x) const {
    return data + ((z - box[0].begin) * box[1].size() + (y - box[1].begin)) * pitch +
           (x - box[2].begin);
  }
};

Box grown(Box box, const Triple& by) {
  for (std::size_t i = 0; i < 3; ++i) {
    box[i] = {box[i].begin - by[i], box[i].end + by[i]};
  }
  return box;
}

// The pixels of a tile, and those from which an offset leads into it.
Box with_sources(Box tile, const Triple& offset) {
  for (std::size_t i = 0; i < 3; ++i) {
    tile[i] = {tile[i].begin - std::max<std::int64_t>(offset[i], 0),
               tile[i].end + std::max<std::int64_t>(-offset[i], 0)};
  }
  return tile;
}

template <class T>
class TileOfMeans {
 public:
  TileOfMeans(const NlMeansPlan<T>& plan, const Tile& tile)
      : plan_(plan),
        l_(plan.layout),
        batch_(tile.batch),
        tile_{tile.planes, tile.rows, tile.elements},
        image_(image_box(), lanes()),
        means_(tile_, lanes()),
        widest_(widest_box(), lanes()),
        scratch_(bytes()) {
    image_.data = scratch_.template take<T>(image_.items() * l_.channels);
    means_.data = scratch_.template take<T>(means_.items() * l_.channels);
    total_ = scratch_.template take<T>(means_.items());
    nothing_ = scratch_.template take<T>(means_.pitch);
    ring_ = take_rows(ring_rows());
    windows_ = take_rows(window_rows());
    carry_ = take_rows(carry_rows());
    columns_ = take_rows(column_rows());
    levels_ = take_rows(level_rows());
    pointers_ = scratch_.template take<const T*>(pointer_count());
  }

  void run() {
    load();
    std::fill_n(means_.data, means_.items() * l_.channels, T{});
    std::fill_n(total_, means_.items(), T{1});  // the pixel itself
    std::fill_n(nothing_, means_.pitch, T{});
    for (const Triple& offset : plan_.offsets) {
      add(offset);
      poll_in_tile();
    }
    store();
  }

 private:
  static const kernels::Table<T>& table() { return active_table<T>(); }
  static std::int64_t lanes() { return table().lanes; }

  Box image_box() const {
    Box box = grown(tile_, {l_.reach(0), l_.reach(1), l_.reach(2)});
    if (l_.frames) {
      box[0] = {std::max<std::int64_t>(box[0].begin, 0), std::min(box[0].end, frame_count())};
    }
    return box;
  }
  std::int64_t frame_count() const { return l_.geometry.planes.size; }

  // As large as what any one offset needs.
  Box widest_box() const {
    Box box = grown(tile_, l_.radius);
    for (std::size_t i = 0; i < 3; ++i) box[i].end += l_.distance[i];
    return box;
  }

  // Windows are summed along planes first where patches have several, and else along rows.
  bool through_planes() const { return l_.radius[0] > 0; }
  std::int64_t window() const { return l_.patch(through_planes() ? 0 : 1); }
  std::int64_t lines() const { return through_planes() ? widest_.box[1].size() : 1; }
  std::int64_t window_rows() const { return window() * lines(); }
  // The rows of differences that windows with a kernel are summed from are twice as many.
  std::int64_t carry_rows() const { return (plan_.box() ? 1 : 2) * window_rows(); }
  std::int64_t column_rows() const { return through_planes() ? lines() : 0; }
  std::int64_t level_rows() const { return std::max(plan_.columns.front().level, 1); }
  std::int64_t ring_rows() const {
    return l_.distance[0] * (tile_[1].size() + l_.distance[1]) + l_.distance[1] + 1;
  }
  std::int64_t pointer_count() const {
    const std::int64_t terms = static_cast<std::int64_t>(plan_.columns.size());
    return std::max({2 * window() * l_.channels, lines() + window(), 2 * window(), terms});
  }

  std::size_t bytes() const {
    const auto rows = [&](std::int64_t count) {
      return Scratch::size_of<T>(count * widest_.pitch);
    };
    return Scratch::size_of<T>(image_.items() * l_.channels) +
           Scratch::size_of<T>(means_.items() * l_.channels) + Scratch::size_of<T>(means_.items()) +
           Scratch::size_of<T>(means_.pitch) + rows(ring_rows()) + rows(window_rows()) +
           rows(carry_rows()) + rows(column_rows()) + rows(level_rows()) +
           Scratch::size_of<const T*>(pointer_count());
  }
  T* take_rows(std::int64_t count) { return scratch_.template take<T>(count * widest_.pitch); }

  // Calls f(plane, row) for each row of a box.
  template <class F>
  static void for_rows(const Box& box, const F& f) {
    for (std::int64_t z = box[0].begin; z < box[0].end; ++z) {
      for (std::int64_t y = box[1].begin; y < box[1].end; ++y) f(z, y);
    }
  }

  // A row of the image, without the scale; in `buffer` where it can't be read in place.
  const T* input_row(std::int64_t channel, std::int64_t z, std::int64_t y, Span columns,
                     T* buffer) const {
    const T* row;
    plan_.in.gather(batch_.in + channel * l_.channel_in, {{z, z + 1}, {y, y + 1}, columns}, 0,
                    buffer, &row);
    return row;
  }

  void load() {
    const Span columns = image_.box[2];
    Scratch room(Scratch::size_of<T>(2 * columns.size()));
    T* const buffer = room.take<T>(2 * columns.size());
    for (std::int64_t c = 0; c < l_.channels; ++c) {
      for_rows(image_.box, [&](std::int64_t z, std::int64_t y) {
        T* const row = image_.at(z, y, columns.begin) + c * image_.items();
        table().scaled_copy({input_row(c, z, y, columns, buffer), plan_.scale, row,
                             static_cast<std::ptrdiff_t>(columns.size())});
        std::fill_n(row + columns.size(), image_.pitch - columns.size(), T{});
      });
    }
  }

  void store() {
    const Span columns = tile_[2];
    Scratch room(3 * Scratch::size_of<T>(2 * columns.size()));
    T* const buffer = room.take<T>(2 * columns.size());
    T* const result = room.take<T>(columns.size());
    for (std::int64_t c = 0; c < l_.channels; ++c) {
      for_rows(tile_, [&](std::int64_t z, std::int64_t y) {
        T* const sums = means_.at(z, y, columns.begin);
        const std::int64_t batch = batch_.out + c * l_.channel_out;
        T* const direct = plan_.out.direct(batch, z, y, columns.begin);
        T* const row = direct != nullptr ? direct : result;
        table().weighted_mean({input_row(c, z, y, columns, buffer), sums + c * means_.items(),
                               total_ + (sums - means_.data), plan_.scale, row,
                               static_cast<std::ptrdiff_t>(columns.size())});
        if (direct == nullptr) plan_.out.store(batch, z, y, columns, row);
      });
    }
  }

  // Weighs the pairs of pixels that lie `offset` apart, and adds each pixel to the mean of the
  // other.
  void add(const Triple& offset) {
    offset_ = offset;
    pairs_ = with_sources(tile_, offset);
    if (l_.frames) pairs_[0].begin = std::max<std::int64_t>(pairs_[0].begin, 0);
    lag_ = offset[0] * pairs_[1].size() + offset[1];
    count_ = rounded_up(pairs_[2].size() + 2 * l_.radius[2], lanes());
    if (through_planes()) return windows_through_planes();
    for (std::int64_t z = pairs_[0].begin; z < pairs_[0].end; ++z) windows_down_rows(z);
  }

  void windows_down_rows(std::int64_t z) {
    if (l_.frames && z + offset_[0] >= frame_count()) {
      for (std::int64_t y = pairs_[1].begin; y < pairs_[1].end; ++y) {
        std::fill_n(weights_of(z, y), widest_.pitch, T{});
        add_row(z, y);
      }
      return;
    }
    const Span rows{pairs_[1].begin - l_.radius[1], pairs_[1].end + l_.radius[1]};
    for (std::int64_t y = rows.begin; y < rows.end; y += window()) {
      const std::int64_t count = std::min(window(), rows.end - y);
      sum_windows(count, 0, [&](std::int64_t i) { return image_at(z, y + i); });
      for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t middle = y + i - l_.radius[1];
        if (middle >= pairs_[1].begin) weigh_row(z, middle, windows_ + i * widest_.pitch);
      }
    }
  }

  void windows_through_planes() {
    const Span planes{pairs_[0].begin - l_.radius[0], pairs_[0].end + l_.radius[0]};
    const Span rows{pairs_[1].begin - l_.radius[1], pairs_[1].end + l_.radius[1]};
    for (std::int64_t z = planes.begin; z < planes.end; z += window()) {
      const std::int64_t count = std::min(window(), planes.end - z);
      for (std::int64_t y = rows.begin; y < rows.end; ++y) {
        sum_windows(count, y - rows.begin, [&](std::int64_t i) { return image_at(z + i, y); });
      }
      for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t middle = z + i - l_.radius[0];
        if (middle >= pairs_[0].begin) {
          sum_rows(windows_ + i * lines() * widest_.pitch);
          for (std::int64_t y = pairs_[1].begin; y < pairs_[1].end; ++y) {
            weigh_row(middle, y, columns_ + (y - pairs_[1].begin) * widest_.pitch);
          }
        }
      }
    }
  }

  // Where the columns begin whose differences the weights of a row need.
  const T* image_at(std::int64_t z, std::int64_t y) const {
    return image_.at(z, y, pairs_[2].begin - l_.radius[2]);
  }
  std::int64_t way(const Triple& offset) const {
    return (offset[0] * image_.box[1].size() + offset[1]) * image_.pitch + offset[2];
  }

  // Sums of squared differences over windows of `count` more rows, which source(i) finds; results
  // and carry stand line by line.
  template <class Source>
  void sum_windows(std::int64_t count, std::int64_t line, const Source& source) {
    const T** const here = pointers_;
    const T** const there = pointers_ + window() * l_.channels;
    for (std::int64_t i = 0; i < count; ++i) {
      const T* const row = source(i);
      for (std::int64_t c = 0; c < l_.channels; ++c) {
        here[i * l_.channels + c] = row + c * image_.items();
        there[i * l_.channels + c] = row + c * image_.items() + way(offset_);
      }
    }
    const std::int64_t pitch = lines() * widest_.pitch;
    T* const windows = windows_ + line * widest_.pitch;
    T* const carry = carry_ + line * widest_.pitch;
    if (plan_.box()) {
      table().windowed_differences(
          {here, there, l_.channels, count, window(), carry, windows, pitch, count_});
      return;
    }
    const std::int64_t before = window() - 1;  // rows, of which the carry holds the differences
    for (std::int64_t i = 0; i < count; ++i) {
      T* const row = carry + (before + i) * pitch;
      table().windowed_differences({here + i * l_.channels, there + i * l_.channels, l_.channels, 1,
                                    1, windows, row, pitch, count_});
    }
    for (std::int64_t i = 0; i < before + count; ++i) pointers_[i] = carry + i * pitch;
    table().correlate_block({pointers_, 0, plan_.kernel[through_planes() ? 0 : 1].data(), 1,
                             window(), 1, 1, windows, pitch, count, count_});
    for (std::int64_t i = 0; i < before; ++i) {
      std::copy_n(carry + (i + count) * pitch, count_, carry + i * pitch);
    }
  }

  // Windows of rows of what is summed through planes.
  void sum_rows(const T* plane) {
    const std::int64_t height = l_.patch(1);
    const std::int64_t count = pairs_[1].size();
    for (std::int64_t i = 0; i < count + height - 1; ++i) {
      pointers_[i] = plane + i * widest_.pitch;
    }
    if (plan_.box()) {
      table().running_sum({pointers_, height, 1, 1, columns_, widest_.pitch, count, count_});
    } else {
      table().correlate_block({pointers_, 0, plan_.kernel[1].data(), 1, height, 1, 1, columns_,
                               widest_.pitch, count, count_});
    }
  }

  // The weights of the pairs that begin in one row, from what windows of its columns sum up to.
  void weigh_row(std::int64_t z, std::int64_t y, const T* columns) {
    const std::ptrdiff_t count = rounded_up(pairs_[2].size(), lanes());
    if (plan_.box()) {
      const auto level = [&](int i) {
        return i == 0 ? columns : levels_ + (i - 1) * widest_.pitch;
      };
      // What is read behind a level's columns, to no purpose, lies in the row of the next level.
      for (int i = 0; i < plan_.columns.front().level; ++i) {
        table().shifted_sum(
            {level(i), std::ptrdiff_t{1} << i, levels_ + i * widest_.pitch, count_});
      }
      std::transform(plan_.columns.begin(), plan_.columns.end(), pointers_,
                     [&](const Stretch& part) { return level(part.level) + part.shift; });
    } else {
      table().correlate_row(
          {&columns, plan_.kernel[2].data(), l_.patch(2), 1, levels_, widest_.pitch, 1, count});
      pointers_[0] = levels_;
    }
    table().patch_weights({pointers_, static_cast<std::ptrdiff_t>(plan_.columns.size()),
                           plan_.factor, plan_.allowance, weights_of(z, y), count});
    add_row(z, y);
  }

  // The weights are kept until the pixels that the offset leads to have been added to.
  std::int64_t number(std::int64_t z, std::int64_t y) const {
    return (z - pairs_[0].begin) * pairs_[1].size() + y - pairs_[1].begin;
  }
  T* weights_at(std::int64_t number) const { return ring_ + number % (lag_ + 1) * widest_.pitch; }
  T* weights_of(std::int64_t z, std::int64_t y) const { return weights_at(number(z, y)); }

  void add_row(std::int64_t z, std::int64_t y) {
    if (z < tile_[0].begin || y < tile_[1].begin || y >= tile_[1].end) return;
    const std::int64_t x = tile_[2].begin;
    const std::int64_t first = x - pairs_[2].begin;
    const bool ahead = !l_.frames || z + offset_[0] < frame_count();
    const bool behind = !l_.frames || z >= offset_[0];
    const T* const here = image_.at(z, y, x);
    T* const sums = means_.at(z, y, x);
    table().weighted_differences(
        {here, ahead ? here + way(offset_) : here, behind ? here - way(offset_) : here,
         image_.items(), weights_of(z, y) + first,
         behind ? weights_at(number(z, y) - lag_) + first - offset_[2] : nothing_,
         total_ + (sums - means_.data), sums, means_.items(), l_.channels,
         rounded_up(tile_[2].size(), lanes())});
  }

  const NlMeansPlan<T>& plan_;
  const NlMeansLayout& l_;
  BatchOffset batch_;
  Box tile_;
  Block<T> image_;   // of the tile and all it is compared with, scaled; channel by channel
  Block<T> means_;   // sums of weighted differences; channel by channel
  Block<T> widest_;  // the shape of what follows, row by row
  Scratch scratch_;
  T* total_;    // sums of weights
  T* nothing_;  // weights that are 0
  T* ring_;
  T* windows_;
  T* carry_;
  T* columns_;
  T* levels_;
  const T** pointers_;

  Triple offset_{};
  Box pairs_{};             // those pixels from which the offset leads into the tile, or out of it
  std::int64_t lag_ = 0;    // rows between the two pixels of a pair
  std::int64_t count_ = 0;  // columns of differences
};

// A tile and what surrounds it should stay in the second-level cache, of some 1 MB; its halo, which
// tiles compute again, should be small.
TileSize tile_size(const NlMeansLayout& l, std::int64_t item) {
  constexpr std::int64_t most_bytes = 768 << 10;
  const bool volume = l.distance[0] > 0;
  TileSize size{volume ? 16 : 1, volume ? 32 : 128, (volume ? 256 : 1024) / item};
  const auto too_large = [&] {
    const std::int64_t area = size.planes * size.rows * size.elements;
    const std::int64_t surroundings = (size.planes + 2 * l.reach(0)) *
                                      (size.rows + 2 * l.reach(1)) *
                                      (size.elements + 2 * l.reach(2));
    return (surroundings * l.channels + area * (l.channels + 1)) * item > most_bytes;
  };
  while (too_large() && size.rows > 16) size.rows /= 2;
  while (too_large() && size.planes > 4) size.planes /= 2;
  while (too_large() && size.elements > 64) size.elements /= 2;
  const std::int64_t width = l.geometry.width();
  const std::int64_t pieces = (width + size.elements - 1) / size.elements;
  size.elements = rounded_up((width + pieces - 1) / pieces, 16);
  return size;
}

template <class T>
void denoise(const View& image, const MutableView& out, const NlMeans& how, int workers) {
  const NlMeansPlan<T> plan(image, out, how);
  const auto offsets = static_cast<std::int64_t>(plan.offsets.size());
  const Geometry& g = plan.layout.geometry;
  const Tiling tiling(g, tile_size(plan.layout, sizeof(T)));
  const int threads = useful_workers(g, 25 * offsets * plan.layout.channels, workers);
  for_tiles(tiling.count(), threads,
            [&](std::int64_t i) { TileOfMeans<T>(plan, tiling.tile(i)).run(); });
}

}  // namespace

void denoise_nl_means(const View& image, const MutableView& out, const NlMeans& how, int workers) {
  const auto run = computed_in_double(image.dtype) ? denoise<double> : denoise<float>;
  run(image, out, how, workers);
}

}  // namespace burnish::ops
