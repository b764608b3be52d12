// Wiener's filter with the precisions of the noise and of the image estimated along the way.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/view.hpp"
#include "ops/axes.hpp"

namespace burnish::ops {

// What a sample is drawn with. Precisions are those of an image in units of unit().
struct WienerDraw {
  double noise_precision;  // above 0
  double prior_precision;
  std::uint64_t key;
  std::int64_t iteration;  // below 2^31
  // Standard normals to take instead of the generator's, whatever symmetry they have: real parts,
  // then imaginary ones, in C order of the frequencies, of which the last axis has the first half.
  const double* normals;  // null: none
  bool counts;            // towards the mean
  bool compares;          // the mean with and without the sample; where it isn't the first
};

struct WienerSums {
  double residual;  // squares of what the sample, blurred, leaves of the image
  double prior;     // squares of the sample after the operator
  double change;    // by which the sample moves the mean, over the sum of all samples
};

// Orieux, Giovannelli, Rodet 2010: a Gibbs sampler of the spectrum of one periodic volume.
class WienerChain {
 public:
  virtual ~WienerChain() = default;

  // A power of two near the largest magnitude in the image; 0 if that is 0.
  virtual double unit() const = 0;
  // The variance of the image, in units.
  virtual double variance() const = 0;

  virtual WienerSums step(const WienerDraw& draw, int workers) = 0;

  // Writes the mean of the samples that count, or the last sample, either once; that is gone then.
  virtual void mean(const MutableView& out, int workers) = 0;
  virtual void sample(const MutableView& out, int workers) = 0;
};

// `taps` and `weights` as make_blur takes them, for the blur and for the operator whose output the
// prior wants to be small; both along all axes. Samples can be asked for if `keeps_samples`.
// Returns null where the image is not finite. The chain computes in double where the image's dtype
// is, and keeps nothing of its arguments.
std::unique_ptr<WienerChain> wiener_chain(const View& image, const std::vector<Taps>& taps,
                                          const double* weights, const std::vector<Taps>& prior,
                                          const double* prior_weights, bool keeps_samples,
                                          int workers);

}  // namespace burnish::ops
