#include "fuzz/decode.hpp"
#include "fuzz/level.hpp"
#include "fuzz/reference.hpp"
#include "ops/anscombe.hpp"

namespace burnish::fuzz {

void run(Bytes& bytes) {
  decode_level(bytes);
  const Rerun rerun = decode_rerun(bytes);
  const Shape shape = decode_shape(bytes, 1 << 16);
  const DType dtype = decode_dtype(bytes);
  Array image = decode_array(bytes, shape, dtype, true);
  const DType computing = computed_in_double(dtype) ? DType::f64 : DType::f32;
  Array out = decode_array(bytes, shape, computing, false);
  const double gain = bytes.PickValueInArray({1.0, 0.01, 37.5, 1e-20, 1e300});
  const double sigma = gain * bytes.PickValueInArray({0.0, 0.3, 5.0, 11.5, 1e7});
  const double offset = bytes.PickValueInArray({0.0, 12.5, -3.0, 1e300});
  const bool back = bytes.ConsumeBool();
  const Pixels pixels = decode_pixels(bytes, image);
  const ops::CountNoise noise{gain, sigma, offset};

  const bool answered =
      run_twice({&image}, out, rerun, [&](const MutableView& result, int workers) {
        (back ? ops::inverse_anscombe : ops::anscombe)(image.view(), result, noise, workers);
      });
  if (!answered) return;
  if (back) {
    // Nothing is below the offset, but what isn't a number.
    for (std::int64_t i = 0; i < shape.elements(); ++i) {
      const Index at = shape.at(i);
      const auto value = static_cast<double>(out.at(at));
      const double least = computing == DType::f32 ? static_cast<float>(offset) : offset;
      if (value < least || (std::isnan(value) && pixels.bounded)) fail("below the offset");
    }
    return;
  }
  if (!pixels.bounded || gain == 1e-20 || gain == 1e300 || offset == 1e300) return;
  const double inside = static_cast<double>(pixels.largest) / gain + std::fabs(offset) / gain +
                        sigma * sigma / (gain * gain) + 1;
  const double error = 8 * precision(dtype) * inside;  // below the root
  check_answers(out, 1 << 16, 2 * std::sqrt(error), [&](const Index& at) {
    const auto value = static_cast<double>(image.at(at));
    const double counts = (value - offset) / gain + 0.375 + sigma * sigma / (gain * gain);
    return 2 * std::sqrt(std::max(counts, 0.0));
  });
}

}  // namespace burnish::fuzz
