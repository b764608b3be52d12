// The contract of the kernels that fill holes with patches; kernels.hpp says what holds for all.
//
// A picture is a grid of pixels of `items` numbers each, four or a multiple, none negative. A place
// is the index of a pixel, row after row, and a patch goes by the place of its middle. How far two
// patches are apart is the sum of their squared differences, each difference times the weight of
// that pixel of the first, the target: whole numbers below 2^31, so no order of adding changes
// them. Of each row of a patch the numbers up to the next multiple of `patch_block` are read too.
#pragma once

#include <cstddef>
#include <cstdint>

namespace burnish::kernels {

inline constexpr std::ptrdiff_t patch_block = 32;
// The largest side of a patch.
inline constexpr std::ptrdiff_t largest_patch = 51;
// The distance of a place that is no target; its match is -1.
inline constexpr std::int32_t no_target = 0x7fffffff;

struct Patches {
  const std::int16_t* pixels;
  const std::uint8_t* weights;  // of each pixel as part of a target
  std::ptrdiff_t stride;        // pixels from one row to the next
  std::ptrdiff_t items;
  std::ptrdiff_t size;  // of the side, odd
};

// Where patches may have their middles: rows [top, bottom), columns [left, right).
struct Bounds {
  std::int32_t top, bottom, left, right;
};

// One sweep over the targets of a tile: propagation and random search (Barnes, Shechtman,
// Finkelstein, Goldman 2009). Each target is measured anew, tries the matches of its two neighbours
// that the sweep has passed, shifted, and `radius`, radius / 2, ..., 1 pixels around the best so
// far one place each; where wanted one place `anywhere` too, on each page as often. Neighbours
// outside the tile are looked up in `previous`, so that the order of tiles does not matter.
struct SearchPatches {
  Patches patches;
  const std::uint8_t* sources;  // not 0: a place that may be matched
  const Bounds* pages;          // none empty
  std::ptrdiff_t page_count;
  Bounds tile;
  const std::int32_t* targets;  // in the order of places
  std::ptrdiff_t count;
  bool backward;
  std::int32_t* matches;
  const std::int32_t* previous;
  std::int32_t* distances;
  std::uint32_t key;    // of the random numbers, which depend on it and the place alone
  std::int32_t radius;  // 0: no random search; below 2^15
  bool anywhere;
};

// distances[i] = how far the patch at places[i] is from a target; no_target where that is negative.
struct PatchDistances {
  Patches patches;
  std::int32_t target;
  const std::int32_t* places;
  std::ptrdiff_t count;
  std::int32_t* distances;
};

// The nearest to a target among the patches at some places, the earliest of them if there are
// several.
struct NearestPatch {
  Patches patches;
  std::int32_t target;
  const std::int32_t* places;
  std::ptrdiff_t count;
};
struct Neighbour {
  std::int32_t place, distance;
};

// The nearest to a target, known in part, among the sources of some runs: `patch_run` places from
// runs[i] on each, but none from `end` on. It is nearer than `limit`, or its place is -1; of
// several it is the earliest. Numbers come in planes, one for each channel; read are those at
// places of a run, shifted by that of each known number, which leads from a patch's middle to the
// same number of that patch. Squared differences add up to less than 2^31.
inline constexpr std::ptrdiff_t patch_run = 32;
struct KnownNumber {
  std::ptrdiff_t shift;
  std::int32_t value;
};
struct NearestInRuns {
  const std::int16_t* numbers;
  const KnownNumber* known;
  std::ptrdiff_t known_count;
  const std::uint8_t* sources;  // not 0: a place that may be matched
  const std::int32_t* runs;
  std::ptrdiff_t run_count;
  std::ptrdiff_t end;
  std::int32_t limit;
};

// What the patches that cover a hole's pixel propose for it, each the pixel of its match: their
// mean, rounded, with weights 2^-(sharpness * d / (mean + 1) + fade * depth), d how far the patch
// is from its match less the least of such distances here, mean that of these d (Newson et al.
// 2014, equation 5, has the square root of their third quartile), depth how far the patch's middle
// lies within the hole. Or, if `copies` is not null, the place of the pixel that has the largest
// weight, the first of several.
struct VotePatches {
  Patches patches;
  const std::int32_t* matches;
  const std::int32_t* distances;
  const std::uint8_t* depths;
  const std::int32_t* holes;
  std::ptrdiff_t count;
  float sharpness, fade;
  std::int16_t* values;  // `items` for each
  std::int32_t* copies;
};

// The range of a row of one channel where its marks lack `hole`; `nothing` is NaN where it isn't
// finite, else 0. Infinite, upside down, where nothing is known.
struct KnownRange {
  const double* row;
  const std::uint8_t* marks;
  std::uint8_t hole;
  std::ptrdiff_t count;
};
struct Range {
  double lowest, highest, nothing;
};

// target[i * items] = (row[i] / 2 - offset / 2) * scale, rounded and at most `highest`; 0 in holes.
struct Quantise {
  const double* row;
  const std::uint8_t* marks;
  std::uint8_t hole;
  double offset, scale, highest;
  std::int16_t* target;
  std::ptrdiff_t items, count;
};

// sums[i] = how much pixel i differs from the ones right and below, in absolute values summed over
// `channels`, and counts[i] = 1, where none of the three is in a hole; else both are 0. So are the
// last ones.
struct Roughness {
  const std::int16_t* row;
  const std::int16_t* below;
  const std::uint8_t* marks;
  const std::uint8_t* marks_below;
  std::uint8_t hole;
  std::ptrdiff_t items, channels, count;
  std::int32_t* sums;
  std::int32_t* counts;
};

// total[i] += entering[i] - leaving[i]; either may be null.
struct SlideRow {
  const std::int32_t* entering;
  const std::int32_t* leaving;
  std::int32_t* total;
  std::ptrdiff_t count;
};

// target[i * items] = scale * s / n, rounded and at most `highest`, with s and n the sums of
// sums[j] and counts[j] over |j - i| <= radius; 0 where n is.
struct WindowMeans {
  const std::int32_t* sums;
  const std::int32_t* counts;
  std::ptrdiff_t radius, items, count;
  double scale, highest;
  std::int16_t* target;
};

// A row half as wide out of two: each pixel the mean of those of the four that are in no hole,
// rounded; marks are joined. The last column is doubled where `columns` is odd.
struct HalveRows {
  const std::int16_t* rows[2];
  const std::uint8_t* marks[2];
  std::uint8_t hole;
  std::ptrdiff_t items, columns;
  std::int16_t* target;
  std::uint8_t* target_marks;
};

// target[i] = all bits of source[i] to source[i + size - 1].
struct JoinAlong {
  const std::uint8_t* source;
  std::ptrdiff_t size;
  std::uint8_t* target;
  std::ptrdiff_t count;
};

// target[i] = all bits of rows[0][i] to rows[size - 1][i].
struct JoinRows {
  const std::uint8_t* const* rows;
  std::ptrdiff_t size;
  std::uint8_t* target;
  std::ptrdiff_t count;
};

// Fills pixels one by one with the mean of what is known around them (Telea 2004, section 2).
//
// Arrays go by place. All that lies in the disc around a pixel, and one pixel farther along both
// axes, has a place: in a row one after the other, the next row's by `up` and `down`. What is
// unknown has the distance infinity in `known_distances` and finite values. For each channel there
// is a plane of values, of half the differences between the upper and the lower neighbour, and of
// those between the left and the right, 0 where not both are known; these are kept up.
//
// The disc's rows are cut into blocks of `telea_block` pixels, those beyond the disc with nearness
// 0. Up to telea_block - 1 items beyond a row's end are read. `weights` has room for three numbers
// for each pixel of the blocks, `firsts` for one for each block.
inline constexpr std::ptrdiff_t telea_block = 8;
inline constexpr std::ptrdiff_t largest_telea_radius = 100;
struct TeleaBlock {
  std::int32_t row;    // of the disc
  std::int32_t first;  // columns from the pixel in the middle
};
struct TeleaDisc {
  const TeleaBlock* blocks;
  std::ptrdiff_t count;
  std::ptrdiff_t radius;
  const double* columns;     // from the pixel in the middle
  const double* unit_downs;  // of the direction from there
  const double* unit_rights;
  const double* nearness;  // 1 / the squared length
};
struct FillTelea {
  TeleaDisc disc;
  const std::int32_t* places;  // to be filled, in this order
  std::ptrdiff_t count;
  const std::int32_t* up;
  const std::int32_t* down;
  const double* distances;
  double* known_distances;
  double* planes;
  std::ptrdiff_t pitch;  // from one plane to the next
  std::ptrdiff_t channels;
  double* weights;
  std::int32_t* firsts;
};

struct InpaintingTable {
  void (*search)(const SearchPatches&);
  void (*distances)(const PatchDistances&);
  Neighbour (*nearest)(const NearestPatch&);
  Neighbour (*nearest_in_runs)(const NearestInRuns&);
  void (*vote)(const VotePatches&);
  Range (*known_range)(const KnownRange&);
  void (*quantise)(const Quantise&);
  void (*roughness)(const Roughness&);
  void (*slide_row)(const SlideRow&);
  void (*window_means)(const WindowMeans&);
  void (*halve_rows)(const HalveRows&);
  void (*join_along)(const JoinAlong&);
  void (*join_rows)(const JoinRows&);
  void (*fill_telea)(const FillTelea&);
};

}  // namespace burnish::kernels
