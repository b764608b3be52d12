#include <cmath>

#include "bind/array.hpp"
#include "bind/families.hpp"
#include "ops/anscombe.hpp"

namespace burnish::bind {
namespace {

ops::CountNoise noise_from(double gain, double sigma, double offset) {
  constexpr double most = 1e7;  // counts
  if (!(gain > 0) || !std::isfinite(gain)) throw py::value_error("gain must be above 0");
  if (!(sigma >= 0) || !(sigma / gain <= most)) {
    throw py::value_error("sigma must not be negative, nor above 1e7 times the gain");
  }
  if (!std::isfinite(offset)) throw py::value_error("offset must be finite");
  return {gain, sigma, offset};
}

template <class Transform>
py::array transformed(const py::array& image, const ops::CountNoise& noise, const py::object& out,
                      int workers, const Transform& transform) {
  const View in = view_of(image, "image");
  const DType dtype = computed_in_double(in.dtype) ? DType::f64 : DType::f32;
  py::array result = output_of(dtype, {in.shape.begin(), in.shape.begin() + in.ndim}, out);
  const MutableView target = mutable_view_of(result, "out");
  without_gil([&] { transform(in, target, noise, workers); });
  return result;
}

py::array anscombe(const py::array& image, double gain, double sigma, double offset,
                   const py::object& out, int workers) {
  return transformed(image, noise_from(gain, sigma, offset), out, workers, ops::anscombe);
}

py::array inverse_anscombe(const py::array& image, double gain, double sigma, double offset,
                           const py::object& out, int workers) {
  return transformed(image, noise_from(gain, sigma, offset), out, workers, ops::inverse_anscombe);
}

}  // namespace

void bind_anscombe(py::module_& m) {
  m.def("anscombe", &anscombe, py::arg("image"), py::arg("gain"), py::arg("sigma"),
        py::arg("offset"), py::arg("out").none(true), py::arg("workers"));
  m.def("inverse_anscombe", &inverse_anscombe, py::arg("image"), py::arg("gain"), py::arg("sigma"),
        py::arg("offset"), py::arg("out").none(true), py::arg("workers"));
}

}  // namespace burnish::bind
