// The kernels that noise is measured with: one level of the wavelet transform of Daubechies with
// four taps, in double. `low` and `high` are the smooth and the detail coefficients; those of a
// constant are 0 exactly among the latter.
#pragma once

#include <cstddef>

namespace burnish::kernels {

// low[i] and high[i] of scale * source[2 * i] to scale * source[2 * i + 3].
struct WaveletLine {
  const double* source;
  double* low;
  double* high;
  std::ptrdiff_t count;
  double scale;
};

// low[i] and high[i] of rows[0][i] to rows[3][i].
struct WaveletRows {
  const double* rows[4];
  double* low;
  double* high;
  std::ptrdiff_t count;
};

// sums[i] += row[i], or its square.
struct AddRow {
  const double* row;
  double* sums;
  std::ptrdiff_t count;
};

// The smallest and the largest value of a row; `nothing` is NaN where a value isn't finite, else 0.
struct Extremes {
  double lowest, highest, nothing;
};
struct ExtremesOf {
  const double* row;
  std::ptrdiff_t count;
};

struct NoiseLevelTable {
  void (*wavelet_line)(const WaveletLine&);
  void (*wavelet_rows)(const WaveletRows&);
  void (*add_row)(const AddRow&);
  void (*add_squares)(const AddRow&);
  Extremes (*extremes)(const ExtremesOf&);
};

}  // namespace burnish::kernels
