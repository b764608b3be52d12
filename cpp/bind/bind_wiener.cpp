#include <pybind11/stl.h>

#include <optional>

#include "bind/arguments.hpp"
#include "bind/array.hpp"
#include "bind/families.hpp"
#include "ops/wiener.hpp"

namespace burnish::bind {
namespace {

// None where the image is not finite; `out` is then half written. `balance` None: chosen.
py::object wiener(const py::array& image, const py::array& weights, const std::vector<int>& axes,
                  const std::vector<std::int64_t>& origins, const py::array& reg,
                  std::optional<double> balance, const std::string& boundary, const py::object& out,
                  int workers) {
  const View in = view_of(image, "image");
  const Kernel kernel = kernel_of(in, weights, axes, origins);
  const double* const penalty = weights_of(reg, static_cast<int>(axes.size()), "reg");
  const std::vector<std::int64_t> sizes(reg.shape(), reg.shape() + reg.ndim());
  const ops::Outside outside = outside_from(boundary);
  if (balance && !(*balance >= 0)) throw py::value_error("balance must not be negative");
  py::array result = output_like(in, out);
  const MutableView target = mutable_view_of(result, "out");
  bool finite = false;
  without_gil([&] {
    finite = ops::wiener(in, target, kernel.taps, kernel.weights, sizes, penalty, balance, outside,
                         workers);
  });
  return finite ? py::object(result) : py::none();
}

}  // namespace

void bind_wiener(py::module_& m) {
  m.def("wiener", &wiener, py::arg("image"), py::arg("weights"), py::arg("axes"),
        py::arg("origins"), py::arg("reg"), py::arg("balance").none(true), py::arg("boundary"),
        py::arg("out").none(true), py::arg("workers"));
}

}  // namespace burnish::bind
