// Correlation of one long line through the spectrum.
//
// A line alone would fill one lane of each vector. Cut into rows that overlap by one of their
// lengths, it is a picture, and the correlation one of that picture with the kernel, cut likewise
// (Agarwal and Burrus 1974).
#pragma once

#include <cstdint>
#include <vector>

#include "base/view.hpp"
#include "ops/axes.hpp"

namespace burnish::ops {

// The picture of a line: output i stands in row i / width, column i % width.
struct LinePicture {
  std::int64_t width;
  std::int64_t rows;         // of outputs
  std::int64_t kernel_rows;  // each `width` taps
};

// Whether a line of so many outputs, filtered with so many taps, had better be a picture.
bool is_long_line(std::int64_t outputs, std::int64_t taps);
LinePicture line_picture(std::int64_t outputs, std::int64_t taps);

// correlate_spectral, computed in T, for an image of which all axes but the filtered one have one
// pixel. `reaching`: taps that reach as far beyond the image as the outputs do. Returns false as
// that does.
template <class T>
bool correlate_line(const View& image, const MutableView& out, const Taps& taps,
                    const Taps& reaching, const double* weights, double cval, int workers);

}  // namespace burnish::ops
