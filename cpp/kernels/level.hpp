// What the kernel files of one level offer to that level's table.
#pragma once

#include "kernels/kernels.hpp"

namespace burnish::kernels::BURNISH_LEVEL {

void correlate_block(const CorrelateBlock<float>& args);
void correlate_block(const CorrelateBlock<double>& args);
void correlate_row(const CorrelateRow<float>& args);
void correlate_row(const CorrelateRow<double>& args);
void running_sum(const RunningSum<float>& args);
void running_sum(const RunningSum<double>& args);
void running_sum_line(const RunningSumLine<float>& args);
void running_sum_line(const RunningSumLine<double>& args);
void rows_to_columns(const RowsToColumns<float>& args);
void rows_to_columns(const RowsToColumns<double>& args);
void columns_to_rows(const ColumnsToRows<float>& args);
void columns_to_rows(const ColumnsToRows<double>& args);
void transform_forward(const Transform<float>& args);
void transform_forward(const Transform<double>& args);
void transform_inverse(const Transform<float>& args);
void transform_inverse(const Transform<double>& args);
void transform_multiply(const TransformMultiply<float>& args);
void transform_multiply(const TransformMultiply<double>& args);
void transform_scale(const TransformScale<float>& args);
void transform_scale(const TransformScale<double>& args);
void scale_slots(const ScaleSlots<float>& args);
void scale_slots(const ScaleSlots<double>& args);
void multiply_slots(const MultiplySlots<float>& args);
void multiply_slots(const MultiplySlots<double>& args);
void widen_slots(const WidenSlots<float>& args);
void narrow_slots(const NarrowSlots<float>& args);
void widen_slots(const WidenSlots<double>& args);
void narrow_slots(const NarrowSlots<double>& args);
void real_part(const RealStage<float>& args);
void real_part(const RealStage<double>& args);
void real_merge(const RealStage<float>& args);
void real_merge(const RealStage<double>& args);
void real_to_complex(const RealSlots<float>& args);
void real_to_complex(const RealSlots<double>& args);
void complex_to_real(const RealSlots<float>& args);
void complex_to_real(const RealSlots<double>& args);
void complex_to_half(const RealSlots<float>& args);
void complex_to_half(const RealSlots<double>& args);
void half_to_complex(const RealSlots<float>& args);
void half_to_complex(const RealSlots<double>& args);
void tiles_to_slots(const TilesToSlots<float>& args);
void tiles_to_slots(const TilesToSlots<double>& args);
void scale_row(const ScaleRow<float>& args);
void scale_row(const ScaleRow<double>& args);
void slots_to_tiles(const SlotsToTiles<float>& args);
void slots_to_tiles(const SlotsToTiles<double>& args);
float richardson_lucy_observe(const Observe<float>& args);
double richardson_lucy_observe(const Observe<double>& args);
void richardson_lucy_ratio(const Ratio<float>& args);
void richardson_lucy_ratio(const Ratio<double>& args);
Products richardson_lucy_misfit(const Misfit<float>& args);
Products richardson_lucy_misfit(const Misfit<double>& args);
void richardson_lucy_gain(const Gain<float>& args);
void richardson_lucy_gain(const Gain<double>& args);
void richardson_lucy_product(const Product<float>& args);
void richardson_lucy_product(const Product<double>& args);
void richardson_lucy_predict(const Predict<float>& args);
void richardson_lucy_predict(const Predict<double>& args);
Products richardson_lucy_step(const Step<float>& args);
Products richardson_lucy_step(const Step<double>& args);
Products richardson_lucy_change(const Change<float>& args);
Products richardson_lucy_change(const Change<double>& args);
void richardson_lucy_ratio_between(const RatioBetween<float>& args);
void richardson_lucy_ratio_between(const RatioBetween<double>& args);
void richardson_lucy_product_between(const ProductBetween<float>& args);
void richardson_lucy_product_between(const ProductBetween<double>& args);
void clip_row(const ClipRow<float>& args);
void clip_row(const ClipRow<double>& args);
void subtract_row(const SubtractRow<float>& args);
void subtract_row(const SubtractRow<double>& args);
void multiply_row(const MultiplyRow<float>& args);
void multiply_row(const MultiplyRow<double>& args);
void shift_lanes(const ShiftLanes<float>& args);
void shift_lanes(const ShiftLanes<double>& args);
void total_variation_direction(const Direction<float>& args);
void total_variation_direction(const Direction<double>& args);
void total_variation_smoothing(const Smoothing<float>& args);
void total_variation_smoothing(const Smoothing<double>& args);
float largest_magnitude(const Largest<float>& args);
double largest_magnitude(const Largest<double>& args);
void even_and_odd(const EvenAndOdd<float>& args);
void even_and_odd(const EvenAndOdd<double>& args);
void zeros_between(const ZerosBetween<float>& args);
void zeros_between(const ZerosBetween<double>& args);
void moments(const Moments& args);
void similarity(const Similarity& args);
double squared_error(const SquaredError& args);
double squared_error_f32(const PlainSquaredError& args);
double squared_error_u8(const PlainSquaredError& args);
double squared_error_u16(const PlainSquaredError& args);
double sum(const Sum& args);
void draw_normals(const DrawNormals<float>& args);
void draw_normals(const DrawNormals<double>& args);
void slot_power(const SlotPower<float>& args);
void slot_power(const SlotPower<double>& args);
void wiener_sample(const WienerSample<float>& args);
void wiener_sample(const WienerSample<double>& args);
void unsharp(const Unsharp<float>& args);
void unsharp(const Unsharp<double>& args);
void wiener_factors(const WienerFactors<float>& args);
void wiener_factors(const WienerFactors<double>& args);
void wiener_losses(const WienerLosses<float>& args);
void wiener_losses(const WienerLosses<double>& args);
void wiener_histogram(const WienerHistogram<float>& args);
void wiener_histogram(const WienerHistogram<double>& args);
void wiener_blend(const WienerBlend<float>& args);
void wiener_blend(const WienerBlend<double>& args);
float wiener_masked(const WienerMasked<float>& args);
double wiener_masked(const WienerMasked<double>& args);
float wiener_step(const WienerStep<float>& args);
double wiener_step(const WienerStep<double>& args);
void wiener_turn(const WienerTurn<float>& args);
void wiener_turn(const WienerTurn<double>& args);

extern const HotPixelsTable hot_pixels_table;

// Fill the entries `load` and `store`, by DType.
template <class T>
struct Conversions {
  void (*load[dtype_count])(const Load<T>&);
  void (*store[dtype_count])(const Store<T>&);
};
extern const Conversions<float> conversions_f32;
extern const Conversions<double> conversions_f64;

}  // namespace burnish::kernels::BURNISH_LEVEL
