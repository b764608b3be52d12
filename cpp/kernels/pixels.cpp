// Rows of pixels taken apart, put together and looked at: the same bits at every level.
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

// Step: the elements of a pixel, 0 for any. Known numbers let the compiler move whole pixels,
// which is several times faster.
template <int Step, class T>
void part_even_and_odd(const EvenAndOdd<T>& a) {
  const std::ptrdiff_t step = Step > 0 ? Step : a.step;
  const T* __restrict source = a.source;
  T* __restrict even = a.even;
  T* __restrict odd = a.odd;
  for (std::ptrdiff_t i = 0; i < a.pixels; ++i) {
    for (std::ptrdiff_t c = 0; c < step; ++c) even[i * step + c] = source[2 * i * step + c];
    for (std::ptrdiff_t c = 0; c < step; ++c) odd[i * step + c] = source[(2 * i + 1) * step + c];
  }
}

template <int Step, class T>
void put_zeros_between(const ZerosBetween<T>& a) {
  const std::ptrdiff_t step = Step > 0 ? Step : a.step;
  const T* __restrict source = a.source;
  T* __restrict target = a.target;
  for (std::ptrdiff_t i = 0; i < a.pixels; ++i) {
    for (std::ptrdiff_t c = 0; c < step; ++c) target[2 * i * step + c] = source[i * step + c];
    for (std::ptrdiff_t c = 0; c < step; ++c) target[(2 * i + 1) * step + c] = 0;
  }
}

template <class T>
void even_and_odd_of(const EvenAndOdd<T>& a) {
  if (a.step == 1) return part_even_and_odd<1>(a);
  if (a.step == 2) return part_even_and_odd<2>(a);
  if (a.step == 3) return part_even_and_odd<3>(a);
  if (a.step == 4) return part_even_and_odd<4>(a);
  part_even_and_odd<0>(a);
}

template <class T>
void zeros_between_of(const ZerosBetween<T>& a) {
  if (a.step == 1) return put_zeros_between<1>(a);
  if (a.step == 2) return put_zeros_between<2>(a);
  if (a.step == 3) return put_zeros_between<3>(a);
  if (a.step == 4) return put_zeros_between<4>(a);
  put_zeros_between<0>(a);
}

template <class T>
T magnitude(const Largest<T>& a) {
  T most[lanes<T>] = {};
  for (std::ptrdiff_t i = 0; i < a.count; i += lanes<T>) {
    for (std::ptrdiff_t k = 0; k < lanes<T>; ++k) {
      const T value = a.row[i + k];
      const T size = value < 0 ? -value : value;
      most[k] = size > most[k] ? size : most[k];
    }
  }
  T result = 0;
  for (const T each : most) result = each > result ? each : result;
  return result;
}

template <class T>
void leave_out_of(const LeaveOut<T>& a) {
  T* __restrict row = a.row;
  const T* __restrict weights = a.weights;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) row[i] = weights[i] > 0 ? row[i] : T{0};
}

}  // namespace

void even_and_odd(const EvenAndOdd<float>& args) { even_and_odd_of(args); }
void even_and_odd(const EvenAndOdd<double>& args) { even_and_odd_of(args); }
void zeros_between(const ZerosBetween<float>& args) { zeros_between_of(args); }
void zeros_between(const ZerosBetween<double>& args) { zeros_between_of(args); }
float largest_magnitude(const Largest<float>& args) { return magnitude(args); }
double largest_magnitude(const Largest<double>& args) { return magnitude(args); }
void leave_out(const LeaveOut<float>& args) { leave_out_of(args); }
void leave_out(const LeaveOut<double>& args) { leave_out_of(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
