// The rows of an image as kernels want them: extended beyond the border, in the computing type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/scratch.hpp"
#include "base/view.hpp"
#include "kernels/kernels.hpp"
#include "ops/axes.hpp"

namespace burnish::ops {

// A half-open range of positions along an axis; for columns in elements.
struct Span {
  std::int64_t begin;
  std::int64_t end;
  std::int64_t size() const { return end - begin; }
};

// Which rows and elements of one volume are wanted. Positions may lie beyond the border, as far as
// the taps of the geometry reach.
struct Window {
  Span planes;
  Span rows;
  Span elements;
  std::int64_t lines() const { return planes.size() * rows.size(); }
};

template <class T>
class InputRows {
 public:
  InputRows(const View& image, const Geometry& geometry, double cval);

  // Whether rows can be read where they are, and whether those over these elements can.
  bool in_place() const { return in_place_; }
  bool direct(Span elements) const {
    return in_place_ && elements.begin >= 0 && elements.end <= width_;
  }

  // Fills pointers[p * rows.size() + y] with the address of the window's first element in each row,
  // plane by plane: in the image itself where direct() and without slack, else in copies in
  // `buffer`, each followed by `slack` zeros that kernels may read.
  void gather(std::int64_t batch_offset, const Window& window, std::int64_t slack, T* buffer,
              const T** pointers) const;

  // Fills what lies left and right of a whole row of filtered elements, as far as the taps reach.
  // `outside` is what the filter makes of rows of cval.
  void extend(T* row, T outside) const;

  // The items that gather needs in `buffer`.
  std::int64_t buffer_size(const Window& window, std::int64_t slack) const;

 private:
  // Null for a row of cval.
  const std::byte* source(std::int64_t batch_offset, std::int64_t plane, std::int64_t row) const;
  void copy(const std::byte* row, Span elements, std::int64_t slack, T* target) const;

  const Geometry& geometry_;
  const std::byte* data_;
  void (*load_)(const kernels::Load<T>&);
  std::ptrdiff_t stride_;  // items from one element to the next
  std::int64_t width_;
  bool in_place_;
  T outside_;
  std::vector<std::int64_t> plane_sources_, row_sources_;   // from position -before on
  std::vector<std::int64_t> left_sources_, right_sources_;  // elements left and right of the row
};

// Where the results of a tile go.
template <class T>
class OutputRows {
 public:
  OutputRows(const MutableView& out, const Geometry& geometry);

  bool in_place() const { return in_place_; }

  // The address of an element that kernels may write to, or null where rows must go through
  // store().
  T* direct(std::int64_t batch_offset, std::int64_t plane, std::int64_t row,
            std::int64_t element) const;
  // Items from one row to the next, where rows are direct.
  std::ptrdiff_t pitch() const { return pitch_; }

  void store(std::int64_t batch_offset, std::int64_t plane, std::int64_t row, Span elements,
             const T* source) const;

 private:
  std::byte* address(std::int64_t batch_offset, std::int64_t plane, std::int64_t row,
                     std::int64_t element) const;

  const Geometry& geometry_;
  std::byte* data_;
  void (*store_)(const kernels::Store<T>&);
  std::ptrdiff_t stride_;
  std::ptrdiff_t pitch_;
  bool in_place_;
};

extern template class InputRows<float>;
extern template class InputRows<double>;
extern template class OutputRows<float>;
extern template class OutputRows<double>;

}  // namespace burnish::ops
