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

  const View* sources() const { return allowed ? &*allowed : nullptr; }
};

// Throws unless the mask is uint8 in C order with the image's rows and columns.
Holed holed_of(py::array& image, const py::array& mask);

// The same for both masks, and unless patches of that size fit into the image.
Holed holed_of(py::array& image, const py::array& mask, const std::optional<py::array>& allowed,
               std::int64_t patch_size);

// Told how much is done by calling `callback`, which must outlive it; empty where that is None.
ops::Observer observer_of(const py::object& callback);

// The name of what was in the way, or None.
py::object name_of(ops::Filled filled);

}  // namespace burnish::bind
