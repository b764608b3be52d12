// Which pixels are looked at to fill holes from what lies right beside them.
#pragma once

#include <cstdint>
#include <vector>

#include "base/view.hpp"

namespace burnish::ops {

// Columns [begin, end) of a row.
struct Run {
  std::int64_t row, begin, end;
};

// Holes whose surroundings touch. Runs come row after row, from left to right.
struct HoleGroup {
  std::vector<Run> near;  // the holes and what is near them; may lie beyond the frame on both sides
  std::vector<Run> holes;  // within the frame
};

// The groups of what is set in a mask (2-D, in C order, of bytes), the largest first. Near is what
// is at most `margin` rows and columns away. Time and memory grow with what is near, but for one
// look at the mask.
std::vector<HoleGroup> hole_groups(const View& mask, std::int64_t margin, int workers);

}  // namespace burnish::ops
