#include "fuzz/decode.hpp"
#include "fuzz/level.hpp"
#include "fuzz/reference.hpp"
#include "ops/spectral_convolution.hpp"
#include "ops/spectral_round_trip.hpp"

namespace burnish::fuzz {
namespace {

// Makes one pixel of an image of floats an infinity or NaN.
void spoil(Bytes& bytes, Array& image) {
  const Layout& layout = image.layout();
  const std::size_t item = item_size(layout.dtype);
  const int infinity = layout.dtype == DType::f16   ? 0x7c00
                       : layout.dtype == DType::f32 ? 0x7f80
                                                    : 0x7ff0;
  const auto top = static_cast<std::uint16_t>(infinity | bytes.PickValueInArray({0, 1, 0x8000}));
  const std::int64_t number =
      bytes.ConsumeIntegralInRange<std::int64_t>(0, layout.shape.elements() - 1);
  std::byte* const pixel = image.bytes() + layout.offset(layout.shape.at(number));
  std::memset(pixel, 0, item);
  std::memcpy(pixel + item - sizeof top, &top, sizeof top);
}

// Lets the outputs of filtered axes be any part of the full correlation with zeros around, of at
// most `most` elements.
Shape decode_outputs(Bytes& bytes, const Shape& image, std::vector<ops::Taps>& taps,
                     std::int64_t most) {
  Shape out = image;
  for (const ops::Taps& t : taps) out.size[static_cast<std::size_t>(t.axis)] = 1;
  most /= out.elements();
  for (ops::Taps& t : taps) {
    const auto axis = static_cast<std::size_t>(t.axis);
    const auto first = bytes.ConsumeIntegralInRange<std::int64_t>(0, t.taps - 1);
    const std::int64_t full = image.size[axis] + t.taps - 1;
    const auto size = bytes.ConsumeIntegralInRange<std::int64_t>(1, full - first);
    out.size[axis] = std::min(size, most);
    most /= out.size[axis];
    t.before = t.taps - 1 - first;
    t.border = Border::constant;
  }
  return out;
}

// Whether any output has a tap over a pixel that is not finite.
bool reads_not_finite(const Array& image, const Shape& out, const std::vector<ops::Taps>& taps) {
  const Shape& shape = image.layout().shape;
  for (std::int64_t i = 0; i < shape.elements(); ++i) {
    const Index at = shape.at(i);
    const bool read = std::all_of(taps.begin(), taps.end(), [&](const ops::Taps& t) {
      const auto axis = static_cast<std::size_t>(t.axis);
      return at[axis] >= -t.before && at[axis] < out.size[axis] + t.taps - 1 - t.before;
    });
    if (read && !std::isfinite(image.at(at))) return true;
  }
  return false;
}

void correlate(Bytes& bytes, const Rerun& rerun) {
  const bool linear = bytes.ConsumeBool();
  const bool periodic = bytes.ConsumeBool();
  const Shape shape = decode_shape(bytes, 1 << 13);
  const DType dtype = decode_dtype(bytes);
  Array image = decode_array(bytes, shape, dtype, true);
  // Where outputs are the image's, kernels are folded to its size first.
  const std::int64_t work = linear ? 1 << 18 : 1 << 30;
  std::vector<ops::Taps> taps =
      decode_taps(bytes, shape, std::min<std::int64_t>(4096, work / shape.elements()));
  const Shape outputs = linear ? decode_outputs(bytes, shape, taps, 1 << 15) : shape;
  const DType computed = computed_in_double(dtype) ? DType::f64 : DType::f32;
  Array out = decode_array(bytes, outputs, linear ? computed : result_dtype(dtype), false);
  const double cval = linear ? 0 : bytes.PickValueInArray({0.0, 1.0, -2.75, 1e4, 1e300});
  const Pixels pixels = decode_pixels(bytes, image);
  const bool floating = dtype == DType::f16 || dtype == DType::f32 || dtype == DType::f64;
  if (floating && bytes.ConsumeIntegralInRange(0, 3) == 3) spoil(bytes, image);
  std::int64_t count = 1;
  for (const ops::Taps& t : taps) count *= t.taps;
  const Kernel kernel{taps, decode_weights(bytes, count)};

  std::vector<bool> finite;
  const bool answered =
      run_twice({&image}, out, rerun, [&](const MutableView& result, int threads) {
        finite.push_back(ops::correlate_spectral(image.view(), result, taps, kernel.weights.data(),
                                                 cval, periodic, threads));
        if (finite.back()) return;
        // What was written till then depends on the threads.
        clear(out.layout(), result.data);
      });
  if (!answered) return;
  if (finite.front() != finite.back()) fail("what is finite depends on workers");
  const bool spoiled = reads_not_finite(image, outputs, taps);
  if (spoiled && finite.front()) fail("an image that is not finite was taken");
  const double largest = largest_met(pixels, taps, cval);
  if (spoiled || std::isinf(largest)) return;
  if (!finite.front()) fail("a finite image was refused");
  check_answers(out, (1 << 16) / count, precision(dtype) * kernel.gain() * largest,
                [&](const Index& at) { return correlate_at(image, kernel, cval, at); });
}

void round_trip(Bytes& bytes, const Rerun& rerun) {
  Shape shape = decode_shape(bytes, 1 << 13);
  shape.ndim = std::min(shape.ndim, 3);
  const DType dtype = bytes.ConsumeBool() ? DType::f64 : DType::f32;
  Array image = decode_array(bytes, shape, dtype, true);
  Array out = decode_array(bytes, shape, dtype, false);
  const Pixels pixels = decode_pixels(bytes, image);
  const auto operation = [&](const MutableView& result, int threads) {
    ops::spectral_round_trip(image.view(), result, threads);
  };
  if (!run_twice({&image}, out, rerun, operation)) fail("a round trip was refused");
  if (!pixels.bounded) return;
  check_answers(out, shape.elements(), precision(dtype) * static_cast<double>(pixels.largest),
                [&](const Index& at) { return image.at(at); });
}

}  // namespace

void run(Bytes& bytes) {
  decode_level(bytes);
  const Rerun rerun = decode_rerun(bytes);
  if (bytes.ConsumeIntegralInRange(0, 7) == 7) return round_trip(bytes, rerun);
  correlate(bytes, rerun);
}

}  // namespace burnish::fuzz
