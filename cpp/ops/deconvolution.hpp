// What all deconvolutions share: an image as the part of a periodic scene that was blurred.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/view.hpp"
#include "ops/axes.hpp"
#include "ops/fold.hpp"
#include "ops/rows.hpp"
#include "ops/spectral_kernel.hpp"

namespace burnish::ops {

// What lies beyond the frame of an image.
enum class Outside {
  zero,     // nothing
  wrap,     // the scene again
  reflect,  // the scene mirrored, its outermost pixels twice
  unknown,  // more of the scene
};

// Pixel i of the image stands at pixel i of the scene, along every axis.
struct Blur {
  FoldedKernel kernel;
  Geometry geometry;
  std::array<KernelAxis, 3> axes;  // planes, rows, columns of the scene
};

// The volumes of an image that is blurred along the axes of `taps`. Nothing beyond it is read.
Geometry scene_geometry(const View& image, const MutableView& out, const std::vector<Taps>& taps);

// `taps` and `weights` are those of correlate, for the blur; what they say of borders is not
// looked at. The scene has at least as many pixels more along an axis as the PSF reaches to one
// side, with `unknown` and `reflect` to both, and some more up to a size that transforms fast; with
// `wrap` as many as the image.
Blur make_blur(const View& image, const MutableView& out, std::vector<Taps> taps,
               const double* weights, Outside outside);

// The power of two that a volume is worked on in units of, so that nothing overflows on the way and
// its largest magnitude, `most`, comes near 1. Its inverse is a normal number too.
template <class T>
T unit_of(T most);

// The largest magnitude in a volume, NaN aside.
template <class T>
T largest_in(const InputRows<T>& in, const Geometry& g, std::int64_t batch_offset, int workers);

extern template float unit_of<float>(float);
extern template double unit_of<double>(double);
extern template float largest_in<float>(const InputRows<float>&, const Geometry&, std::int64_t,
                                        int);
extern template double largest_in<double>(const InputRows<double>&, const Geometry&, std::int64_t,
                                          int);

}  // namespace burnish::ops
