// Single pixels that stand out of their neighbours, replaced by medians.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/view.hpp"

namespace burnish::ops {

// The adaptive median filter over windows of 3, 5, ... `max_size` pixels along each of one to three
// axes, in ascending order, beyond which the image is reflected. Of 4 dimensions one is left out.
// `threshold` is not negative; none: chosen for each channel. The result is selected from the
// image, in its own type. Throws std::invalid_argument for a max_size that is even or not from 3 to
// 31, std::bad_alloc and Interrupted.
void remove_hot_pixels(const View& image, const MutableView& out, const std::vector<int>& axes,
                       std::int64_t max_size, std::optional<double> threshold, int workers);

}  // namespace burnish::ops
