// Pixels as they are stored, widened. For kernel files only: everything here has internal linkage.
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/lanes.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

struct Half {
  std::uint16_t bits;
};

template <class T, class S>
BURNISH_INLINE T widen(S value) {
  return static_cast<T>(value);
}

template <class T>
BURNISH_INLINE T widen(Half half) {
  const std::uint32_t magnitude = half.bits & 0x7fffU;
  const std::uint32_t sign = static_cast<std::uint32_t>(half.bits & 0x8000U) << 16;
  // The exponent's bias is 112 less than float's: a product with 2**112 puts it right, subnormals
  // too.
  std::uint32_t bits = magnitude << 13;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  value *= 0x1p112F;
  std::memcpy(&bits, &value, sizeof bits);
  if (magnitude >= 0x7c00U) bits |= 0x7f800000U;  // infinity and NaN
  bits |= sign;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace
}  // namespace burnish::kernels::BURNISH_LEVEL
