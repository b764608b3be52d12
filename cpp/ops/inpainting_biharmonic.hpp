// Holes filled like a thin plate that passes through what is around them.
#pragma once

#include "base/view.hpp"
#include "ops/inpainting_windows.hpp"

namespace burnish::ops {

// Fills what is masked of `image` (rows, columns, channels) in place; all else stays. Nothing is
// changed unless all could be filled: known pixels must be finite, and there must be some.
Filled inpaint_biharmonic(const MutableView& image, const View& mask, int workers);

}  // namespace burnish::ops
