// Arguments that several families share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/border.hpp"
#include "bind/array.hpp"
#include "ops/axes.hpp"

namespace burnish::bind {

inline Border border_from(const std::string& mode) {
  if (mode == "reflect") return Border::reflect;
  if (mode == "mirror") return Border::mirror;
  if (mode == "nearest") return Border::nearest;
  if (mode == "wrap") return Border::wrap;
  if (mode == "constant") return Border::constant;
  throw py::value_error("mode is '" + mode + "'");
}

// Throws unless there is one per axis.
template <class Items>
void check_count(const Items& items, const std::vector<int>& axes, const char* name) {
  if (items.size() != axes.size()) {
    throw py::value_error(std::string(name) + " are not as many as axes");
  }
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
  check_count(origins, axes, "origins");
  check_count(modes, axes, "modes");
  Factors result;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    result.weights.push_back(weights_of(factors[i], 1, "factors"));
    result.taps.push_back(
        ops::centred_taps(axes[i], factors[i].size(), origins[i], border_from(modes[i])));
  }
  return result;
}

}  // namespace burnish::bind
