// Holes filled patch by patch, from the rim inwards (Criminisi, Perez, Toyama 2004).
#pragma once

#include <cstdint>

#include "base/view.hpp"
#include "ops/inpainting_windows.hpp"

namespace burnish::ops {

// Fills what is masked of `image` (rows, columns, channels) in place; all else stays. Patches of an
// odd side, 3 to kernels::largest_patch, come from where `allowed` is set, or from around each hole
// if it is null. Once the observer returns true, what is left continues what is there, without a
// search.
Filled inpaint_exemplar(const MutableView& image, const View& mask, const View* allowed,
                        std::int64_t patch_size, const Observer& observer, int workers);

}  // namespace burnish::ops
