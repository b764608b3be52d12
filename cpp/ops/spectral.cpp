#include "ops/spectral.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace burnish::ops {
namespace {

// Columns a power of two apart would push each other out of the cache where rows are turned.
std::int64_t staggered(std::int64_t rows) { return rows < 64 ? rows : rows + 8; }

}  // namespace

template <class T>
SpectralPlan<T>::SpectralPlan(std::int64_t planes, std::int64_t rows, std::int64_t columns)
    : z_(cached<ComplexTransform<T>>(planes)),
      y_(cached<ComplexTransform<T>>(rows)),
      x_(cached<RealTransform<T>>(columns)),
      lanes_(active_table<T>().lanes),
      items_(slot_items<T>()),
      blocks_((x_->columns() + lanes_ - 1) / lanes_) {
  const std::int64_t whole_rows = (rows + lanes_ - 1) / lanes_ * lanes_;
  block_stride_ = static_cast<std::ptrdiff_t>(
      checked_product(staggered(whole_rows), items_ * std::int64_t{sizeof(T)}, "the spectrum") /
      std::int64_t{sizeof(T)});
  plane_stride_ = static_cast<std::ptrdiff_t>(
      checked_product(block_stride_ * std::int64_t{sizeof(T)}, blocks_, "the spectrum") /
      std::int64_t{sizeof(T)});
  if (planes > 1) {
    // The same slot of neighbouring planes falls into neighbouring lines of L1, not into one.
    constexpr std::int64_t page = 4096 / std::int64_t{sizeof(T)};
    plane_stride_ = static_cast<std::ptrdiff_t>((plane_stride_ + page - 1) / page * page + items_);
  }
  checked_product(plane_stride_ * std::int64_t{sizeof(T)}, planes, "the spectrum");
}

template <class T>
Frequencies SpectralPlan<T>::frequencies() const {
  const auto standing = [](const std::vector<std::int64_t>& positions) {
    std::vector<std::int64_t> frequencies(positions.size());
    for (std::size_t k = 0; k < positions.size(); ++k) {
      frequencies[static_cast<std::size_t>(positions[k])] = static_cast<std::int64_t>(k);
    }
    return frequencies;
  };
  return {standing(z_->positions()), standing(y_->positions()), x_->frequencies()};
}

template <class T>
void SpectralPlan<T>::forward(T* spectrum, int workers) const {
  over_frequencies(spectrum, workers,
                   [](const ComplexTransform<T>& transform, T* slots, std::ptrdiff_t,
                      std::ptrdiff_t stride, T* work) { transform.forward(slots, stride, work); });
}

template <class T>
void SpectralPlan<T>::inverse(T* spectrum, int workers) const {
  over_frequencies(spectrum, workers,
                   [](const ComplexTransform<T>& transform, T* slots, std::ptrdiff_t,
                      std::ptrdiff_t stride, T* work) { transform.inverse(slots, stride, work); });
}

template <class T>
void SpectralPlan<T>::multiply(T* spectrum, const T* factors, bool conjugate, int workers) const {
  over_frequencies(spectrum, workers,
                   [&](const ComplexTransform<T>& transform, T* slots, std::ptrdiff_t offset,
                       std::ptrdiff_t stride, T* work) {
                     transform.multiply(slots, factors + offset, conjugate, stride, work);
                   });
}

template <class T>
void SpectralPlan<T>::demand_finite(const T* slots) const {
  if (!std::all_of(slots, slots + lanes_, [](T x) { return std::isfinite(x); })) throw NotFinite();
}

template <class T>
std::int64_t SpectralPlan<T>::work_size() const {
  return std::max(y_->work_slots(), z_->work_slots()) * items_;
}

template <class T>
std::int64_t SpectralPlan<T>::line_tiles() const {
  return blocks_ * (is_volume() ? (rows() + chunk_ - 1) / chunk_ : 1);
}

template <class T>
void SpectralPlan<T>::count_lanes(std::ptrdiff_t offset, T* counts) const {
  const std::int64_t first = offset / block_stride_ * lanes_;
  for (std::ptrdiff_t i = 0; i < lanes_; ++i) {
    const std::int64_t column = first + i;
    const bool alone = column == 0 || 2 * column == columns();
    counts[i] = column >= x_->columns() ? T{0} : alone ? T{1} : T{2};
  }
}

template <class T>
void SpectralPlan<T>::clear_rows(T* plane, std::int64_t row) const {
  for (std::int64_t b = 0; b < blocks_; ++b) {
    std::fill_n(plane + b * block_stride_ + row * items_, lanes_ * items_, T{});
  }
}

template <class T>
void SpectralPlan<T>::forward_columns(T* plane, const Mirror* mirror, T* work) const {
  for (std::int64_t b = 0; b < blocks_; ++b) {
    T* const slots = plane + b * block_stride_;
    if (mirror != nullptr) {
      mirror->extend(items_, [&](std::int64_t y) { return slots + y * items_; });
    }
    y_->forward(slots, items_, work);
  }
}

template <class T>
void SpectralPlan<T>::inverse_columns(T* plane, const Mirror* mirror, T* work) const {
  for (std::int64_t b = 0; b < blocks_; ++b) {
    T* const slots = plane + b * block_stride_;
    y_->inverse(slots, items_, work);
    if (mirror != nullptr) mirror->fold(items_, [&](std::int64_t y) { return slots + y * items_; });
  }
}

template class SpectralPlan<float>;
template class SpectralPlan<double>;

}  // namespace burnish::ops
