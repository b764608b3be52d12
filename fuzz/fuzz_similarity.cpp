#include <numeric>

#include "fuzz/decode.hpp"
#include "fuzz/level.hpp"
#include "fuzz/pair.hpp"
#include "fuzz/reference.hpp"
#include "ops/similarity.hpp"

namespace burnish::fuzz {
namespace {

// The weights along each axis of a window, which has 4096 at most: a box, or any that sum to 1.
std::vector<double> decode_line(Bytes& bytes, std::size_t axes) {
  const int most = axes == 1 ? 253 : axes == 2 ? 63 : 15;
  const int longest = std::min(bytes.PickValueInArray({5, 11, 253}), most);
  const int size = 2 * bytes.ConsumeIntegralInRange(0, longest / 2) + 1;
  const bool box = bytes.ConsumeBool();
  Random random = decode_random(bytes);
  std::vector<double> weights(static_cast<std::size_t>(size));
  for (double& weight : weights) weight = box ? 1 : 1 + signed_unit(random) / 2;
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
  return weights;
}

// The similarity around one pixel: means first, so that variances do not cancel.
double similarity_at(const Pair& pair, const Kernel& kernel, const ops::SimilarityWindow& window,
                     const Index& at) {
  const double x_mean = correlate_at(pair.one, kernel, 0, at);
  const double y_mean = correlate_at(pair.other(), kernel, 0, at);
  double variances = 0;
  double covariance = 0;
  for_taps(pair.shape, kernel, at, [&](double weight, const Index* from) {
    const double x = value_at(pair.one, *from) - x_mean;
    const double y = value_at(pair.other(), *from) - y_mean;
    variances += weight * window.covariance_scale * (x * x + y * y);
    covariance += weight * window.covariance_scale * x * y;
  });
  return (2 * x_mean * y_mean + window.c1) * (2 * covariance + window.c2) /
         ((x_mean * x_mean + y_mean * y_mean + window.c1) * (variances + window.c2));
}

}  // namespace

void run(Bytes& bytes) {
  decode_level(bytes);
  const Rerun rerun = decode_rerun(bytes);
  const Pair pair(bytes, 1 << 13);
  const std::vector<int> axes = decode_pixel_axes(bytes, pair.shape.ndim);
  const std::vector<double> line = decode_line(bytes, axes.size());
  ops::SimilarityWindow window;
  for (const int axis : axes) {
    const auto size = static_cast<std::int64_t>(line.size());
    window.taps.push_back(ops::centred_taps(axis, size, 0, Border::reflect));
  }
  window.weights = line.data();
  window.margin = bytes.ConsumeIntegralInRange(0, 12);
  window.covariance_scale = bytes.PickValueInArray({1.0, 1.5, 1.0625});
  const double range = pair.largest > 0 ? pair.largest : 1;
  window.c1 = std::pow(range * bytes.PickValueInArray({0.01, 0.3}), 2);
  window.c2 = std::pow(range * bytes.PickValueInArray({0.03, 0.3}), 2);
  Array map = decode_array(bytes, pair.shape, DType::f64, false);

  const auto compute = [&](const MutableView* result, int workers) {
    return ops::structural_similarity(pair.one.view(), pair.other().view(), window, pair.where(),
                                      result, workers);
  };
  std::vector<double> sums;
  run_twice(pair.arrays(), map, rerun, [&](const MutableView& result, int workers) {
    sums.push_back(compute(&result, workers));
  });
  if (std::memcmp(&sums[0], &sums[1], sizeof(double)) != 0) fail("the sum depends on workers");
  if (!pair.bounded) return;

  const Kernel kernel = outer_product(window.taps, {axes.size(), line});
  const auto pixels = (1 << 15) / static_cast<std::int64_t>(kernel.weights.size());
  check_answers(map, pixels, pair.same ? 0 : 1e-9, [&](const Index& at) {
    return pair.same ? 1 : similarity_at(pair, kernel, window, at);
  });
  long double truth = 0;
  double count = 0;
  for (std::int64_t i = 0; i < pair.shape.elements(); ++i) {
    const Index at = pair.shape.at(i);
    const bool inside = std::all_of(axes.begin(), axes.end(), [&](int axis) {
      const auto n = static_cast<std::size_t>(axis);
      return std::min(at[n], pair.shape.size[n] - 1 - at[n]) >= window.margin;
    });
    if (!inside || !pair.counts(at)) continue;
    truth += map.at(at);
    ++count;
  }
  // Without a map the channels may be summed in another order.
  for (const double sum : {sums[0], compute(nullptr, rerun.workers)}) {
    if (!(std::fabs(sum - truth) <= 1e-12 * count)) fail("other pixels are summed");
  }
}

}  // namespace burnish::fuzz
