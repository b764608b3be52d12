// Inverse square roots without a division. For kernel files only: everything here has internal
// linkage.
#pragma once

#include <cstdint>

#include "kernels/lanes.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

BURNISH_INLINE float refined(float root, float half) { return root * (1.5F - half * root * root); }
BURNISH_INLINE double refined(double root, double half) {
  return root * (1.5 - half * root * root);
}

// 1 / sqrt(x) to two units in the last place, for x > 0 that is normal; for less some number. Half
// the exponent, as bits, is within 3.5%, and each of Newton's steps squares that.
BURNISH_INLINE float inverse_root(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  bits = 0x5f375a86U - (bits >> 1);
  float root;
  std::memcpy(&root, &bits, sizeof root);
  const float half = 0.5F * x;
  return refined(refined(refined(root, half), half), half);
}

BURNISH_INLINE double inverse_root(double x) {
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  bits = 0x5fe6eb50c7b537a9U - (bits >> 1);
  double root;
  std::memcpy(&root, &bits, sizeof root);
  const double half = 0.5 * x;
  return refined(refined(refined(refined(root, half), half), half), half);
}

}  // namespace
}  // namespace burnish::kernels::BURNISH_LEVEL
