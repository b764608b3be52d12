// A kernel's transform, line by line where it is wanted: what stays in memory is as small as the
// kernel.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/scratch.hpp"
#include "ops/spectral.hpp"
#include "ops/spectral_kernel.hpp"

namespace burnish::ops {

template <class T>
class KernelLines {
 public:
  // `weights` on the pixels of `plan`, which outlives this. Throws
  // std::invalid_argument for weights that T can't hold.
  KernelLines(const SpectralPlan<T>& plan, const std::array<KernelAxis, 3>& axes,
              const double* weights, int workers);

  // Fills `line`, slots side by side, with the transform along the line that over_frequencies
  // hands out with these arguments.
  void transform(const ComplexTransform<T>& transform, std::ptrdiff_t offset, T* line,
                 T* work) const;

 private:
  const SpectralPlan<T>& plan_;
  bool is_volume_;
  KernelAxis outermost_;
  SpectralPlan<T> taps_plan_;  // of as many rows or planes as the kernel has
  Scratch memory_;
  T* taps_;  // transformed along all other axes
};

extern template class KernelLines<float>;
extern template class KernelLines<double>;

}  // namespace burnish::ops
