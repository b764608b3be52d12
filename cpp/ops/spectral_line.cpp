#include "ops/spectral_line.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/parallel.hpp"
#include "base/scratch.hpp"
#include "ops/rows.hpp"
#include "ops/spectral_convolution.hpp"

namespace burnish::ops {
namespace {

// What is copied at once.
constexpr std::int64_t piece = std::int64_t{1} << 16;

template <class F>
void for_pieces(Span span, int workers, const F& f) {
  for_tiles((span.size() + piece - 1) / piece, workers, [&](std::int64_t i) {
    const std::int64_t begin = span.begin + i * piece;
    f(Span{begin, std::min(begin + piece, span.end)});
  });
}

// A C-contiguous picture but for the distance of its rows.
template <class Byte>
BasicView<Byte> picture(Byte* data, DType dtype, std::int64_t rows, std::int64_t columns,
                        std::int64_t row_items) {
  const auto item = static_cast<std::int64_t>(item_size(dtype));
  BasicView<Byte> view{data, dtype, 2, {}, {}};
  view.shape = {rows, columns};
  view.strides = {row_items * item, item};
  return view;
}

// The outputs of one part of a line, through a copy of what they read and one of themselves.
template <class T>
class Line {
 public:
  Line(const View& image, const MutableView& out, const Geometry& g, const Taps& taps, double cval,
       int workers)
      : taps_(taps), workers_(workers), in_(image, g, cval), out_(out, g) {}

  bool run(Span outputs, const double* weights) const {
    const LinePicture p = line_picture(outputs.size(), taps_.taps);
    const std::int64_t input_rows = p.rows + p.kernel_rows - 1;
    const std::int64_t length = (input_rows + 1) * p.width;
    Scratch scratch(Scratch::size_of<T>(length) + Scratch::size_of<T>(p.rows * p.width));
    T* const inputs = scratch.take<T>(length);
    T* const results = scratch.take<T>(p.rows * p.width);
    load(outputs, {inputs, inputs + length});

    std::vector<double> kernel(static_cast<std::size_t>(p.kernel_rows * p.width), 0.0);
    std::copy_n(weights, taps_.taps, kernel.begin());
    const View from = picture(reinterpret_cast<const std::byte*>(inputs), dtype_of<T>, input_rows,
                              2 * p.width - 1, p.width);
    const MutableView to =
        picture(reinterpret_cast<std::byte*>(results), dtype_of<T>, p.rows, p.width, p.width);
    const std::vector<Taps> within = {{0, p.kernel_rows, 0, Border::constant},
                                      {1, p.width, 0, Border::constant}};
    if (!correlate_spectral(from, to, within, kernel.data(), 0, false, workers_)) return false;
    for_pieces(outputs, workers_, [&](Span span) {
      out_.store(0, 0, 0, span, results + (span.begin - outputs.begin));
    });
    return true;
  }

 private:
  struct Items {
    T* begin;
    T* end;
  };

  // What the outputs read, and zeros behind it.
  void load(Span outputs, Items target) const {
    const Span read{outputs.begin - taps_.before, outputs.end - taps_.before + taps_.taps - 1};
    for_pieces(read, workers_, [&](Span span) {
      const Window window{{0, 1}, {0, 1}, span};
      Scratch scratch(Scratch::size_of<T>(in_.buffer_size(window, 0)));
      const T* row = nullptr;
      in_.gather(0, window, 0, scratch.take<T>(in_.buffer_size(window, 0)), &row);
      std::copy_n(row, span.size(), target.begin + (span.begin - read.begin));
    });
    std::fill(target.begin + read.size(), target.end, T{});
  }

  Taps taps_;
  int workers_;
  InputRows<T> in_;
  OutputRows<T> out_;
};

}  // namespace

bool is_long_line(std::int64_t outputs, std::int64_t taps) { return outputs + taps > 4096; }

// Rows of twice the width are transformed, so the wider, the fewer rows there are to share a
// kernel; with as many kernel rows as a few columns, none of the two is thin.
LinePicture line_picture(std::int64_t outputs, std::int64_t taps) {
  std::int64_t width = 256;
  while (width < 4096 && width * width < 4 * taps) width *= 2;
  return {width, (outputs + width - 1) / width, (taps + width - 1) / width};
}

template <class T>
bool correlate_line(const View& image, const MutableView& out, const Taps& taps,
                    const Taps& reaching, const double* weights, double cval, int workers) {
  const Geometry g = make_planar_geometry(image, out, {reaching});
  const Line<T> line(image, out, g, taps, cval, workers);
  const std::int64_t outputs = out.shape[static_cast<std::size_t>(taps.axis)];
  // Parts bound the memory; the kernel is transformed for each.
  const std::int64_t part = std::max(std::int64_t{1} << 22, 4 * taps.taps);
  for (std::int64_t begin = 0; begin < outputs; begin += part) {
    if (!line.run({begin, std::min(begin + part, outputs)}, weights)) return false;
  }
  return true;
}

template bool correlate_line<float>(const View&, const MutableView&, const Taps&, const Taps&,
                                    const double*, double, int);
template bool correlate_line<double>(const View&, const MutableView&, const Taps&, const Taps&,
                                     const double*, double, int);

}  // namespace burnish::ops
