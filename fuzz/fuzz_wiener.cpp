#include <optional>

#include "fuzz/decode.hpp"
#include "fuzz/level.hpp"
#include "fuzz/reference.hpp"
#include "ops/wiener.hpp"

namespace burnish::fuzz {
namespace {

// The normal equations H^T (H x - y) + balance R^T R x = 0 of an image that repeats, to within
// rounding of what they add up.
void check_normal_equations(const Array& image, const Array& out, const Kernel& blur,
                            const Kernel& reg, double balance) {
  const Shape& shape = image.layout().shape;
  std::vector<double> x;
  double most = 0;
  for (std::int64_t i = 0; i < shape.elements(); ++i) {
    x.push_back(static_cast<double>(out.at(shape.at(i))));
    most = std::max(
        {most, std::fabs(x.back()), std::fabs(static_cast<double>(image.at(shape.at(i))))});
  }
  std::vector<double> misfit = correlated(shape, blur, x, false);
  for (std::size_t i = 0; i < x.size(); ++i) {
    misfit[i] -= static_cast<double>(image.at(shape.at(static_cast<std::int64_t>(i))));
  }
  const std::vector<double> pull = correlated(shape, blur, misfit, true);
  const std::vector<double> push = correlated(shape, reg, correlated(shape, reg, x, false), true);
  const double unit = most * (2 + balance * reg.gain() * reg.gain());
  const double allowed = (out.layout().dtype == DType::f64 ? 1e-11 : 1e-3) * unit;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double off = std::fabs(pull[i] + balance * push[i]);
    if (off <= allowed) continue;
    std::fprintf(stderr, "off by %.3g of %.3g\n", off, unit);
    fail("wrong answer");
  }
}

}  // namespace

void run(Bytes& bytes) {
  decode_level(bytes);
  const Rerun rerun = decode_rerun(bytes);
  const Shape shape = decode_shape(bytes, 1 << 10);
  const DType dtype = decode_dtype(bytes);
  Array image = decode_array(bytes, shape, dtype, true);
  std::vector<ops::Taps> taps =
      decode_taps(bytes, shape, std::clamp<std::int64_t>((1 << 15) / shape.elements(), 1, 4096));
  const ops::Outside outside = bytes.PickValueInArray(
      {ops::Outside::zero, ops::Outside::wrap, ops::Outside::reflect, ops::Outside::unknown});
  const bool chosen = bytes.ConsumeBool();
  const double balance = std::ldexp(1.0, bytes.ConsumeIntegralInRange(-6, 6));
  std::int64_t count = 1;
  std::int64_t reg_count = 1;
  std::int64_t scene = 1;
  std::int64_t pixels_of_volume = 1;
  std::vector<std::int64_t> reg_sizes;
  std::vector<ops::Taps> reg_taps;
  for (ops::Taps& t : taps) {
    t.border = Border::wrap;
    count *= t.taps;
    reg_sizes.push_back(bytes.ConsumeIntegralInRange<std::int64_t>(1, reg_count < 16 ? 9 : 2));
    reg_count *= reg_sizes.back();
    reg_taps.push_back({t.axis, reg_sizes.back(), 0, Border::wrap});
    const std::int64_t size = shape.size[static_cast<std::size_t>(t.axis)];
    scene *= size + std::max(t.taps, reg_sizes.back());
    pixels_of_volume *= size;
  }
  if (scene > 1 << 14) return;
  // A frame takes a hundred steps.
  const bool frames = outside == ops::Outside::unknown;
  if (frames && (scene > 1 << 12 || shape.elements() > 8 * pixels_of_volume)) return;
  Kernel blur{taps, decode_weights(bytes, count)};
  const Kernel reg{reg_taps, decode_weights(bytes, reg_count)};
  double sum = 0;
  for (double& weight : blur.weights) sum += weight = std::fabs(weight);
  if (sum == 0 || reg.gain() == 0) return;
  for (double& weight : blur.weights) weight /= sum;
  const Pixels pixels = decode_pixels(bytes, image);

  Array out = decode_array(bytes, shape, result_dtype(dtype), false);
  std::vector<bool> finite;
  const auto operation = [&](const MutableView& result, int threads) {
    finite.push_back(
        ops::wiener(image.view(), result, taps, blur.weights.data(), reg_sizes, reg.weights.data(),
                    chosen ? std::nullopt : std::optional<double>(balance), outside, threads));
    if (finite.back()) return;
    // What was written till then depends on the threads.
    clear(out.layout(), result.data);
  };
  if (!run_twice({&image}, out, rerun, operation)) fail("a kernel was refused");
  if (finite.front() != finite.back()) fail("what is finite depends on workers");
  if (finite.front() != all_finite(image)) fail("not the images that are finite were taken");
  const bool floating = dtype == DType::f32 || dtype == DType::f64;
  if (!pixels.bounded || !floating || chosen || outside != ops::Outside::wrap) return;
  if (all_finite(out)) check_normal_equations(image, out, blur, reg, balance);
}

}  // namespace burnish::fuzz
