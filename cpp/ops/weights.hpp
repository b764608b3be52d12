// Kernels and other parameters in the computing type.
#pragma once

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace burnish::ops {

// A parameter in the type that the image is computed in.
template <class T>
T narrowed(double value, const char* name) {
  const T narrow = static_cast<T>(value);
  if (!std::isfinite(narrow)) {
    throw std::invalid_argument(std::string(name) +
                                (std::is_same_v<T, float>
                                     ? " goes beyond the range of float32, in which this image is "
                                       "computed: pass the image as float64"
                                     : " goes beyond the range of float64"));
  }
  return narrow;
}

template <class T>
std::vector<T> narrowed_weights(const double* weights, std::int64_t count) {
  std::vector<T> narrow;
  narrow.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) narrow.push_back(narrowed<T>(weights[i], "weights"));
  return narrow;
}

}  // namespace burnish::ops
