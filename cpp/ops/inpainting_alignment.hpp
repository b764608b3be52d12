// Where a reference shows what lies around a hole, if it shows the same scene.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ops/inpainting_picture.hpp"

namespace burnish::ops {

// What is in row y and column x of the first page is in row y + dy and column x + dx of another.
struct Alignment {
  std::size_t page;
  std::int32_t dy, dx;
};

// The alignment within `radius` of a guess along both axes that fits best the patches that are
// known right beside the holes, the guess if it does as well; also if no more than a quarter of
// them have a counterpart.
Alignment aligned(const PatchPicture& picture, const Alignment& guess, std::int32_t radius,
                  int workers);

// How far patches beside the holes are from their counterparts, on average, and how far they are
// from the counterparts of others; both -1 where none has one.
struct Fit {
  double own, others;
};
Fit fit_of(const PatchPicture& picture, const Alignment& alignment);

// Makes all targets copies of their counterparts, where these are sources.
void take_counterparts(PatchPicture& picture, const Alignment& alignment);

}  // namespace burnish::ops
