// The gradient of an image's total variation, on slots.
#include "kernels/level.hpp"
#include "kernels/slots.hpp"
#include "kernels/square_root.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

template <class T>
void shift(const ShiftLanes<T>& a) {
  constexpr std::ptrdiff_t width = lanes<T>;
  for (std::ptrdiff_t i = 0; i < a.count; i += width) {
    const T* const from = a.from + i;
    T* const to = a.to + i;
    if (a.up) {
      for (std::ptrdiff_t k = 0; k + 1 < width; ++k) to[k] = from[k + 1];
      to[width - 1] = from[width - 1];
    } else {
      for (std::ptrdiff_t k = 0; k + 1 < width; ++k) to[k + 1] = from[k];
      to[0] = from[0];
    }
    to[a.lane] = a.neighbour[i + a.neighbour_lane];
  }
}

template <class T>
void direction(const Direction<T>& a) {
  T* const parts[3] = {a.x, a.y, a.z};
  const T* const next[3] = {a.right, a.below, a.deeper};
  for (int axis = 0; axis < 3; ++axis) {
    if (parts[axis] == nullptr) continue;
    const T* const ahead = next[axis];
    T* __restrict part = parts[axis];
    for (std::ptrdiff_t i = 0; i < a.count; ++i) {
      const T here = a.here[i];
      const T x = a.right[i] - here;
      const T y = a.below[i] - here;
      const T z = a.deeper[i] - here;
      part[i] = (ahead[i] - here) / square_root(x * x + y * y + z * z + a.floor);
    }
  }
}

template <class T>
void smoothing(const Smoothing<T>& a) {
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    T divergence = a.x[i] - a.x_before[i] + a.y[i] - a.y_before[i];
    if (a.z != nullptr) divergence += a.z[i] - a.z_before[i];
    a.row[i] = 1 / (1 - a.weight * divergence);
  }
}

}  // namespace

void shift_lanes(const ShiftLanes<float>& args) { shift(args); }
void shift_lanes(const ShiftLanes<double>& args) { shift(args); }
void total_variation_direction(const Direction<float>& args) { direction(args); }
void total_variation_direction(const Direction<double>& args) { direction(args); }
void total_variation_smoothing(const Smoothing<float>& args) { smoothing(args); }
void total_variation_smoothing(const Smoothing<double>& args) { smoothing(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
