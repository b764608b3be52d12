#include "ops/hot_pixels_threshold.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/scratch.hpp"
#include "ops/tiles.hpp"
#include "ops/window_ranks.hpp"

namespace burnish::ops {
namespace {

bool is_integer(DType dtype) {
  return dtype != DType::f16 && dtype != DType::f32 && dtype != DType::f64;
}

// The distances from the medians of up to 8192 pixels, in runs spread over the image.
struct Distances {
  std::vector<double> ordinary;  // of pixels strictly between others
  std::vector<double> extreme;   // of the highest and lowest ones
  std::int64_t pixels = 0;
};

Distances sampled_distances(const View& channel, const std::vector<Taps>& taps) {
  constexpr std::int64_t length = 64;
  constexpr std::int64_t most_runs = 128;
  // There are no results, but a geometry has two sides.
  const MutableView nowhere{nullptr, channel.dtype, channel.ndim, channel.shape, channel.strides};
  const Geometry g = make_planar_geometry(channel, nowhere, taps);
  const StoredPixels pixels(channel, g);
  const Tiling runs(g, {1, 1, length});
  const std::int64_t count = std::min(runs.count(), most_runs);
  Distances result;
  for (std::int64_t i = 0; i < count; ++i) {
    // Steps of one length alone could meet the same columns in each row.
    const std::int64_t step = runs.count() / count;
    const std::int64_t shift = (i * 2654435769 % (std::int64_t{1} << 32) * step) >> 32;
    const Tile run = runs.tile(i * step + shift);
    Scratch scratch(RowRanks::bytes(pixels, run) +
                    Scratch::size_of<std::byte>(pixels.items(run) * pixels.item));
    std::byte* const loaded = scratch.take<std::byte>(pixels.items(run) * pixels.item);
    pixels.load(run, loaded);
    const auto rows = pixels.around(run, loaded, run.planes.begin, run.rows.begin);
    const RowRanks windows(pixels, run, scratch);
    if (windows.has_medians() && !pixels.any_nan(run, loaded)) {
      windows.find(rows);
    } else {
      WindowRanks each(pixels, 3);
      each.enter_row(run, run.planes.begin, run.rows.begin);
      for (std::int64_t k = 0; k < run.elements.size(); ++k) {
        each.find(run.elements.begin + k, 3, windows.ranks.at(k * pixels.item));
      }
    }
    std::array<double, length> distances;
    std::array<std::uint8_t, length> kinds;
    pixels.kernels.distances[pixels.type](
        {pixels.middle(rows), windows.ranks.lowest, windows.ranks.median, windows.ranks.highest,
         distances.data(), kinds.data(), static_cast<std::ptrdiff_t>(run.elements.size())});
    for (std::size_t k = 0; k < static_cast<std::size_t>(run.elements.size()); ++k) {
      if (kinds[k] == 1) result.ordinary.push_back(distances[k]);
      if (kinds[k] == 2) result.extreme.push_back(distances[k]);
    }
    result.pixels += run.elements.size();
  }
  return result;
}

}  // namespace

// What tells a pixel that stands out from the detail of its channel: half as much again as ordinary
// pixels differ from their medians, 1 in 100 of them left aside. Where more of all pixels than that
// stand out, as many are left aside: the more impulses there are, the less is lost by replacing
// detail too. Both numbers are a compromise over twenty photographs with 0.1 to 70 % of impulses.
double hot_pixels_threshold(const View& channel, const std::vector<Taps>& taps) {
  constexpr double factor = 1.5;
  constexpr double least_share = 0.01;
  Distances sample = sampled_distances(channel, taps);
  if (sample.ordinary.empty()) return 0;
  const double rounding = is_integer(channel.dtype) ? 1 : 0;  // of a difference, at most
  const auto bound = [&](double share) {
    const double last = static_cast<double>(sample.ordinary.size() - 1);
    const auto rank = static_cast<std::ptrdiff_t>((1 - share) * last);
    std::nth_element(sample.ordinary.begin(), sample.ordinary.begin() + rank,
                     sample.ordinary.end());
    return factor * (sample.ordinary[static_cast<std::size_t>(rank)] + rounding);
  };
  const double first = bound(least_share);
  const auto beyond = std::count_if(sample.extreme.begin(), sample.extreme.end(),
                                    [&](double distance) { return distance > first; });
  const double share = static_cast<double>(beyond) / static_cast<double>(sample.pixels);
  return share > least_share ? bound(share) : first;
}

}  // namespace burnish::ops
