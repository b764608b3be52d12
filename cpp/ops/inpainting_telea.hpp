// Holes filled from the rim inwards with means of what is known around each pixel.
#pragma once

#include <cstdint>

#include "base/view.hpp"
#include "kernels/kernels.hpp"
#include "ops/inpainting_windows.hpp"

namespace burnish::ops {

inline constexpr std::int64_t largest_telea_radius = kernels::largest_telea_radius;

// Fills what is masked of `image` (rows, columns, channels) in place; all else stays. What is known
// must be finite where it is at most radius + 1 rows and columns away from a hole. `radius` is from
// 1 to that. Where it can't, holes may be filled or not.
Filled inpaint_telea(const MutableView& image, const View& mask, std::int64_t radius, int workers);

}  // namespace burnish::ops
