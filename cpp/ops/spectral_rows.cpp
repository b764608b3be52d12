#include "ops/spectral_rows.hpp"

#include <algorithm>
#include <array>

#include "base/scratch.hpp"

namespace burnish::ops {
namespace {

// More lanes than any level has.
constexpr std::size_t most_lanes = 64;

}  // namespace

// The kernels move whole squares of lanes x lanes: what is narrower goes through one of them.
template <class T>
void SlotRows<T>::load_half(const T* const* rows, Span columns, T* slots) const {
  const std::int64_t count = std::max<std::int64_t>(columns.size(), 0);
  std::array<const T*, most_lanes> from{};
  const auto lanes = static_cast<std::size_t>(lanes_);
  if (count >= lanes_) {
    for (std::size_t i = 0; i < lanes; ++i) from[i] = rows[i] + columns.begin;
    active_table<T>().rows_to_columns(
        {from.data(), slots, items_, static_cast<std::ptrdiff_t>(count)});
  } else if (count > 0) {
    Scratch scratch(Scratch::size_of<T>(lanes_ * lanes_));
    T* const square = scratch.take<T>(lanes_ * lanes_);
    std::fill_n(square, lanes_ * lanes_, T{});
    for (std::size_t i = 0; i < lanes; ++i) {
      T* const row = square + static_cast<std::ptrdiff_t>(i) * lanes_;
      std::copy_n(rows[i] + columns.begin, count, row);
      from[i] = row;
    }
    active_table<T>().rows_to_columns({from.data(), slots, items_, lanes_});
  }
  for (std::int64_t j = count; j < half_; ++j) std::fill_n(slots + j * items_, lanes_, T{});
}

template <class T>
void SlotRows<T>::load(const T* const* rows, std::int64_t length, T* slots) const {
  load_half(rows, {0, std::min(half_, length)}, slots);
  load_half(rows, {half_, length}, slots + lanes_);
}

template <class T>
void SlotRows<T>::store_half(const T* slots, Span columns, T* const* rows, std::int64_t at) const {
  const std::int64_t count = columns.size();
  if (count <= 0) return;
  const T* const source = slots + columns.begin * items_;
  std::array<T*, most_lanes> to{};
  const auto lanes = static_cast<std::size_t>(lanes_);
  if (count >= lanes_) {
    for (std::size_t i = 0; i < lanes; ++i) to[i] = rows[i] + at;
    active_table<T>().columns_to_rows(
        {source, items_, static_cast<std::ptrdiff_t>(count), to.data()});
    return;
  }
  // A plan has at least as many slots as a vector has lanes, but these may be its last ones.
  for (std::int64_t j = 0; j < count; ++j) {
    for (std::size_t i = 0; i < lanes; ++i) {
      rows[i][at + j] = source[j * items_ + static_cast<std::ptrdiff_t>(i)];
    }
  }
}

template <class T>
void SlotRows<T>::load(const InputRows<T>& image, std::int64_t batch, const Window& window,
                       T* slots) const {
  const std::int64_t length = window.elements.size();
  const std::int64_t copies = image.buffer_size(window, 0);
  Scratch scratch(Scratch::size_of<const T*>(lanes_) + Scratch::size_of<T>(copies) +
                  Scratch::size_of<T>(length));
  const T** const rows = scratch.take<const T*>(lanes_);
  image.gather(batch, window, 0, scratch.take<T>(copies), rows);
  if (window.rows.size() < lanes_) {
    T* const nothing = scratch.take<T>(length);
    std::fill_n(nothing, length, T{});
    std::fill(rows + window.rows.size(), rows + lanes_, nothing);
  }
  load(rows, length, slots);
}

template <class T>
void SlotRows<T>::store(const T* slots, std::int64_t first, const OutputRows<T>& out,
                        std::int64_t batch, const Window& window, std::int64_t least) const {
  const std::int64_t length = window.elements.size();
  const std::int64_t copies = out.in_place() ? 1 : lanes_;  // one for the rows that are left out
  Scratch scratch(Scratch::size_of<T*>(lanes_) + Scratch::size_of<T>(copies * length));
  T** const rows = scratch.take<T*>(lanes_);
  T* const buffer = scratch.take<T>(copies * length);
  const Span wanted{std::max(window.rows.begin, least),
                    std::min(window.rows.begin + lanes_, window.rows.end)};
  for (std::int64_t i = 0; i < lanes_; ++i) {
    rows[i] = buffer + (out.in_place() ? 0 : i * length);
  }
  const std::int64_t z = window.planes.begin;
  if (out.in_place()) {
    for (std::int64_t y = wanted.begin; y < wanted.end; ++y) {
      rows[y - window.rows.begin] = out.direct(batch, z, y, window.elements.begin);
    }
  }

  const Span low{first, std::min(first + length, half_)};
  const Span high{std::max(first, half_) - half_, first + length - half_};
  store_half(slots, low, rows, 0);
  store_half(slots + lanes_, high, rows, std::max<std::int64_t>(low.size(), 0));

  if (out.in_place()) return;
  for (std::int64_t y = wanted.begin; y < wanted.end; ++y) {
    out.store(batch, z, y, window.elements, rows[y - window.rows.begin]);
  }
}

template class SlotRows<float>;
template class SlotRows<double>;

}  // namespace burnish::ops
