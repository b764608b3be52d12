#include "ops/inpainting_march.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/parallel.hpp"

namespace burnish::ops {
namespace {

std::size_t sized(std::int64_t count) { return static_cast<std::size_t>(count); }

}  // namespace

March::March(const HoleGroup& group, std::int64_t margin, std::int64_t columns) {
  // The first places are nowhere: what has nothing above it or below is linked to their middle.
  std::int64_t end = 2 * margin + 1;
  for (const Run& run : group.near) {
    firsts_.push_back(static_cast<std::int32_t>(end));
    end += run.end - run.begin + 1;  // with one that is nowhere, so that no two runs touch
    if (end > std::int64_t{1} << 30) {
      throw OutOfMemory("what is near a hole has more than 2**30 pixels");
    }
  }
  const std::size_t size = sized(end + overhang);
  marks_.resize(size, Mark::nowhere);
  up_.resize(size, static_cast<std::int32_t>(margin));
  down_ = up_;
  settled_.resize(size);
  distances_.resize(size, unreached);

  std::size_t hole = 0;
  for (std::size_t i = 0; i < firsts_.size(); ++i) {
    const Run& run = group.near[i];
    const std::int64_t shift = firsts_[i] - run.begin;
    std::fill(marks_.begin() + shift + std::max<std::int64_t>(run.begin, 0),
              marks_.begin() + shift + std::min(run.end, columns), Mark::known);
    for (; hole < group.holes.size() && group.holes[hole].row == run.row &&
           group.holes[hole].begin < run.end;
         ++hole) {
      const Run& within = group.holes[hole];
      first_in_holes_.push_back(static_cast<std::int32_t>(shift + within.begin));
      std::fill(marks_.begin() + shift + within.begin, marks_.begin() + shift + within.end,
                Mark::hole);
    }
  }
  link(group, columns);

  std::vector<std::int32_t> rim;
  for (std::size_t i = 0; i < marks_.size(); ++i) {
    const auto place = static_cast<std::int32_t>(i);
    if (marks_[i] == Mark::known && is_rim(place)) rim.push_back(place);
  }
  march(Mark::known, rim);
  for (double& distance : distances_) {
    if (distance != unreached) distance = 0 - distance;
  }
  march(Mark::hole, rim);
}

std::vector<double> March::known_distances() const {
  std::vector<double> known = distances_;
  for (const std::int32_t place : order_) known[sized(place)] = unreached;
  return known;
}

void March::link(const HoleGroup& group, std::int64_t columns) {
  const std::vector<Run>& runs = group.near;
  for (std::size_t above = 0, below = 0; below < runs.size();) {
    const Run &a = runs[above], &b = runs[below];
    if (a.row + 1 < b.row || (a.row + 1 == b.row && a.end <= b.begin)) {
      ++above;
      continue;
    }
    const std::int64_t begin = std::max({a.begin, b.begin, std::int64_t{0}});
    const std::int64_t end = std::min({a.end, b.end, columns});
    if (a.row + 1 == b.row) {
      for (std::int64_t x = begin; x < end; ++x) {
        const std::int64_t upper = firsts_[above] + x - a.begin,
                           lower = firsts_[below] + x - b.begin;
        up_[sized(lower)] = static_cast<std::int32_t>(upper);
        down_[sized(upper)] = static_cast<std::int32_t>(lower);
      }
      if (a.end < b.end) {
        ++above;
        continue;
      }
    }
    ++below;
  }
}

bool March::is_rim(std::int32_t place) const {
  const auto is_hole = [&](std::int32_t at) { return marks_[sized(at)] == Mark::hole; };
  return is_hole(place - 1) || is_hole(place + 1) || is_hole(up_[sized(place)]) ||
         is_hole(down_[sized(place)]);
}

double March::nearer_settled(std::int32_t a, std::int32_t b) const {
  const double of_a = settled_[sized(a)] != 0 ? distances_[sized(a)] : unreached;
  const double of_b = settled_[sized(b)] != 0 ? distances_[sized(b)] : unreached;
  return std::min(of_a, of_b);
}

// Of |grad T| = 1 with differences from the nearer neighbour along each axis.
double March::solution(std::int32_t place) const {
  const double across = nearer_settled(place - 1, place + 1);
  const double along = nearer_settled(up_[sized(place)], down_[sized(place)]);
  const double least = std::min(across, along), difference = std::max(across, along) - least;
  if (!(difference < 1)) return least + 1;
  return (across + along + std::sqrt(2 - difference * difference)) / 2;
}

void March::march(Mark through, const std::vector<std::int32_t>& rim) {
  std::vector<Trial> trials;
  const auto attempt = [&](std::int32_t place) {
    const std::size_t at = sized(place);
    if (marks_[at] != through || settled_[at] != 0) return;
    const double distance = solution(place);
    if (!(distance < distances_[at])) return;
    distances_[at] = distance;
    trials.push_back({distance, place});
    std::push_heap(trials.begin(), trials.end(), is_later);
  };
  const auto settle = [&](std::int32_t place) {
    settled_[sized(place)] = 1;
    attempt(up_[sized(place)]);
    attempt(place - 1);
    attempt(place + 1);
    attempt(down_[sized(place)]);
  };
  for (const std::int32_t place : rim) {
    distances_[sized(place)] = 0;
    settled_[sized(place)] = 1;
  }
  for (const std::int32_t place : rim) settle(place);
  for (std::int64_t count = 1; !trials.empty(); ++count) {
    if (count % 8192 == 0) poll_in_tile();
    std::pop_heap(trials.begin(), trials.end(), is_later);
    const Trial first = trials.back();
    trials.pop_back();
    if (settled_[sized(first.place)] != 0) continue;  // it has been nearer already
    if (through == Mark::hole) order_.push_back(first.place);
    settle(first.place);
  }
}

}  // namespace burnish::ops
