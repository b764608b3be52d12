// How much two images differ, computed in double whatever their dtypes.
#pragma once

#include "base/view.hpp"

namespace burnish::ops {

// The sum of squared differences. The images and the mask have one shape. The mask holds u8, of
// which 0 says that a pixel does not count; null: all count. Throws std::bad_alloc and Interrupted.
double squared_error(const View& image_true, const View& image_test, const View* mask, int workers);

}  // namespace burnish::ops
