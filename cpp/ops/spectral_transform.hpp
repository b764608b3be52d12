// Fourier transforms along one axis, of as many lines at once as a vector has lanes.
//
// Numbers stand in slots (kernels.hpp). The order of the frequencies is the transform's own: fit to
// be multiplied with what went through the same transform. Nothing is scaled: back and forth makes
// `size` times what was there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/cache.hpp"
#include "dispatch/dispatch.hpp"
#include "kernels/kernels.hpp"

namespace burnish::ops {

template <class T>
std::ptrdiff_t slot_items() {
  return 2 * active_table<T>().lanes;
}

// A size of the factors 2, 3, 5 and 11 in stages; any other as a convolution with a chirp
// (Bluestein 1970), of a size that has such factors. That takes twice as many roundings: it is done
// in double.
template <class T>
class ComplexTransform final : public Cacheable {
 public:
  explicit ComplexTransform(std::int64_t size);

  std::int64_t size() const { return size_; }
  std::size_t bytes() const override;

  // The slots of work memory that all of these need, possibly none.
  std::int64_t work_slots() const {
    return longer_ == nullptr ? 0 : longer_->size() * static_cast<std::int64_t>(8 / sizeof(T));
  }

  // In place, over slots that are `stride` items apart.
  void forward(T* slots, std::ptrdiff_t stride, T* work) const;
  void inverse(T* slots, std::ptrdiff_t stride, T* work) const;
  // Forward, times factors of the same layout or their conjugates, and back.
  void multiply(T* slots, const T* factors, bool conjugate, std::ptrdiff_t stride, T* work) const;

  // The same with real factors, `factor_stride` items apart.
  void scale(T* slots, const T* factors, std::ptrdiff_t stride, std::ptrdiff_t factor_stride,
             T* work) const;

  // Where each frequency stands.
  std::vector<std::int64_t> positions() const;

 private:
  kernels::Transform<T> in_stages(T* slots, std::ptrdiff_t stride) const;
  void by_chirp(T* slots, bool conjugate, std::ptrdiff_t stride, T* work) const;

  std::int64_t size_;
  std::vector<kernels::Stage<T>> stages_;
  std::vector<std::vector<T>> twiddles_;

  std::shared_ptr<const ComplexTransform<double>> longer_;  // null: in stages
  std::vector<double> chirp_;                               // exp(-i pi j^2 / size)
  std::vector<double> response_;                            // to its conjugate, scaled
};

// Real numbers two to a slot: slot j < half() holds the numbers j and, if there is one, j + half().
// Their transform has columns() frequencies, complex, the others being the conjugates of these.
template <class T>
class RealTransform final : public Cacheable {
 public:
  explicit RealTransform(std::int64_t size);

  std::int64_t size() const { return size_; }
  std::int64_t half() const { return (size_ + 1) / 2; }
  std::int64_t columns() const { return size_ / 2 + 1; }
  std::size_t bytes() const override;
  std::int64_t work_slots() const { return base_->size() + base_->work_slots() + chirp_slots_; }

  // The frequency in each of the columns(); one above size() / 2 stands for its conjugate.
  std::vector<std::int64_t> frequencies() const;

  // In place, over columns() slots.
  void forward(T* slots, T* work) const;
  void inverse(T* slots, T* work) const;

  // The outermost stage of the slots, real_part forward and real_merge back, if there is one, and
  // all but that.
  bool has_stage() const { return !levels_.empty(); }
  kernels::RealStage<T> stage(T* slots) const;
  void forward_inside(T* slots, T* work) const;
  void inverse_inside(T* slots, T* work) const;

 private:
  // A real transform of 8 * count numbers, less the real one of a quarter of them.
  struct Level {
    kernels::RealStage<T> stage(T* slots) const {
      return {slots, static_cast<std::ptrdiff_t>(count), twiddles.data()};
    }

    std::int64_t count;
    std::vector<T> twiddles;
    std::shared_ptr<const ComplexTransform<T>> eighth, quarter;
  };

  std::int64_t size_;
  std::vector<Level> levels_;
  std::int64_t chirp_slots_ = 0;
  std::shared_ptr<const ComplexTransform<T>> base_;
  std::vector<std::int64_t> base_positions_;
};

extern template class ComplexTransform<float>;
extern template class ComplexTransform<double>;
extern template class RealTransform<float>;
extern template class RealTransform<double>;

}  // namespace burnish::ops
