#include "ops/spectral_sizes.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "dispatch/dispatch.hpp"

namespace burnish::ops {
namespace {

// Measured on one core of a Zen 5 with 2 MiB of L2, periods of 64 to 2048, one to three axes: all
// within 30 % of the prediction but for spectra between the caches' sizes.
constexpr double tile_overhead = 2000;    // ns
constexpr double cached_bytes = 6 << 20;  // beyond that a spectrum comes from memory,
constexpr double memory_byte = 0.25;      // which takes so many ns for each of its bytes
constexpr double plane_overhead = 1.5;    // lines across planes are far apart
constexpr double few_tiles = 1.2;         // two threads that share one wait for each other,
constexpr double waking = 40000;          // ns for both, three times,
constexpr double serial = 50000;          // but for so little other methods use one thread too

// ns for a slot of complex numbers and a stage of radix 2, by the bytes of a vector.
template <class T>
double stage_time() {
  const std::ptrdiff_t bytes = active_table<T>().lanes * static_cast<std::ptrdiff_t>(sizeof(T));
  return bytes == 64 ? 0.87 : bytes == 32 ? 0.67 : 0.75;
}

// The stages of radix 2 that a complex transform is worth, for each of its numbers, times their
// number.
double complex_work(std::int64_t size) {
  const auto n = static_cast<double>(size);
  if (is_fast_size(size)) return n * std::log2(n);
  const std::int64_t longer = next_fast_size(2 * size - 1);
  return 4 * (complex_work(longer) + 2 * static_cast<double>(longer));
}

// The same of a real one, with two numbers to a slot.
double real_work(std::int64_t size) {
  double work = 0;
  for (; size % 8 == 0; size /= 4) {
    work += static_cast<double>(size) + complex_work(size / 8) + complex_work(size / 4);
  }
  return work + complex_work(size) + 4 * static_cast<double>(size);
}

struct Candidate {
  TilePeriod tile;
  double tiles;
  double work;  // of one line
};

std::vector<Candidate> candidates(const TileAxis& axis, bool real, bool wrap) {
  std::vector<Candidate> found;
  const auto add = [&](std::int64_t period, std::int64_t outputs, bool wraps) {
    const std::int64_t tiles = (axis.outputs + outputs - 1) / outputs;
    found.push_back({{period, outputs, wraps},
                     static_cast<double>(tiles),
                     real ? real_work(period) : complex_work(period)});
  };
  if (axis.may_wrap) add(axis.outputs, axis.outputs, true);
  if (axis.may_wrap && wrap) return found;
  std::int64_t last = 0;
  for (std::int64_t tiles = 1; tiles <= axis.outputs; tiles += (tiles + 3) / 4) {
    const std::int64_t outputs = (axis.outputs + tiles - 1) / tiles;
    const std::int64_t least = outputs + axis.taps - 1;
    const std::int64_t period = real ? next_fast_row(least) : next_fast_size(least);
    if (period != last) add(period, std::min(period - axis.taps + 1, axis.outputs), false);
    last = period;
    // Smaller ones are mostly overlap, or calls of kernels.
    if (outputs < std::max<std::int64_t>(axis.taps / 4, 32)) break;
  }
  return found;
}

}  // namespace

bool is_fast_size(std::int64_t size) {
  for (const int factor : {2, 3, 5, 11}) {
    while (size % factor == 0) size /= factor;
  }
  return size == 1;
}

std::int64_t next_fast_size(std::int64_t size) {
  std::int64_t best = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t eleven : {1, 11}) {
    for (std::int64_t five = eleven; five < 5 * size; five *= 5) {
      for (std::int64_t odd = five; odd < 3 * size; odd *= 3) {
        std::int64_t fast = odd;
        while (fast < size) fast *= 2;
        best = std::min(best, fast);
      }
    }
  }
  return best;
}

std::int64_t next_fast_row(std::int64_t size) {
  // Rows are parted by four as long as eight divides them.
  const std::int64_t unit = size < 16 ? 1 : size < 128 ? 8 : 32;
  return unit * next_fast_size((size + unit - 1) / unit);
}

template <class T>
TilePlan plan_tiles(const std::array<TileAxis, 3>& axes, bool wrap) {
  const auto lanes = static_cast<double>(active_table<T>().lanes);
  const auto whole = [&](double lines) { return std::ceil(lines / lanes); };
  TilePlan best{};
  best.time = std::numeric_limits<double>::infinity();
  const std::vector<Candidate> along_rows = candidates(axes[1], false, wrap);
  const std::vector<Candidate> along_columns = candidates(axes[2], true, wrap);
  for (const Candidate& z : candidates(axes[0], false, wrap)) {
    for (const Candidate& y : along_rows) {
      for (const Candidate& x : along_columns) {
        const auto planes = static_cast<double>(z.tile.period);
        const auto rows = static_cast<double>(y.tile.period);
        const double blocks = whole(static_cast<double>(x.tile.period / 2 + 1));
        const auto taps = [](const Candidate& c, const TileAxis& axis) {
          return static_cast<double>(c.tile.wraps ? c.tile.period : axis.taps);
        };
        // In slots times stages: rows, columns and lines across planes, forward and back, and for
        // the kernel forward.
        const double of_rows =
            x.work * (planes * whole(rows) + static_cast<double>(z.tile.outputs) *
                                                 whole(static_cast<double>(y.tile.outputs)));
        const double of_columns = planes * blocks * y.work;
        const double of_planes = plane_overhead * blocks * rows * z.work;
        const double of_kernel =
            x.work * taps(z, axes[0]) * whole(taps(y, axes[1])) + of_columns + of_planes;
        const double work = of_rows + 2 * (of_columns + of_planes);
        const double bytes = planes * rows * blocks * lanes * 2 * sizeof(T);
        const double of_memory = bytes > cached_bytes ? memory_byte * bytes : 0;
        const double tiles = z.tiles * y.tiles * x.tiles;
        const double time =
            stage_time<T>() * (tiles * work + of_kernel) + tiles * (of_memory + tile_overhead);
        const bool shares = tiles < enough_tiles && time > serial;
        const double shared = shares ? few_tiles * time + waking : time;
        if (shared < best.time) best = {{z.tile, y.tile, x.tile}, shared};
      }
    }
  }
  return best;
}

template TilePlan plan_tiles<float>(const std::array<TileAxis, 3>&, bool);
template TilePlan plan_tiles<double>(const std::array<TileAxis, 3>&, bool);

}  // namespace burnish::ops
