// Holes filled with patches from around them, from coarse to fine.
#pragma once

#include <cstdint>
#include <vector>

#include "base/view.hpp"
#include "ops/inpainting_windows.hpp"

namespace burnish::ops {

struct PatchInpainting {
  std::int64_t patch_size;  // odd, 3 to kernels::largest_patch
  std::int64_t num_levels;  // at most; 0: chosen
  std::int64_t num_iter;    // on each level; 0: chosen
  std::uint32_t seed;
  // Called in the calling thread with how much of the work is done, from 0 to 1; true ends the
  // search, and what has been found is used. May be empty.
  Observer observer;
};

// Fills what is masked of `image` (rows, columns, channels) in place; all else stays. Patches come
// from where `allowed` is set, or from around each hole if it is null, and from all of the
// `references`, which have the image's dtype and channels.
Filled inpaint_patch(const MutableView& image, const View& mask, const View* allowed,
                     const std::vector<View>& references, const PatchInpainting& options,
                     int workers);

// One level of it, for tests: the picture at full size in its own units, and what a start from the
// rim and `sweeps` of searching find in it.
struct PatchField {
  std::int64_t rows, columns, items;  // of all pages
  std::vector<std::int16_t> before;   // what the search saw
  std::vector<std::int32_t> targets, matches, distances;
  std::vector<std::int32_t> holes, copies;
  std::vector<std::int16_t> voted;
};
PatchField patch_field(const MutableView& image, const View& mask, const View* allowed,
                       const std::vector<View>& references, std::int64_t patch_size,
                       std::int64_t sweeps, std::uint32_t seed, int workers);

}  // namespace burnish::ops
