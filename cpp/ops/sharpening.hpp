// Sharpening.
#pragma once

#include <vector>

#include "base/view.hpp"
#include "ops/axes.hpp"

namespace burnish::ops {

// image + amount * (image - blurred), blurred by the separable kernel over a reflected border. See
// correlate_separable for the rest.
void unsharp_mask(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                  const std::vector<const double*>& factors, double amount, int workers);

}  // namespace burnish::ops
