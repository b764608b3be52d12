// Arguments that several families share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/border.hpp"
#include "bind/array.hpp"
#include "ops/axes.hpp"
#include "ops/deconvolution.hpp"

namespace burnish::bind {

inline Border border_from(const std::string& mode) {
  if (mode == "reflect") return Border::reflect;
  if (mode == "mirror") return Border::mirror;
  if (mode == "nearest") return Border::nearest;
  if (mode == "wrap") return Border::wrap;
  if (mode == "constant") return Border::constant;
  throw py::value_error("mode is '" + mode + "'");
}

inline ops::Outside outside_from(const std::string& boundary) {
  if (boundary == "zero") return ops::Outside::zero;
  if (boundary == "wrap") return ops::Outside::wrap;
  if (boundary == "reflect") return ops::Outside::reflect;
  if (boundary == "unknown") return ops::Outside::unknown;
  throw py::value_error("boundary is '" + boundary + "'");
}

// Throws unless there is one per axis.
template <class Items>
void check_count(const Items& items, const std::vector<int>& axes, const char* name) {
  if (items.size() != axes.size()) {
    throw py::value_error(std::string(name) + " are not as many as axes");
  }
}

// Kernels of these sizes, one per axis.
inline std::vector<ops::Taps> taps_of(const std::vector<std::int64_t>& sizes,
                                      const std::vector<int>& axes,
                                      const std::vector<std::int64_t>& origins,
                                      const std::vector<std::string>& modes) {
  check_count(origins, axes, "origins");
  check_count(modes, axes, "modes");
  std::vector<ops::Taps> taps;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    taps.push_back(ops::centred_taps(axes[i], sizes[i], origins[i], border_from(modes[i])));
  }
  return taps;
}

// A kernel with one dimension per axis.
struct Kernel {
  const double* weights;
  std::vector<ops::Taps> taps;
};

inline Kernel kernel_of(const View& image, const py::array& weights, const std::vector<int>& axes,
                        const std::vector<std::int64_t>& origins,
                        const std::vector<std::string>& modes) {
  const double* const data = weights_of(weights, static_cast<int>(axes.size()), "weights");
  check_axes(image, axes, origins.size());
  const std::vector<std::int64_t> sizes(weights.shape(), weights.shape() + weights.ndim());
  return {data, taps_of(sizes, axes, origins, modes)};
}

// The same for those who know what lies beyond the border anyway.
inline Kernel kernel_of(const View& image, const py::array& weights, const std::vector<int>& axes,
                        const std::vector<std::int64_t>& origins) {
  return kernel_of(image, weights, axes, origins,
                   std::vector<std::string>(axes.size(), "constant"));
}

// One-dimensional kernels, one per axis.
struct Factors {
  std::vector<const double*> weights;
  std::vector<ops::Taps> taps;
};

inline Factors factors_of(const View& image, const std::vector<py::array>& factors,
                          const std::vector<int>& axes, const std::vector<std::int64_t>& origins,
                          const std::vector<std::string>& modes) {
  check_axes(image, axes, factors.size());
  Factors result;
  std::vector<std::int64_t> sizes;
  for (const py::array& factor : factors) {
    result.weights.push_back(weights_of(factor, 1, "factors"));
    sizes.push_back(factor.size());
  }
  result.taps = taps_of(sizes, axes, origins, modes);
  return result;
}

}  // namespace burnish::bind
