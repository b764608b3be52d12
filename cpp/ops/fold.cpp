#include "ops/fold.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace burnish::ops {
namespace {

// After how many pixels the extended axis repeats; 0 where it stays constant instead.
std::int64_t period(Border border, std::int64_t size) {
  switch (border) {
    case Border::reflect:
      return 2 * size;
    case Border::mirror:
      return std::max<std::int64_t>(2 * size - 2, 1);
    case Border::wrap:
      return size;
    case Border::nearest:
    case Border::constant:
      break;
  }
  return 0;
}

// The offset from the output pixel that reads what `offset` reads, for every output pixel.
std::int64_t folded_offset(Border border, std::int64_t size, std::int64_t offset) {
  const std::int64_t p = period(border, size);
  if (p == 0) return std::clamp(offset, -size, size);
  const std::int64_t first = -(p / 2);
  const std::int64_t rest = (offset - first) % p;
  return first + (rest < 0 ? rest + p : rest);
}

// What one axis reads after folding.
Taps folded_taps(std::int64_t size, const Taps& taps) {
  const std::int64_t p = period(taps.border, size);
  const std::int64_t longest = p == 0 ? 2 * size + 1 : p;
  if (taps.taps <= longest) return taps;
  if (p != 0) return {taps.axis, p, p / 2, taps.border};
  const std::int64_t before = std::min(taps.before, size);
  const std::int64_t after = std::min(taps.taps - 1 - taps.before, size);
  return {taps.axis, before + 1 + after, before, taps.border};
}

}  // namespace

FoldedKernel whole_kernel(const std::vector<Taps>& taps, const double* weights) {
  std::int64_t count = 1;
  for (const Taps& t : taps) count *= t.taps;
  return {taps, std::vector<double>(weights, weights + count)};
}

FoldedKernel fold_kernel(const View& image, const std::vector<Taps>& taps, const double* weights) {
  FoldedKernel kernel = whole_kernel(taps, weights);
  for (std::size_t axis = 0; axis < taps.size(); ++axis) {
    const Taps& from = taps[axis];
    const std::int64_t size = image.shape[static_cast<std::size_t>(from.axis)];
    const Taps to = folded_taps(size, from);
    if (to.taps == from.taps) continue;

    std::int64_t outer = 1;
    std::int64_t inner = 1;
    for (std::size_t i = 0; i < axis; ++i) outer *= kernel.taps[i].taps;
    for (std::size_t i = axis + 1; i < taps.size(); ++i) inner *= kernel.taps[i].taps;
    std::vector<double> folded(static_cast<std::size_t>(outer * to.taps * inner), 0.0);
    for (std::int64_t o = 0; o < outer; ++o) {
      for (std::int64_t j = 0; j < from.taps; ++j) {
        const std::int64_t k = folded_offset(from.border, size, j - from.before) + to.before;
        const double* const source = kernel.weights.data() + (o * from.taps + j) * inner;
        double* const target = folded.data() + (o * to.taps + k) * inner;
        for (std::int64_t i = 0; i < inner; ++i) target[i] += source[i];
      }
    }
    kernel.weights = std::move(folded);
    kernel.taps[axis] = to;
  }
  return kernel;
}

FoldedKernel fold_mean(const View& image, const Taps& taps) {
  const std::int64_t size = image.shape[static_cast<std::size_t>(taps.axis)];
  const Taps to = folded_taps(size, taps);
  std::vector<double> counts(static_cast<std::size_t>(to.taps), 1.0);
  if (const std::int64_t p = period(taps.border, size); p == 0) {
    counts.front() += static_cast<double>(taps.before - to.before);
    counts.back() += static_cast<double>(taps.taps - to.taps - (taps.before - to.before));
  } else if (to.taps == p) {
    std::fill(counts.begin(), counts.end(), static_cast<double>(taps.taps / p));
    for (std::int64_t j = 0; j < taps.taps % p; ++j) {
      counts[static_cast<std::size_t>(folded_offset(taps.border, size, j - taps.before) +
                                      to.before)] += 1;
    }
  }
  for (double& count : counts) count /= static_cast<double>(taps.taps);
  return {{to}, counts};
}

}  // namespace burnish::ops
