// Rows of pixels as the slots of a spectral plan, and back.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "ops/axes.hpp"
#include "ops/rows.hpp"
#include "ops/spectral_transform.hpp"

namespace burnish::ops {

template <class T>
class SlotRows {
 public:
  // `columns`: the period along a row.
  explicit SlotRows(std::int64_t columns)
      : half_((columns + 1) / 2), lanes_(active_table<T>().lanes), items_(2 * lanes_) {}

  // All of as many rows of a plane as a vector has lanes, from row y on.
  Window window(const Geometry& g, std::int64_t z, std::int64_t y) const {
    return {{z, z + 1}, {y, std::min(y + lanes_, g.rows.size)}, {0, g.columns.size}};
  }

  // Turns `length` pixels of as many rows as a vector has lanes; behind them come zeros.
  void load(const T* const* rows, std::int64_t length, T* slots) const;

  // The same from an image, for at most so many rows of one plane; zeros stand for those that lack.
  void load(const InputRows<T>& image, std::int64_t batch, const Window& window, T* slots) const;

  // The pixels from column `first` on, row window.rows.begin + i from lane i, to the window's
  // pixels. Of its rows, [0, window.rows.end) must exist; where rows begin below `least` they are
  // left out.
  void store(const T* slots, std::int64_t first, const OutputRows<T>& out, std::int64_t batch,
             const Window& window, std::int64_t least) const;

 private:
  void load_half(const T* const* rows, Span columns, T* slots) const;
  void store_half(const T* slots, Span columns, T* const* rows, std::int64_t at) const;

  std::int64_t half_;
  std::ptrdiff_t lanes_, items_;
};

extern template class SlotRows<float>;
extern template class SlotRows<double>;

}  // namespace burnish::ops
