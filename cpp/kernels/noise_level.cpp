// What noise is measured with. Cells of an image are chosen by it: the same bits at every level.
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

// (1 + sqrt 3, 3 + sqrt 3, 3 - sqrt 3, 1 - sqrt 3) / (4 sqrt 2)
constexpr double taps[4] = {0.48296291314453416, 0.83651630373780794, 0.22414386804201339,
                            -0.12940952255126037};
// Those of the details are (taps[3], -taps[2], taps[1], -taps[0]). Their running sums weigh the
// differences between neighbours, which don't cancel in an image far from 0.
constexpr double steps[3] = {taps[3], taps[3] - taps[2], taps[0]};

BURNISH_INLINE double smooth(double a, double b, double c, double d) {
  return (taps[0] * a + taps[1] * b) + (taps[2] * c + taps[3] * d);
}

BURNISH_INLINE double detail(double a, double b, double c, double d) {
  return (steps[0] * (a - b) + steps[1] * (b - c)) + steps[2] * (c - d);
}

}  // namespace

void wavelet_line(const WaveletLine& a) {
  const double* __restrict source = a.source;
  double* __restrict low = a.low;
  double* __restrict high = a.high;
  const double scale = a.scale;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    const double p = source[2 * i] * scale;
    const double q = source[2 * i + 1] * scale;
    const double r = source[2 * i + 2] * scale;
    const double s = source[2 * i + 3] * scale;
    low[i] = smooth(p, q, r, s);
    high[i] = detail(p, q, r, s);
  }
}

void wavelet_rows(const WaveletRows& a) {
  const double* __restrict p = a.rows[0];
  const double* __restrict q = a.rows[1];
  const double* __restrict r = a.rows[2];
  const double* __restrict s = a.rows[3];
  double* __restrict low = a.low;
  double* __restrict high = a.high;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    low[i] = smooth(p[i], q[i], r[i], s[i]);
    high[i] = detail(p[i], q[i], r[i], s[i]);
  }
}

void add_row(const AddRow& a) {
  const double* __restrict row = a.row;
  double* __restrict sums = a.sums;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) sums[i] += row[i];
}

void add_squares(const AddRow& a) {
  const double* __restrict row = a.row;
  double* __restrict sums = a.sums;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) sums[i] += row[i] * row[i];
}

Extremes extremes(const ExtremesOf& a) {
  constexpr std::ptrdiff_t width = 32;  // several vectors at every level
  double lowest[width], highest[width], nothing[width];
  for (std::ptrdiff_t k = 0; k < width; ++k) {
    lowest[k] = highest[k] = a.row[0];
    nothing[k] = 0;
  }
  const auto look = [&](std::ptrdiff_t i, std::ptrdiff_t k) BURNISH_INLINED {
    const double value = a.row[i];
    lowest[k] = value < lowest[k] ? value : lowest[k];
    highest[k] = value > highest[k] ? value : highest[k];
    nothing[k] += value - value;
  };
  std::ptrdiff_t i = 0;
  for (; i + width <= a.count; i += width) {
    for (std::ptrdiff_t k = 0; k < width; ++k) look(i + k, k);
  }
  for (std::ptrdiff_t k = 0; i + k < a.count; ++k) look(i + k, k);
  Extremes result{lowest[0], highest[0], nothing[0]};
  for (std::ptrdiff_t k = 1; k < width; ++k) {
    result.lowest = lowest[k] < result.lowest ? lowest[k] : result.lowest;
    result.highest = highest[k] > result.highest ? highest[k] : result.highest;
    result.nothing += nothing[k];
  }
  return result;
}

}  // namespace burnish::kernels::BURNISH_LEVEL
