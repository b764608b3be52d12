// Kernels in the computing type.
#pragma once

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace burnish::ops {

// A weight in the type that the image is computed in.
template <class T>
T narrowed_weight(double weight) {
  const T narrow = static_cast<T>(weight);
  if (!std::isfinite(narrow)) {
    throw std::invalid_argument(
        "weights holds a value beyond the range of float32, in which this image is computed; "
        "pass the image as float64");
  }
  return narrow;
}

template <class T>
std::vector<T> narrowed_weights(const double* weights, std::int64_t count) {
  std::vector<T> narrow;
  narrow.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) narrow.push_back(narrowed_weight<T>(weights[i]));
  return narrow;
}

}  // namespace burnish::ops
