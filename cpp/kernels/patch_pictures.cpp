// What pictures are made into before their patches are compared. In whole numbers but for the way
// in from pixels of any type.
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

BURNISH_INLINE std::int32_t magnitude(std::int32_t x) { return x < 0 ? -x : x; }

}  // namespace

Range known_range(const KnownRange& a) {
  constexpr std::ptrdiff_t width = 8;
  const double infinity = 1 / 0.0;
  double lowest[width], highest[width], nothing[width];
  for (std::ptrdiff_t k = 0; k < width; ++k) {
    lowest[k] = infinity;
    highest[k] = -infinity;
    nothing[k] = 0;
  }
  const auto look = [&](std::ptrdiff_t i, std::ptrdiff_t k) BURNISH_INLINED {
    const bool known = (a.marks[i] & a.hole) == 0;
    const double value = a.row[i];
    lowest[k] = known && value < lowest[k] ? value : lowest[k];
    highest[k] = known && value > highest[k] ? value : highest[k];
    nothing[k] += known ? value - value : 0.0;
  };
  std::ptrdiff_t i = 0;
  for (; i + width <= a.count; i += width) {
    for (std::ptrdiff_t k = 0; k < width; ++k) look(i + k, k);
  }
  for (std::ptrdiff_t k = 0; i + k < a.count; ++k) look(i + k, k);
  Range range{lowest[0], highest[0], nothing[0]};
  for (std::ptrdiff_t k = 1; k < width; ++k) {
    range.lowest = lowest[k] < range.lowest ? lowest[k] : range.lowest;
    range.highest = highest[k] > range.highest ? highest[k] : range.highest;
    range.nothing += nothing[k];
  }
  return range;
}

void quantise(const Quantise& a) {
  const double half = a.offset / 2;
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    const double value = (a.row[i] / 2 - half) * a.scale;
    const double bounded = value < a.highest ? value : a.highest;
    const bool known = (a.marks[i] & a.hole) == 0;
    a.target[i * a.items] = static_cast<std::int16_t>(known ? bounded + 0.5 : 0.0);
  }
}

void roughness(const Roughness& a) {
  for (std::ptrdiff_t i = 0; i + 1 < a.count; ++i) {
    const std::int16_t* here = a.row + i * a.items;
    const std::int16_t* under = a.below + i * a.items;
    std::int32_t sum = 0;
    for (std::ptrdiff_t c = 0; c < a.channels; ++c) {
      sum += magnitude(here[c] - here[a.items + c]) + magnitude(here[c] - under[c]);
    }
    const bool known = ((a.marks[i] | a.marks[i + 1] | a.marks_below[i]) & a.hole) == 0;
    a.sums[i] = known ? sum : 0;
    a.counts[i] = known ? 1 : 0;
  }
  a.sums[a.count - 1] = 0;
  a.counts[a.count - 1] = 0;
}

void slide_row(const SlideRow& a) {
  if (a.entering != nullptr) {
    for (std::ptrdiff_t i = 0; i < a.count; ++i) a.total[i] += a.entering[i];
  }
  if (a.leaving != nullptr) {
    for (std::ptrdiff_t i = 0; i < a.count; ++i) a.total[i] -= a.leaving[i];
  }
}

void window_means(const WindowMeans& a) {
  std::int64_t sum = 0, known = 0;
  const auto step = [&](std::ptrdiff_t i, std::int64_t sign) BURNISH_INLINED {
    if (i < 0 || i >= a.count) return;
    sum += sign * a.sums[i];
    known += sign * a.counts[i];
  };
  for (std::ptrdiff_t i = 0; i < a.radius; ++i) step(i, 1);
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    step(i + a.radius, 1);
    step(i - a.radius - 1, -1);
    const double mean =
        known == 0 ? 0.0 : a.scale * static_cast<double>(sum) / static_cast<double>(known);
    const double bounded = mean < a.highest ? mean : a.highest;
    a.target[i * a.items] = static_cast<std::int16_t>(bounded + 0.5);
  }
}

void halve_rows(const HalveRows& a) {
  for (std::ptrdiff_t x = 0; 2 * x < a.columns; ++x) {
    const std::ptrdiff_t columns[2] = {2 * x, 2 * x + 1 < a.columns ? 2 * x + 1 : 2 * x};
    std::uint8_t marks = 0;
    std::int32_t count = 0;
    bool known[4];
    for (int k = 0; k < 4; ++k) {
      const std::uint8_t mark = a.marks[k / 2][columns[k % 2]];
      marks |= mark;
      known[k] = (mark & a.hole) == 0;
      count += known[k] ? 1 : 0;
    }
    a.target_marks[x] = marks;
    for (std::ptrdiff_t c = 0; c < a.items; ++c) {
      std::int32_t sum = 0;
      for (int k = 0; k < 4; ++k) {
        sum += known[k] ? a.rows[k / 2][columns[k % 2] * a.items + c] : 0;
      }
      a.target[x * a.items + c] =
          static_cast<std::int16_t>(count == 0 ? 0 : (2 * sum + count) / (2 * count));
    }
  }
}

void join_along(const JoinAlong& a) {
  for (std::ptrdiff_t i = 0; i < a.count; ++i) a.target[i] = a.source[i];
  for (std::ptrdiff_t k = 1; k < a.size; ++k) {
    for (std::ptrdiff_t i = 0; i < a.count; ++i) {
      a.target[i] = static_cast<std::uint8_t>(a.target[i] | a.source[i + k]);
    }
  }
}

void join_rows(const JoinRows& a) {
  for (std::ptrdiff_t i = 0; i < a.count; ++i) a.target[i] = a.rows[0][i];
  for (std::ptrdiff_t k = 1; k < a.size; ++k) {
    const std::uint8_t* row = a.rows[k];
    for (std::ptrdiff_t i = 0; i < a.count; ++i) {
      a.target[i] = static_cast<std::uint8_t>(a.target[i] | row[i]);
    }
  }
}

}  // namespace burnish::kernels::BURNISH_LEVEL
