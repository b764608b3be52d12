#include <pybind11/stl.h>

#include "bind/arguments.hpp"
#include "bind/array.hpp"
#include "bind/families.hpp"
#include "ops/smoothing.hpp"

namespace burnish::bind {
namespace {

py::array uniform_filter(const py::array& image, const std::vector<std::int64_t>& sizes,
                         const std::vector<int>& axes, const std::vector<std::int64_t>& origins,
                         const std::vector<std::string>& modes, double cval, const py::object& out,
                         int workers) {
  const View in = view_of(image, "image");
  check_axes(in, axes, sizes.size());
  const std::vector<ops::Taps> taps = taps_of(sizes, axes, origins, modes);
  py::array result = output_like(in, out);
  const MutableView target = mutable_view_of(result, "out");
  without_gil([&] { ops::uniform_filter(in, target, taps, cval, workers); });
  return result;
}

}  // namespace

void bind_smoothing(py::module_& m) {
  m.def("uniform_filter", &uniform_filter, py::arg("image"), py::arg("sizes"), py::arg("axes"),
        py::arg("origins"), py::arg("modes"), py::arg("cval"), py::arg("out").none(true),
        py::arg("workers"));
}

}  // namespace burnish::bind
