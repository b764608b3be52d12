#include <pybind11/stl.h>

#include <optional>

#include "bind/arguments.hpp"
#include "bind/array.hpp"
#include "bind/families.hpp"
#include "ops/metrics.hpp"
#include "ops/similarity.hpp"

namespace burnish::bind {
namespace {

template <class V>
void check_shape(const V& view, const View& image, const char* name) {
  if (view.ndim != image.ndim || view.shape != image.shape) {
    throw py::value_error(std::string(name) + " has not the shape of image_true");
  }
}

// A mask as bytes, None standing for none.
std::optional<View> mask_of(const std::optional<py::array>& mask, const View& image) {
  if (!mask) return std::nullopt;
  const View view = view_of(*mask, "mask");
  if (view.dtype != DType::u8) throw py::type_error("mask is not uint8");
  check_shape(view, image, "mask");
  return view;
}

std::optional<MutableView> map_of(std::optional<py::array>& out, const View& image) {
  if (!out) return std::nullopt;
  const MutableView view = mutable_view_of(*out, "out");
  if (view.dtype != DType::f64) throw py::type_error("out is not float64");
  check_shape(view, image, "out");
  return view;
}

double squared_error(const py::array& image_true, const py::array& image_test,
                     const std::optional<py::array>& mask, int workers) {
  const View one = view_of(image_true, "image_true");
  const View other = view_of(image_test, "image_test");
  check_shape(other, one, "image_test");
  const std::optional<View> counts = mask_of(mask, one);
  double result = 0;
  without_gil(
      [&] { result = ops::squared_error(one, other, counts ? &*counts : nullptr, workers); });
  return result;
}

double structural_similarity(const py::array& image_true, const py::array& image_test,
                             const py::array& weights, const std::vector<int>& axes,
                             std::int64_t margin, double covariance_scale, double c1, double c2,
                             const std::optional<py::array>& mask, std::optional<py::array> out,
                             int workers) {
  const View one = view_of(image_true, "image_true");
  const View other = view_of(image_test, "image_test");
  check_shape(other, one, "image_test");
  const double* const factor = weights_of(weights, 1, "weights");
  check_axes(one, axes, axes.size());
  if (static_cast<int>(axes.size()) < one.ndim - 1) {
    throw py::value_error("axes leave out more than the channels");
  }
  if (margin < 0) throw py::value_error("margin is negative");
  ops::SimilarityWindow window{{}, factor, margin, covariance_scale, c1, c2};
  for (const int axis : axes) {
    window.taps.push_back(ops::centred_taps(axis, weights.size(), 0, Border::reflect));
  }
  const std::optional<View> counts = mask_of(mask, one);
  const std::optional<MutableView> map = map_of(out, one);
  double result = 0;
  without_gil([&] {
    result = ops::structural_similarity(one, other, window, counts ? &*counts : nullptr,
                                        map ? &*map : nullptr, workers);
  });
  return result;
}

}  // namespace

void bind_metrics(py::module_& m) {
  m.def("squared_error", &squared_error, py::arg("image_true"), py::arg("image_test"),
        py::arg("mask").none(true), py::arg("workers"));
  m.def("structural_similarity", &structural_similarity, py::arg("image_true"),
        py::arg("image_test"), py::arg("weights"), py::arg("axes"), py::arg("margin"),
        py::arg("covariance_scale"), py::arg("c1"), py::arg("c2"), py::arg("mask").none(true),
        py::arg("out").none(true), py::arg("workers"));
}

}  // namespace burnish::bind
