// The seam that is left where copied pixels meet known ones.
#pragma once

#include <cstdint>
#include <vector>

#include "ops/inpainting_picture.hpp"

namespace burnish::ops {

// What to add to the hole's pixels, each copied from its place in `copies`, so that across the rim
// they go on as the pixels do that they were copied from: there the difference of these from what
// is known, at most `limit`, and inside as smooth as a membrane. `items` numbers for each pixel, in
// the picture's units.
std::vector<float> seam_correction(PatchPicture& picture, const std::vector<std::int32_t>& copies,
                                   float limit);

}  // namespace burnish::ops
