#include "fuzz/decode.hpp"
#include "fuzz/level.hpp"
#include "fuzz/reference.hpp"
#include "ops/convolution.hpp"

namespace burnish::fuzz {

void run(Bytes& bytes) {
  decode_level(bytes);
  const Rerun rerun = decode_rerun(bytes);
  const bool separable = bytes.ConsumeBool();
  const Shape shape = decode_shape(bytes, 1 << 16);
  const DType dtype = decode_dtype(bytes);
  Array image = decode_array(bytes, shape, dtype, true);
  Array out = decode_array(bytes, shape, result_dtype(dtype), false);
  const std::vector<ops::Taps> taps =
      decode_taps(bytes, shape, std::min<std::int64_t>(4096, (1 << 22) / shape.elements()));
  const double cval = decode_cval(bytes);
  const Pixels pixels = decode_pixels(bytes, image);

  std::vector<std::vector<double>> factors;
  std::int64_t count = 1;
  for (const ops::Taps& t : taps) {
    count *= t.taps;
    if (separable) factors.push_back(decode_weights(bytes, t.taps));
  }
  std::vector<const double*> pointers;
  for (const std::vector<double>& factor : factors) pointers.push_back(factor.data());
  const Kernel kernel =
      separable ? outer_product(taps, factors) : Kernel{taps, decode_weights(bytes, count)};

  const bool answered =
      run_twice({&image}, out, rerun, [&](const MutableView& result, int threads) {
        if (separable) {
          ops::correlate_separable(image.view(), result, taps, pointers, cval, threads);
        } else {
          ops::correlate(image.view(), result, taps, kernel.weights.data(), cval, threads);
        }
      });
  const double largest = largest_met(pixels, taps, cval);
  if (!answered || std::isinf(largest)) return;
  check_answers(out, (1 << 16) / count, precision(dtype) * kernel.gain() * largest,
                [&](const Index& at) { return correlate_at(image, kernel, cval, at); });
}

}  // namespace burnish::fuzz
