// This level's entry in the choice that dispatch makes.
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

#define BURNISH_TEXT_OF(name) #name
#define BURNISH_TEXT(name) BURNISH_TEXT_OF(name)
#define BURNISH_JOIN_OF(a, b) a##b
#define BURNISH_JOIN(a, b) BURNISH_JOIN_OF(a, b)

namespace burnish::kernels {
namespace BURNISH_LEVEL {
namespace {

template <class T>
constexpr Table<T> table(const Conversions<T>& conversions) {
  Table<T> t{};
  t.lanes = lanes<T>;
  t.correlate_block = correlate_block;
  t.correlate_row = correlate_row;
  t.running_sum = running_sum;
  t.running_sum_line = running_sum_line;
  t.rows_to_columns = rows_to_columns;
  t.columns_to_rows = columns_to_rows;
  t.transform_forward = transform_forward;
  t.transform_inverse = transform_inverse;
  t.transform_multiply = transform_multiply;
  t.transform_scale = transform_scale;
  t.multiply_slots = multiply_slots;
  t.scale_slots = scale_slots;
  t.scale_row = scale_row;
  t.widen_slots = widen_slots;
  t.narrow_slots = narrow_slots;
  t.real_part = real_part;
  t.real_merge = real_merge;
  t.real_to_complex = real_to_complex;
  t.complex_to_real = complex_to_real;
  t.complex_to_half = complex_to_half;
  t.half_to_complex = half_to_complex;
  t.tiles_to_slots = tiles_to_slots;
  t.slots_to_tiles = slots_to_tiles;
  for (int i = 0; i < dtype_count; ++i) t.load[i] = conversions.load[i];
  for (int i = 0; i < dtype_count; ++i) t.store[i] = conversions.store[i];
  t.even_and_odd = even_and_odd;
  t.zeros_between = zeros_between;
  t.windowed_differences = windowed_differences;
  t.shifted_sum = shifted_sum;
  t.patch_weights = patch_weights;
  t.weighted_differences = weighted_differences;
  t.weighted_mean = weighted_mean;
  t.scaled_copy = scaled_copy;
  t.unsharp = unsharp;
  t.anscombe = anscombe;
  t.inverse_anscombe = inverse_anscombe;
  t.largest_magnitude = largest_magnitude;
  t.leave_out = leave_out;
  t.richardson_lucy_ratio = richardson_lucy_ratio;
  t.richardson_lucy_misfit = richardson_lucy_misfit;
  t.richardson_lucy_gain = richardson_lucy_gain;
  t.richardson_lucy_product = richardson_lucy_product;
  t.richardson_lucy_predict = richardson_lucy_predict;
  t.richardson_lucy_step = richardson_lucy_step;
  t.richardson_lucy_change = richardson_lucy_change;
  t.richardson_lucy_ratio_between = richardson_lucy_ratio_between;
  t.richardson_lucy_product_between = richardson_lucy_product_between;
  t.clip_row = clip_row;
  t.subtract_row = subtract_row;
  t.multiply_row = multiply_row;
  t.shift_lanes = shift_lanes;
  t.total_variation_direction = total_variation_direction;
  t.total_variation_smoothing = total_variation_smoothing;
  t.draw_normals = draw_normals;
  t.slot_power = slot_power;
  t.wiener_sample = wiener_sample;
  t.wiener_factors = wiener_factors;
  t.wiener_losses = wiener_losses;
  t.wiener_histogram = wiener_histogram;
  t.wiener_blend = wiener_blend;
  t.wiener_masked = wiener_masked;
  t.wiener_step = wiener_step;
  t.wiener_turn = wiener_turn;
  return t;
}

constexpr MetricsTable metrics_table() {
  MetricsTable t{};
  t.squared_error = squared_error;
  t.plain_squared_error[static_cast<int>(DType::f32)] = squared_error_f32;
  t.plain_squared_error[static_cast<int>(DType::u8)] = squared_error_u8;
  t.plain_squared_error[static_cast<int>(DType::u16)] = squared_error_u16;
  t.sum = sum;
  t.moments = moments;
  t.similarity = similarity;
  return t;
}

constexpr NoiseLevelTable noise_level_table() {
  return {wavelet_line, wavelet_rows, add_row, add_squares, extremes};
}

constexpr InpaintingTable inpainting_table() {
  return {search_patches, patch_distances, nearest_patch, nearest_in_runs, vote_patches,
          known_range,    quantise,        roughness,     slide_row,       window_means,
          halve_rows,     join_along,      join_rows,     fill_telea};
}

}  // namespace
}  // namespace BURNISH_LEVEL

extern const Level BURNISH_JOIN(level_, BURNISH_LEVEL) = {
    BURNISH_TEXT(BURNISH_LEVEL),
    BURNISH_LEVEL::table<float>(BURNISH_LEVEL::conversions_f32),
    BURNISH_LEVEL::table<double>(BURNISH_LEVEL::conversions_f64),
    BURNISH_LEVEL::metrics_table(),
    BURNISH_LEVEL::noise_level_table(),
    &BURNISH_LEVEL::hot_pixels_table,
    BURNISH_LEVEL::inpainting_table()};

}  // namespace burnish::kernels
