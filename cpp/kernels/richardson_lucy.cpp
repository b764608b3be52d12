// What iterative deconvolution does to each pixel.
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

template <class T>
T largest(const Largest<T>& a) {
  T most[lanes<T>] = {};
  for (std::ptrdiff_t i = 0; i < a.count; i += lanes<T>) {
    for (std::ptrdiff_t k = 0; k < lanes<T>; ++k) {
      const T value = a.row[i + k];
      const T magnitude = value < 0 ? -value : value;
      most[k] = magnitude > most[k] ? magnitude : most[k];
    }
  }
  T result = 0;
  for (const T each : most) result = each > result ? each : result;
  return result;
}

template <class T>
void ratio(const Ratio<T>& a) {
  const T* __restrict observed = a.observed;
  T* __restrict row = a.row;
  const T scale = a.scale;
  const T least = a.least;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    const bool divides = row[i] > least;
    const T divisor = divides ? row[i] : T{1};
    row[i] = observed[i] * (divides ? scale : T{0}) / divisor;
  }
}

template <class T>
void product(const Product<T>& a) {
  T* __restrict estimate = a.estimate;
  T* __restrict row = a.row;
  const T scale = a.scale;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    const T value = estimate[i] * row[i];
    estimate[i] = value;
    row[i] = value * scale;
  }
}

}  // namespace

float richardson_lucy_largest(const Largest<float>& args) { return largest(args); }
double richardson_lucy_largest(const Largest<double>& args) { return largest(args); }
void richardson_lucy_ratio(const Ratio<float>& args) { ratio(args); }
void richardson_lucy_ratio(const Ratio<double>& args) { ratio(args); }
void richardson_lucy_product(const Product<float>& args) { product(args); }
void richardson_lucy_product(const Product<double>& args) { product(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
