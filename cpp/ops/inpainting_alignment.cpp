#include "ops/inpainting_alignment.hpp"

#include <cstdlib>
#include <vector>

#include "base/parallel.hpp"
#include "dispatch/dispatch.hpp"

namespace burnish::ops {
namespace {

// Of the patches around the holes so many are compared: enough to tell a shift.
constexpr std::size_t most_compared = 64;

// Sources right beside targets, spread over all there are.
std::vector<std::int32_t> known_patches(const PatchPicture& picture) {
  const kernels::Bounds& within = picture.bounds()[0];
  const std::int32_t stride = picture.stride();
  std::vector<std::int32_t> beside;
  for (const std::int32_t target : picture.targets()) {
    const std::int32_t y = target / stride, x = target % stride;
    const auto add = [&](std::int32_t v, std::int32_t u) {
      const bool inside =
          v >= within.top && v < within.bottom && u >= within.left && u < within.right;
      if (inside && picture.sources()[v * stride + u] != 0) beside.push_back(v * stride + u);
    };
    add(y - 1, x);
    add(y, x - 1);
    add(y, x + 1);
    add(y + 1, x);
  }
  if (beside.size() <= most_compared) return beside;
  std::vector<std::int32_t> some;
  for (std::size_t i = 0; i < most_compared; ++i) {
    some.push_back(beside[i * beside.size() / most_compared]);
  }
  return some;
}

// The place that a place of the first page is a copy of, or -1 if that is no source.
std::int32_t counterpart(const PatchPicture& picture, const Alignment& alignment,
                         std::int32_t place) {
  const kernels::Bounds& within = picture.bounds()[alignment.page];
  const std::int32_t y =
      picture.pages()[alignment.page].first + place / picture.stride() + alignment.dy;
  const std::int32_t x = place % picture.stride() + alignment.dx;
  if (y < within.top || y >= within.bottom || x < within.left || x >= within.right) return -1;
  const std::int32_t found = y * picture.stride() + x;
  return picture.sources()[found] != 0 ? found : -1;
}

}  // namespace

Alignment aligned(const PatchPicture& picture, const Alignment& guess, std::int32_t radius,
                  int workers) {
  // What is smooth fits anywhere: each pixel away from the guess must be worth so much.
  constexpr double least_gain = 1e-3;
  const std::vector<std::int32_t> patches = known_patches(picture);
  std::vector<Alignment> tried;
  for (std::int32_t dy = -radius; dy <= radius; ++dy) {
    for (std::int32_t dx = -radius; dx <= radius; ++dx) {
      tried.push_back({guess.page, guess.dy + dy, guess.dx + dx});
    }
  }
  std::vector<std::int32_t> distances(patches.size() * tried.size());
  for_tiles(static_cast<std::int64_t>(patches.size()), workers, [&](std::int64_t index) {
    const auto i = static_cast<std::size_t>(index);
    std::vector<std::int32_t> places;
    for (const Alignment& each : tried) places.push_back(counterpart(picture, each, patches[i]));
    active_level().inpainting.distances({picture.patches(), patches[i], places.data(),
                                         static_cast<std::ptrdiff_t>(places.size()),
                                         distances.data() + i * tried.size()});
  });
  Alignment best = guess;
  double least = -1;
  for (std::size_t k = 0; k < tried.size(); ++k) {
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < patches.size(); ++i) {
      const std::int32_t distance = distances[i * tried.size() + k];
      if (distance == kernels::no_target) continue;
      sum += distance;
      ++count;
    }
    if (4 * count <= patches.size()) continue;
    const std::int32_t away = std::abs(tried[k].dy - guess.dy) + std::abs(tried[k].dx - guess.dx);
    const double mean = (sum / static_cast<double>(count) + 1) * (1 + least_gain * away);
    if (least < 0 || mean < least) {
      least = mean;
      best = tried[k];
    }
  }
  return best;
}

Fit fit_of(const PatchPicture& picture, const Alignment& alignment) {
  const std::vector<std::int32_t> patches = known_patches(picture);
  std::vector<std::int32_t> places;
  for (const std::int32_t patch : patches) {
    places.push_back(counterpart(picture, alignment, patch));
  }
  std::vector<std::int32_t> distances(places.size());
  double own = 0, others = 0;
  std::int64_t own_count = 0, others_count = 0;
  for (std::size_t i = 0; i < patches.size(); ++i) {
    active_level().inpainting.distances({picture.patches(), patches[i], places.data(),
                                         static_cast<std::ptrdiff_t>(places.size()),
                                         distances.data()});
    for (std::size_t k = 0; k < places.size(); ++k) {
      if (distances[k] == kernels::no_target) continue;
      (i == k ? own : others) += distances[k];
      (i == k ? own_count : others_count) += 1;
    }
  }
  if (own_count == 0 || others_count == 0) return {-1, -1};
  return {own / static_cast<double>(own_count), others / static_cast<double>(others_count)};
}

void take_counterparts(PatchPicture& picture, const Alignment& alignment) {
  for (const std::int32_t target : picture.targets()) {
    const std::int32_t found = counterpart(picture, alignment, target);
    if (found < 0) continue;
    picture.matches()[target] = found;
    picture.distances()[target] = 0;
  }
}

}  // namespace burnish::ops
