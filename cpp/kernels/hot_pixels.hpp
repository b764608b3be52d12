// The contract of the kernels that look for hot pixels; kernels.hpp says what holds for all.
//
// They select pixels and never compute one, so they work on each type as it is stored: one entry
// per DType, `void` standing for pixels of that type, or of float where that is f16. Rows follow
// one another without gaps unless a stride is given. NaN is no neighbour: what is said of a window
// is said of its other pixels.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/dtype.hpp"

namespace burnish::kernels {

// target[i] = source[i * stride]; f16 becomes float.
struct LoadPixels {
  const void* source;
  std::ptrdiff_t stride;  // in items of the source
  void* target;
  std::ptrdiff_t count;
};

// target[i * stride] = source[i].
struct StorePixels {
  const void* source;
  void* target;
  std::ptrdiff_t stride;  // in items of the target
  std::ptrdiff_t count;
};

// Whether any of `count` pixels is NaN.
struct AnyNan {
  const void* source;
  std::ptrdiff_t count;
};

// flags[i] = 1 where a window holds NaN: those of `rows` pixels down by three across, `step` apart.
// rows[r][i] is the left of the three. Flags are items as wide as pixels.
struct FlagNan {
  const void* const* rows;
  std::ptrdiff_t row_count, step;
  void* flags;
  std::ptrdiff_t count;
};

// The lowest and the highest pixel of such windows, and of 1 or 3 rows the median. Of 9 rows
// `median` is left as it is. No pixel is NaN. The work rows have count + 2 * step items each.
struct RankRow {
  const void* const* rows;
  std::ptrdiff_t row_count, step;
  void* const* work;  // three rows
  void* lowest;
  void* median;
  void* highest;
  std::ptrdiff_t count;
};

// The same of one window of any size. Pixel (p, r, c) stands at the sum of base, planes[p], rows[r]
// and columns[c], in bytes. Of an even number the median is the lower one of the two. All three are
// NaN where every pixel is. `work` has room for the window, which holds fewer than 2^16 pixels, in
// 4 bytes or as many as they have, and a vector.
struct RankWindow {
  const void* base;
  const std::int64_t* planes;
  const std::int64_t* rows;
  const std::int64_t* columns;
  std::ptrdiff_t plane_count, row_count, column_count;
  void* work;
  void* lowest;
  void* median;
  void* highest;
};

// limits[i] = the largest difference of two pixels up to bounds[i % period], which are not
// negative.
struct FillLimits {
  const double* bounds;
  std::ptrdiff_t period;
  void* limits;
  std::ptrdiff_t count;
};

// What becomes of pixels. One strictly between the lowest and the highest of its window stays, so
// does one that differs from the median by no more than its limit, and one in a window where none
// differs from another by more. Where the median lies strictly between the lowest and the highest
// it replaces all others; elsewhere only if this is the `last` window, and before they are flagged,
// 1 or else 0. NaN never stays.
struct JudgePixels {
  const void* pixels;
  const void* lowest;
  const void* median;
  const void* highest;
  const void* limits;
  void* target;
  void* flags;  // items as wide as pixels
  std::ptrdiff_t count;
  bool last;
};

// Puts the indices of what is flagged into `list`, and returns how many there are.
struct ListFlags {
  const void* flags;
  std::int32_t* list;
  std::ptrdiff_t count;
};

// How far pixels are from the median of their windows, and of which kind they are: 1 where pixel
// and median both lie strictly between the lowest and the highest, 2 where the pixel is one of
// these, but not all are alike, and 0 otherwise.
struct PixelDistances {
  const void* pixels;
  const void* lowest;
  const void* median;
  const void* highest;
  double* distances;
  std::uint8_t* kinds;
  std::ptrdiff_t count;
};

struct HotPixelsTable {
  void (*load[dtype_count])(const LoadPixels&);
  void (*store[dtype_count])(const StorePixels&);
  bool (*any_nan[dtype_count])(const AnyNan&);    // null for integers
  void (*flag_nan[dtype_count])(const FlagNan&);  // null for integers
  void (*rank_row[dtype_count])(const RankRow&);
  void (*rank_window[dtype_count])(const RankWindow&);
  void (*fill_limits[dtype_count])(const FillLimits&);
  void (*judge[dtype_count])(const JudgePixels&);
  std::ptrdiff_t (*list_flags[dtype_count])(const ListFlags&);
  void (*distances[dtype_count])(const PixelDistances&);
};

}  // namespace burnish::kernels
