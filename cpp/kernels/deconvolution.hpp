// Arguments of the kernels for deconvolution: kernels.hpp says what they have in common.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/transforms.hpp"

namespace burnish::kernels {

// row[i] = 0 where weights[i] is not above 0. Here and below `count` is a multiple of Table::lanes.
template <class T>
struct LeaveOut {
  T* row;
  const T* weights;
  std::ptrdiff_t count;
};

// With b = row[i] + background, row[i] = weights[i] * observed[i] * scale / b, or 0 where b is not
// above `least`; NaN where observed[i] is. With damping, 2 / T^2 in counts of photons, the ratio is
// nearer to 1 where b explains the observation to some T standard deviations.
template <class T>
struct Ratio {
  const T* observed;
  const T* weights;  // null: 1
  T* row;
  std::ptrdiff_t count;
  T scale, least, background, damping;
};

// Two sums over a row.
struct Products {
  double first, second;
};

// The sums of weights[i] (row[i] + background - observed[i] * scale)^2 and of weights[i].
template <class T>
struct Misfit {
  const T* observed;
  const T* weights;
  const T* row;
  std::ptrdiff_t count;
  T scale, background;
};

// row[i] = 1 / a with a = offset + row[i], or 0 where a is not above `least`.
template <class T>
struct Gain {
  T* row;
  std::ptrdiff_t count;
  T offset, least;
};

// estimate[i] *= row[i] * gain[i], but is not less than 0, and row[i] = estimate[i].
template <class T>
struct Product {
  T* estimate;
  T* row;
  const T* gain;  // null: 1
  std::ptrdiff_t count;
};

// estimate[i] moves on by momentum * (estimate[i] - previous[i]), but not below 0; previous[i]
// becomes what it was, row[i] what it is.
template <class T>
struct Predict {
  T* row;
  T* estimate;
  T* previous;
  std::ptrdiff_t count;
  T momentum;
};

// Sets step[i] to after[i] - before[i]. Returns the sums of the new one times the old one, and of
// the old one's square.
template <class T>
struct Step {
  const T* after;
  const T* before;
  T* step;
  std::ptrdiff_t count;
};

// The sums of (after[i] - before[i])^2 and of after[i]^2.
template <class T>
struct Change {
  const T* after;
  const T* before;
  std::ptrdiff_t count;
};

// Ratio without weights and damping, and Product, in the middle of a transform: between the
// outermost stage back and that forth. The other rows hold 8 * stage.count numbers a lane.
template <class T>
struct RatioBetween {
  RealStage<T> stage;
  const T* observed;
  T scale, least, background;
};
template <class T>
struct ProductBetween {
  RealStage<T> stage;
  T* estimate;
  const T* gain;  // null: 1
};

// What is negative becomes 0.
template <class T>
struct ClipRow {
  T* row;
  std::ptrdiff_t count;
};

// row[i] -= other[i].
template <class T>
struct SubtractRow {
  T* row;
  const T* other;
  std::ptrdiff_t count;
};

// row[i] *= factors[i].
template <class T>
struct MultiplyRow {
  T* row;
  const T* factors;
  std::ptrdiff_t count;
};

// Rows one lane on: lane k of `to` is lane k + 1 of `from`, or with `up` not set lane k - 1; but
// `lane` is the neighbour's `neighbour_lane`. A lane that has no source stays itself.
template <class T>
struct ShiftLanes {
  const T* from;
  const T* neighbour;
  T* to;
  std::ptrdiff_t count;
  std::ptrdiff_t lane, neighbour_lane;
  bool up;
};

// The gradient at each pixel, by differences to the next ones, divided by its length, which is
// the root of its square and `floor`.
template <class T>
struct Direction {
  const T* here;
  const T* right;
  const T* below;
  const T* deeper;
  T* x;  // null: not wanted
  T* y;
  T* z;
  std::ptrdiff_t count;
  T floor;
};

// row = 1 / (1 - weight * divergence) of what Direction gives here and one pixel before.
template <class T>
struct Smoothing {
  const T* x;
  const T* x_before;
  const T* y;
  const T* y_before;
  const T* z;  // null: none, like z_before
  const T* z_before;
  T* row;
  std::ptrdiff_t count;
  T weight;
};

// Standard normal deviates in slots, for rows of a spectrum and those of the opposite frequencies:
// a pure function of a key, an iteration and the frequency (Threefry, Salmon et al. 2011; Box and
// Muller 1958). Where a lane is `turned`, its slots hold conjugates: the draws are those of the
// opposite row, conjugated. Where it is `tied`, opposite rows are each other's conjugates.
//
// Writes two slots for each row, its own and that of the opposite one; with `alone`, where a row is
// its own opposite, one, whose tied lanes are real and of variance 2.
template <class T>
struct DrawNormals {
  const std::uint32_t* columns;  // of each lane, as are the next three
  const std::uint32_t* planes;
  const T* turned;  // 0 or 1
  const T* tied;
  const std::uint32_t* rows;
  std::ptrdiff_t count;
  std::uint32_t iteration;
  std::uint32_t key[2];
  bool alone;
  T* normals;
};

// power[j] = |slots[j]|^2, one number per lane, and to each lane's `sum` what that makes.
template <class T>
struct SlotPower {
  const T* slots;
  std::ptrdiff_t count;
  T* power;
  T* sum;
};

// A sample of a spectrum given the precisions of the noise and of the prior (Orieux, Giovannelli,
// Rodet 2010, equations 27 to 30), for the slots order[i] of a line:
//   x = conj(blur) data / d + deviation normal / sqrt(d), d = |blur|^2 + ratio roughness;
// 0 where both |blur|^2 and roughness are below `least`. Adds to lane k of
//   sums[0]: |data - blur x|^2
//   sums[1]: roughness |x|^2
//   sums[2]: |x - total / samples|, where samples > 0
//   sums[3]: |total + x|, likewise
// before it adds x to `total`. A slot of `roughness` holds one number per lane; those of `normals`
// follow one another.
template <class T>
struct WienerSample {
  const T* data;
  const T* blur;
  const T* roughness;
  const T* normals;
  T* total;   // null: not wanted
  T* sample;  // null: not wanted
  const std::int64_t* order;
  std::ptrdiff_t count;
  T ratio, deviation, least, samples;
  T* sums;  // 4 * lanes
};

// The Wiener filter of each frequency, in place of the blur h there: scale * conj(h) / (|h|^2 +
// balance |r|^2), or 0 where nothing is divided by. All slots are side by side.
template <class T>
struct WienerFactors {
  T* blur;       // h
  const T* reg;  // r
  std::ptrdiff_t count;
  T balance, scale;
};

// What it takes away: target[j] = scale * balance |r|^2 / (|h|^2 + balance |r|^2), real numbers
// `stride` items apart.
template <class T>
struct WienerLosses {
  const T* blur;
  const T* reg;
  T* target;
  std::ptrdiff_t stride, count;
  T balance, scale;
};

// Nodes of a histogram over positive numbers: node i stands at 2^e (1 + f / ratio_steps) with e =
// i / ratio_steps + ratio_exponent and f = i % ratio_steps.
inline constexpr int ratio_steps = 8;  // in an octave
inline constexpr int ratio_exponent = -64;
inline constexpr int ratio_nodes = 128 * ratio_steps + 1;

// Adds each frequency's energy and number to the nodes beside |r|^2 / |h|^2, in shares that leave
// its mean where it is. The image's slots are `stride` items apart, those of h and r side by side.
template <class T>
struct WienerHistogram {
  const T* image;
  std::ptrdiff_t stride;
  const T* blur;
  const T* reg;
  std::ptrdiff_t count;
  const T* weights;  // how often each lane counts
  double* energy;    // ratio_nodes each
  double* number;
};

// target[i] = from[i] + share * (to[i] - from[i]).
template <class T>
struct WienerBlend {
  const T* from;
  const T* to;
  T share;
  T* target;
  std::ptrdiff_t count;
};

// target[i] = scale * row[i] * mask[i]. Returns the sum of other[i] * target[i], which may be the
// same row.
template <class T>
struct WienerMasked {
  const T* row;
  const T* mask;
  T scale;
  T* target;
  const T* other;
  std::ptrdiff_t count;  // a multiple of Table::lanes
};

// A step of conjugate gradients: estimate[i] += step * direction[i] and residual[i] -= step *
// image[i]. Returns the sum of residual[i]^2.
template <class T>
struct WienerStep {
  T* estimate;
  T* residual;
  const T* direction;
  const T* image;
  T step;
  std::ptrdiff_t count;  // a multiple of Table::lanes
};

// direction[i] = residual[i] + keep * direction[i], and the same in row.
template <class T>
struct WienerTurn {
  T* direction;
  const T* residual;
  T keep;
  T* row;
  std::ptrdiff_t count;
};

}  // namespace burnish::kernels
