#include "fuzz/decode.hpp"
#include "fuzz/level.hpp"
#include "fuzz/reference.hpp"
#include "ops/smoothing.hpp"

namespace burnish::fuzz {
namespace {

// The means in C order, axis by axis: each is the difference of two sums from its line's beginning,
// whose rounding errors a long double makes too small to matter.
std::vector<long double> box_means(const Array& image, const std::vector<ops::Taps>& taps,
                                   double cval) {
  const Shape& shape = image.layout().shape;
  std::vector<long double> values;
  for (std::int64_t i = 0; i < shape.elements(); ++i) {
    values.push_back(static_cast<double>(image.at(shape.at(i))));
  }
  for (const ops::Taps& t : taps) {
    const std::int64_t size = shape.size[static_cast<std::size_t>(t.axis)];
    std::int64_t step = 1;
    for (int i = t.axis + 1; i < shape.ndim; ++i) step *= shape.size[static_cast<std::size_t>(i)];
    std::vector<std::int64_t> from;
    for (std::int64_t i = 0; i < size + t.taps - 1; ++i) {
      from.push_back(walk_to(t.border, i - t.before, size));
    }
    std::vector<long double> sums(from.size() + 1);
    const auto replace = [&](long double* line) {
      for (std::size_t i = 0; i < from.size(); ++i) {
        sums[i + 1] = sums[i] + (from[i] < 0 ? cval : line[from[i] * step]);
      }
      const long double* sum = sums.data();
      for (std::int64_t i = 0; i < size; ++i, ++sum) line[i * step] = (sum[t.taps] - *sum) / t.taps;
    };
    for (std::size_t at = 0; at < values.size(); at += static_cast<std::size_t>(size * step)) {
      for (std::int64_t i = 0; i < step; ++i) replace(values.data() + at + i);
    }
  }
  return values;
}

}  // namespace

void run(Bytes& bytes) {
  decode_level(bytes);
  const Rerun rerun = decode_rerun(bytes);
  const Shape shape = decode_shape(bytes, 1 << 16);
  const DType dtype = decode_dtype(bytes);
  Array image = decode_array(bytes, shape, dtype, true);
  Array out = decode_array(bytes, shape, result_dtype(dtype), false);
  const std::vector<ops::Taps> taps =
      decode_taps(bytes, shape, (std::int64_t{1} << 31) / shape.elements());
  const double cval = decode_cval(bytes);
  const Pixels pixels = decode_pixels(bytes, image);

  const bool answered =
      run_twice({&image}, out, rerun, [&](const MutableView& result, int threads) {
        ops::uniform_filter(image.view(), result, taps, cval, threads);
      });
  const double largest = largest_met(pixels, taps, cval);
  if (!answered || std::isinf(largest)) return;
  const std::vector<long double> means = box_means(image, taps, cval);
  check_answers(out, shape.elements(), precision(dtype) * largest, [&](const Index& at) {
    std::int64_t number = 0;
    for (int i = 0; i < shape.ndim; ++i) {
      const auto axis = static_cast<std::size_t>(i);
      number = number * shape.size[axis] + at[axis];
    }
    return means[static_cast<std::size_t>(number)];
  });
}

}  // namespace burnish::fuzz
