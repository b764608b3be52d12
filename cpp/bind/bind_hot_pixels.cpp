#include <pybind11/stl.h>

#include <cmath>
#include <optional>

#include "bind/array.hpp"
#include "bind/families.hpp"
#include "ops/hot_pixels.hpp"

namespace burnish::bind {
namespace {

// `threshold` None: chosen.
py::array remove_hot_pixels(const py::array& image, const std::vector<int>& axes,
                            std::int64_t max_size, std::optional<double> threshold,
                            const py::object& out, int workers) {
  const View in = view_of(image, "image");
  check_axes(in, axes, axes.size());
  if (axes.empty() || axes.size() > 3 || static_cast<int>(axes.size()) < in.ndim - 1) {
    throw py::value_error("axes are not 1 to 3, or leave out more than the channels");
  }
  if (threshold && !(*threshold >= 0 && std::isfinite(*threshold))) {
    throw py::value_error("threshold must be finite and not negative");
  }
  py::array result = output_like(in, out);
  const MutableView target = mutable_view_of(result, "out");
  without_gil([&] { ops::remove_hot_pixels(in, target, axes, max_size, threshold, workers); });
  return result;
}

}  // namespace

void bind_hot_pixels(py::module_& m) {
  m.def("remove_hot_pixels", &remove_hot_pixels, py::arg("image"), py::arg("axes"),
        py::arg("max_size"), py::arg("threshold").none(true), py::arg("out").none(true),
        py::arg("workers"));
}

}  // namespace burnish::bind
