#include <pybind11/stl.h>

#include "bind/arguments.hpp"
#include "bind/array.hpp"
#include "bind/families.hpp"
#include "ops/convolution.hpp"

namespace burnish::bind {
namespace {

py::array correlate(const py::array& image, const py::array& weights, const std::vector<int>& axes,
                    const std::vector<std::int64_t>& origins, const std::vector<std::string>& modes,
                    double cval, const py::object& out, int workers) {
  const View in = view_of(image, "image");
  const Kernel kernel = kernel_of(in, weights, axes, origins, modes);
  py::array result = output_like(in, out);
  const MutableView target = mutable_view_of(result, "out");
  without_gil([&] { ops::correlate(in, target, kernel.taps, kernel.weights, cval, workers); });
  return result;
}

py::array correlate_separable(const py::array& image, const std::vector<py::array>& factors,
                              const std::vector<int>& axes,
                              const std::vector<std::int64_t>& origins,
                              const std::vector<std::string>& modes, double cval,
                              const py::object& out, int workers) {
  const View in = view_of(image, "image");
  const Factors kernel = factors_of(in, factors, axes, origins, modes);
  py::array result = output_like(in, out);
  const MutableView target = mutable_view_of(result, "out");
  without_gil(
      [&] { ops::correlate_separable(in, target, kernel.taps, kernel.weights, cval, workers); });
  return result;
}

}  // namespace

void bind_convolution(py::module_& m) {
  m.def("correlate", &correlate, py::arg("image"), py::arg("weights"), py::arg("axes"),
        py::arg("origins"), py::arg("modes"), py::arg("cval"), py::arg("out").none(true),
        py::arg("workers"));
  m.def("correlate_separable", &correlate_separable, py::arg("image"), py::arg("factors"),
        py::arg("axes"), py::arg("origins"), py::arg("modes"), py::arg("cval"),
        py::arg("out").none(true), py::arg("workers"));
}

}  // namespace burnish::bind
