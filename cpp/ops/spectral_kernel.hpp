// A kernel as the factors of a spectrum.
#pragma once

#include <array>
#include <cstdint>

#include "ops/spectral.hpp"

namespace burnish::ops {

// Along one axis of a plan: tap t stands at `shift` - t, so that a correlation becomes the product
// of spectra, its output i found at i + shift - before.
struct KernelAxis {
  std::int64_t period;
  std::int64_t taps;    // at most `period`
  std::int64_t shift;   // at most period - 1
  std::int64_t stride;  // of the weights

  std::int64_t position(std::int64_t t) const { return shift < t ? shift - t + period : shift - t; }
  // All positions, from the first pixel on.
  Span span() const { return {0, shift + 1 < taps ? period : shift + 1}; }
};

// Begins a spectrum of the plan: the pixels of `weights` times `scale`, not yet transformed along
// the outermost axis. Throws std::invalid_argument for weights that T can't hold.
template <class T>
void place_kernel(const SpectralPlan<T>& plan, const std::array<KernelAxis, 3>& axes,
                  const double* weights, double scale, T* factors, int workers);

// Fills a spectrum of the plan with the transform of `weights` times `scale`, over the plan's
// pixels. Throws std::invalid_argument for weights that T can't hold.
template <class T>
void transform_kernel(const SpectralPlan<T>& plan, const std::array<KernelAxis, 3>& axes,
                      const double* weights, double scale, T* factors, int workers);

// Whether a kernel, to the precision of T, is its own mirror image around the pixel that it is
// centred on: then its transform is real.
template <class T>
bool is_symmetric(const std::array<KernelAxis, 3>& axes, const double* weights);

}  // namespace burnish::ops
