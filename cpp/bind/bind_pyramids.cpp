#include <pybind11/stl.h>

#include "bind/arguments.hpp"
#include "bind/array.hpp"
#include "bind/families.hpp"
#include "ops/pyramids.hpp"

namespace burnish::bind {
namespace {

using TapsAlong = ops::Taps (*)(int, Border);

std::vector<ops::Taps> taps_of(const View& image, const std::vector<int>& axes,
                               const std::vector<std::string>& modes, TapsAlong along) {
  check_axes(image, axes, axes.size());
  check_count(modes, axes, "modes");
  std::vector<ops::Taps> taps;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    taps.push_back(along(axes[i], border_from(modes[i])));
  }
  return taps;
}

std::vector<std::int64_t> shape_of(const View& view) {
  return {view.shape.begin(), view.shape.begin() + view.ndim};
}

std::int64_t halved(std::int64_t size) { return size / 2 + size % 2; }

// Throws unless the image has `finer` halved along the axes.
void check_finer(const View& image, const std::vector<std::int64_t>& finer,
                 const std::vector<int>& axes, const char* name) {
  std::vector<std::int64_t> coarser = finer;
  if (coarser.size() == static_cast<std::size_t>(image.ndim)) {
    for (const int axis : axes) {
      coarser[static_cast<std::size_t>(axis)] = halved(finer[static_cast<std::size_t>(axis)]);
    }
  }
  if (coarser != shape_of(image)) {
    throw py::value_error(std::string(name) + " halved is not the shape of the image");
  }
}

py::array pyramid_reduce(const py::array& image, const std::vector<int>& axes,
                         const std::vector<std::string>& modes, double cval, const py::object& out,
                         int workers) {
  const View in = view_of(image, "image");
  const std::vector<ops::Taps> taps = taps_of(in, axes, modes, ops::reduce_taps);
  std::vector<std::int64_t> shape = shape_of(in);
  for (const int axis : axes) {
    shape[static_cast<std::size_t>(axis)] = halved(shape[static_cast<std::size_t>(axis)]);
  }
  py::array result = output_of(result_dtype(in.dtype), shape, out);
  const MutableView target = mutable_view_of(result, "out");
  without_gil([&] { ops::pyramid_reduce(in, target, taps, cval, workers); });
  return result;
}

py::array pyramid_expand(const py::array& image, const std::vector<std::int64_t>& shape,
                         const std::vector<int>& axes, const std::vector<std::string>& modes,
                         double cval, const py::object& out, int workers) {
  const View in = view_of(image, "image");
  const std::vector<ops::Taps> taps = taps_of(in, axes, modes, ops::expand_taps);
  check_finer(in, shape, axes, "shape");
  py::array result = output_of(result_dtype(in.dtype), shape, out);
  const MutableView target = mutable_view_of(result, "out");
  without_gil([&] { ops::pyramid_expand(in, target, taps, cval, workers); });
  return result;
}

py::array pyramid_combine(const py::array& image, const py::array& base, double sign,
                          const std::vector<int>& axes, const std::vector<std::string>& modes,
                          double cval, const py::object& out, int workers) {
  const View in = view_of(image, "image");
  const View fine = view_of(base, "base");
  const bool floats = in.dtype == DType::f32 || in.dtype == DType::f64;
  if (!floats || fine.dtype != in.dtype) {
    throw py::type_error("image and base are not both float32 or both float64");
  }
  const std::vector<ops::Taps> taps = taps_of(in, axes, modes, ops::expand_taps);
  check_finer(in, shape_of(fine), axes, "base");
  py::array result = output_of(in.dtype, shape_of(fine), out);
  const MutableView target = mutable_view_of(result, "out");
  if (target.strides != fine.strides) {
    throw py::value_error("base has not the strides of out");
  }
  without_gil([&] { ops::pyramid_combine(in, fine, sign, target, taps, cval, workers); });
  return result;
}

}  // namespace

void bind_pyramids(py::module_& m) {
  m.def("pyramid_combine", &pyramid_combine, py::arg("image"), py::arg("base"), py::arg("sign"),
        py::arg("axes"), py::arg("modes"), py::arg("cval"), py::arg("out").none(true),
        py::arg("workers"));
  m.def("pyramid_expand", &pyramid_expand, py::arg("image"), py::arg("shape"), py::arg("axes"),
        py::arg("modes"), py::arg("cval"), py::arg("out").none(true), py::arg("workers"));
  m.def("pyramid_reduce", &pyramid_reduce, py::arg("image"), py::arg("axes"), py::arg("modes"),
        py::arg("cval"), py::arg("out").none(true), py::arg("workers"));
}

}  // namespace burnish::bind
