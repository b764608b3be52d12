// Which sizes transform fast, and the sizes that a convolution through the spectrum is cut into.
#pragma once

#include <array>
#include <cstdint>

namespace burnish::ops {

// Whether a size, 1 at least, has no prime factors but 2, 3, 5 and 11.
bool is_fast_size(std::int64_t size);

// The least such size, with one 11 at most, that is not below `size`, which may be from 1 to 2**58.
std::int64_t next_fast_size(std::int64_t size);

// The same for real numbers along a row: a longer one may transform faster.
std::int64_t next_fast_row(std::int64_t size);

// More pixels or taps than any memory holds, and few enough that nothing here overflows.
inline constexpr std::int64_t longest_axis = std::int64_t{1} << 48;

// One axis of a convolution, both sizes from 1 to longest_axis.
struct TileAxis {
  std::int64_t outputs = 1;
  std::int64_t taps = 1;
  bool may_wrap = false;  // the image repeats, so that its own size may be the period
};

struct TilePeriod {
  std::int64_t period;
  std::int64_t outputs;  // of one tile
  bool wraps;            // the period is the image's
};

struct TilePlan {
  std::array<TilePeriod, 3> axes;  // planes, rows, columns
  double time;                     // predicted, in ns on one thread, and half on two
};

// So many tiles are shared out among threads; fewer are taken one by one, by all together.
inline constexpr std::int64_t enough_tiles = 16;

// The tiles that take the least time in T as predicted. `wrap`: every axis that may wrap does.
template <class T>
TilePlan plan_tiles(const std::array<TileAxis, 3>& axes, bool wrap);

}  // namespace burnish::ops
