#include "ops/inpainting_groups.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "base/parallel.hpp"
#include "base/sized.hpp"

namespace burnish::ops {
namespace {

using Rows = std::vector<std::vector<Run>>;

// Pixels of a mask to a tile: some 0.1 ms.
constexpr std::int64_t pixels_per_tile = 1 << 20;

template <class F>
void for_rows(const View& mask, int workers, const F& row) {
  const std::int64_t step = std::max<std::int64_t>(pixels_per_tile / mask.shape[1], 1);
  for_tiles((mask.shape[0] + step - 1) / step, workers, [&](std::int64_t tile) {
    const std::int64_t end = std::min((tile + 1) * step, mask.shape[0]);
    for (std::int64_t y = tile * step; y < end; ++y) {
      row(y);
      poll_in_tile();
    }
  });
}

// The first place from `first` on that is set, or `end`.
const std::uint8_t* next_set(const std::uint8_t* first, const std::uint8_t* end) {
  constexpr std::size_t stretch = 64;
  static constexpr std::uint8_t nothing[stretch] = {};
  while (sized(end - first) >= stretch && std::memcmp(first, nothing, stretch) == 0) {
    first += stretch;
  }
  return std::find_if(first, end, [](std::uint8_t value) { return value != 0; });
}

std::vector<Run> holes_in(const View& mask, std::int64_t row) {
  const auto* const begin = reinterpret_cast<const std::uint8_t*>(mask.data) + row * mask.shape[1];
  const std::uint8_t* const end = begin + mask.shape[1];
  std::vector<Run> runs;
  for (const std::uint8_t* first = next_set(begin, end); first != end;) {
    const std::uint8_t* const last = std::find(first, end, std::uint8_t{0});
    runs.push_back({row, first - begin, last - begin});
    first = next_set(last, end);
  }
  return runs;
}

// Sorted runs of one row, joined where they touch.
std::vector<Run> joined(const std::vector<Run>& runs) {
  std::vector<Run> result;
  for (const Run& run : runs) {
    if (!result.empty() && run.begin <= result.back().end) {
      result.back().end = std::max(result.back().end, run.end);
    } else {
      result.push_back(run);
    }
  }
  return result;
}

std::vector<Run> widened(std::vector<Run> runs, std::int64_t margin) {
  for (Run& run : runs) {
    run.begin -= margin;
    run.end += margin;
  }
  return joined(runs);
}

// What is near to a row, out of the widened runs of all.
std::vector<Run> near_row(const Rows& wide, std::int64_t row, std::int64_t margin) {
  const auto rows = static_cast<std::int64_t>(wide.size());
  std::vector<Run> runs;
  for (std::int64_t y = std::max<std::int64_t>(row - margin, 0);
       y <= std::min(row + margin, rows - 1); ++y) {
    for (const Run& run : wide[sized(y)]) runs.push_back({row, run.begin, run.end});
  }
  std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.begin < b.begin; });
  return joined(runs);
}

// Joins the runs that touch across rows. The runs are counted through row after row, and each
// belongs to the same group as its owner, which comes before it or is itself.
class Owners {
 public:
  explicit Owners(const Rows& rows) {
    std::size_t before = 0, first = 0;
    for (std::size_t y = 0; y < rows.size(); ++y) {
      for (std::size_t i = 0; i < rows[y].size(); ++i) owners_.push_back(first + i);
      if (y > 0) join(rows[y - 1], before, rows[y], first);
      before = first;
      first += rows[y].size();
    }
  }

  // The first run of the group that a run belongs to.
  std::size_t root(std::size_t run) {
    while (owners_[run] != run) {
      owners_[run] = owners_[owners_[run]];
      run = owners_[run];
    }
    return run;
  }
  std::size_t size() const { return owners_.size(); }

 private:
  void join(const std::vector<Run>& above, std::size_t above_first, const std::vector<Run>& below,
            std::size_t below_first) {
    for (std::size_t i = 0, k = 0; i < above.size() && k < below.size();) {
      if (above[i].begin < below[k].end && below[k].begin < above[i].end) {
        const std::size_t a = root(above_first + i), b = root(below_first + k);
        owners_[std::max(a, b)] = std::min(a, b);
      }
      if (above[i].end < below[k].end) {
        ++i;
      } else {
        ++k;
      }
    }
  }

  std::vector<std::size_t> owners_;
};

std::int64_t size_of(const std::vector<Run>& runs) {
  std::int64_t size = 0;
  for (const Run& run : runs) size += run.end - run.begin;
  return size;
}

}  // namespace

std::vector<HoleGroup> hole_groups(const View& mask, std::int64_t margin, int workers) {
  Rows holes(sized(mask.shape[0])), wide(holes.size()), near(holes.size());
  for_rows(mask, workers, [&](std::int64_t y) {
    holes[sized(y)] = holes_in(mask, y);
    wide[sized(y)] = widened(holes[sized(y)], margin);
  });
  for_rows(mask, workers, [&](std::int64_t y) { near[sized(y)] = near_row(wide, y, margin); });

  Owners owners(near);
  std::vector<std::size_t> group_of(owners.size());
  std::vector<HoleGroup> groups;
  std::size_t index = 0;
  for (std::size_t y = 0; y < near.size(); ++y) {
    auto hole = holes[y].cbegin();
    for (const Run& run : near[y]) {
      const std::size_t root = owners.root(index);
      if (root == index) {
        group_of[index] = groups.size();
        groups.emplace_back();
      }
      HoleGroup& group = groups[group_of[root]];
      group_of[index++] = group_of[root];
      group.near.push_back(run);
      for (; hole != holes[y].cend() && hole->begin < run.end; ++hole) group.holes.push_back(*hole);
    }
  }
  std::vector<std::int64_t> sizes;
  std::vector<std::size_t> order;
  for (const HoleGroup& group : groups) {
    order.push_back(order.size());
    sizes.push_back(size_of(group.near));
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return sizes[a] > sizes[b]; });
  std::vector<HoleGroup> sorted;
  for (const std::size_t each : order) sorted.push_back(std::move(groups[each]));
  return sorted;
}

}  // namespace burnish::ops
