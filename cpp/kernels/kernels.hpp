// The contract between the operations and the hot loops.
//
// Every kernel takes one plain struct of pointers and sizes, touches nothing else, and exists once
// per instruction-set level in one Table. Sizes count elements, not pixels: where channels are
// interleaved, a row of n pixels is n * channels elements and the taps are `step` = channels apart.
// Inputs and outputs never overlap.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/dtype.hpp"

namespace burnish::kernels {

// Correlates a block of output rows with a dense kernel of planes x height x width taps.
//
// Output row y at column x is the sum over (p, i, k) of
//   rows[p * plane_pitch + y + i][x + k * step] * weights[(p * width + k) * height + i].
// Reads columns [0, columns + (width - 1) * step) of the rows [0, count + height - 1) of each
// plane. Writes columns [0, columns) of `count` rows, some of them twice with the same value.
// columns >= Table::lanes; count, height, width, planes >= 1.
template <class T>
struct CorrelateBlock {
  const T* const* rows;
  std::ptrdiff_t plane_pitch;
  const T* weights;
  std::ptrdiff_t planes, height, width, step;
  T* target;
  std::ptrdiff_t target_stride;
  std::ptrdiff_t count, columns;
};

// The same for a kernel of one row, a row at a time.
//
// Output row y at column x is the sum over k of rows[y][x + k * step] * weights[k].
// Reads columns [0, columns + (width - 1) * step). columns >= Table::lanes; count, width >= 1.
template <class T>
struct CorrelateRow {
  const T* const* rows;
  const T* weights;
  std::ptrdiff_t width, step;
  T* target;
  std::ptrdiff_t target_stride;
  std::ptrdiff_t count, columns;
};

// Output row y at column x is scale * the sum over i < window of rows[y + i][x] * weight, where
// `weight` is a power of two.
// Reads columns [0, columns) of the rows [0, count + window - 1). Writes columns [0, columns) of
// `count` rows. columns >= Table::lanes; count, window >= 1.
template <class T>
struct RunningSum {
  const T* const* rows;
  std::ptrdiff_t window;
  T weight, scale;
  T* target;
  std::ptrdiff_t target_stride;
  std::ptrdiff_t count, columns;
};

// The same along one line: target[x] = scale * the sum over i < window of
// source[x + i * step] * weight for x < count. Reads [0, count + (window - 1) * step).
// count, window, step >= 1.
template <class T>
struct RunningSumLine {
  const T* source;
  std::ptrdiff_t window, step;
  double weight, scale;
  T* target;
  std::ptrdiff_t count;
};

// target[x * pitch + r] = rows[r][x] for the rows [0, Table::lanes) and columns [0, count).
// count >= Table::lanes.
template <class T>
struct RowsToColumns {
  const T* const* rows;
  T* target;
  std::ptrdiff_t pitch, count;
};

// rows[r][x] = source[x * pitch + r], likewise.
template <class T>
struct ColumnsToRows {
  const T* source;
  std::ptrdiff_t pitch, count;
  T* const* rows;
};

// Complex numbers of as many lines as a vector has lanes stand in slots: lanes real parts, then
// lanes imaginary ones, 2 * lanes items in all. A transform forward leaves the frequencies in an
// order of its own, which the one back expects; neither scales.

// A stage parts the numbers into `radix` sets, which the stages after it transform each.
template <class T>
struct Stage {
  std::ptrdiff_t radix;  // 2, 3, 4, 5, 8 or 9
  const T* twiddles;     // for j < size / radix and 0 < q < radix: exp(-2 pi i j q / size)
};

// In place, over the slots [0, size) that are `stride` items apart. count >= 1, and the radices
// make up `size`.
template <class T>
struct Transform {
  const Stage<T>* stages;
  std::ptrdiff_t count, size;
  T* slots;
  std::ptrdiff_t stride;
};

// Forward, slot by slot times `factors` or their conjugates, and back. The factors have the stride
// of the slots.
template <class T>
struct TransformMultiply {
  Transform<T> transform;
  const T* factors;
  bool conjugate;
};

// slots[j] *= factors[j], or their conjugates, both with the same stride.
template <class T>
struct MultiplySlots {
  T* slots;
  const T* factors;
  std::ptrdiff_t stride, count;
  bool conjugate;
};

// target[j] = source[j] * factors[j], or their conjugates; one complex factor for all lanes. A slot
// of floats becomes two of doubles side by side, the lower lanes first.
template <class T>
struct WidenSlots {
  const T* source;
  std::ptrdiff_t source_stride;
  const double* factors;
  double* target;
  std::ptrdiff_t target_stride, count;
  bool conjugate;
};

// The same back.
template <class T>
struct NarrowSlots {
  const double* source;
  std::ptrdiff_t source_stride;
  const double* factors;
  T* target;
  std::ptrdiff_t target_stride, count;
  bool conjugate;
};

// row[i] *= factor.
template <class T>
struct ScaleRow {
  T* row;
  std::ptrdiff_t count;
  T factor;
};

// The outermost stage of a real transform of n = 8 * count numbers, in place. Slot j < n / 2 holds
// the numbers j and j + n / 2. Afterwards the first `count` slots hold n / 4 real numbers in the
// same way, then count and 2 * count slots hold complex numbers, each set to be transformed.
template <class T>
struct RealStage {
  T* slots;
  std::ptrdiff_t count;
  const T* twiddles;  // for j < count: exp(-2 pi i k / n) for k = 2 j, j and j + count
};

// Between slots of `size` real numbers, two in each of the first (size + 1) / 2, and as many
// complex ones: the numbers themselves, or their transform, of which half is kept. Where `size` is
// even, the real numbers of frequency 0 and size / 2 share slot 0.
template <class T>
struct RealSlots {
  T* slots;
  T* complex;
  std::ptrdiff_t size;
  const std::int64_t* positions;  // of the frequencies in `complex`; not for the numbers themselves
};

// For each b < count the square of lanes x lanes complex numbers in the slots [0, lanes) at tiles +
// b * stride, turned, is found in the slots [b * lanes, (b + 1) * lanes) of `slots`.
template <class T>
struct TilesToSlots {
  const T* tiles;
  std::ptrdiff_t stride;
  T* slots;
  std::ptrdiff_t count;
};

// The way back.
template <class T>
struct SlotsToTiles {
  const T* slots;
  T* tiles;
  std::ptrdiff_t stride;
  std::ptrdiff_t count;
};

// target[i] = source[(index ? index[i] : i) * stride], widened to T; `outside` where index[i] < 0.
template <class T>
struct Load {
  const void* source;
  std::ptrdiff_t stride;  // in items of the source
  const std::int64_t* index;
  T* target;
  std::ptrdiff_t count;
  T outside;
};

// target[i * stride] = source[i]; for integers rounded half to even and saturated, NaN giving the
// lowest value.
template <class T>
struct Store {
  const T* source;
  void* target;
  std::ptrdiff_t stride;  // in items of the target
  std::ptrdiff_t count;
};

// Pixels 2 * i of the source go to `even`, pixels 2 * i + 1 to `odd`; a pixel has `step` elements.
template <class T>
struct EvenAndOdd {
  const T* source;
  T* even;
  T* odd;
  std::ptrdiff_t pixels, step;  // of either
};

// Pixel 2 * i of the target is pixel i of the source, pixel 2 * i + 1 is zero.
template <class T>
struct ZerosBetween {
  const T* source;
  T* target;
  std::ptrdiff_t pixels, step;  // of the source
};

// row[i] = original[i] + amount * (original[i] - row[i]), the row holding the blurred image.
template <class T>
struct Unsharp {
  const T* original;
  T* row;
  std::ptrdiff_t count;
  T amount;
};

// The largest magnitude in a row, NaN aside. `count` is a multiple of Table::lanes.
template <class T>
struct Largest {
  const T* row;
  std::ptrdiff_t count;
};

// Makes a row of pixels one of counts: 0 for what is negative or has no weight. Returns the largest
// magnitude of those with a weight, NaN aside. Here and below `count` is a multiple of
// Table::lanes.
template <class T>
struct Observe {
  T* row;
  const T* weights;  // null: all count
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

// estimate[i] *= row[i] * gain[i] and row[i] = estimate[i].
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

// The sum of (x[i] - y[i])^2 over all i, or over those where mask[i] is not 0, in a fixed order.
struct SquaredError {
  const double* x;
  const double* y;
  const double* mask;  // null: all count
  std::ptrdiff_t count;
};

// The same sum, to the bit, of neighbouring items of one type, all of which count.
// count <= 2^16.
struct PlainSquaredError {
  const void* x;
  const void* y;
  std::ptrdiff_t count;
};

// The sum of values[i], likewise.
struct Sum {
  const double* values;
  const double* mask;
  std::ptrdiff_t count;
};

// What the local means of two images are taken of, less a pivot each, so that variances of images
// far from 0 don't cancel: from x and y the rows x', y', x'^2 + y'^2 and x' y', with x' = x -
// x_pivot.
struct Moments {
  const double* x;
  const double* y;
  double x_pivot, y_pivot;
  double* x_shifted;
  double* y_shifted;
  double* power;
  double* product;
  std::ptrdiff_t count;
};

// The structural similarity of two images from the local means of their Moments; equations 13 and
// 14 of Wang, Bovik, Sheikh, Simoncelli 2004. Exactly 1 where the images are the same.
struct Similarity {
  const double* x;  // shifted
  const double* y;
  const double* power;
  const double* product;
  double x_pivot, y_pivot;
  double* map;
  std::ptrdiff_t count;
  double covariance_scale, c1, c2;
};

template <class T>
struct Table {
  std::ptrdiff_t lanes;  // of one vector
  void (*correlate_block)(const CorrelateBlock<T>&);
  void (*correlate_row)(const CorrelateRow<T>&);
  void (*running_sum)(const RunningSum<T>&);
  void (*running_sum_line)(const RunningSumLine<T>&);
  void (*rows_to_columns)(const RowsToColumns<T>&);
  void (*columns_to_rows)(const ColumnsToRows<T>&);
  void (*transform_forward)(const Transform<T>&);
  void (*transform_inverse)(const Transform<T>&);
  void (*transform_multiply)(const TransformMultiply<T>&);
  void (*multiply_slots)(const MultiplySlots<T>&);
  void (*scale_row)(const ScaleRow<T>&);
  void (*widen_slots)(const WidenSlots<T>&);
  void (*narrow_slots)(const NarrowSlots<T>&);
  void (*real_part)(const RealStage<T>&);
  void (*real_merge)(const RealStage<T>&);
  void (*real_to_complex)(const RealSlots<T>&);
  void (*complex_to_real)(const RealSlots<T>&);
  void (*complex_to_half)(const RealSlots<T>&);
  void (*half_to_complex)(const RealSlots<T>&);
  void (*tiles_to_slots)(const TilesToSlots<T>&);
  void (*slots_to_tiles)(const SlotsToTiles<T>&);
  void (*load[dtype_count])(const Load<T>&);    // by DType; null where T can't hold the type
  void (*store[dtype_count])(const Store<T>&);  // null for types not computed in T
  void (*even_and_odd)(const EvenAndOdd<T>&);
  void (*zeros_between)(const ZerosBetween<T>&);
  void (*unsharp)(const Unsharp<T>&);
  T (*largest_magnitude)(const Largest<T>&);
  T (*richardson_lucy_observe)(const Observe<T>&);
  void (*richardson_lucy_ratio)(const Ratio<T>&);
  Products (*richardson_lucy_misfit)(const Misfit<T>&);
  void (*richardson_lucy_gain)(const Gain<T>&);
  void (*richardson_lucy_product)(const Product<T>&);
  void (*richardson_lucy_predict)(const Predict<T>&);
  Products (*richardson_lucy_step)(const Step<T>&);
  Products (*richardson_lucy_change)(const Change<T>&);
  void (*richardson_lucy_ratio_between)(const RatioBetween<T>&);
  void (*richardson_lucy_product_between)(const ProductBetween<T>&);
  void (*subtract_row)(const SubtractRow<T>&);
  void (*multiply_row)(const MultiplyRow<T>&);
  void (*shift_lanes)(const ShiftLanes<T>&);
  void (*total_variation_direction)(const Direction<T>&);
  void (*total_variation_smoothing)(const Smoothing<T>&);
  void (*draw_normals)(const DrawNormals<T>&);
  void (*slot_power)(const SlotPower<T>&);
  void (*wiener_sample)(const WienerSample<T>&);
};

struct MetricsTable {
  double (*squared_error)(const SquaredError&);
  double (*plain_squared_error[dtype_count])(const PlainSquaredError&);  // by DType; some null
  double (*sum)(const Sum&);
  void (*moments)(const Moments&);
  void (*similarity)(const Similarity&);
};

struct Level {
  const char* name;
  Table<float> f32;
  Table<double> f64;
  MetricsTable metrics;
};

extern const Level level_baseline;
extern const Level level_v3;
extern const Level level_v4;

}  // namespace burnish::kernels
