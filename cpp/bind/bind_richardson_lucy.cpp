#include <pybind11/stl.h>

#include <limits>
#include <string>

#include "bind/arguments.hpp"
#include "bind/array.hpp"
#include "bind/families.hpp"
#include "ops/richardson_lucy.hpp"

namespace burnish::bind {
namespace {

ops::Stop stop_from(const std::string& name) {
  if (name == "never") return ops::Stop::never;
  if (name == "change") return ops::Stop::change;
  if (name == "discrepancy") return ops::Stop::discrepancy;
  throw py::value_error("stop is '" + name + "'");
}

double in_range(double value, double least, double most, const char* name) {
  if (value >= least && value <= most) return value;
  throw py::value_error(std::string(name) + " is out of range");
}

// None where the image is not finite; `out` is then half written. `observer` is called with the
// iteration, the volume and the result.
py::object richardson_lucy(const py::array& image, const py::array& kernel,
                           const std::vector<int>& axes, const std::vector<std::int64_t>& origins,
                           const std::string& boundary, std::int64_t num_iter, double least,
                           const py::object& weights, double background, double damping,
                           bool acceleration, double total_variation, const std::string& stop,
                           double stop_at, const py::object& observer, const py::object& out,
                           int workers) {
  constexpr double most = std::numeric_limits<double>::max();
  const View in = view_of(image, "image");
  const Kernel blur = kernel_of(in, kernel, axes, origins);
  ops::RichardsonLucyOptions options{};
  options.outside = outside_from(boundary);
  options.num_iter = num_iter;
  if (num_iter < 1) throw py::value_error("num_iter must be positive");
  options.least = in_range(least, 0, 1, "least");
  View counts;
  if (!weights.is_none()) {
    if (!py::isinstance<py::array>(weights)) throw py::type_error("weights is no array");
    counts = view_of(py::reinterpret_borrow<py::array>(weights), "weights");
    const DType computed = computed_in_double(in.dtype) ? DType::f64 : DType::f32;
    if (counts.dtype != computed && counts.dtype != DType::u8) {
      throw py::type_error("weights has neither the dtype that is computed in nor uint8");
    }
    if (counts.ndim != in.ndim || counts.shape != in.shape) {
      throw py::value_error("weights has not the shape of the image");
    }
    options.weights = &counts;
  }
  options.background = in_range(background, 0, most, "background");
  options.damping = in_range(damping, 0, most, "damping");
  options.acceleration = acceleration;
  options.total_variation = in_range(total_variation, 0, 0.1, "total_variation");
  options.stop = stop_from(stop);
  options.stop_at = in_range(stop_at, 0, most, "stop_at");
  py::array result = output_like(in, out);
  const MutableView target = mutable_view_of(result, "out");
  if (!observer.is_none()) {
    options.observer = [&](std::int64_t iteration, std::int64_t volume) {
      return with_gil([&] { return observer(iteration, volume, result).cast<bool>(); });
    };
  }
  bool finite = false;
  without_gil([&] {
    finite = ops::richardson_lucy(in, target, blur.taps, blur.weights, options, workers);
  });
  return finite ? py::object(result) : py::none();
}

}  // namespace

void bind_richardson_lucy(py::module_& m) {
  m.def("richardson_lucy", &richardson_lucy, py::arg("image"), py::arg("kernel"), py::arg("axes"),
        py::arg("origins"), py::arg("boundary"), py::arg("num_iter"), py::arg("least"),
        py::arg("weights").none(true), py::arg("background"), py::arg("damping"),
        py::arg("acceleration"), py::arg("total_variation"), py::arg("stop"), py::arg("stop_at"),
        py::arg("observer").none(true), py::arg("out").none(true), py::arg("workers"));
}

}  // namespace burnish::bind
