// What a Gibbs sampler does to each frequency. The lanes are plain loops that the compiler
// vectorises.
#include "kernels/level.hpp"
#include "kernels/roots.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

template <class T>
void power(const SlotPower<T>& a) {
  T sum[lanes<T>] = {};
  for (std::ptrdiff_t j = 0; j < a.count; ++j) {
    const T* __restrict slot = a.slots + 2 * j * lanes<T>;
    T* __restrict power = a.power + j * lanes<T>;
    for (std::ptrdiff_t k = 0; k < lanes<T>; ++k) {
      power[k] = slot[k] * slot[k] + slot[k + lanes<T>] * slot[k + lanes<T>];
      sum[k] += power[k];
    }
  }
  for (std::ptrdiff_t k = 0; k < lanes<T>; ++k) a.sum[k] += sum[k];
}

template <class T>
BURNISH_INLINE T modulus(T re, T im) {
  const T square = re * re + im * im;
  return square * inverse_root(square);
}

template <class T>
void sample(const WienerSample<T>& a) {
  constexpr std::ptrdiff_t n = lanes<T>;
  // Slots ahead that are asked for: they follow no order that the machine would see.
  constexpr std::ptrdiff_t ahead = 8;
  T sums[4][n] = {};
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    const std::int64_t at = a.order[i];
    const std::int64_t next = a.order[i + ahead < a.count ? i + ahead : i];
    BURNISH_PREFETCH(a.data + 2 * n * next);
    BURNISH_PREFETCH(a.data + 2 * n * next + n);
    BURNISH_PREFETCH(a.blur + 2 * n * next);
    BURNISH_PREFETCH(a.blur + 2 * n * next + n);
    BURNISH_PREFETCH(a.roughness + n * next);
    const T* __restrict y = a.data + 2 * n * at;
    const T* __restrict h = a.blur + 2 * n * at;
    const T* __restrict r = a.roughness + n * at;
    const T* __restrict e = a.normals + 2 * n * i;
    T x[2 * n];
    for (std::ptrdiff_t k = 0; k < n; ++k) {
      const T blur = h[k] * h[k] + h[k + n] * h[k + n];
      const T prior = a.ratio * r[k];
      const bool alive = blur > a.least || r[k] > a.least;
      const T root = alive ? inverse_root(alive ? blur + prior : T(1)) : T(0);
      const T inverse = root * root;
      const T spread = a.deviation * root;
      const T noise_re = spread * e[k];
      const T noise_im = spread * e[k + n];
      x[k] = (h[k] * y[k] + h[k + n] * y[k + n]) * inverse + noise_re;
      x[k + n] = (h[k] * y[k + n] - h[k + n] * y[k]) * inverse + noise_im;
      // As it stands, data - blur x would be lost in rounding where there is little noise.
      const T left = alive ? prior * inverse : T(1);
      const T residual_re = y[k] * left - (h[k] * noise_re - h[k + n] * noise_im);
      const T residual_im = y[k + n] * left - (h[k] * noise_im + h[k + n] * noise_re);
      sums[0][k] += residual_re * residual_re + residual_im * residual_im;
      sums[1][k] += r[k] * (x[k] * x[k] + x[k + n] * x[k + n]);
    }
    if (a.sample != nullptr) std::memcpy(a.sample + 2 * n * at, x, sizeof x);
    if (a.total == nullptr) continue;
    T* __restrict total = a.total + 2 * n * at;
    if (a.samples > 0) {
      const T part = 1 / a.samples;
      for (std::ptrdiff_t k = 0; k < n; ++k) {
        sums[2][k] += modulus(x[k] - part * total[k], x[k + n] - part * total[k + n]);
        sums[3][k] += modulus(x[k] + total[k], x[k + n] + total[k + n]);
      }
    }
    for (std::ptrdiff_t k = 0; k < 2 * n; ++k) total[k] += x[k];
  }
  for (std::ptrdiff_t i = 0; i < 4; ++i) {
    for (std::ptrdiff_t k = 0; k < n; ++k) a.sums[i * n + k] += sums[i][k];
  }
}

}  // namespace

void slot_power(const SlotPower<float>& args) { power(args); }
void slot_power(const SlotPower<double>& args) { power(args); }
void wiener_sample(const WienerSample<float>& args) { sample(args); }
void wiener_sample(const WienerSample<double>& args) { sample(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
