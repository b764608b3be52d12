// Pixels that stand out of their neighbours: the same bits at every level.
#include "kernels/half.hpp"
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

// Unsigned, as wide as a pixel: flags and differences of integers.
template <std::size_t Bytes>
struct Unsigned;
template <>
struct Unsigned<1> {
  using type = std::uint8_t;
};
template <>
struct Unsigned<2> {
  using type = std::uint16_t;
};
template <>
struct Unsigned<4> {
  using type = std::uint32_t;
};
template <>
struct Unsigned<8> {
  using type = std::uint64_t;
};
template <class S>
using Flag = typename Unsigned<sizeof(S)>::type;

// Differences of pixels: what they are, and the largest one up to a bound.
template <class S>
struct Difference {
  using type = Flag<S>;
  static constexpr type largest = static_cast<type>(~type{0});
  static BURNISH_INLINE type of(S a, S b) {
    const S low = a < b ? a : b;
    const S high = a < b ? b : a;
    return static_cast<type>(static_cast<type>(high) - static_cast<type>(low));
  }
  static BURNISH_INLINE type limit(double bound) {
    // As a double, the largest of 64 bits is one beyond it.
    return bound >= static_cast<double>(largest) ? largest : static_cast<type>(bound);
  }
};
template <class T>
struct FloatDifference {
  using type = T;
  static BURNISH_INLINE T of(T a, T b) { return a < b ? b - a : a - b; }
  static BURNISH_INLINE T limit(double bound) { return static_cast<T>(bound); }
};
template <>
struct Difference<float> : FloatDifference<float> {};
template <>
struct Difference<double> : FloatDifference<double> {};

template <class S>
BURNISH_INLINE S least(S a, S b) {
  return a < b ? a : b;
}
template <class S>
BURNISH_INLINE S most(S a, S b) {
  return a < b ? b : a;
}
template <class S>
BURNISH_INLINE S middle(S a, S b, S c) {
  return most(least(a, b), least(most(a, b), c));
}

template <class From, class S>
void load_pixels(const LoadPixels& a) {
  const From* __restrict source = static_cast<const From*>(a.source);
  S* __restrict target = static_cast<S*>(a.target);
  const std::ptrdiff_t count = a.count;
  const std::ptrdiff_t stride = a.stride;
  if (stride == 1) {
    for (std::ptrdiff_t i = 0; i < count; ++i) target[i] = widen<S>(source[i]);
  } else {
    for (std::ptrdiff_t i = 0; i < count; ++i) target[i] = widen<S>(source[i * stride]);
  }
}

template <class S>
void store_pixels(const StorePixels& a) {
  const S* __restrict source = static_cast<const S*>(a.source);
  S* __restrict target = static_cast<S*>(a.target);
  const std::ptrdiff_t count = a.count;
  const std::ptrdiff_t stride = a.stride;
  if (stride == 1) {
    for (std::ptrdiff_t i = 0; i < count; ++i) target[i] = source[i];
  } else {
    for (std::ptrdiff_t i = 0; i < count; ++i) target[i * stride] = source[i];
  }
}

template <class S>
bool has_nan(const AnyNan& a) {
  const S* __restrict source = static_cast<const S*>(a.source);
  Flag<S> any = 0;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) any |= static_cast<Flag<S>>(source[i] != source[i]);
  return any != 0;
}

template <class S>
void flag_windows_with_nan(const FlagNan& a) {
  Flag<S>* __restrict flags = static_cast<Flag<S>*>(a.flags);
  const std::ptrdiff_t count = a.count;
  for (std::ptrdiff_t r = 0; r < a.row_count; ++r) {
    const S* __restrict left = static_cast<const S*>(a.rows[r]);
    const S* __restrict here = left + a.step;
    const S* __restrict right = here + a.step;
    for (std::ptrdiff_t i = 0; i < count; ++i) {
      flags[i] |= static_cast<Flag<S>>((left[i] != left[i]) | (here[i] != here[i]) |
                                       (right[i] != right[i]));
    }
  }
}

template <class S>
void rank_one_row(const RankRow& a) {
  const S* __restrict left = static_cast<const S*>(a.rows[0]);
  const S* __restrict here = left + a.step;
  const S* __restrict right = here + a.step;
  S* __restrict lowest = static_cast<S*>(a.lowest);
  S* __restrict median = static_cast<S*>(a.median);
  S* __restrict highest = static_cast<S*>(a.highest);
  const std::ptrdiff_t count = a.count;
  BURNISH_INDEPENDENT
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    lowest[i] = least(least(left[i], right[i]), here[i]);
    median[i] = middle(left[i], right[i], here[i]);
    highest[i] = most(most(left[i], right[i]), here[i]);
  }
}

// Each column of three is sorted once, for the three windows that it is part of. The median of nine
// is that of the highest low, the median mid and the lowest high [J. L. Smith, Implementing median
// filters in XC4000E FPGAs, 1996].
template <class S>
void rank_three_rows(const RankRow& a) {
  const S* __restrict above = static_cast<const S*>(a.rows[0]);
  const S* __restrict here = static_cast<const S*>(a.rows[1]);
  const S* __restrict below = static_cast<const S*>(a.rows[2]);
  S* __restrict low = static_cast<S*>(a.work[0]);
  S* __restrict mid = static_cast<S*>(a.work[1]);
  S* __restrict high = static_cast<S*>(a.work[2]);
  const std::ptrdiff_t step = a.step;
  const std::ptrdiff_t count = a.count;
  BURNISH_INDEPENDENT
  for (std::ptrdiff_t i = 0; i < count + 2 * step; ++i) {
    const S smaller = least(above[i], here[i]);
    const S larger = most(above[i], here[i]);
    low[i] = least(smaller, below[i]);
    mid[i] = most(smaller, least(larger, below[i]));
    high[i] = most(larger, below[i]);
  }
  S* __restrict lowest = static_cast<S*>(a.lowest);
  S* __restrict median = static_cast<S*>(a.median);
  S* __restrict highest = static_cast<S*>(a.highest);
  BURNISH_INDEPENDENT
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const std::ptrdiff_t j = i + step;
    const std::ptrdiff_t k = j + step;
    lowest[i] = least(least(low[i], low[j]), low[k]);
    highest[i] = most(most(high[i], high[j]), high[k]);
    median[i] = middle(most(most(low[i], low[j]), low[k]), middle(mid[i], mid[j], mid[k]),
                       least(least(high[i], high[j]), high[k]));
  }
}

template <class S>
void rank_nine_rows(const RankRow& a) {
  S* __restrict low = static_cast<S*>(a.work[0]);
  S* __restrict high = static_cast<S*>(a.work[1]);
  const std::ptrdiff_t step = a.step;
  const std::ptrdiff_t count = a.count;
  const std::ptrdiff_t all = count + 2 * step;
  for (std::ptrdiff_t r = 0; r < 9; r += 3) {
    const S* __restrict one = static_cast<const S*>(a.rows[r]);
    const S* __restrict two = static_cast<const S*>(a.rows[r + 1]);
    const S* __restrict three = static_cast<const S*>(a.rows[r + 2]);
    BURNISH_INDEPENDENT
    for (std::ptrdiff_t i = 0; i < all; ++i) {
      const S lower = least(least(one[i], two[i]), three[i]);
      const S higher = most(most(one[i], two[i]), three[i]);
      low[i] = r == 0 ? lower : least(low[i], lower);
      high[i] = r == 0 ? higher : most(high[i], higher);
    }
  }
  S* __restrict lowest = static_cast<S*>(a.lowest);
  S* __restrict highest = static_cast<S*>(a.highest);
  BURNISH_INDEPENDENT
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    lowest[i] = least(least(low[i], low[i + step]), low[i + 2 * step]);
    highest[i] = most(most(high[i], high[i + step]), high[i + 2 * step]);
  }
}

template <class S>
void rank_rows(const RankRow& a) {
  if (a.row_count == 1) return rank_one_row<S>(a);
  if (a.row_count == 3) return rank_three_rows<S>(a);
  rank_nine_rows<S>(a);
}

// What windows are ranked in: a float type that holds all pixels, which GCC has vectors for here,
// as it has not for integers.
template <class S>
struct Ranked {
  using type = float;
};
template <>
struct Ranked<double> {
  using type = double;
};
template <>
struct Ranked<std::int32_t> {
  using type = double;
};
template <>
struct Ranked<std::uint32_t> {
  using type = double;
};
template <>
struct Ranked<std::int64_t> {
  using type = std::int64_t;
};
template <>
struct Ranked<std::uint64_t> {
  using type = std::uint64_t;
};

// How many items lie below a value, and how many are no larger. `count` is a multiple of the lanes.
struct Place {
  std::ptrdiff_t below;
  std::ptrdiff_t up_to;
};
template <class W>
Place place_of(W value, const W* items, std::ptrdiff_t count) {
  Flag<W> below[lanes<W>] = {};
  Flag<W> up_to[lanes<W>] = {};
  for (std::ptrdiff_t i = 0; i < count; i += lanes<W>) {
    for (std::ptrdiff_t k = 0; k < lanes<W>; ++k) {
      below[k] += items[i + k] < value ? 1 : 0;
      up_to[k] += items[i + k] <= value ? 1 : 0;
    }
  }
  Flag<W> all_below = 0;
  Flag<W> all_up_to = 0;
  for (std::ptrdiff_t k = 0; k < lanes<W>; ++k) all_below += below[k];
  for (std::ptrdiff_t k = 0; k < lanes<W>; ++k) all_up_to += up_to[k];
  return {static_cast<std::ptrdiff_t>(all_below), static_cast<std::ptrdiff_t>(all_up_to)};
}

// The item that stands at `rank` when they are sorted, between `low` and `high` at their ends.
// Items are tried in turn, but for those that the ones before have shown to be too small or too
// large, and nothing is moved. Items of the value `high` may follow up to a whole vector.
template <class W>
W ranked(const W* items, std::ptrdiff_t count, std::ptrdiff_t rank, W low, W high) {
  if (place_of(low, items, count).up_to > rank) return low;
  if (place_of(high, items, count).below <= rank) return high;
  for (std::ptrdiff_t i = 0;; ++i) {
    const W tried = items[i];
    if (!(low < tried && tried < high)) continue;
    const Place place = place_of(tried, items, count);
    if (place.below > rank) {
      high = tried;
    } else if (place.up_to <= rank) {
      low = tried;
    } else {
      return tried;
    }
  }
}

template <class From, class S>
void rank_pixels_around(const RankWindow& a) {
  using W = typename Ranked<S>::type;
  W* const items = static_cast<W*>(a.work);
  std::ptrdiff_t count = 0;
  W item{};
  for (std::ptrdiff_t p = 0; p < a.plane_count; ++p) {
    for (std::ptrdiff_t r = 0; r < a.row_count; ++r) {
      const std::uint8_t* const row =
          static_cast<const std::uint8_t*>(a.base) + a.planes[p] + a.rows[r];
      for (std::ptrdiff_t c = 0; c < a.column_count; ++c) {
        From stored;
        std::memcpy(&stored, row + a.columns[c], sizeof stored);
        item = static_cast<W>(widen<S>(stored));
        items[count] = item;
        count += item == item ? 1 : 0;
      }
    }
  }
  W low = item;
  W high = item;
  W median = item;
  if (count > 0) {
    const std::ptrdiff_t whole = (count + lanes<W> - 1) / lanes<W> * lanes<W>;
    for (std::ptrdiff_t i = count; i < whole; ++i) items[i] = items[0];
    W least_of[lanes<W>];
    W most_of[lanes<W>];
    for (std::ptrdiff_t k = 0; k < lanes<W>; ++k) least_of[k] = most_of[k] = items[k];
    for (std::ptrdiff_t i = lanes<W>; i < whole; i += lanes<W>) {
      for (std::ptrdiff_t k = 0; k < lanes<W>; ++k) {
        least_of[k] = least(least_of[k], items[i + k]);
        most_of[k] = most(most_of[k], items[i + k]);
      }
    }
    low = least_of[0];
    high = most_of[0];
    for (std::ptrdiff_t k = 1; k < lanes<W>; ++k) {
      low = least(low, least_of[k]);
      high = most(high, most_of[k]);
    }
    for (std::ptrdiff_t i = count; i < whole; ++i) items[i] = high;
    median = ranked(items, whole, (count - 1) / 2, low, high);
  }
  *static_cast<S*>(a.lowest) = static_cast<S>(low);
  *static_cast<S*>(a.median) = static_cast<S>(median);
  *static_cast<S*>(a.highest) = static_cast<S>(high);
}

template <class S>
void fill_limits(const FillLimits& a) {
  auto* const limits = static_cast<typename Difference<S>::type*>(a.limits);
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    limits[i] = i < a.period ? Difference<S>::limit(a.bounds[i]) : limits[i - a.period];
  }
}

template <class S>
void judge_pixels(const JudgePixels& a) {
  const S* __restrict pixels = static_cast<const S*>(a.pixels);
  const S* __restrict lowest = static_cast<const S*>(a.lowest);
  const S* __restrict median = static_cast<const S*>(a.median);
  const S* __restrict highest = static_cast<const S*>(a.highest);
  const auto* __restrict limits = static_cast<const typename Difference<S>::type*>(a.limits);
  S* __restrict target = static_cast<S*>(a.target);
  Flag<S>* __restrict flags = static_cast<Flag<S>*>(a.flags);
  const bool last = a.last;
  const std::ptrdiff_t count = a.count;
  BURNISH_INDEPENDENT
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const S pixel = pixels[i];
    const bool inside = (lowest[i] < pixel) & (pixel < highest[i]);
    const bool even = (Difference<S>::of(lowest[i], highest[i]) <= limits[i]) & (pixel == pixel);
    const bool settled = last | ((lowest[i] < median[i]) & (median[i] < highest[i]));
    const bool near = Difference<S>::of(pixel, median[i]) <= limits[i];
    const bool fine = inside | even;
    flags[i] = static_cast<Flag<S>>(!fine & !settled);
    target[i] = (fine | near | !settled) ? pixel : median[i];
  }
}

template <class S>
std::ptrdiff_t flagged(const ListFlags& a) {
  constexpr std::ptrdiff_t block = 64;  // skipped where there is none, as nearly everywhere
  const Flag<S>* const flags = static_cast<const Flag<S>*>(a.flags);
  std::ptrdiff_t found = 0;
  for (std::ptrdiff_t first = 0; first < a.count; first += block) {
    const std::ptrdiff_t end = first + block < a.count ? first + block : a.count;
    Flag<S> any = 0;
    for (std::ptrdiff_t i = first; i < end; ++i) any |= flags[i];
    if (any == 0) continue;
    for (std::ptrdiff_t i = first; i < end; ++i) {
      a.list[found] = static_cast<std::int32_t>(i);
      found += flags[i] != 0 ? 1 : 0;
    }
  }
  return found;
}

template <class S>
void measure_distances(const PixelDistances& a) {
  const S* __restrict pixels = static_cast<const S*>(a.pixels);
  const S* __restrict lowest = static_cast<const S*>(a.lowest);
  const S* __restrict median = static_cast<const S*>(a.median);
  const S* __restrict highest = static_cast<const S*>(a.highest);
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    const S pixel = pixels[i];
    const bool inside = lowest[i] < pixel && pixel < highest[i];
    const bool settled = lowest[i] < median[i] && median[i] < highest[i];
    const bool extreme = pixel == lowest[i] || pixel == highest[i];
    a.distances[i] = static_cast<double>(Difference<S>::of(pixel, median[i]));
    a.kinds[i] = inside && settled ? 1 : extreme && lowest[i] < highest[i] ? 2 : 0;
  }
}

template <class From, class S>
constexpr void add(HotPixelsTable& table, DType dtype) {
  const int i = static_cast<int>(dtype);
  table.load[i] = load_pixels<From, S>;
  table.store[i] = store_pixels<S>;
  if constexpr (S(0.5) != S(0)) {
    table.any_nan[i] = has_nan<S>;
    table.flag_nan[i] = flag_windows_with_nan<S>;
  }
  table.rank_row[i] = rank_rows<S>;
  table.rank_window[i] = rank_pixels_around<From, S>;
  table.fill_limits[i] = fill_limits<S>;
  table.judge[i] = judge_pixels<S>;
  table.list_flags[i] = flagged<S>;
  table.distances[i] = measure_distances<S>;
}

constexpr HotPixelsTable whole_table() {
  HotPixelsTable table{};
  add<Half, float>(table, DType::f16);
  add<float, float>(table, DType::f32);
  add<double, double>(table, DType::f64);
  add<std::int8_t, std::int8_t>(table, DType::i8);
  add<std::uint8_t, std::uint8_t>(table, DType::u8);
  add<std::int16_t, std::int16_t>(table, DType::i16);
  add<std::uint16_t, std::uint16_t>(table, DType::u16);
  add<std::int32_t, std::int32_t>(table, DType::i32);
  add<std::uint32_t, std::uint32_t>(table, DType::u32);
  add<std::int64_t, std::int64_t>(table, DType::i64);
  add<std::uint64_t, std::uint64_t>(table, DType::u64);
  return table;
}

}  // namespace

extern const HotPixelsTable hot_pixels_table = whole_table();

}  // namespace burnish::kernels::BURNISH_LEVEL
