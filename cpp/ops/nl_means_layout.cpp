#include "ops/nl_means_layout.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "ops/weights.hpp"

namespace burnish::ops {
namespace {

std::vector<Taps> reaches(const NlMeans& how) {
  std::vector<Taps> taps;
  for (const PatchAxis& along : how.axes) {
    const std::int64_t reach = along.distance + along.patch / 2;
    const int axis = along.axis - (how.channel_axis >= 0 && how.channel_axis < along.axis ? 1 : 0);
    taps.push_back({axis, 2 * reach + 1, reach, Border::mirror});
  }
  return taps;
}

// How many numbers the sums over patches are of, and their weights with them.
double patch_total(const NlMeans& how, std::int64_t channels) {
  double total = static_cast<double>(channels);
  if (how.patch_kernel.empty()) {
    for (const PatchAxis& along : how.axes) total *= static_cast<double>(along.patch);
  }
  return total;
}

// The exponent of a scale for pixels that makes h about 2^-30 or 2^-200: what differs by much more
// or less than h then still has a square. At most 64 or 512, so that pixels below the root of the
// largest number don't overflow, however small h.
template <class T>
int scale_exponent(double h) {
  constexpr bool narrow = std::is_same_v<T, float>;
  const int wanted = (narrow ? -30 : -200) - std::ilogb(h);
  return std::clamp(wanted, std::numeric_limits<T>::min_exponent - 1, narrow ? 64 : 512);
}

// A number that can't be too large.
template <class T>
T bounded(double value) {
  return static_cast<T>(std::min(value, static_cast<double>(std::numeric_limits<T>::max())));
}

}  // namespace

NlMeansLayout::NlMeansLayout(const View& image, const MutableView& out, const NlMeans& how)
    : geometry(make_planar_geometry(without_axis(image, how.channel_axis, 0),
                                    without_axis(out, how.channel_axis, 0), reaches(how))),
      channels(1),
      channel_in(0),
      channel_out(0),
      radius{},
      distance{},
      frames(how.frames) {
  if (how.channel_axis >= 0) {
    const auto at = static_cast<std::size_t>(how.channel_axis);
    channels = image.shape[at];
    channel_in = image.strides[at];
    channel_out = out.strides[at];
  }
  for (std::size_t i = 0; i < how.axes.size(); ++i) {
    const std::size_t at = 3 - how.axes.size() + i;
    radius[at] = how.axes[i].patch / 2;
    distance[at] = how.axes[i].distance;
  }
}

std::vector<Stretch> stretches(std::int64_t window) {
  constexpr std::int64_t few = 9;  // up to that, adding column by column is as fast
  std::vector<Stretch> parts;
  if (window <= few) {
    for (std::int64_t k = 0; k < window; ++k) parts.push_back({0, k});
    return parts;
  }
  std::int64_t shift = 0;
  for (int level = 62; level >= 0; --level) {
    const std::int64_t length = std::int64_t{1} << level;
    if ((window & length) == 0) continue;
    parts.push_back({level, shift});
    shift += length;
  }
  return parts;
}

std::vector<Triple> half_window(const Triple& distance) {
  std::vector<Triple> offsets;
  for (std::int64_t z = 0; z <= distance[0]; ++z) {
    for (std::int64_t y = z > 0 ? -distance[1] : 0; y <= distance[1]; ++y) {
      for (std::int64_t x = z > 0 || y > 0 ? -distance[2] : 1; x <= distance[2]; ++x) {
        offsets.push_back({z, y, x});
      }
    }
  }
  return offsets;
}

template <class T>
NlMeansPlan<T>::NlMeansPlan(const View& image, const MutableView& target, const NlMeans& how)
    : layout(image, target, how),
      offsets(half_window(layout.distance)),
      columns(how.patch_kernel.empty() ? stretches(layout.patch(2)) : std::vector<Stretch>{{0, 0}}),
      in(image, layout.geometry, 0),
      out(target, layout.geometry) {
  if (!how.patch_kernel.empty()) kernel.fill({T{1}});
  for (std::size_t i = 0; i < how.patch_kernel.size(); ++i) {
    const std::vector<double>& factor = how.patch_kernel[i];
    kernel[3 - how.patch_kernel.size() + i] =
        narrowed_weights<T>(factor.data(), static_cast<std::int64_t>(factor.size()));
  }
  const int exponent = scale_exponent<T>(how.h);
  const double strength = std::ldexp(how.h, exponent);
  const double noise = how.sigma / how.h;
  scale = std::ldexp(T{1}, exponent);
  factor =
      bounded<T>(1 / (std::log(2.0) * patch_total(how, layout.channels)) / strength / strength);
  allowance = bounded<T>(2 * noise * noise / std::log(2.0));
}

template struct NlMeansPlan<float>;
template struct NlMeansPlan<double>;

}  // namespace burnish::ops
