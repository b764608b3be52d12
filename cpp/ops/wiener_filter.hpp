// The Wiener filter as what is done to a spectrum.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/scratch.hpp"
#include "ops/spectral.hpp"
#include "ops/spectral_kernel.hpp"
#include "ops/spectral_lines.hpp"

namespace burnish::ops {

// A kernel on the pixels of a plan, in units of a power of two near the sum of its magnitudes, so
// that nothing overflows.
class ScaledKernel {
 public:
  ScaledKernel(const std::array<KernelAxis, 3>& axes, std::vector<double> weights);

  double unit() const { return unit_; }
  const std::array<KernelAxis, 3>& axes() const { return axes_; }
  const double* weights() const { return weights_.data(); }

 private:
  std::array<KernelAxis, 3> axes_;
  std::vector<double> weights_;
  double unit_;
};

// Spectra are handed over as over_pixels leaves them: not transformed along the outermost axis, but
// for what best_balance has looked at. Balances are in units of the kernels'.
template <class T>
class WienerFilter {
 public:
  WienerFilter(const SpectralPlan<T>& plan, const ScaledKernel& blur, const ScaledKernel& reg,
               int workers);

  T in_units(double balance) const;

  // What pixels are to be multiplied with, read after apply() from an image in units of `unit`.
  T unit_after(T unit) const;

  // Transforms a spectrum and chooses the balance for it.
  T best_balance(T* spectrum) const;

  // Filters: over_pixels then reads the scene that was blurred.
  void apply(T* spectrum, T balance, bool transformed) const;

  // Takes of a spectrum what the blurred scene lacks of it, and keeps the factors of that, real
  // numbers half a spectrum in size; lose() does the same to another one.
  void begin_losses(T* spectrum, T balance, bool transformed, T* losses) const;
  void lose(T* spectrum, const T* losses) const;

 private:
  // The transforms of both kernels along the line at `offset`, side by side.
  struct Kernels {
    Kernels(const WienerFilter& filter, const ComplexTransform<T>& transform, std::ptrdiff_t offset,
            T* work);

    Scratch scratch;
    T* blur;
    T* reg;
  };

  const SpectralPlan<T>& plan_;
  double blur_unit_, reg_unit_;
  KernelLines<T> blur_, reg_;
  int workers_;
};

extern template class WienerFilter<float>;
extern template class WienerFilter<double>;

}  // namespace burnish::ops
