// What the functions that fill holes are given.
#pragma once

#include <cstdint>
#include <optional>

#include "bind/array.hpp"
#include "ops/inpainting_windows.hpp"

namespace burnish::bind {

// An image (rows, columns, channels) that is filled in place, and its masks.
struct Holed {
  MutableView target;
  View mask;
  std::optional<View> allowed;

  View image() const {
    return {target.data, target.dtype, target.ndim, target.shape, target.strides};
  }
  const View* sources() const { return allowed ? &*allowed : nullptr; }
};

// Throws unless the masks are uint8 in C order with the image's rows and columns.
Holed holed_of(py::array& image, const py::array& mask);

// The same, and unless patches of that size fit into the image.
Holed holed_of(py::array& image, const py::array& mask, const std::optional<py::array>& allowed,
               std::int64_t patch_size);

// The name of what was in the way, or None.
py::object name_of(ops::Filled filled);

}  // namespace burnish::bind
