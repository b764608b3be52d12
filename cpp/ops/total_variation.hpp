// The gradient of the total variation of an image that stands in slots (spectral.hpp).
#pragma once

#include <cstdint>

#include "ops/rows.hpp"

namespace burnish::ops {

// Pixels in blocks of rows, block after block and plane after plane.
template <class T>
struct SlotImage {
  const T* items;
  std::int64_t period;  // along a row: of the slots
  std::int64_t planes, rows, columns;
  bool periodic;  // else it goes on as its outermost pixels
};

// The factor of Dey et al. 2006 for a block of rows, 1 / (1 - weight * div(grad x / |grad x|)),
// from differences to the next pixels; |grad x|^2 has `floor` added. weight <= 0.1.
template <class T>
void smooth_block(const SlotImage<T>& image, T weight, T floor, std::int64_t plane,
                  std::int64_t row, T* factors);

extern template void smooth_block<float>(const SlotImage<float>&, float, float, std::int64_t,
                                         std::int64_t, float*);
extern template void smooth_block<double>(const SlotImage<double>&, double, double, std::int64_t,
                                          std::int64_t, double*);

}  // namespace burnish::ops
