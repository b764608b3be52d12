#include "ops/spectral_transform.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/scratch.hpp"
#include "ops/spectral_sizes.hpp"

namespace burnish::ops {
namespace {

struct Root {
  double re, im;
};

// exp(-2 pi i k / n), right to the last bit of a double nearly always: sine and cosine of at most
// an eighth of a turn, in the longest type there is.
Root root_of_unity(std::int64_t k, std::int64_t n) {
  constexpr long double turn = 6.283185307179586476925286766559005768L;
  k %= n;
  const bool lower = 2 * k > n;  // the second half mirrors the first
  if (lower) k = n - k;
  const bool left = 4 * k > n;  // the second quarter the first, in units of half a step
  std::int64_t halves = left ? n - 2 * k : 2 * k;
  const bool steep = 4 * halves > n;  // and the second eighth
  if (steep) halves = n - 2 * halves;
  const long double angle =
      turn * static_cast<long double>(halves) / (static_cast<long double>(n) * (steep ? 4 : 2));
  auto cosine = static_cast<double>(std::cos(angle));
  auto sine = static_cast<double>(std::sin(angle));
  if (steep) std::swap(cosine, sine);
  return {left ? -cosine : cosine, lower ? sine : -sine};
}

template <class T>
void append_root(std::vector<T>& table, std::int64_t k, std::int64_t n) {
  const Root root = root_of_unity(k, n);
  table.push_back(static_cast<T>(root.re));
  table.push_back(static_cast<T>(root.im));
}

// Odd factors first, where strides are long, threes in pairs, and eights last, where they stay in
// registers.
std::int64_t outermost_radix(std::int64_t size) {
  if (size % 11 == 0) return 11;
  if (size % 5 == 0) return 5;
  if (size % 3 == 0) return size % 9 == 0 ? 9 : 3;
  if (size <= 8) return size;
  int twos = 0;
  while (size >> twos != 1) ++twos;
  return twos % 3 == 0 ? 8 : 4;
}

template <class T>
std::size_t bytes_of(const std::vector<T>& table) {
  return table.capacity() * sizeof(T);
}

}  // namespace

template <class T>
ComplexTransform<T>::ComplexTransform(std::int64_t size) : size_(size) {
  if (is_fast_size(size)) {
    for (std::int64_t rest = size; rest > 1;) {
      const std::int64_t radix = outermost_radix(rest);
      std::vector<T> twiddles;
      if (radix < rest) {
        for (std::int64_t j = 0; j < rest / radix; ++j) {
          for (std::int64_t q = 1; q < radix; ++q) append_root(twiddles, j * q, rest);
        }
      }
      twiddles_.push_back(std::move(twiddles));
      stages_.push_back({static_cast<std::ptrdiff_t>(radix), twiddles_.back().data()});
      rest /= radix;
    }
    return;
  }

  longer_ = cached<ComplexTransform<double>>(next_fast_size(2 * size - 1));
  const std::int64_t length = longer_->size();
  for (std::int64_t j = 0; j < size; ++j) append_root(chirp_, j * j % (2 * size), 2 * size);

  const std::ptrdiff_t items = slot_items<double>();
  Scratch scratch(Scratch::size_of<double>(length * items));
  double* const slots = scratch.take<double>(length * items);
  std::fill_n(slots, length * items, 0.0);
  const auto place = [&](std::int64_t slot, std::int64_t j) {
    slots[slot * items] = chirp_[static_cast<std::size_t>(2 * j)];
    slots[slot * items + items / 2] = -chirp_[static_cast<std::size_t>(2 * j + 1)];
  };
  for (std::int64_t j = 0; j < size; ++j) place(j, j);
  for (std::int64_t j = 1; j < size; ++j) place(length - j, j);
  longer_->forward(slots, items, nullptr);
  for (std::int64_t k = 0; k < length; ++k) {
    response_.push_back(slots[k * items] / static_cast<double>(length));
    response_.push_back(slots[k * items + items / 2] / static_cast<double>(length));
  }
}

template <class T>
std::size_t ComplexTransform<T>::bytes() const {
  std::size_t sum = sizeof *this + bytes_of(chirp_) + bytes_of(response_);
  for (const std::vector<T>& table : twiddles_) sum += bytes_of(table);
  return sum;
}

template <class T>
kernels::Transform<T> ComplexTransform<T>::in_stages(T* slots, std::ptrdiff_t stride) const {
  return {stages_.data(), static_cast<std::ptrdiff_t>(stages_.size()),
          static_cast<std::ptrdiff_t>(size_), slots, stride};
}

// X[k] = c[k] * sum_j (x[j] c[j]) conj(c[k - j]) with c[j] = exp(-i pi j^2 / n), and for the way
// back the same with all of it conjugated: the chirp is even, and so its response is too.
template <class T>
void ComplexTransform<T>::by_chirp(T* slots, bool conjugate, std::ptrdiff_t stride, T* work) const {
  const std::ptrdiff_t items = slot_items<double>();
  const std::ptrdiff_t wide = slot_items<T>();  // doubles for all lanes of a number
  const auto n = static_cast<std::ptrdiff_t>(size_);
  const auto length = static_cast<std::ptrdiff_t>(longer_->size());
  double* const longer = reinterpret_cast<double*>(work);
  active_table<T>().widen_slots({slots, stride, chirp_.data(), longer, wide, n, conjugate});
  std::fill_n(longer + n * wide, (length - n) * wide, 0.0);
  for (std::ptrdiff_t part = 0; part < wide; part += items) {
    double* const lanes = longer + part;
    longer_->forward(lanes, wide, nullptr);
    active_table<double>().widen_slots(
        {lanes, wide, response_.data(), lanes, wide, length, conjugate});
    longer_->inverse(lanes, wide, nullptr);
  }
  active_table<T>().narrow_slots({longer, wide, chirp_.data(), slots, stride, n, conjugate});
}

template <class T>
void ComplexTransform<T>::forward(T* slots, std::ptrdiff_t stride, T* work) const {
  if (longer_ != nullptr) return by_chirp(slots, false, stride, work);
  if (size_ > 1) active_table<T>().transform_forward(in_stages(slots, stride));
}

template <class T>
void ComplexTransform<T>::inverse(T* slots, std::ptrdiff_t stride, T* work) const {
  if (longer_ != nullptr) return by_chirp(slots, true, stride, work);
  if (size_ > 1) active_table<T>().transform_inverse(in_stages(slots, stride));
}

template <class T>
void ComplexTransform<T>::multiply(T* slots, const T* factors, bool conjugate,
                                   std::ptrdiff_t stride, T* work) const {
  if (longer_ == nullptr && size_ > 1) {
    active_table<T>().transform_multiply({in_stages(slots, stride), factors, conjugate});
    return;
  }
  forward(slots, stride, work);
  active_table<T>().multiply_slots(
      {slots, factors, stride, static_cast<std::ptrdiff_t>(size_), conjugate});
  inverse(slots, stride, work);
}

template <class T>
void ComplexTransform<T>::scale(T* slots, const T* factors, std::ptrdiff_t stride,
                                std::ptrdiff_t factor_stride, T* work) const {
  if (longer_ == nullptr && size_ > 1) {
    active_table<T>().transform_scale({in_stages(slots, stride), factors, factor_stride});
    return;
  }
  forward(slots, stride, work);
  active_table<T>().scale_slots(
      {slots, factors, stride, factor_stride, static_cast<std::ptrdiff_t>(size_)});
  inverse(slots, stride, work);
}

template <class T>
std::vector<std::int64_t> ComplexTransform<T>::positions() const {
  std::vector<std::int64_t> positions(static_cast<std::size_t>(size_));
  if (longer_ != nullptr) {
    std::iota(positions.begin(), positions.end(), std::int64_t{0});
    return positions;
  }
  // Frequency k stands in set k % radix of the first stage, there in set k / radix % radix of the
  // next, and so on.
  for (std::int64_t k = 0; k < size_; ++k) {
    std::int64_t rest = k;
    std::int64_t size = size_;
    std::int64_t position = 0;
    for (const kernels::Stage<T>& stage : stages_) {
      size /= stage.radix;
      position += rest % stage.radix * size;
      rest /= stage.radix;
    }
    positions[static_cast<std::size_t>(k)] = position;
  }
  return positions;
}

template <class T>
RealTransform<T>::RealTransform(std::int64_t size) : size_(size) {
  std::int64_t rest = size;
  for (; rest % 8 == 0; rest /= 4) {
    Level level{
        rest / 8, {}, cached<ComplexTransform<T>>(rest / 8), cached<ComplexTransform<T>>(rest / 4)};
    for (std::int64_t j = 0; j < level.count; ++j) {
      append_root(level.twiddles, 2 * j, rest);
      append_root(level.twiddles, j, rest);
      append_root(level.twiddles, j + level.count, rest);
    }
    chirp_slots_ =
        std::max({chirp_slots_, level.eighth->work_slots(), level.quarter->work_slots()});
    levels_.push_back(std::move(level));
  }
  base_ = cached<ComplexTransform<T>>(rest);
  base_positions_ = base_->positions();
}

template <class T>
std::size_t RealTransform<T>::bytes() const {
  std::size_t sum = sizeof *this + bytes_of(base_positions_);
  for (const Level& level : levels_) sum += sizeof level + bytes_of(level.twiddles);
  return sum;
}

template <class T>
kernels::RealStage<T> RealTransform<T>::stage(T* slots) const {
  return levels_.front().stage(slots);
}

template <class T>
std::vector<std::int64_t> RealTransform<T>::frequencies() const {
  std::vector<std::int64_t> frequencies(static_cast<std::size_t>(columns()));
  std::int64_t step = 1;  // what the real quarters so far have left out
  for (const Level& level : levels_) {
    const auto count = static_cast<std::size_t>(level.count);
    const std::vector<std::int64_t> eighth = level.eighth->positions();
    const std::vector<std::int64_t> quarter = level.quarter->positions();
    for (std::size_t k = 0; k < eighth.size(); ++k) {
      const auto at = static_cast<std::size_t>(eighth[k]);
      frequencies[count + at] = step * (8 * static_cast<std::int64_t>(k) + 2);
    }
    for (std::size_t k = 0; k < quarter.size(); ++k) {
      const auto at = static_cast<std::size_t>(quarter[k]);
      frequencies[2 * count + at] = step * (4 * static_cast<std::int64_t>(k) + 1);
    }
    step *= 4;
  }
  for (std::int64_t k = 0; k < (base_->size() + 1) / 2; ++k) {
    frequencies[static_cast<std::size_t>(k)] = step * k;
  }
  if (size_ % 2 == 0) frequencies.back() = size_ / 2;
  return frequencies;
}

template <class T>
void RealTransform<T>::forward(T* slots, T* work) const {
  if (has_stage()) active_table<T>().real_part(stage(slots));
  forward_inside(slots, work);
}

template <class T>
void RealTransform<T>::forward_inside(T* slots, T* work) const {
  const std::ptrdiff_t items = slot_items<T>();
  const auto& table = active_table<T>();
  for (const Level& level : levels_) {
    const auto count = static_cast<std::ptrdiff_t>(level.count);
    if (&level != &levels_.front()) table.real_part(level.stage(slots));
    level.eighth->forward(slots + count * items, items, work);
    level.quarter->forward(slots + 2 * count * items, items, work);
  }
  const auto size = static_cast<std::ptrdiff_t>(base_->size());
  T* const rest = work + size * items;
  table.real_to_complex({slots, work, size, nullptr});
  base_->forward(work, items, rest);
  table.complex_to_half({slots, work, size, base_positions_.data()});

  // Frequency 0 and the middle one move apart.
  if (size_ % 2 == 0) {
    T* const middle = slots + size_ / 2 * items;
    std::copy_n(slots + items / 2, items / 2, middle);
    std::fill_n(middle + items / 2, items / 2, T{});
    std::fill_n(slots + items / 2, items / 2, T{});
  }
}

template <class T>
void RealTransform<T>::inverse(T* slots, T* work) const {
  inverse_inside(slots, work);
  if (has_stage()) active_table<T>().real_merge(stage(slots));
}

template <class T>
void RealTransform<T>::inverse_inside(T* slots, T* work) const {
  const std::ptrdiff_t items = slot_items<T>();
  const auto& table = active_table<T>();
  if (size_ % 2 == 0) std::copy_n(slots + size_ / 2 * items, items / 2, slots + items / 2);
  const auto size = static_cast<std::ptrdiff_t>(base_->size());
  T* const rest = work + size * items;
  table.half_to_complex({slots, work, size, base_positions_.data()});
  base_->inverse(work, items, rest);
  table.complex_to_real({slots, work, size, nullptr});

  for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
    const auto count = static_cast<std::ptrdiff_t>(level->count);
    level->eighth->inverse(slots + count * items, items, work);
    level->quarter->inverse(slots + 2 * count * items, items, work);
    if (&*level != &levels_.front()) table.real_merge(level->stage(slots));
  }
}

template class ComplexTransform<float>;
template class ComplexTransform<double>;
template class RealTransform<float>;
template class RealTransform<double>;

}  // namespace burnish::ops
