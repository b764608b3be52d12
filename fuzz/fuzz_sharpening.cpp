#include "fuzz/decode.hpp"
#include "fuzz/level.hpp"
#include "fuzz/reference.hpp"
#include "ops/sharpening.hpp"

namespace burnish::fuzz {

void run(Bytes& bytes) {
  decode_level(bytes);
  const Rerun rerun = decode_rerun(bytes);
  const Shape shape = decode_shape(bytes, 1 << 16);
  const DType dtype = decode_dtype(bytes);
  Array image = decode_array(bytes, shape, dtype, true);
  Array out = decode_array(bytes, shape, result_dtype(dtype), false);
  const std::vector<ops::Taps> taps =
      decode_taps(bytes, shape, std::min<std::int64_t>(4096, (1 << 22) / shape.elements()));
  const double amount = bytes.PickValueInArray({0.0, 1.0, -0.5, 3.75, 100.0, 1e300});
  const Pixels pixels = decode_pixels(bytes, image);
  std::vector<std::vector<double>> factors;
  std::vector<const double*> pointers;
  for (const ops::Taps& t : taps) factors.push_back(decode_weights(bytes, t.taps));
  for (const std::vector<double>& factor : factors) pointers.push_back(factor.data());

  const bool answered =
      run_twice({&image}, out, rerun, [&](const MutableView& result, int threads) {
        ops::unsharp_mask(image.view(), result, taps, pointers, amount, threads);
      });
  if (!answered || !pixels.bounded || amount == 1e300) return;
  const Kernel kernel = outer_product(taps, factors);
  const double gain = 1 + std::fabs(amount) * (1 + kernel.gain());
  const auto largest = static_cast<double>(pixels.largest);
  const auto count = static_cast<std::int64_t>(kernel.weights.size());
  check_answers(out, (1 << 16) / count, precision(dtype) * gain * largest, [&](const Index& at) {
    const auto original = static_cast<double>(image.at(at));
    const double blurred = correlate_at(image, kernel, 0, at);
    return original + amount * (original - blurred);
  });
}

}  // namespace burnish::fuzz
