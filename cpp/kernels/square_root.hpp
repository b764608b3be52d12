// The square root as one instruction, rounded as IEEE 754 has it. For kernel files only: everything
// here has internal linkage.
#pragma once

#include "kernels/lanes.hpp"

#if defined(_MSC_VER)
extern "C" double sqrt(double);
#endif

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

#if defined(_MSC_VER)
BURNISH_INLINE double square_root(double x) { return sqrt(x); }
BURNISH_INLINE float square_root(float x) { return static_cast<float>(sqrt(x)); }
#else
BURNISH_INLINE double square_root(double x) { return __builtin_sqrt(x); }
BURNISH_INLINE float square_root(float x) { return __builtin_sqrtf(x); }
#endif

}  // namespace
}  // namespace burnish::kernels::BURNISH_LEVEL
