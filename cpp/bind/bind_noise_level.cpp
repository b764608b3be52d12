#include <cmath>

#include "bind/array.hpp"
#include "bind/families.hpp"
#include "ops/noise_level.hpp"
#include "ops/noise_model.hpp"

namespace burnish::bind {
namespace {

// Planes, rows and columns at most, each one pixel or some.
void check_sides(const View& image) {
  if (image.ndim < 1 || image.ndim > 3) throw py::value_error("image has not 1 to 3 dimensions");
  for (int i = 0; i < image.ndim; ++i) {
    const std::int64_t side = image.shape[static_cast<std::size_t>(i)];
    if (side == 2 || side == 3) throw py::value_error("image has a side of 2 or 3 pixels");
  }
}

// None where the image is not finite.
py::object noise_sigma(const py::array& image, int workers) {
  const View in = view_of(image, "image");
  check_sides(in);
  double sigma = 0;
  without_gil([&] { sigma = ops::noise_sigma(in, workers); });
  return std::isnan(sigma) ? py::none() : py::object(py::float_(sigma));
}

// The gain, the sigma and the offset; None where the image is not finite.
py::object noise_model(const py::array& image, int workers) {
  const View in = view_of(image, "image");
  check_sides(in);
  ops::NoiseModel model{};
  bool finite = false;
  without_gil([&] { finite = ops::noise_model(in, workers, model); });
  return finite ? py::object(py::make_tuple(model.gain, model.sigma, model.offset)) : py::none();
}

}  // namespace

void bind_noise_level(py::module_& m) {
  m.def("noise_sigma", &noise_sigma, py::arg("image"), py::arg("workers"));
  m.def("noise_model", &noise_model, py::arg("image"), py::arg("workers"));
}

}  // namespace burnish::bind
