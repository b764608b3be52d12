// Normal deviates that are counted, not remembered: whoever draws them, and in whichever order,
// draws the same. The lanes are plain loops that the compiler vectorises.
#include <cstdint>

#include "kernels/level.hpp"
#include "kernels/logarithm.hpp"
#include "kernels/roots.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

struct Words {
  std::uint32_t w[4];
};

template <int By>
BURNISH_INLINE std::uint32_t rotated(std::uint32_t word) {
  return word << By | word >> (32 - By);
}

constexpr int rotations[8][2] = {{10, 26}, {11, 21}, {13, 27}, {23, 5},
                                 {6, 20},  {17, 11}, {25, 10}, {18, 20}};

// Threefry 4x32, of 20 rounds: additions, rotations and exclusive ors, which all levels have.
BURNISH_INLINE Words threefry(Words x, Words key) {
  const std::uint32_t keys[5] = {key.w[0], key.w[1], key.w[2], key.w[3],
                                 0x1bd11bdaU ^ key.w[0] ^ key.w[1] ^ key.w[2] ^ key.w[3]};
  unroll<0, 4>([&](auto i) BURNISH_INLINED { x.w[i.value] += keys[i.value]; });
  unroll<0, 20>([&](auto round) BURNISH_INLINED {
    constexpr int r = decltype(round)::value;
    constexpr int one = r % 2 == 0 ? 1 : 3;
    x.w[0] += x.w[one];
    x.w[one] = rotated<rotations[r % 8][0]>(x.w[one]) ^ x.w[0];
    x.w[2] += x.w[4 - one];
    x.w[4 - one] = rotated<rotations[r % 8][1]>(x.w[4 - one]) ^ x.w[2];
    if constexpr (r % 4 == 3) {
      unroll<0, 4>([&](auto i)
                       BURNISH_INLINED { x.w[i.value] += keys[(r / 4 + 1 + i.value) % 5]; });
      x.w[3] += r / 4 + 1;
    }
  });
  return x;
}

BURNISH_INLINE std::int32_t as_signed(std::uint32_t word) {
  return static_cast<std::int32_t>(word);
}

constexpr double turn = 6.283185307179586476925286766559;

// Uniform in (0, 1], finest where it is smallest.
BURNISH_INLINE float uniform(float, std::uint32_t word) {
  return (static_cast<float>(as_signed(word >> 1)) + 0.5F) * 0x1p-31F;
}
BURNISH_INLINE double uniform(double, std::uint32_t word, std::uint32_t next) {
  const double rest = (static_cast<double>(as_signed(next >> 1)) + 0.5) * 0x1p-31;
  return (static_cast<double>(as_signed(word >> 1)) + rest) * 0x1p-31;
}

// An angle from the middle of its quadrant, in (-pi / 4, pi / 4), where a turn has 2^32 parts.
BURNISH_INLINE float angle(float, std::int32_t part) {
  return static_cast<float>(part) * static_cast<float>(turn * 0x1p-32);
}
BURNISH_INLINE double angle(double, std::int32_t part, std::uint32_t next) {
  const double rest = static_cast<double>(as_signed(next >> 1)) * 0x1p-31;
  return (static_cast<double>(part) + rest) * (turn * 0x1p-32);
}

// -2 log(u) for u in (0, 1].
template <class T>
BURNISH_INLINE T minus_two_log(T u) {
  const Logarithm<T> log = logarithm_of(u);
  const T sum = log.rest * log.square + 1;
  const T result = T(-4) * log.s * sum - log.exponent * (2 * ln2<T>);
  return result > 0 ? result : T(0);
}

// Sine and cosine by their power series, which up to pi / 4 are off by 2e-9 and 2e-10 of
// themselves, or 6e-17 and 3e-18.
BURNISH_INLINE float sine(float x) {
  constexpr float terms[] = {1, -1.F / 6, 1.F / 120, -1.F / 5040, 1.F / 362880};
  return x * series(x * x, terms);
}
BURNISH_INLINE float cosine(float x) {
  constexpr float terms[] = {1, -1.F / 2, 1.F / 24, -1.F / 720, 1.F / 40320, -1.F / 3628800};
  return series(x * x, terms);
}
BURNISH_INLINE double sine(double x) {
  constexpr double terms[] = {1,           -1. / 6,        1. / 120,        -1. / 5040,
                              1. / 362880, -1. / 39916800, 1. / 6227020800, -1. / 1307674368000};
  return x * series(x * x, terms);
}
BURNISH_INLINE double cosine(double x) {
  constexpr double terms[] = {1,
                              -1. / 2,
                              1. / 24,
                              -1. / 720,
                              1. / 40320,
                              -1. / 3628800,
                              1. / 479001600,
                              -1. / 87178291200,
                              1. / 20922789888000};
  return series(x * x, terms);
}

template <class T>
struct Normal {
  T re, im;
};

// A point at a distance of sqrt(-2 log u) in the direction of `part`, from the axis of `quadrant`.
template <class T>
BURNISH_INLINE Normal<T> polar(T u, T part, std::uint32_t quadrant) {
  const T square = minus_two_log(u);
  const T radius = square * inverse_root(square);
  const T along = radius * cosine(part);
  const T across = radius * sine(part);
  const T re = (quadrant & 1) != 0 ? -across : along;
  const T im = (quadrant & 1) != 0 ? along : across;
  const T sign = (quadrant & 2) != 0 ? T(-1) : T(1);
  return {re * sign, im * sign};
}

BURNISH_INLINE std::uint32_t quadrant_of(std::uint32_t word) { return (word + (1U << 29)) >> 30; }
BURNISH_INLINE std::int32_t part_of(std::uint32_t word) {
  return as_signed(word - (quadrant_of(word) << 30));
}

// A vector of words makes both normals of as many floats, or one of twice as many doubles: there
// the upper half of the words is for the opposite row.
constexpr std::ptrdiff_t width = lanes<float>;

struct Counters {
  std::uint32_t columns[width], planes[width], opposite[width];
};

template <class T>
BURNISH_INLINE Counters counters(const DrawNormals<T>& a) {
  Counters c;
  for (std::ptrdiff_t k = 0; k < width; ++k) {
    c.columns[k] = a.columns[k % lanes<T>];
    c.planes[k] = a.planes[k % lanes<T>];
    c.opposite[k] = k < lanes<T> ? 0 : 1;
  }
  return c;
}

template <class T>
BURNISH_INLINE Words words(const DrawNormals<T>& a, const Counters& c, std::uint32_t row,
                           std::ptrdiff_t k) {
  return threefry({{c.columns[k], row, c.planes[k], a.iteration}},
                  {{a.key[0], a.key[1], c.opposite[k], 0}});
}

// Real parts of a row and its opposite, then their imaginary ones.
BURNISH_INLINE void draw(const DrawNormals<float>& a, const Counters& c, std::uint32_t row,
                         float* __restrict re, float* __restrict im) {
  for (std::ptrdiff_t k = 0; k < width; ++k) {
    const Words x = words(a, c, row, k);
    const Normal<float> own =
        polar(uniform(0.F, x.w[0]), angle(0.F, part_of(x.w[1])), quadrant_of(x.w[1]));
    const Normal<float> opposite =
        polar(uniform(0.F, x.w[2]), angle(0.F, part_of(x.w[3])), quadrant_of(x.w[3]));
    re[k] = own.re;
    im[k] = own.im;
    re[k + width] = opposite.re;
    im[k + width] = opposite.im;
  }
}
BURNISH_INLINE void draw(const DrawNormals<double>& a, const Counters& c, std::uint32_t row,
                         double* __restrict re, double* __restrict im) {
  for (std::ptrdiff_t k = 0; k < width; ++k) {
    const Words x = words(a, c, row, k);
    const Normal<double> each =
        polar(uniform(0., x.w[0], x.w[1]), angle(0., part_of(x.w[2]), x.w[3]), quadrant_of(x.w[2]));
    re[k] = each.re;
    im[k] = each.im;
  }
}

template <class T>
void rows(const DrawNormals<T>& a) {
  constexpr std::ptrdiff_t n = lanes<T>;
  const Counters c = counters(a);
  for (std::ptrdiff_t j = 0; j < a.count; ++j) {
    T re[2 * n];
    T im[2 * n];
    draw(a, c, a.rows[j], re, im);
    T* __restrict own = a.normals + j * (a.alone ? 2 : 4) * n;
    for (std::ptrdiff_t k = 0; k < n; ++k) {
      const bool turned = a.turned[k] != 0;
      const bool tied = a.tied[k] != 0;
      if (a.alone) {
        own[k] = tied ? re[k] * T(1.41421356237309504880) : re[k];
        own[k + n] = tied ? T(0) : turned ? -im[k] : im[k];
      } else {
        own[k] = turned ? re[k + n] : re[k];
        own[k + n] = turned ? -im[k + n] : im[k];
        own[k + 2 * n] = turned || tied ? re[k] : re[k + n];
        own[k + 3 * n] = turned || tied ? -im[k] : im[k + n];
      }
    }
  }
}

}  // namespace

void draw_normals(const DrawNormals<float>& args) { rows(args); }
void draw_normals(const DrawNormals<double>& args) { rows(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
