#include "bind/array.hpp"
#include "bind/families.hpp"
#include "bind/inpainting.hpp"
#include "ops/inpainting_telea.hpp"

namespace burnish::bind {
namespace {

// The name of what was in the way, or None.
py::object inpaint_telea(py::array& image, const py::array& mask, std::int64_t radius,
                         int workers) {
  const Holed holed = holed_of(image, mask);
  if (radius < 1 || radius > ops::largest_telea_radius) {
    throw py::value_error("radius is out of range");
  }
  ops::Filled filled{};
  without_gil([&] { filled = ops::inpaint_telea(holed.target, holed.mask, radius, workers); });
  return name_of(filled);
}

}  // namespace

void bind_inpainting_telea(py::module_& m) {
  m.def("inpaint_telea", &inpaint_telea, py::arg("image"), py::arg("mask"), py::arg("radius"),
        py::arg("workers"));
}

}  // namespace burnish::bind
