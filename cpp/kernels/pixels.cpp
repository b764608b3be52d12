// Rows of half and of twice as many pixels: the same bits at every level.
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

// Step: the elements of a pixel, 0 for any. A known number lets the compiler move whole pixels.
template <int Step, class T>
void keep_every_second(const EverySecond<T>& a) {
  const std::ptrdiff_t step = Step > 0 ? Step : a.step;
  const T* __restrict source = a.source;
  T* __restrict target = a.target;
  for (std::ptrdiff_t i = 0; i < a.pixels; ++i) {
    for (std::ptrdiff_t c = 0; c < step; ++c) target[i * step + c] = source[2 * i * step + c];
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
void every_second_of(const EverySecond<T>& a) {
  if (a.step == 1) return keep_every_second<1>(a);
  if (a.step == 3) return keep_every_second<3>(a);
  keep_every_second<0>(a);
}

template <class T>
void zeros_between_of(const ZerosBetween<T>& a) {
  if (a.step == 1) return put_zeros_between<1>(a);
  if (a.step == 3) return put_zeros_between<3>(a);
  put_zeros_between<0>(a);
}

}  // namespace

void every_second(const EverySecond<float>& args) { every_second_of(args); }
void every_second(const EverySecond<double>& args) { every_second_of(args); }
void zeros_between(const ZerosBetween<float>& args) { zeros_between_of(args); }
void zeros_between(const ZerosBetween<double>& args) { zeros_between_of(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
