#include <pybind11/stl.h>

#include <optional>

#include "bind/array.hpp"
#include "bind/families.hpp"
#include "bind/inpainting.hpp"
#include "ops/inpainting_exemplar.hpp"

namespace burnish::bind {
namespace {

// The name of what was in the way, or None. `observer` is called with the part that is done.
py::object inpaint_exemplar(py::array& image, const py::array& mask,
                            const std::optional<py::array>& allowed, std::int64_t patch_size,
                            const py::object& observer, int workers) {
  const Holed holed = holed_of(image, mask, allowed, patch_size);
  const ops::Observer observe = observer_of(observer);
  ops::Filled filled{};
  without_gil([&] {
    filled = ops::inpaint_exemplar(holed.target, holed.mask, holed.sources(), patch_size, observe,
                                   workers);
  });
  return name_of(filled);
}

}  // namespace

void bind_inpainting_exemplar(py::module_& m) {
  m.def("inpaint_exemplar", &inpaint_exemplar, py::arg("image"), py::arg("mask"),
        py::arg("allowed").none(true), py::arg("patch_size"), py::arg("observer").none(true),
        py::arg("workers"));
}

}  // namespace burnish::bind
