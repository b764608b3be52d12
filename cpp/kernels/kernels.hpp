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
#include "kernels/anscombe.hpp"
#include "kernels/deconvolution.hpp"
#include "kernels/denoising.hpp"
#include "kernels/hot_pixels.hpp"
#include "kernels/inpainting.hpp"
#include "kernels/noise_level.hpp"
#include "kernels/transforms.hpp"

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
  void (*transform_scale)(const TransformScale<T>&);
  void (*multiply_slots)(const MultiplySlots<T>&);
  void (*scale_slots)(const ScaleSlots<T>&);
  void (*windowed_differences)(const WindowedDifferences<T>&);
  void (*shifted_sum)(const ShiftedSum<T>&);
  void (*patch_weights)(const PatchWeights<T>&);
  void (*weighted_differences)(const WeightedDifferences<T>&);
  void (*weighted_mean)(const WeightedMean<T>&);
  void (*scaled_copy)(const ScaledCopy<T>&);
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
  void (*anscombe)(const Anscombe<T>&);
  void (*inverse_anscombe)(const InverseAnscombe<T>&);
  T (*largest_magnitude)(const Largest<T>&);
  void (*leave_out)(const LeaveOut<T>&);
  void (*richardson_lucy_ratio)(const Ratio<T>&);
  Products (*richardson_lucy_misfit)(const Misfit<T>&);
  void (*richardson_lucy_gain)(const Gain<T>&);
  void (*richardson_lucy_product)(const Product<T>&);
  void (*richardson_lucy_predict)(const Predict<T>&);
  Products (*richardson_lucy_step)(const Step<T>&);
  Products (*richardson_lucy_change)(const Change<T>&);
  void (*richardson_lucy_ratio_between)(const RatioBetween<T>&);
  void (*richardson_lucy_product_between)(const ProductBetween<T>&);
  void (*clip_row)(const ClipRow<T>&);
  void (*subtract_row)(const SubtractRow<T>&);
  void (*multiply_row)(const MultiplyRow<T>&);
  void (*shift_lanes)(const ShiftLanes<T>&);
  void (*total_variation_direction)(const Direction<T>&);
  void (*total_variation_smoothing)(const Smoothing<T>&);
  void (*draw_normals)(const DrawNormals<T>&);
  void (*slot_power)(const SlotPower<T>&);
  void (*wiener_sample)(const WienerSample<T>&);
  void (*wiener_factors)(const WienerFactors<T>&);
  void (*wiener_losses)(const WienerLosses<T>&);
  void (*wiener_histogram)(const WienerHistogram<T>&);
  void (*wiener_blend)(const WienerBlend<T>&);
  T (*wiener_masked)(const WienerMasked<T>&);
  T (*wiener_step)(const WienerStep<T>&);
  void (*wiener_turn)(const WienerTurn<T>&);
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
  NoiseLevelTable noise_level;
  const HotPixelsTable* hot_pixels;
  InpaintingTable inpainting;
};

extern const Level level_baseline;
extern const Level level_v3;
extern const Level level_v4;

}  // namespace burnish::kernels
