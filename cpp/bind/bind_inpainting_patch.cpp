#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <vector>

#include "bind/array.hpp"
#include "bind/families.hpp"
#include "bind/inpainting.hpp"
#include "ops/inpainting_patch.hpp"

namespace burnish::bind {
namespace {

std::vector<View> references_of(const std::vector<py::array>& arrays, const MutableView& image) {
  std::vector<View> views;
  for (const py::array& array : arrays) {
    views.push_back(view_of(array, "references"));
    const View& view = views.back();
    if (view.ndim != 3 || view.dtype != image.dtype || view.shape[2] != image.shape[2]) {
      throw py::value_error("references have not the image's dtype and channels");
    }
  }
  return views;
}

// The name of what was in the way, or None. `observer` is called with the part that is done.
py::object inpaint_patch(py::array& image, const py::array& mask,
                         const std::optional<py::array>& allowed,
                         const std::vector<py::array>& references, std::int64_t patch_size,
                         std::int64_t num_levels, std::int64_t num_iter, std::uint32_t seed,
                         const py::object& observer, int workers) {
  const Holed holed = holed_of(image, mask, allowed, patch_size);
  const std::vector<View> others = references_of(references, holed.target);
  if (num_levels < 0 || num_iter < 0 || num_iter > 1 << 20) {
    throw py::value_error("num_levels or num_iter is out of range");
  }
  const ops::PatchInpainting options{patch_size, num_levels, num_iter, seed, observer_of(observer)};
  ops::Filled filled{};
  without_gil([&] {
    filled =
        ops::inpaint_patch(holed.target, holed.mask, holed.sources(), others, options, workers);
  });
  return name_of(filled);
}

template <class T>
py::array_t<T> array_of(const std::vector<T>& items) {
  return py::array_t<T>(static_cast<py::ssize_t>(items.size()), items.data());
}

// What the tests compare with the oracle, as a dictionary.
py::dict patch_field(py::array& image, const py::array& mask,
                     const std::optional<py::array>& allowed,
                     const std::vector<py::array>& references, std::int64_t patch_size,
                     std::int64_t sweeps, std::uint32_t seed, int workers) {
  const Holed holed = holed_of(image, mask, allowed, patch_size);
  const std::vector<View> others = references_of(references, holed.target);
  ops::PatchField field;
  without_gil([&] {
    field = ops::patch_field(holed.target, holed.mask, holed.sources(), others, patch_size, sweeps,
                             seed, workers);
  });
  py::dict result;
  result["shape"] = py::make_tuple(field.rows, field.columns, field.items);
  result["before"] = array_of(field.before);
  result["targets"] = array_of(field.targets);
  result["matches"] = array_of(field.matches);
  result["distances"] = array_of(field.distances);
  result["holes"] = array_of(field.holes);
  result["copies"] = array_of(field.copies);
  result["voted"] = array_of(field.voted);
  return result;
}

}  // namespace

void bind_inpainting_patch(py::module_& m) {
  m.def("inpaint_patch", &inpaint_patch, py::arg("image"), py::arg("mask"),
        py::arg("allowed").none(true), py::arg("references"), py::arg("patch_size"),
        py::arg("num_levels"), py::arg("num_iter"), py::arg("seed"), py::arg("observer").none(true),
        py::arg("workers"));
  m.def("patch_field", &patch_field, py::arg("image"), py::arg("mask"),
        py::arg("allowed").none(true), py::arg("references"), py::arg("patch_size"),
        py::arg("sweeps"), py::arg("seed"), py::arg("workers"));
}

}  // namespace burnish::bind
