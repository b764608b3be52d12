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
void unsharp(const Unsharp<float>& args);
void unsharp(const Unsharp<double>& args);

// Fill the entries `load` and `store`, by DType.
template <class T>
struct Conversions {
  void (*load[dtype_count])(const Load<T>&);
  void (*store[dtype_count])(const Store<T>&);
};
extern const Conversions<float> conversions_f32;
extern const Conversions<double> conversions_f64;

}  // namespace burnish::kernels::BURNISH_LEVEL
