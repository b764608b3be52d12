// How far a pixel must be from its median to stand out of the detail around it.
#pragma once

#include <vector>

#include "base/view.hpp"
#include "ops/axes.hpp"

namespace burnish::ops {

// Chosen from a sample of a channel, with the taps of windows of 3 pixels a side. Throws
// std::bad_alloc.
double hot_pixels_threshold(const View& channel, const std::vector<Taps>& taps);

}  // namespace burnish::ops
