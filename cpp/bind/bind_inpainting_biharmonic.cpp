#include "bind/array.hpp"
#include "bind/families.hpp"
#include "bind/inpainting.hpp"
#include "ops/inpainting_biharmonic.hpp"

namespace burnish::bind {
namespace {

// The name of what was in the way, or None.
py::object inpaint_biharmonic(py::array& image, const py::array& mask, int workers) {
  const Holed holed = holed_of(image, mask);
  ops::Filled filled{};
  without_gil([&] { filled = ops::inpaint_biharmonic(holed.target, holed.mask, workers); });
  return name_of(filled);
}

}  // namespace

void bind_inpainting_biharmonic(py::module_& m) {
  m.def("inpaint_biharmonic", &inpaint_biharmonic, py::arg("image"), py::arg("mask"),
        py::arg("workers"));
}

}  // namespace burnish::bind
