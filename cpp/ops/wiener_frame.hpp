// Deconvolution of an image that is cut out of a larger scene.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/scratch.hpp"
#include "ops/axes.hpp"
#include "ops/row_blocks.hpp"
#include "ops/rows.hpp"
#include "ops/spectral.hpp"
#include "ops/spectral_rows.hpp"
#include "ops/wiener_filter.hpp"

namespace burnish::ops {

// The pixels of a scene beyond the image: of each block of rows a run of slots that holds them all.
// Vectors over them stand block by block.
template <class T>
class Surroundings {
 public:
  Surroundings(const SpectralPlan<T>& plan, const Geometry& geometry);

  std::int64_t size() const { return size_; }
  const RowBlocks& blocks() const { return blocks_; }

  struct Part {
    std::size_t mask;
    std::ptrdiff_t begin, count;  // items of the block's slots
    std::int64_t offset;          // into a vector
  };
  const Part& part(std::size_t block) const { return parts_[block]; }

  // 1 for pixels beyond the image, 0 for others and for what is no pixel; for the part's items.
  const T* mask(const Part& part) const { return masks_[part.mask].items.data() + part.begin; }

 private:
  // What tells a mask: of a block's rows the first so many are the image's, and so many exist.
  struct Mask {
    std::int64_t inside, existing;
    std::vector<T> items;
  };
  std::size_t find_mask(std::int64_t inside, std::int64_t existing, const SpectralPlan<T>& plan,
                        std::int64_t columns);

  RowBlocks blocks_;
  std::int64_t size_ = 0;
  std::vector<Mask> masks_;
  std::vector<Part> parts_;
};

// What was blurred beyond the frame is unknown, and found first. For a blurred scene z the filter
// leaves z^T Q z, where Q = balance |R|^2 / (|H|^2 + balance |R|^2) at each frequency: the least of
// |M H x - y|^2 + balance |R x|^2 is reached by filtering the z that continues the image y such
// that this is least. Conjugate gradients over the pixels beyond the frame converge as they would
// on x with the periodic filter as preconditioner, and need two transforms a step.
template <class T>
class WienerFrame {
 public:
  // What is referred to outlives this.
  WienerFrame(const SpectralPlan<T>& plan, const WienerFilter<T>& filter, const Geometry& geometry,
              const InputRows<T>& in, const OutputRows<T>& out, T* spectrum, int workers);

  // In units of `unit`. `balance`: null to choose one.
  void run(BatchOffset batch, T unit, const T* balance);

 private:
  using Part = typename Surroundings<T>::Part;

  // Fills the spectrum with the image and what is known of its surroundings: at first a bridge.
  void begin(std::int64_t batch, T scale);
  void compose(std::int64_t batch, T scale);
  void bridged_row(std::int64_t batch, std::int64_t z, std::int64_t y, T* row) const;
  void bridge(std::int64_t batch, std::int64_t z, std::int64_t y, T* slots) const;

  // From a spectrum of the scene: the residual, and the sum of its squares.
  double begin_descent(T balance, bool transformed);
  // At most so many steps, until that sum, at first `power`, is `enough`.
  void descend(double power, double enough, int steps);
  double sum_of(const std::vector<T>& partial) const;

  template <class Step>
  void over_blocks(Pixels kind, const Step& step) const;
  static std::int64_t lanes() { return active_table<T>().lanes; }

  const SpectralPlan<T>& plan_;
  const WienerFilter<T>& filter_;
  const Geometry& g_;
  const InputRows<T>& in_;
  const OutputRows<T>& out_;
  SlotRows<T> slot_rows_;
  Surroundings<T> around_;
  T* spectrum_;
  int workers_;
  Scratch memory_;
  T* losses_;
  T* estimate_;  // of the blurred surroundings; beside them pixels of the image as they are
  T* residual_;
  T* direction_;
  T* image_;  // of the direction
};

extern template class WienerFrame<float>;
extern template class WienerFrame<double>;

}  // namespace burnish::ops
