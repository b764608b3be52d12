#include <pybind11/stl.h>

#include <cmath>

#include "bind/array.hpp"
#include "bind/families.hpp"
#include "ops/nl_means.hpp"

namespace burnish::bind {
namespace {

// So that no size overflows, and the list of offsets stays small.
constexpr std::int64_t longest_patch = 1 << 10;
constexpr std::int64_t largest_window = 1 << 20;  // pixels

void check(const View& in, const ops::NlMeans& how) {
  if (how.axes.empty() || how.axes.size() > 3) throw py::value_error("axes are not one to three");
  int before = -1;
  std::int64_t window = 1;
  for (const ops::PatchAxis& along : how.axes) {
    if (along.axis <= before || along.axis >= in.ndim || along.axis == how.channel_axis) {
      throw py::value_error("axes don't ascend within the image, beside channel_axis");
    }
    before = along.axis;
    if (along.patch < 1 || along.patch > longest_patch || along.patch % 2 == 0) {
      throw py::value_error("patch_sizes are not odd");
    }
    if (along.distance < 1 || along.distance > largest_window) {
      throw py::value_error("patch_distances are not positive or too large");
    }
    window *= 2 * along.distance + 1;
    if (window > largest_window) throw py::value_error("patch_distances make a large window");
  }
  if (how.channel_axis < -1 || how.channel_axis >= in.ndim) {
    throw py::value_error("channel_axis is outside of the image");
  }
  if (!how.patch_kernel.empty() && how.patch_kernel.size() != how.axes.size()) {
    throw py::value_error("patch_kernel is not as long as axes");
  }
  for (std::size_t i = 0; i < how.patch_kernel.size(); ++i) {
    if (static_cast<std::int64_t>(how.patch_kernel[i].size()) != how.axes[i].patch) {
      throw py::value_error("patch_kernel doesn't have the sizes of patches");
    }
  }
  if (how.frames && (how.axes.size() != 3 || how.axes[0].patch != 1)) {
    throw py::value_error("frames without planes to search, or with patches of several");
  }
  if (!(how.h > 0 && std::isfinite(how.h)) || !(how.sigma >= 0 && std::isfinite(how.sigma))) {
    throw py::value_error("h or sigma is out of range");
  }
}

py::array denoise_nl_means(const py::array& image, const std::vector<int>& axes,
                           const std::vector<std::int64_t>& patch_sizes,
                           const std::vector<std::int64_t>& patch_distances, int channel_axis,
                           const std::vector<std::vector<double>>& patch_kernel, bool frames,
                           double h, double sigma, const py::object& out, int workers) {
  const View in = view_of(image, "image");
  if (patch_sizes.size() != axes.size() || patch_distances.size() != axes.size()) {
    throw py::value_error("patch_sizes and patch_distances are not as many as axes");
  }
  ops::NlMeans how{{}, channel_axis, patch_kernel, frames, h, sigma};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    how.axes.push_back({axes[i], patch_sizes[i], patch_distances[i]});
  }
  check(in, how);
  py::array result = output_like(in, out);
  const MutableView target = mutable_view_of(result, "out");
  without_gil([&] { ops::denoise_nl_means(in, target, how, workers); });
  return result;
}

}  // namespace

void bind_nl_means(py::module_& m) {
  m.def("denoise_nl_means", &denoise_nl_means, py::arg("image"), py::arg("axes"),
        py::arg("patch_sizes"), py::arg("patch_distances"), py::arg("channel_axis"),
        py::arg("patch_kernel"), py::arg("frames"), py::arg("h"), py::arg("sigma"),
        py::arg("out").none(true), py::arg("workers"));
}

}  // namespace burnish::bind
