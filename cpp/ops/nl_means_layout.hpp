// What non-local means needs to know about an image and its parameters, the same for all tiles.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/view.hpp"
#include "ops/axes.hpp"
#include "ops/nl_means.hpp"
#include "ops/rows.hpp"

namespace burnish::ops {

// Along planes, rows and columns.
using Triple = std::array<std::int64_t, 3>;
using Box = std::array<Span, 3>;

// An image as a batch of volumes of pixels with channels.
struct NlMeansLayout {
  Geometry geometry;  // without the channels
  std::int64_t channels;
  std::int64_t channel_in, channel_out;  // bytes from one to the next
  Triple radius;                         // of patches
  Triple distance;
  bool frames;

  NlMeansLayout(const View& image, const MutableView& out, const NlMeans& how);

  std::int64_t patch(std::size_t axis) const { return 2 * radius[axis] + 1; }
  std::int64_t reach(std::size_t axis) const { return radius[axis] + distance[axis]; }
};

// A sum over a window of columns is made of few stretches of 2^level columns each.
struct Stretch {
  int level;
  std::int64_t shift;
};
std::vector<Stretch> stretches(std::int64_t window);

// The offsets that come after (0, 0, 0): each stands for its opposite too.
std::vector<Triple> half_window(const Triple& distance);

template <class T>
struct NlMeansPlan {
  NlMeansLayout layout;
  std::vector<Triple> offsets;
  std::vector<Stretch> columns;
  std::array<std::vector<T>, 3> kernel;  // one factor per axis; empty: a box
  T scale;      // of pixels: a power of two, for squares that neither overflow nor vanish
  T factor;     // of sums of squares over patches: minus the logarithm of weights, to base 2
  T allowance;  // what noise alone adds to that
  InputRows<T> in;
  OutputRows<T> out;

  NlMeansPlan(const View& image, const MutableView& out, const NlMeans& how);
  NlMeansPlan(const NlMeansPlan&) = delete;

  bool box() const { return kernel[2].empty(); }
};

extern template struct NlMeansPlan<float>;
extern template struct NlMeansPlan<double>;

}  // namespace burnish::ops
