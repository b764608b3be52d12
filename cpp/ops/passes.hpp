// The engine of filters that take one pass per axis, fused over tiles so that what lies between the
// passes stays in cache: along the planes, along the rows' columns of pixels, along the rows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>

#include "base/view.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/axes.hpp"
#include "ops/rows.hpp"
#include "ops/tiles.hpp"

namespace burnish::ops {

// Rows in memory that a pass writes: row y begins at data + y * pitch.
template <class T>
struct TargetRows {
  T* data;
  std::int64_t pitch;
  std::int64_t count;
  std::int64_t columns;  // never fewer than a vector has
};

// What the passes do. With `taps` taps along their axis, target row or element i is made of the
// source rows i to i + taps - 1, or of the elements i, i + step, ..., i + (taps - 1) * step.
template <class T>
class Passes {
 public:
  virtual ~Passes() = default;
  virtual void along_planes(const T* const* rows, const TargetRows<T>& target) const = 0;
  virtual void down_rows(const T* const* rows, const TargetRows<T>& target) const = 0;
  virtual void along_columns(const T* const* rows, const TargetRows<T>& target) const = 0;
  // What the first two make of an image of ones.
  virtual double gain() const = 0;
};

// Called with each filtered row, in the computing type, before it is stored: finish(row, original,
// count) may change the row. `original` is the same stretch of the image.
template <class T>
using Finish = std::function<void(T* row, const T* original, std::int64_t count)>;

template <class T>
class PassTiles {
 public:
  // Keeps references to all but the views. An empty `finish` stores the rows as they are. `strip`
  // rows at a time take the last two passes.
  PassTiles(const View& image, const MutableView& out, const Geometry& g, const Passes<T>& passes,
            double cval, const Finish<T>& finish, std::int64_t strip)
      : g_(g),
        passes_(passes),
        in_(image, g, cval),
        out_(out, g),
        finish_(finish),
        strip_(strip),
        outside_(static_cast<T>(cval * passes.gain())) {}

  bool in_place() const { return in_.in_place() && out_.in_place(); }

  void run(const Tile& tile) const;

 private:
  static std::int64_t lanes() { return active_table<T>().lanes; }
  static std::int64_t slack(Span part) { return std::max<std::int64_t>(lanes() - part.size(), 0); }

  // Stretches of a row, the middle one read in place. A stretch narrower than a vector is filtered
  // as wide as one: its copy has the slack, and what is written too much lies under the next
  // stretch or in the slack of the strip. So they must be filtered in order.
  struct Parts {
    static constexpr int most = 3;
    Span span[most];
    int count = 0;
    void add(Span s) {
      if (s.size() > 0) span[count++] = s;
    }
  };

  // Where a tile spans the whole width, what lies beyond it is filled in after the vertical pass.
  bool spans(const Tile& tile) const { return tile.elements.size() == g_.width(); }
  Parts split(const Tile& tile, Span elements) const;

  void run_picture(const Tile& tile, Span rows, Span elements) const;
  void run_volume(const Tile& tile, Span rows, Span elements) const;
  void rows_and_columns(const Tile& tile, std::int64_t z, Span elements, const Parts& parts,
                        const T** const* pointers) const;
  void deliver(const Tile& tile, std::int64_t z, std::int64_t y, T* row, T* original,
               bool stores) const;

  const Geometry& g_;
  const Passes<T>& passes_;
  InputRows<T> in_;
  OutputRows<T> out_;
  const Finish<T>& finish_;
  std::int64_t strip_;
  T outside_;  // beyond a constant border, after the first two passes
};

extern template class PassTiles<float>;
extern template class PassTiles<double>;

}  // namespace burnish::ops
