#include "ops/rows.hpp"

#include <algorithm>
#include <type_traits>

#include "dispatch/dispatch.hpp"

namespace burnish::ops {
namespace {

template <class T>
constexpr DType dtype_of = std::is_same_v<T, float> ? DType::f32 : DType::f64;

std::ptrdiff_t in_items(std::int64_t bytes, DType dtype) {
  return static_cast<std::ptrdiff_t>(bytes / static_cast<std::int64_t>(item_size(dtype)));
}

std::vector<std::int64_t> axis_sources(Border border, const Axis& axis) {
  return source_indices(border, -axis.before, axis.size + axis.taps - 1, axis.size);
}

// The elements that stand at `count` pixels from pixel `first` on.
std::vector<std::int64_t> element_sources(Border border, const Geometry& g, std::int64_t first,
                                          std::int64_t count) {
  std::vector<std::int64_t> elements;
  elements.reserve(static_cast<std::size_t>(count * g.step));
  for (const std::int64_t pixel : source_indices(border, first, count, g.columns.size)) {
    for (std::int64_t c = 0; c < g.step; ++c) {
      elements.push_back(pixel == outside ? outside : pixel * g.step + c);
    }
  }
  return elements;
}

}  // namespace

template <class T>
InputRows<T>::InputRows(const View& image, const Geometry& geometry, Border border, double cval)
    : geometry_(geometry),
      data_(image.data),
      load_(active_table<T>().load[static_cast<int>(image.dtype)]),
      stride_(in_items(geometry.in_element, image.dtype)),
      width_(geometry.width()),
      in_place_(image.dtype == dtype_of<T> && stride_ == 1),
      outside_(static_cast<T>(cval)),
      plane_sources_(axis_sources(border, geometry.planes)),
      row_sources_(axis_sources(border, geometry.rows)),
      left_sources_(element_sources(border, geometry, -geometry.columns.before,
                                    geometry.columns.before)),
      right_sources_(element_sources(border, geometry, geometry.columns.size,
                                     geometry.columns.after())) {}

template <class T>
typename InputRows<T>::Source InputRows<T>::source(std::int64_t batch_offset, std::int64_t plane,
                                                   std::int64_t row) const {
  const std::int64_t z = plane_sources_[static_cast<std::size_t>(plane + geometry_.planes.before)];
  const std::int64_t y = row_sources_[static_cast<std::size_t>(row + geometry_.rows.before)];
  if (z == outside || y == outside) return {nullptr, z, y};
  return {data_ + batch_offset + z * geometry_.planes.in_stride + y * geometry_.rows.in_stride, z, y};
}

template <class T>
std::int64_t InputRows<T>::pitch(const Window& window, std::int64_t slack) {
  return window.elements.size() + slack;
}

// Copies are kept per position, or per source row where a kernel so much larger than the image makes
// that fewer. One slot more holds the row of cval.
template <class T>
std::int64_t InputRows<T>::slots(const Window& window) const {
  if (direct(window.elements)) return 1;
  return std::min(window.lines(), geometry_.planes.size * geometry_.rows.size) + 1;
}

template <class T>
std::int64_t InputRows<T>::buffer_size(const Window& window, std::int64_t slack) const {
  return slots(window) * pitch(window, slack);
}

template <class T>
void InputRows<T>::gather(std::int64_t batch_offset, const Window& window, std::int64_t slack,
                          T* buffer, const T** pointers) const {
  const std::int64_t pitch = InputRows::pitch(window, slack);
  const bool in_image = direct(window.elements);
  const bool by_position = slots(window) == window.lines() + 1;
  T* const constant_row = buffer + (slots(window) - 1) * pitch;
  bool constant_ready = false;
  std::vector<bool> ready(by_position ? 0 : static_cast<std::size_t>(slots(window)));

  std::int64_t line = 0;
  for (std::int64_t plane = window.planes.begin; plane < window.planes.end; ++plane) {
    for (std::int64_t row = window.rows.begin; row < window.rows.end; ++row, ++line) {
      const Source from = source(batch_offset, plane, row);
      if (from.row == nullptr) {
        if (!constant_ready) {
          std::fill_n(constant_row, window.elements.size(), outside_);
          std::fill_n(constant_row + window.elements.size(), slack, T{});
          constant_ready = true;
        }
        pointers[line] = constant_row;
      } else if (in_image) {
        pointers[line] = reinterpret_cast<const T*>(from.row) + window.elements.begin;
      } else {
        const std::int64_t slot = by_position ? line : from.plane * geometry_.rows.size + from.index;
        T* const target = buffer + slot * pitch;
        pointers[line] = target;
        if (!by_position) {
          if (ready[static_cast<std::size_t>(slot)]) continue;
          ready[static_cast<std::size_t>(slot)] = true;
        }
        copy(from.row, window.elements, slack, target);
      }
    }
  }
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
