#include <pybind11/stl.h>

#include "bind/arguments.hpp"
#include "bind/array.hpp"
#include "bind/families.hpp"
#include "ops/richardson_lucy.hpp"

namespace burnish::bind {
namespace {

// None where the image is not finite; `out` is then half written.
py::object richardson_lucy(const py::array& image, const py::array& weights,
                           const std::vector<int>& axes, const std::vector<std::int64_t>& origins,
                           const std::string& boundary, std::int64_t num_iter, double least,
                           const py::object& out, int workers) {
  const View in = view_of(image, "image");
  const Kernel kernel = kernel_of(in, weights, axes, origins);
  const ops::Outside outside = outside_from(boundary);
  if (num_iter < 1) throw py::value_error("num_iter must be positive");
  py::array result = output_like(in, out);
  const MutableView target = mutable_view_of(result, "out");
  bool finite = false;
  without_gil([&] {
    finite = ops::richardson_lucy(in, target, kernel.taps, kernel.weights, outside, num_iter, least,
                                  workers);
  });
  return finite ? py::object(result) : py::none();
}

}  // namespace

void bind_richardson_lucy(py::module_& m) {
  m.def("richardson_lucy", &richardson_lucy, py::arg("image"), py::arg("weights"), py::arg("axes"),
        py::arg("origins"), py::arg("boundary"), py::arg("num_iter"), py::arg("least"),
        py::arg("out").none(true), py::arg("workers"));
}

}  // namespace burnish::bind
