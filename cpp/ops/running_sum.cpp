#include "ops/running_sum.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"

namespace burnish::ops {
namespace {

// A power of two that keeps sums over the window within the image's range.
double weight_of(std::int64_t window) {
  int exponent = 0;
  std::frexp(static_cast<double>(window - 1), &exponent);
  return std::ldexp(1.0, -exponent);
}

template <class T>
void sum(const T* const* rows, std::int64_t window, double scale, const TargetRows<T>& target) {
  active_table<T>().running_sum(
      {rows, static_cast<std::ptrdiff_t>(window), static_cast<T>(weight_of(window)),
       static_cast<T>(scale), target.data, static_cast<std::ptrdiff_t>(target.pitch),
       static_cast<std::ptrdiff_t>(target.count), static_cast<std::ptrdiff_t>(target.columns)});
}

}  // namespace

template <class T>
void RunningSumPasses<T>::along_planes(const T* const* rows, const TargetRows<T>& target) const {
  sum<T>(rows, g_.planes.taps, 1, target);
}

template <class T>
void RunningSumPasses<T>::down_rows(const T* const* rows, const TargetRows<T>& target) const {
  sum<T>(rows, g_.rows.taps, 1, target);
}

template <class T>
void RunningSumPasses<T>::along_columns(const T* const* rows, const TargetRows<T>& target) const {
  if (g_.columns.taps == 1) return sum<T>(rows, 1, scale(), target);
  constexpr std::int64_t most_bytes = 1 << 24;  // of the lines of a group, turned
  const std::int64_t reach = g_.columns.taps * g_.step;
  const bool fits = (target.columns + reach) * group * std::int64_t{sizeof(T)} <= most_bytes;
  if (target.count >= group && fits) return sum_groups(rows, target);
  const std::int64_t pieces =
      std::clamp<std::int64_t>(target.columns / std::max(reach, active_table<T>().lanes), 1,
                               std::max<std::int64_t>(group / target.count, 1));
  // With fewer lines than this the vectors are emptier than it takes to beat one line at a time.
  constexpr std::int64_t fewest = 6;
  if (target.count < group && target.count * pieces >= fewest) {
    sum_stretches(rows, target, pieces);
  } else {
    sum_one_by_one(rows, target);
  }
}

template <class T>
double RunningSumPasses<T>::gain() const {
  return static_cast<double>(g_.planes.taps) * weight_of(g_.planes.taps) *
         static_cast<double>(g_.rows.taps) * weight_of(g_.rows.taps);
}

// What the weights leave of the mean.
template <class T>
double RunningSumPasses<T>::scale() const {
  return 1 / (gain() * static_cast<double>(g_.columns.taps) * weight_of(g_.columns.taps));
}

template <class T>
void RunningSumPasses<T>::sum_groups(const T* const* rows, const TargetRows<T>& target) const {
  for (std::int64_t y = 0; y < target.count; y += group) {
    const std::int64_t first = std::min(y, target.count - group);
    Lines lines;
    for (std::int64_t i = 0; i < group; ++i) {
      lines.in[i] = rows[first + i];
      lines.out[i] = target.data + (first + i) * target.pitch;
    }
    sum_lines(lines, target.columns);
  }
}

// Too few rows to fill a group are cut into stretches. The last one of a row overlaps its
// neighbour, with sums that may differ in their last bits: each stretch is copied as far as the
// next one's beginning would be.
template <class T>
void RunningSumPasses<T>::sum_stretches(const T* const* rows, const TargetRows<T>& target,
                                        std::int64_t most) const {
  const std::int64_t length = (target.columns + most - 1) / most;
  const std::int64_t pieces = (target.columns + length - 1) / length;
  const auto begin = [&](std::int64_t piece) {
    return std::min(piece * length, target.columns - length);
  };
  Scratch scratch(Scratch::size_of<T>(group * length));
  T* const sums = scratch.take<T>(group * length);
  Lines lines;
  for (std::int64_t i = 0; i < group; ++i) {
    lines.in[i] = rows[std::min(i / pieces, target.count - 1)] + begin(i % pieces);
    lines.out[i] = sums + i * length;
  }
  sum_lines(lines, length);
  for (std::int64_t i = 0; i < target.count * pieces; ++i) {
    const std::int64_t from = i % pieces * length;
    const std::int64_t to = std::min(from + length, target.columns);
    std::copy(lines.out[i] + (from - begin(i % pieces)), lines.out[i] + (to - begin(i % pieces)),
              target.data + i / pieces * target.pitch + from);
  }
}

template <class T>
void RunningSumPasses<T>::sum_one_by_one(const T* const* rows, const TargetRows<T>& target) const {
  for (std::int64_t y = 0; y < target.count; ++y) {
    active_table<T>().running_sum_line(
        {rows[y], static_cast<std::ptrdiff_t>(g_.columns.taps),
         static_cast<std::ptrdiff_t>(g_.step), weight_of(g_.columns.taps), scale(),
         target.data + y * target.pitch, static_cast<std::ptrdiff_t>(target.columns)});
  }
}

// Writes `count` elements of each line; reads as far as the window reaches.
template <class T>
void RunningSumPasses<T>::sum_lines(const Lines& lines, std::int64_t count) const {
  const std::int64_t lanes = active_table<T>().lanes;
  const std::int64_t reach = (g_.columns.taps - 1) * g_.step;
  const std::int64_t sources = count + reach;
  Scratch scratch(Scratch::size_of<T>(sources * group) + Scratch::size_of<T>(count * group) +
                  Scratch::size_of<const T*>(sources));
  T* const in = scratch.take<T>(sources * group);
  T* const out = scratch.take<T>(count * group);
  const T** const rows = scratch.take<const T*>(sources);
  for (std::int64_t r = 0; r < group; r += lanes) {
    active_table<T>().rows_to_columns(
        {lines.in + r, in + r, group, static_cast<std::ptrdiff_t>(sources)});
  }
  for (std::int64_t c = 0; c < std::min(g_.step, count); ++c) {
    const std::int64_t outputs = (count - c + g_.step - 1) / g_.step;
    for (std::int64_t i = 0; i < outputs + g_.columns.taps - 1; ++i) {
      rows[i] = in + (c + i * g_.step) * group;
    }
    sum<T>(rows, g_.columns.taps, scale(), {out + c * group, g_.step * group, outputs, group});
  }
  for (std::int64_t r = 0; r < group; r += lanes) {
    active_table<T>().columns_to_rows(
        {out + r, group, static_cast<std::ptrdiff_t>(count), lines.out + r});
  }
}

template class RunningSumPasses<float>;
template class RunningSumPasses<double>;

}  // namespace burnish::ops
