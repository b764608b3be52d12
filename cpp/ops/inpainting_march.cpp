#include "ops/inpainting_march.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/sized.hpp"

namespace burnish::ops {
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

  poll_in_tile();
  const std::vector<std::int32_t> rim = rim_of(group);
  march(Mark::known, rim);
  for (double& distance : distances_) {
    if (distance != unreached) distance = 0 - distance;
  }
  march(Mark::hole, rim);
  sort_holes(group);
}

void March::link(const HoleGroup& group, std::int64_t columns) {
  const std::vector<Run>& runs = group.near;
  for (std::size_t above = 0, below = 0; below < runs.size();) {
    const Run &a = runs[above], &b = runs[below];
    poll_in_tile();
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

// At distance 0 from here on.
std::vector<std::int32_t> March::rim_of(const HoleGroup& group) {
  std::vector<std::int32_t> rim;
  const auto look_at = [&](std::int32_t place) {
    if (marks_[sized(place)] != Mark::known || distances_[sized(place)] == 0) return;
    distances_[sized(place)] = 0;
    rim.push_back(place);
  };
  for (std::size_t i = 0; i < group.holes.size(); ++i) {
    const Run& hole = group.holes[i];
    const std::int32_t first = first_in_holes_[i];
    const auto end = static_cast<std::int32_t>(first + hole.end - hole.begin);
    look_at(first - 1);
    look_at(end);
    for (std::int32_t place = first; place < end; ++place) {
      look_at(up_[sized(place)]);
      look_at(down_[sized(place)]);
    }
    poll_in_tile();
  }
  return rim;
}

// Of |grad T| = 1 with differences from the nearer neighbour along each axis.
double March::solution(std::int32_t place) const {
  const std::size_t at = sized(place);
  const double across = std::min(distances_[at - 1], distances_[at + 1]);
  const double along = std::min(distances_[sized(up_[at])], distances_[sized(down_[at])]);
  const double least = std::min(across, along), difference = std::max(across, along) - least;
  if (!(difference < 1)) return least + 1;
  return (across + along + std::sqrt(2 - difference * difference)) / 2;
}

// What fast marching finds is the one solution of these equations, whatever order they are solved
// in. So places need no heap: they wait in a list for each step of distances, and the few that are
// taken too early are taken again.
void March::march(Mark through, const std::vector<std::int32_t>& rim) {
  constexpr double steps = 2;       // to a pixel
  constexpr std::size_t lists = 4;  // none waits for more than a pixel's steps
  std::vector<std::int32_t> waiting[lists];
  std::vector<std::uint8_t> is_waiting(distances_.size());
  const auto attempt = [&](std::int32_t place, double from) {
    const std::size_t at = sized(place);
    if (marks_[at] != through || !(from < distances_[at])) return;
    const double distance = solution(place);
    if (!(distance < distances_[at])) return;
    distances_[at] = distance;
    is_waiting[at] = 1;
    waiting[static_cast<std::size_t>(distance * steps) % lists].push_back(place);
  };
  const auto take = [&](std::int32_t place) {
    const std::size_t at = sized(place);
    const double from = distances_[at];
    attempt(up_[at], from);
    attempt(place - 1, from);
    attempt(place + 1, from);
    attempt(down_[at], from);
  };
  for (const std::int32_t place : rim) take(place);
  std::size_t empty = 0;
  for (std::size_t step = 0; empty < lists; ++step) {
    std::vector<std::int32_t>& list = waiting[step % lists];
    empty = list.empty() ? empty + 1 : 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i % 8192 == 8191) poll_in_tile();
      const std::int32_t place = list[i];
      if (is_waiting[sized(place)] == 0) continue;  // taken since, when it was nearer
      is_waiting[sized(place)] = 0;
      take(place);
    }
    list.clear();
    poll_in_tile();
  }
}

void March::sort_holes(const HoleGroup& group) {
  std::vector<std::vector<std::int32_t>> layers;  // a pixel thick
  for (std::size_t i = 0; i < group.holes.size(); ++i) {
    const Run& hole = group.holes[i];
    for (std::int64_t x = 0; x < hole.end - hole.begin; ++x) {
      const auto place = first_in_holes_[i] + static_cast<std::int32_t>(x);
      const auto layer = static_cast<std::size_t>(distances_[sized(place)]);
      if (layer >= layers.size()) layers.resize(layer + 1);
      layers[layer].push_back(place);
    }
    poll_in_tile();
  }
  for (std::vector<std::int32_t>& layer : layers) {
    std::sort(layer.begin(), layer.end(), [&](std::int32_t a, std::int32_t b) {
      const double of_a = distances_[sized(a)], of_b = distances_[sized(b)];
      return of_a != of_b ? of_a < of_b : a < b;
    });
    order_.insert(order_.end(), layer.begin(), layer.end());
    poll_in_tile();
  }
}

}  // namespace burnish::ops
