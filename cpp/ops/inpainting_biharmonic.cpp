#include "ops/inpainting_biharmonic.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/sized.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/plate.hpp"
#include "ops/plate_multigrid.hpp"
#include "ops/sparse_cholesky.hpp"

namespace burnish::ops {
namespace {

// Where factoring takes more multiplications than this for each pixel, multigrid is as fast.
constexpr std::int64_t most_work = 3000;

// Nor is that tried where so many pixels are mostly out of reach of what is known.
constexpr std::size_t most_tried = 10000;

// Plates are solved together, one thread for so many pixels at least.
constexpr std::int64_t places_per_tile = 1024;

// A larger plate is solved by all threads.
constexpr std::size_t largest_shared_plate = 128 * 128;

constexpr std::int64_t rows_per_tile = 32;

// Intensities are 0 on this scale where units are 1: the largest magnitude lies between 1/2 and 1,
// or near enough that nothing overflows.
constexpr int most_binary_places = 1000;

struct Channel {
  double lowest, highest;  // of what is known
  double unit;             // a power of two, by which values are multiplied on the way in
};

const std::uint8_t* row_of(const View& mask, std::int64_t row) {
  return reinterpret_cast<const std::uint8_t*>(mask.data) + row * mask.shape[1];
}

// What is known of each channel; highest < lowest where that is nothing, NaN where it is not
// finite.
std::vector<Channel> ranges_of(const View& image, const View& mask, int workers) {
  const std::int64_t rows = image.shape[0], columns = image.shape[1], items = image.shape[2];
  const std::int64_t tiles = (rows + rows_per_tile - 1) / rows_per_tile;
  constexpr std::uint8_t any_mark = 0xff;  // a masked byte may hold any but 0
  constexpr double most = std::numeric_limits<double>::infinity();
  std::vector<Channel> found(sized(tiles * items), {most, -most, 0});
  const auto load = active_table<double>().load[static_cast<int>(image.dtype)];
  const std::ptrdiff_t step = in_items(image.strides[1], image.dtype);
  for_tiles(tiles, workers, [&](std::int64_t tile) {
    std::vector<double> values(sized(columns));
    const std::int64_t end = std::min((tile + 1) * rows_per_tile, rows);
    for (std::int64_t y = tile * rows_per_tile; y < end; ++y) {
      poll_in_tile();
      const std::uint8_t* const masked = row_of(mask, y);
      for (std::int64_t c = 0; c < items; ++c) {
        const std::byte* const first = image.data + y * image.strides[0] + c * image.strides[2];
        load({first, step, nullptr, values.data(), columns, 0.0});
        const kernels::Range range = active_level().inpainting.known_range(
            {values.data(), masked, any_mark, static_cast<std::ptrdiff_t>(columns)});
        Channel& channel = found[sized(tile * items + c)];
        channel = {std::min(channel.lowest, range.lowest), std::max(channel.highest, range.highest),
                   channel.unit + range.nothing};
      }
    }
  });
  std::vector<Channel> ranges(sized(items), {most, -most, 0});
  for (std::int64_t i = 0; i < tiles * items; ++i) {
    Channel& range = ranges[sized(i % items)];
    const Channel& part = found[sized(i)];
    range = {std::min(range.lowest, part.lowest), std::max(range.highest, part.highest),
             range.unit + part.unit};
  }
  for (Channel& range : ranges) {
    if (std::isnan(range.unit)) {
      range.lowest = range.highest = range.unit;
    } else if (range.lowest <= range.highest) {
      const int places = std::ilogb(std::max(std::abs(range.lowest), std::abs(range.highest)));
      range.unit = std::ldexp(1, -std::clamp(places, -most_binary_places, most_binary_places));
    }
  }
  return ranges;
}

std::vector<Place> places_of(const View& mask) {
  std::vector<Place> places;
  for (std::int64_t y = 0; y < mask.shape[0]; ++y) {
    poll_in_tile();
    const std::uint8_t* const row = row_of(mask, y);
    const std::uint8_t* const end = row + mask.shape[1];
    const auto is_set = [](std::uint8_t value) { return value != 0; };
    for (const std::uint8_t* at = std::find_if(row, end, is_set); at != end;
         at = std::find_if(at + 1, end, is_set)) {
      places.push_back({static_cast<std::int32_t>(y), static_cast<std::int32_t>(at - row)});
    }
  }
  return places;
}

// Places that are coupled, directly or by others, become one plate, in the order of rows.
struct Plates {
  std::vector<Place> places;
  std::vector<std::size_t> starts;  // of each plate, and the end
};

Plates plates_of(std::vector<Place> places) {
  std::vector<std::int32_t> owner(places.size());
  std::iota(owner.begin(), owner.end(), 0);
  const auto root = [&](std::size_t i) {
    auto at = static_cast<std::int32_t>(i);
    while (owner[sized(at)] != at) {
      owner[sized(at)] = owner[sized(owner[sized(at)])];
      at = owner[sized(at)];
    }
    return at;
  };
  std::size_t reported = 0;
  for_couples(places, [&](std::size_t a, std::size_t b) {
    if (a > reported + 10000) {
      reported = a;
      poll_in_tile();
    }
    const std::int32_t first = root(a), second = root(b);
    owner[sized(std::max(first, second))] = std::min(first, second);
  });
  // Roots are the first of their plates.
  std::vector<std::size_t> sizes;
  std::vector<std::int32_t> plate(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto first = sized(root(i));
    if (first == i) {
      plate[i] = static_cast<std::int32_t>(sizes.size());
      sizes.push_back(0);
    }
    plate[i] = plate[first];
    ++sizes[sized(plate[i])];
  }
  Plates plates{std::vector<Place>(places.size()), {0}};
  for (const std::size_t size : sizes) plates.starts.push_back(plates.starts.back() + size);
  std::vector<std::size_t> next(plates.starts.begin(), plates.starts.end() - 1);
  for (std::size_t i = 0; i < places.size(); ++i) {
    plates.places[next[sized(plate[i])]++] = places[i];
  }
  return plates;
}

template <class T>
double value_as(const std::byte* pixel) {
  T value;
  std::memcpy(&value, pixel, sizeof(T));
  return static_cast<double>(value);
}

// A value of the range of T is stored, rounded half to even.
template <class T>
void store_as(double value, std::byte* pixel) {
  T stored;
  if constexpr (std::numeric_limits<T>::is_integer) {
    const double rounded = std::nearbyint(value);
    // 2^63 and 2^64 are no longer in the range, which double does not tell.
    const auto highest = static_cast<double>(std::numeric_limits<T>::max());
    stored = rounded >= highest ? std::numeric_limits<T>::max() : static_cast<T>(rounded);
  } else {
    stored = static_cast<T>(value);
  }
  std::memcpy(pixel, &stored, sizeof(T));
}

struct Access {
  double (*value)(const std::byte*);
  void (*store)(double, std::byte*);
};

Access access_to(DType dtype) {
  switch (dtype) {
    case DType::i8:
      return {value_as<std::int8_t>, store_as<std::int8_t>};
    case DType::u8:
      return {value_as<std::uint8_t>, store_as<std::uint8_t>};
    case DType::i16:
      return {value_as<std::int16_t>, store_as<std::int16_t>};
    case DType::u16:
      return {value_as<std::uint16_t>, store_as<std::uint16_t>};
    case DType::i32:
      return {value_as<std::int32_t>, store_as<std::int32_t>};
    case DType::u32:
      return {value_as<std::uint32_t>, store_as<std::uint32_t>};
    case DType::i64:
      return {value_as<std::int64_t>, store_as<std::int64_t>};
    case DType::u64:
      return {value_as<std::uint64_t>, store_as<std::uint64_t>};
    case DType::f32:
      return {value_as<float>, store_as<float>};
    case DType::f64:
    case DType::f16:
      break;
  }
  return {value_as<double>, store_as<double>};
}

class Plate {
 public:
  Plate(const MutableView& image, const View& mask, const std::vector<Channel>& channels,
        const std::vector<Place>& places)
      : image_(image),
        mask_(mask),
        channels_(channels),
        places_(places),
        access_(access_to(image.dtype)),
        items_(image.shape[2]),
        level_(sized(items_)),
        values_(places.size() * sized(items_), 0.0) {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (i % most_tried == 0) poll_in_tile();
      add_known(i);
    }
  }

  // Fills the plate if factoring its equations is little work.
  bool fill_directly() {
    if (places_.size() > most_tried && out_of_reach_ > places_.size() / 2) return false;
    std::vector<Place> order = places_;
    sort_for_elimination(order);
    const std::vector<std::size_t> ranks = ranks_in(order);
    SparseCholesky cholesky;
    const auto budget = static_cast<std::int64_t>(places_.size()) * most_work;
    if (!cholesky.factor(equations(ranks), budget)) return false;
    std::vector<double> sorted(values_.size());
    for (std::size_t i = 0; i < places_.size(); ++i) {
      std::copy_n(&values_[i * sized(items_)], items_, &sorted[ranks[i] * sized(items_)]);
    }
    cholesky.solve(sorted.data(), items_);
    for (std::size_t i = 0; i < places_.size(); ++i) {
      for (std::int64_t c = 0; c < items_; ++c)
        store(i, c, sorted[ranks[i] * sized(items_) + sized(c)]);
    }
    return true;
  }

  void fill_by_multigrid(int workers) {
    PlateMultigrid multigrid(image_.shape[0], image_.shape[1], places_, workers);
    std::vector<double> values(places_.size());
    for (std::int64_t c = 0; c < items_; ++c) {
      for (std::size_t i = 0; i < places_.size(); ++i)
        values[i] = values_[i * sized(items_) + sized(c)];
      multigrid.solve(values.data());
      for (std::size_t i = 0; i < places_.size(); ++i) store(i, c, values[i]);
    }
  }

 private:
  std::byte* pixel(std::int64_t row, std::int64_t column, std::int64_t channel) const {
    return image_.data + row * image_.strides[0] + column * image_.strides[1] +
           channel * image_.strides[2];
  }

  // What is known around a place goes to the right-hand side, as what it is above the first of all,
  // so that constants are nothing to solve for.
  void add_known(std::size_t i) {
    const Place at = places_[i];
    const std::int64_t rows = image_.shape[0], columns = image_.shape[1];
    const Stencil stencil = stencil_of(at);
    bool is_in_reach = false;
    for (int dy = -2; dy <= 2; ++dy) {
      const int reach = 2 - std::abs(dy);
      for (int dx = -reach; dx <= reach; ++dx) {
        const std::int64_t y = at.row + dy, x = at.column + dx;
        if (y < 0 || y >= rows || x < 0 || x >= columns || row_of(mask_, y)[x] != 0) continue;
        const double weight = stencil.weights[dy + 2][dx + 2];
        for (std::int64_t c = 0; c < items_; ++c) {
          const double value = access_.value(pixel(y, x, c)) * channels_[sized(c)].unit;
          if (!has_level_) level_[sized(c)] = value;
          values_[i * sized(items_) + sized(c)] -= weight * (value - level_[sized(c)]);
        }
        has_level_ = is_in_reach = true;
      }
    }
    if (!is_in_reach) ++out_of_reach_;
  }

  // The equation of a place: nearly always that of one far from the picture's border.
  Stencil stencil_of(Place at) const {
    static const Stencil inner = plate_stencil(5, 5, {2, 2});
    const std::int64_t rows = image_.shape[0], columns = image_.shape[1];
    const bool is_inner =
        at.row >= 2 && at.row + 2 < rows && at.column >= 2 && at.column + 2 < columns;
    return is_inner ? inner : plate_stencil(rows, columns, at);
  }

  void store(std::size_t i, std::int64_t channel, double value) const {
    const Channel& range = channels_[sized(channel)];
    const double filled = (level_[sized(channel)] + value) / range.unit;
    access_.store(std::clamp(filled, range.lowest, range.highest),
                  pixel(places_[i].row, places_[i].column, channel));
  }

  // Where each place stands in another order.
  std::vector<std::size_t> ranks_in(const std::vector<Place>& order) const {
    std::vector<std::size_t> ranks(places_.size());
    const std::int32_t top = places_.front().row;
    std::vector<std::size_t> starts(sized(places_.back().row - top) + 2, 0);
    for (const Place place : places_) ++starts[sized(place.row - top) + 1];
    std::partial_sum(starts.begin(), starts.end(), starts.begin());
    for (std::size_t k = 0; k < order.size(); ++k) {
      const auto row = sized(order[k].row - top);
      const auto first = places_.begin() + static_cast<std::ptrdiff_t>(starts[row]);
      const auto last = places_.begin() + static_cast<std::ptrdiff_t>(starts[row + 1]);
      const auto found = std::lower_bound(first, last, order[k],
                                          [](Place a, Place b) { return a.column < b.column; });
      ranks[sized(found - places_.begin())] = k;
    }
    return ranks;
  }

  LowerTriangle equations(const std::vector<std::size_t>& ranks) const {
    LowerTriangle matrix;
    matrix.starts.assign(places_.size() + 1, 0);
    matrix.diagonal.resize(places_.size());
    for_couples(places_, [&](std::size_t a, std::size_t b) {
      ++matrix.starts[std::max(ranks[a], ranks[b]) + 1];
    });
    std::partial_sum(matrix.starts.begin(), matrix.starts.end(), matrix.starts.begin());
    matrix.columns.resize(sized(matrix.starts.back()));
    matrix.values.resize(matrix.columns.size());
    std::vector<std::int64_t> next(matrix.starts.begin(), matrix.starts.end() - 1);
    std::size_t last = places_.size();
    Stencil stencil{};
    const auto weight = [&](std::size_t i, int down, int across) {
      if (i != last) stencil = stencil_of(places_[i]);
      last = i;
      return stencil.weights[down + 2][across + 2];
    };
    for_couples(places_, [&](std::size_t a, std::size_t b) {
      const Place from = places_[a], to = places_[b];
      const auto at = sized(next[std::max(ranks[a], ranks[b])]++);
      matrix.columns[at] = static_cast<std::int32_t>(std::min(ranks[a], ranks[b]));
      matrix.values[at] = weight(a, to.row - from.row, to.column - from.column);
    });
    for (std::size_t i = 0; i < places_.size(); ++i) {
      matrix.diagonal[ranks[i]] = weight(i, 0, 0);
    }
    return matrix;
  }

  const MutableView& image_;
  const View& mask_;
  const std::vector<Channel>& channels_;
  const std::vector<Place>& places_;
  const Access access_;
  const std::int64_t items_;
  bool has_level_ = false;
  std::size_t out_of_reach_ = 0;  // places that no known pixel is coupled with
  std::vector<double> level_;     // of each channel
  std::vector<double> values_;    // of each place and channel: right-hand sides
};

}  // namespace

Filled inpaint_biharmonic(const MutableView& image, const View& mask, int workers) {
  Plates plates;
  for_tiles(1, 1, [&](std::int64_t) { plates = plates_of(places_of(mask)); });
  const std::size_t count = plates.starts.size() - 1;
  if (count == 0) return Filled::all;
  const std::vector<Channel> channels = ranges_of(read_only(image), mask, workers);
  for (const Channel& channel : channels) {
    if (std::isnan(channel.unit)) return Filled::not_finite;
    if (channel.highest < channel.lowest) return Filled::no_source;
  }

  // Whether a plate is too wide to be factored; those are left to the end.
  std::vector<std::uint8_t> is_wide(count, 0);
  const auto places = [&](std::size_t i) {
    const auto first = plates.places.begin();
    return std::vector<Place>(first + static_cast<std::ptrdiff_t>(plates.starts[i]),
                              first + static_cast<std::ptrdiff_t>(plates.starts[i + 1]));
  };
  std::vector<std::size_t> tiles{0};  // the first plate of each
  for (std::size_t i = 1; i < count; ++i) {
    const std::size_t held = plates.starts[i] - plates.starts[tiles.back()];
    if (held >= sized(places_per_tile)) tiles.push_back(i);
  }
  tiles.push_back(count);
  for_tiles(static_cast<std::int64_t>(tiles.size()) - 1, workers, [&](std::int64_t tile) {
    for (std::size_t i = tiles[sized(tile)]; i < tiles[sized(tile) + 1]; ++i) {
      poll_in_tile();
      const std::vector<Place> own = places(i);
      is_wide[i] = !Plate(image, mask, channels, own).fill_directly();
    }
  });
  std::vector<std::size_t> shared;
  for (std::size_t i = 0; i < count; ++i) {
    if (is_wide[i] == 0) continue;
    if (plates.starts[i + 1] - plates.starts[i] <= largest_shared_plate) {
      shared.push_back(i);
      continue;
    }
    const std::vector<Place> own = places(i);
    std::optional<Plate> plate;
    for_tiles(1, 1, [&](std::int64_t) { plate.emplace(image, mask, channels, own); });
    plate->fill_by_multigrid(workers);
  }
  for_tiles(static_cast<std::int64_t>(shared.size()), workers, [&](std::int64_t i) {
    const std::vector<Place> own = places(shared[sized(i)]);
    Plate(image, mask, channels, own).fill_by_multigrid(1);
  });
  return Filled::all;
}

}  // namespace burnish::ops
