// A filter over some axes of an array, brought into the one form that the tiles are cut from: a
// batch of volumes of planes, rows and columns.
#pragma once

#include <cstdint>
#include <vector>

#include "base/border.hpp"
#include "base/view.hpp"

namespace burnish::ops {

// The kernel along one filtered axis: output i reads the inputs i - before to i - before + taps
// - 1, and beyond the axis what `border` says.
struct Taps {
  int axis;
  std::int64_t taps;
  std::int64_t before;
  Border border;
};

// The taps of a kernel whose centre, size / 2, is shifted by `origin`. Throws std::invalid_argument
// if that puts the centre outside the kernel.
Taps centred_taps(int axis, std::int64_t size, std::int64_t origin, Border border);

struct Axis {
  std::int64_t size = 1;
  std::int64_t in_stride = 0;   // bytes
  std::int64_t out_stride = 0;  // bytes
  std::int64_t taps = 1;
  std::int64_t before = 0;
  int kernel_axis = -1;  // which of the filtered axes this is; -1: none
  Border border = Border::reflect;

  bool filtered() const { return kernel_axis >= 0; }
  std::int64_t after() const { return taps - 1 - before; }
};

// Rows run along the last axis. Channels that are interleaved with the
// columns are part of the rows: a row then has columns.size * step elements, and neighbouring
// pixels are `step` elements apart.
struct Geometry {
  std::vector<Axis> batch;
  Axis planes;
  Axis rows;
  Axis columns;
  std::int64_t step = 1;
  std::int64_t in_element = 0;  // bytes from one element of a row to the next
  std::int64_t out_element = 0;

  std::int64_t batch_size() const;
  std::int64_t width() const { return columns.size * step; }
  std::int64_t elements() const { return batch_size() * planes.size * rows.size * width(); }
};

// `taps` in ascending order of axes. image and out have the same shape.
Geometry make_geometry(const View& image, const MutableView& out, const std::vector<Taps>& taps);

// The same with all channels apart: step is 1, and the columns are filtered if any axis is.
Geometry make_planar_geometry(const View& image, const MutableView& out,
                              const std::vector<Taps>& taps);

// Where the volume `index` of the batch begins, in bytes.
struct BatchOffset {
  std::int64_t in;
  std::int64_t out;
};
BatchOffset batch_offset(const Geometry& geometry, std::int64_t index);

}  // namespace burnish::ops
