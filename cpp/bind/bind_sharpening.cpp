#include <pybind11/stl.h>

#include "bind/arguments.hpp"
#include "bind/array.hpp"
#include "bind/families.hpp"
#include "ops/sharpening.hpp"

namespace burnish::bind {
namespace {

py::array unsharp_mask(const py::array& image, const std::vector<py::array>& factors,
                       const std::vector<int>& axes, double amount, const py::object& out,
                       int workers) {
  const View in = view_of(image, "image");
  const Factors kernel = factors_of(in, factors, axes, std::vector<std::int64_t>(axes.size(), 0),
                                    std::vector<std::string>(axes.size(), "reflect"));
  py::array result = output_like(in, out);
  const MutableView target = mutable_view_of(result, "out");
  without_gil([&] { ops::unsharp_mask(in, target, kernel.taps, kernel.weights, amount, workers); });
  return result;
}

}  // namespace

void bind_sharpening(py::module_& m) {
  m.def("unsharp_mask", &unsharp_mask, py::arg("image"), py::arg("factors"), py::arg("axes"),
        py::arg("amount"), py::arg("out").none(true), py::arg("workers"));
}

}  // namespace burnish::bind
