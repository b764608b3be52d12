#include <optional>

#include "fuzz/decode.hpp"
#include "fuzz/level.hpp"
#include "fuzz/reference.hpp"
#include "ops/hot_pixels.hpp"

namespace burnish::fuzz {
namespace {

// The pixels of a window, NaN aside, in order.
std::vector<long double> sorted_window(const Array& image, const std::vector<int>& axes,
                                       const Index& pixel, std::int64_t size) {
  const Shape& shape = image.layout().shape;
  std::vector<ops::Taps> taps;
  std::size_t count = 1;
  for (const int axis : axes) {
    taps.push_back(ops::centred_taps(axis, size, 0, Border::reflect));
    count *= static_cast<std::size_t>(size);
  }
  std::vector<long double> values;
  for_taps(shape, {taps, std::vector<double>(count, 1.0)}, pixel, [&](double, const Index* from) {
    const long double value = image.at(*from);
    if (!std::isnan(value)) values.push_back(value);
  });
  std::sort(values.begin(), values.end());
  return values;
}

// How much two pixels differ, in the type that they are compared in.
long double distance(DType dtype, long double a, long double b) {
  if (dtype == DType::f64) return std::fabs(static_cast<double>(a) - static_cast<double>(b));
  if (dtype == DType::f32 || dtype == DType::f16) {
    return std::fabs(static_cast<float>(a) - static_cast<float>(b));
  }
  return std::fabs(a - b);
}

long double filtered(const Array& image, const std::vector<int>& axes, const Index& pixel,
                     std::int64_t max_size, double threshold) {
  const DType dtype = image.layout().dtype;
  const bool single = dtype == DType::f32 || dtype == DType::f16;
  const long double limit = single ? static_cast<float>(threshold) : threshold;
  const long double value = image.at(pixel);
  long double median = value;
  for (std::int64_t size = 3; size <= max_size; size += 2) {
    const std::vector<long double> window = sorted_window(image, axes, pixel, size);
    if (window.empty()) continue;
    const long double low = window.front();
    const long double high = window.back();
    median = window[(window.size() - 1) / 2];
    if (low < value && value < high) return value;
    if (!std::isnan(value) && distance(dtype, low, high) <= limit) return value;
    if (low < median && median < high) break;
  }
  return distance(dtype, value, median) <= limit ? value : median;
}

}  // namespace

void run(Bytes& bytes) {
  decode_level(bytes);
  const Rerun rerun = decode_rerun(bytes);
  const Shape shape = decode_shape(bytes, 1 << 15);
  const DType dtype = decode_dtype(bytes);
  Array image = decode_array(bytes, shape, dtype, true);
  Array out = decode_array(bytes, shape, result_dtype(dtype), false);
  const std::vector<int> axes = decode_pixel_axes(bytes, shape.ndim);
  const std::int64_t max_size = 2 * bytes.ConsumeIntegralInRange<std::int64_t>(1, 4) + 1;
  std::optional<double> threshold;
  if (bytes.ConsumeBool()) {
    threshold = bytes.PickValueInArray({0.0, 0.5, 3.0, 100.0, 1e10, 1e300});
  }
  decode_pixels(bytes, image);
  run_twice({&image}, out, rerun, [&](const MutableView& result, int threads) {
    ops::remove_hot_pixels(image.view(), result, axes, max_size, threshold, threads);
  });
  const std::int64_t elements = shape.elements();
  std::int64_t window = 1;
  for (std::size_t i = 0; i < axes.size(); ++i) window *= max_size;
  const std::int64_t step = std::max<std::int64_t>(elements * window / (1 << 16), 1) | 1;
  for (std::int64_t i = 0; i < elements; i += step) {
    const Index at = shape.at(i);
    const long double value = out.at(at);
    if (!threshold) {  // one of the window's all the same
      const auto near = sorted_window(image, axes, at, max_size);
      const bool known =
          near.empty() ? std::isnan(value) : std::binary_search(near.begin(), near.end(), value);
      if (!known) fail("a pixel that the window does not hold");
      continue;
    }
    const long double right = filtered(image, axes, at, max_size, *threshold);
    if (!(value == right || (std::isnan(value) && std::isnan(right)))) fail("wrong answer");
  }
}

}  // namespace burnish::fuzz
