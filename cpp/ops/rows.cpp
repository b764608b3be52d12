#include "ops/rows.hpp"

#include <algorithm>
#include <cmath>

#include "dispatch/dispatch.hpp"
#include "ops/weights.hpp"

namespace burnish::ops {
namespace {

std::vector<std::int64_t> axis_sources(const Axis& axis) {
  return source_indices(axis.border, -axis.before, axis.size + axis.taps - 1, axis.size);
}

// The elements that stand at `count` pixels from pixel `first` on.
std::vector<std::int64_t> element_sources(const Geometry& g, std::int64_t first,
                                          std::int64_t count) {
  std::vector<std::int64_t> elements;
  elements.reserve(static_cast<std::size_t>(count * g.step));
  for (const std::int64_t pixel : source_indices(g.columns.border, first, count, g.columns.size)) {
    for (std::int64_t c = 0; c < g.step; ++c) {
      elements.push_back(pixel == outside ? outside : pixel * g.step + c);
    }
  }
  return elements;
}

}  // namespace

template <class T>
InputRows<T>::InputRows(const View& image, const Geometry& geometry, double cval)
    : geometry_(geometry),
      data_(image.data),
      load_(active_table<T>().load[static_cast<int>(image.dtype)]),
      stride_(in_items(geometry.in_element, image.dtype)),
      width_(geometry.width()),
      in_place_(image.dtype == dtype_of<T> && stride_ == 1),
      outside_(std::isfinite(cval) ? narrowed<T>(cval, "cval") : static_cast<T>(cval)),
      plane_sources_(axis_sources(geometry.planes)),
      row_sources_(axis_sources(geometry.rows)),
      left_sources_(element_sources(geometry, -geometry.columns.before, geometry.columns.before)),
      right_sources_(element_sources(geometry, geometry.columns.size, geometry.columns.after())) {}

template <class T>
const std::byte* InputRows<T>::source(std::int64_t batch_offset, std::int64_t plane,
                                      std::int64_t row) const {
  const std::int64_t z = plane_sources_[static_cast<std::size_t>(plane + geometry_.planes.before)];
  const std::int64_t y = row_sources_[static_cast<std::size_t>(row + geometry_.rows.before)];
  if (z == outside || y == outside) return nullptr;
  return data_ + batch_offset + z * geometry_.planes.in_stride + y * geometry_.rows.in_stride;
}

// A slot for each row that is copied, and one for the row of cval.
template <class T>
std::int64_t InputRows<T>::buffer_size(const Window& window, std::int64_t slack) const {
  const bool in_image = slack == 0 && direct(window.elements);
  return ((in_image ? 0 : window.lines()) + 1) * (window.elements.size() + slack);
}

template <class T>
void InputRows<T>::gather(std::int64_t batch_offset, const Window& window, std::int64_t slack,
                          T* buffer, const T** pointers) const {
  const std::int64_t pitch = window.elements.size() + slack;
  const bool in_image = slack == 0 && direct(window.elements);
  const T* constant_row = nullptr;
  T* next = buffer;
  for (std::int64_t plane = window.planes.begin; plane < window.planes.end; ++plane) {
    for (std::int64_t row = window.rows.begin; row < window.rows.end; ++row, ++pointers) {
      const std::byte* const from = source(batch_offset, plane, row);
      if (from == nullptr && constant_row != nullptr) {
        *pointers = constant_row;
      } else if (from != nullptr && in_image) {
        *pointers = reinterpret_cast<const T*>(from) + window.elements.begin;
      } else {
        *pointers = next;
        if (from == nullptr) {
          constant_row = next;
          std::fill_n(std::fill_n(next, window.elements.size(), outside_), slack, T{});
        } else {
          copy(from, window.elements, slack, next);
        }
        next += pitch;
      }
    }
  }
}

template <class T>
void InputRows<T>::extend(T* row, T outside) const {
  const auto value = [&](std::int64_t source) { return source < 0 ? outside : row[source]; };
  T* const left = row - left_sources_.size();
  for (std::size_t i = 0; i < left_sources_.size(); ++i) left[i] = value(left_sources_[i]);
  T* const right = row + width_;
  for (std::size_t i = 0; i < right_sources_.size(); ++i) right[i] = value(right_sources_[i]);
}

template <class T>
void InputRows<T>::copy(const std::byte* row, Span elements, std::int64_t slack, T* target) const {
  const auto part = [&](const std::byte* source, const std::int64_t* index, std::int64_t count) {
    load_({source, stride_, index, target, static_cast<std::ptrdiff_t>(count), outside_});
    target += count;
  };
  const std::int64_t left = static_cast<std::int64_t>(left_sources_.size());
  const Span before{elements.begin, std::min<std::int64_t>(elements.end, 0)};
  const Span within{std::max<std::int64_t>(elements.begin, 0), std::min(elements.end, width_)};
  const Span behind{std::max(elements.begin, width_), elements.end};
  if (before.size() > 0) {
    part(row, left_sources_.data() + (before.begin + left), before.size());
  }
  if (within.size() > 0) part(row + within.begin * geometry_.in_element, nullptr, within.size());
  if (behind.size() > 0) {
    part(row, right_sources_.data() + (behind.begin - width_), behind.size());
  }
  std::fill_n(target, slack, T{});
}

template <class T>
OutputRows<T>::OutputRows(const MutableView& out, const Geometry& geometry)
    : geometry_(geometry),
      data_(out.data),
      store_(active_table<T>().store[static_cast<int>(out.dtype)]),
      stride_(in_items(geometry.out_element, out.dtype)),
      pitch_(in_items(geometry.rows.out_stride, out.dtype)),
      in_place_(out.dtype == dtype_of<T> && stride_ == 1) {}

template <class T>
std::byte* OutputRows<T>::address(std::int64_t batch_offset, std::int64_t plane, std::int64_t row,
                                  std::int64_t element) const {
  return data_ + batch_offset + plane * geometry_.planes.out_stride +
         row * geometry_.rows.out_stride + element * geometry_.out_element;
}

template <class T>
T* OutputRows<T>::direct(std::int64_t batch_offset, std::int64_t plane, std::int64_t row,
                         std::int64_t element) const {
  if (!in_place_) return nullptr;
  return reinterpret_cast<T*>(address(batch_offset, plane, row, element));
}

template <class T>
void OutputRows<T>::store(std::int64_t batch_offset, std::int64_t plane, std::int64_t row,
                          Span elements, const T* source) const {
  store_({source, address(batch_offset, plane, row, elements.begin), stride_,
          static_cast<std::ptrdiff_t>(elements.size())});
}

template class InputRows<float>;
template class InputRows<double>;
template class OutputRows<float>;
template class OutputRows<double>;

}  // namespace burnish::ops
