// The Anscombe transform and its inverse, whose table is read at a place that is decided here.
#include "kernels/level.hpp"
#include "kernels/square_root.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

template <class T>
void stabilise(const Anscombe<T>& a) {
  const T* __restrict source = a.source;
  T* __restrict target = a.target;
  const T slope = a.slope;
  const T intercept = a.intercept;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    const T value = slope * source[i] + intercept;
    target[i] = 2 * square_root(value < 0 ? T{0} : value);
  }
}

template <class T>
void invert(const InverseAnscombe<T>& a) {
  const T* __restrict source = a.source;
  T* __restrict target = a.target;
  const T* __restrict cubics = a.cubics;
  const T least = a.least;
  const T shift = a.shift;
  const T scale = a.scale;
  const T gain = a.gain;
  const T offset = a.offset;
  const std::int32_t last = a.pieces - 1;
  const T end = static_cast<T>(a.pieces);
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    const T d = source[i];
    const T half = d / 2;
    const T w = half * half;
    T place = scale / w;
    place = place < end ? place : end;  // NaN too
    const std::int32_t floor = static_cast<std::int32_t>(place);
    const std::int32_t piece = floor < last ? floor : last;
    const T f = place - static_cast<T>(piece);
    const T* const c = cubics + 4 * piece;
    T mean = (w - shift) + (c[0] + f * (c[1] + f * (c[2] + f * c[3])));
    mean = d <= least || mean < 0 ? T{0} : mean;
    target[i] = gain * mean + offset;
  }
}

}  // namespace

void anscombe(const Anscombe<float>& args) { stabilise(args); }
void anscombe(const Anscombe<double>& args) { stabilise(args); }
void inverse_anscombe(const InverseAnscombe<float>& args) { invert(args); }
void inverse_anscombe(const InverseAnscombe<double>& args) { invert(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
