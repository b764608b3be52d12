#include "bind/inpainting.hpp"

#include <algorithm>
#include <string>

#include "ops/inpainting_picture.hpp"

namespace burnish::bind {
namespace {

View mask_of(const py::array& array, const MutableView& image, const char* name) {
  const View view = view_of(array, name);
  const bool fits = view.dtype == DType::u8 && view.ndim == 2 && view.shape[0] == image.shape[0] &&
                    view.shape[1] == image.shape[1];
  if (!fits || (array.flags() & py::array::c_style) == 0) {
    throw py::value_error(std::string(name) +
                          " is not uint8 in C order with the image's rows and columns");
  }
  return view;
}

}  // namespace

Holed holed_of(py::array& image, const py::array& mask) {
  Holed holed{mutable_view_of(image, "image"), {}, {}};
  if (holed.target.ndim != 3) throw py::value_error("image has not rows, columns and channels");
  if (holed.target.dtype == DType::f16) throw py::type_error("image has dtype float16");
  holed.mask = mask_of(mask, holed.target, "mask");
  return holed;
}

Holed holed_of(py::array& image, const py::array& mask, const std::optional<py::array>& allowed,
               std::int64_t patch_size) {
  Holed holed = holed_of(image, mask);
  if (allowed) holed.allowed = mask_of(*allowed, holed.target, "allowed");
  if (patch_size < 3 || patch_size > ops::largest_patch_size || patch_size % 2 == 0) {
    throw py::value_error("patch_size is even or out of range");
  }
  if (patch_size > std::min(holed.target.shape[0], holed.target.shape[1])) {
    throw py::value_error("patch_size is larger than the image");
  }
  return holed;
}

ops::Observer observer_of(const py::object& callback) {
  if (callback.is_none()) return {};
  return [&](double done) { return with_gil([&] { return callback(done).cast<bool>(); }); };
}

py::object name_of(ops::Filled filled) {
  switch (filled) {
    case ops::Filled::all:
      break;
    case ops::Filled::not_finite:
      return py::str("not finite");
    case ops::Filled::no_source:
      return py::str("no source");
  }
  return py::none();
}

}  // namespace burnish::bind
