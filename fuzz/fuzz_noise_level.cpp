#include "fuzz/decode.hpp"
#include "fuzz/level.hpp"
#include "fuzz/reference.hpp"
#include "ops/noise_level.hpp"
#include "ops/noise_model.hpp"

namespace burnish::fuzz {

void run(Bytes& bytes) {
  decode_level(bytes);
  const Rerun rerun = decode_rerun(bytes);
  // Smaller ones are no work for threads; most are small all the same, for speed.
  Shape shape = decode_shape(bytes, 1 << (bytes.ConsumeIntegralInRange(0, 7) == 7 ? 19 : 16));
  shape.ndim = std::min(shape.ndim, 3);
  shape.size[3] = 1;
  for (std::int64_t& side : shape.size) side = side == 2 || side == 3 ? 4 : side;
  const DType dtype = decode_dtype(bytes);
  Array image = decode_array(bytes, shape, dtype, true);
  const Pixels pixels = decode_pixels(bytes, image);
  const auto compute = [&](const MutableView& result, int workers) {
    const double sigma = ops::noise_sigma(image.view(), workers);
    std::memcpy(result.data, &sigma, sizeof sigma);
  };
  Array result({{}, DType::f64, {8}, 0, 8}, 0, 0);
  run_twice({&image}, result, rerun, compute);
  const auto sigma = static_cast<double>(result.at({}));
  // Details are sums of pixels whose squared weights sum to 1.
  if (!(sigma >= 0 && sigma <= 16 * static_cast<double>(pixels.largest)) && pixels.bounded) {
    fail("no deviation");
  }
  const std::vector<std::byte> before = result.copy();
  decode_level(bytes);
  compute(result.mutable_view(), 1);
  if (result.copy() != before) fail("the deviation depends on the level");

  ops::NoiseModel model{};
  ops::NoiseModel again{};
  const bool finite = ops::noise_model(image.view(), 1, model);
  if (finite != ops::noise_model(image.view(), rerun.workers, again)) fail("finite or not");
  if (finite != !std::isnan(sigma)) fail("finite for one of two");
  if (std::memcmp(&model, &again, sizeof model) != 0) fail("the model depends on workers");
  if (!(model.gain >= 0 && model.sigma >= 0 && std::isfinite(model.offset)) && pixels.bounded) {
    fail("no model");
  }
}

}  // namespace burnish::fuzz
