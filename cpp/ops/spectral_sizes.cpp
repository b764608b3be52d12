#include "ops/spectral_sizes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace burnish::ops {
namespace {

// Arithmetic of a complex transform, in slots times stages of radix 2.
double complex_cost(std::int64_t size) {
  const auto n = static_cast<double>(size);
  if (is_fast_size(size)) return n * std::log2(n);
  const std::int64_t longer = next_fast_size(2 * size - 1);
  return 2 * complex_cost(longer) + 4 * static_cast<double>(longer);
}

// The same of a real one, whose slots hold two numbers each.
double real_cost(std::int64_t size) {
  double cost = 0;
  for (; size % 8 == 0; size /= 4) {
    cost += static_cast<double>(size) / 2 * 2 + complex_cost(size / 8) + complex_cost(size / 4);
  }
  return cost + complex_cost(size) + 4 * static_cast<double>(size);
}

struct Candidate {
  TilePeriod tile;
  double tiles;
  double transform;  // arithmetic of one line
};

std::vector<Candidate> candidates(const TileAxis& axis, bool real, bool wrap) {
  std::vector<Candidate> found;
  const auto add = [&](std::int64_t period, std::int64_t outputs, bool wraps) {
    const std::int64_t tiles = (axis.outputs + outputs - 1) / outputs;
    found.push_back({{period, outputs, wraps},
                     static_cast<double>(tiles),
                     real ? real_cost(period) : complex_cost(period)});
  };
  if (axis.may_wrap) add(axis.outputs, axis.outputs, true);
  if (axis.may_wrap && wrap) return found;
  std::int64_t last = 0;
  for (std::int64_t tiles = 1; tiles <= axis.outputs; tiles += (tiles + 3) / 4) {
    const std::int64_t outputs = (axis.outputs + tiles - 1) / tiles;
    const std::int64_t least = outputs + axis.taps - 1;
    // Rows are parted by four as long as eight divides them.
    std::int64_t period = next_fast_size(least);
    if (real && least > 16) {
      const std::int64_t unit = least > 128 ? 32 : 8;
      period = unit * next_fast_size((least + unit - 1) / unit);
    }
    if (period != last) add(period, std::min(period - axis.taps + 1, axis.outputs), false);
    last = period;
  }
  return found;
}

}  // namespace

bool is_fast_size(std::int64_t size) {
  for (const int factor : {2, 3, 5}) {
    while (size % factor == 0) size /= factor;
  }
  return size == 1;
}

std::int64_t next_fast_size(std::int64_t size) {
  while (!is_fast_size(size)) ++size;
  return size;
}

TilePlan plan_tiles(const std::array<TileAxis, 3>& axes, std::size_t item_size, bool wrap) {
  TilePlan best{};
  best.time = HUGE_VAL;
  const char* force = std::getenv("BURNISH_TILE");
  const double forced = force ? std::atof(force) : 0;
  for (const Candidate& z : candidates(axes[0], false, wrap)) {
    for (const Candidate& y : candidates(axes[1], false, wrap)) {
      for (const Candidate& x : candidates(axes[2], true, wrap)) {
        const auto planes = static_cast<double>(z.tile.period);
        const auto rows = static_cast<double>(y.tile.period);
        const auto columns = static_cast<double>(x.tile.period);
        const double pixels = planes * rows * columns;
        const double tiles = z.tiles * y.tiles * x.tiles;
        const double cache = pixels * static_cast<double>(item_size) <= 1.5e6 ? 1 : 2;
        const double arithmetic =
            2 * (planes * rows * x.transform / 1 + planes * columns / 2 * y.transform +
                 rows * columns / 2 * z.transform);
        double time = tiles * (arithmetic + 10 * cache * pixels) * 0.05;
        if (forced > 0 && (rows > forced * 1.3 || rows < forced * .8 || columns > forced * 1.3 ||
                           columns < forced * .8))
          time += 1e12;
        if (time < best.time) best = {{z.tile, y.tile, x.tile}, tiles < 16, time};
      }
    }
  }
  return best;
}

}  // namespace burnish::ops
