#include <pybind11/stl.h>

#include <algorithm>
#include <string>

#include "bind/arguments.hpp"
#include "bind/array.hpp"
#include "bind/families.hpp"
#include "ops/convolution_time.hpp"
#include "ops/spectral_convolution.hpp"
#include "ops/spectral_round_trip.hpp"

namespace burnish::bind {
namespace {

// None where the image is not finite; `out` is then half written.
py::object correlate_spectral(const py::array& image, const py::array& weights,
                              const std::vector<int>& axes,
                              const std::vector<std::int64_t>& origins,
                              const std::vector<std::string>& modes, double cval, bool periodic,
                              const py::object& out, int workers) {
  const View in = view_of(image, "image");
  const Kernel kernel = kernel_of(in, weights, axes, origins, modes);
  py::array result = output_like(in, out);
  const MutableView target = mutable_view_of(result, "out");
  bool finite = false;
  without_gil([&] {
    finite =
        ops::correlate_spectral(in, target, kernel.taps, kernel.weights, cval, periodic, workers);
  });
  return finite ? py::object(result) : py::none();
}

// The outputs [first, first + shape) of the full correlation with zeros around, whose output 0
// reads nothing but the first pixel, with the last of the weights.
py::object correlate_linear(const py::array& image, const py::array& weights,
                            const std::vector<std::int64_t>& first,
                            const std::vector<std::int64_t>& shape, bool in_double, int workers) {
  View in = view_of(image, "image");
  const double* const kernel = weights_of(weights, in.ndim, "weights");
  const auto ndim = static_cast<std::size_t>(in.ndim);
  if (first.size() != ndim || shape.size() != ndim || ndim < 1 || ndim > 3) {
    throw py::value_error("first, shape and the image don't have as many axes, 1 to 3");
  }
  std::vector<ops::Taps> taps;
  for (std::size_t axis = 0; axis < ndim; ++axis) {
    const std::int64_t size = weights.shape(static_cast<py::ssize_t>(axis));
    // The sizes of repeated pixels may be near 2**63, so nothing is added to them.
    if (first[axis] < 0 || first[axis] > size - 1 || shape[axis] < 1 ||
        shape[axis] - in.shape[axis] > size - 1 - first[axis]) {
      throw py::value_error("first and shape go beyond the full correlation");
    }
    taps.push_back({static_cast<int>(axis), size, size - 1 - first[axis], Border::constant});
    // Tables are as long as the image, of which no more than this is read.
    if (shape[axis] < in.shape[axis] - first[axis]) in.shape[axis] = first[axis] + shape[axis];
  }
  const DType dtype = in_double || computed_in_double(in.dtype) ? DType::f64 : DType::f32;
  py::array result = output_of(dtype, shape, py::none());
  const MutableView target = mutable_view_of(result, "out");
  bool finite = false;
  without_gil(
      [&] { finite = ops::correlate_spectral(in, target, taps, kernel, 0, false, workers); });
  return finite ? py::object(result) : py::none();
}

// The predicted times of the methods for `batch` volumes that are filtered along all their axes.
py::tuple convolution_time(const std::vector<std::int64_t>& shape,
                           const std::vector<std::int64_t>& taps, const std::vector<bool>& wraps,
                           std::int64_t batch, bool in_double) {
  if (shape.empty() || shape.size() > 3 || taps.size() != shape.size() ||
      wraps.size() != shape.size()) {
    throw py::value_error("shape, taps and wraps don't have as many items, 1 to 3");
  }
  if (batch < 1) throw py::value_error("batch must be positive");
  std::int64_t longest = batch;
  std::array<ops::TileAxis, 3> axes{};
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] < 1 || taps[i] < 1) throw py::value_error("shape and taps must be positive");
    longest = std::max({longest, shape[i], taps[i]});
    axes[3 - shape.size() + i] = {shape[i], taps[i], wraps[i]};
  }
  if (longest > ops::longest_axis) {
    throw OutOfMemory(std::to_string(longest) + " pixels or taps go beyond any memory");
  }
  const ops::ConvolutionTime time =
      ops::convolution_time(axes, batch, in_double ? DType::f64 : DType::f32);
  return py::make_tuple(time.direct, time.separable, time.spectral);
}

py::array spectral_round_trip(const py::array& image, int workers) {
  const View in = view_of(image, "image");
  if ((in.dtype != DType::f32 && in.dtype != DType::f64) || in.ndim < 1 || in.ndim > 3) {
    throw py::value_error("image must be float32 or float64, of one to three axes");
  }
  py::array result = output_like(in, py::none());
  const MutableView target = mutable_view_of(result, "out");
  without_gil([&] { ops::spectral_round_trip(in, target, workers); });
  return result;
}

}  // namespace

void bind_spectral(py::module_& m) {
  m.def("correlate_spectral", &correlate_spectral, py::arg("image"), py::arg("weights"),
        py::arg("axes"), py::arg("origins"), py::arg("modes"), py::arg("cval"), py::arg("periodic"),
        py::arg("out").none(true), py::arg("workers"));
  m.def("correlate_linear", &correlate_linear, py::arg("image"), py::arg("weights"),
        py::arg("first"), py::arg("shape"), py::arg("in_double"), py::arg("workers"));
  m.def("convolution_time", &convolution_time, py::arg("shape"), py::arg("taps"), py::arg("wraps"),
        py::arg("batch"), py::arg("in_double"));
  m.def("spectral_round_trip", &spectral_round_trip, py::arg("image"), py::arg("workers"));
}

}  // namespace burnish::bind
