#include "ops/inpainting_windows.hpp"

#include <algorithm>
#include <cstring>

#include "base/parallel.hpp"

namespace burnish::ops {
namespace {

// Holes are told apart by cells of this many pixels a side: those in cells that touch are one.
constexpr std::int64_t cell = 32;

bool touch(const Rectangle& a, const Rectangle& b) {
  return a.top <= b.bottom && b.top <= a.bottom && a.left <= b.right && b.left <= a.right;
}

const std::uint8_t* row_of(const View& mask, std::int64_t row) {
  return reinterpret_cast<const std::uint8_t*>(mask.data) + row * mask.shape[1];
}

// What of the cells of a grid is masked, joined where cells touch.
std::vector<Rectangle> holes_of(const View& mask) {
  const Rectangle frame{0, mask.shape[0], 0, mask.shape[1]};
  const std::int64_t across = (frame.columns() + cell - 1) / cell;
  std::vector<Rectangle> holes;
  // Which hole the cells of the present and of the last row of cells belong to, or -1.
  std::vector<std::int64_t> above(static_cast<std::size_t>(across), -1), here(above);
  std::vector<std::int64_t> owner;  // a hole, or the one that it was joined to
  const auto root = [&](std::int64_t hole) {
    while (owner[static_cast<std::size_t>(hole)] != hole) {
      hole = owner[static_cast<std::size_t>(hole)];
    }
    return hole;
  };
  for (std::int64_t top = 0; top < frame.bottom; top += cell) {
    for (std::int64_t i = 0; i < across; ++i) {
      const auto at = static_cast<std::size_t>(i);
      here[at] = -1;
      const Rectangle found =
          bounding_rectangle(mask, {top, std::min(top + cell, frame.bottom), i * cell,
                                    std::min((i + 1) * cell, frame.right)});
      if (found.rows() == 0) continue;
      const auto join = [&](std::int64_t neighbour) {
        if (neighbour < 0) return;
        const std::int64_t a = root(neighbour);
        if (here[at] < 0) {
          here[at] = a;
        } else if (a != root(here[at])) {
          const std::int64_t b = root(here[at]);
          owner[static_cast<std::size_t>(b)] = a;
          holes[static_cast<std::size_t>(a)] =
              united(holes[static_cast<std::size_t>(a)], holes[static_cast<std::size_t>(b)]);
          here[at] = a;
        }
      };
      if (i > 0) join(here[at - 1]);
      for (std::int64_t k = std::max<std::int64_t>(i - 1, 0); k < std::min(i + 2, across); ++k) {
        join(above[static_cast<std::size_t>(k)]);
      }
      if (here[at] < 0) {
        here[at] = static_cast<std::int64_t>(holes.size());
        owner.push_back(here[at]);
        holes.push_back(found);
      } else {
        Rectangle& hole = holes[static_cast<std::size_t>(here[at])];
        hole = united(hole, found);
      }
    }
    std::swap(above, here);
  }
  std::vector<Rectangle> roots;
  for (std::size_t i = 0; i < holes.size(); ++i) {
    if (owner[i] == static_cast<std::int64_t>(i)) roots.push_back(holes[i]);
  }
  return roots;
}

}  // namespace

Rectangle united(const Rectangle& a, const Rectangle& b) {
  return {std::min(a.top, b.top), std::max(a.bottom, b.bottom), std::min(a.left, b.left),
          std::max(a.right, b.right)};
}

Rectangle bounding_rectangle(const View& mask, const Rectangle& within) {
  Rectangle found{within.bottom, within.top, within.right, within.left};
  const auto is_set = [](std::uint8_t value) { return value != 0; };
  static constexpr std::uint8_t nothing[cell] = {};
  for (std::int64_t y = within.top; y < within.bottom; ++y) {
    for (std::int64_t x = within.left; x < within.right; x += cell) {
      const std::uint8_t* const first = row_of(mask, y) + x;
      const std::uint8_t* const end = first + std::min(cell, within.right - x);
      if (std::memcmp(first, nothing, static_cast<std::size_t>(end - first)) == 0) continue;
      const std::uint8_t* const set = std::find_if(first, end, is_set);
      const std::uint8_t* last = end - 1;
      while (*last == 0) --last;
      found.top = std::min(found.top, y);
      found.bottom = y + 1;
      found.left = std::min<std::int64_t>(found.left, x + (set - first));
      found.right = std::max<std::int64_t>(found.right, x + (last - first) + 1);
    }
  }
  if (found.bottom <= found.top) return {within.top, within.top, within.left, within.left};
  return found;
}

std::vector<Rectangle> hole_windows(const View& mask, std::int64_t margin) {
  std::vector<Rectangle> windows = holes_of(mask);
  for (Rectangle& window : windows) {
    const std::int64_t reach = std::max({margin, window.rows(), window.columns()});
    window = {std::max<std::int64_t>(window.top - reach, 0),
              std::min(window.bottom + reach, mask.shape[0]),
              std::max<std::int64_t>(window.left - reach, 0),
              std::min(window.right + reach, mask.shape[1])};
  }
  // What a window did not touch before it grew, or what came before it, it may touch now.
  for (bool grew = true; grew;) {
    grew = false;
    for (std::size_t i = 0; i < windows.size(); ++i) {
      for (std::size_t k = windows.size(); k-- > i + 1;) {
        if (!touch(windows[i], windows[k])) continue;
        windows[i] = united(windows[i], windows[k]);
        windows[k] = windows.back();
        windows.pop_back();
        grew = true;
      }
    }
  }
  return windows;
}

std::vector<Rectangle> search_windows(const View& mask, const View* allowed, bool as_one) {
  const Rectangle frame{0, mask.shape[0], 0, mask.shape[1]};
  std::vector<Rectangle> windows = hole_windows(mask, source_margin);
  if (windows.empty() || (allowed == nullptr && !as_one)) return windows;
  Rectangle all = windows[0];
  for (const Rectangle& window : windows) all = united(all, window);
  if (allowed != nullptr) {
    const Rectangle sources = bounding_rectangle(*allowed, frame);
    if (sources.size() > 0) all = united(all, sources);
  }
  return {all};
}

Filled fill_windows(const std::vector<Rectangle>& windows, int workers,
                    const std::function<Filled(std::size_t, const Rectangle&)>& fill,
                    const std::function<void(std::int64_t)>& progress) {
  constexpr std::size_t batch = 64;
  std::vector<std::size_t> waiting;
  std::int64_t behind = 0;
  const auto fill_waiting = [&] {
    std::vector<Filled> filled(waiting.size(), Filled::all);
    if (waiting.size() == 1) {  // with all threads
      filled[0] = fill(waiting[0], windows[waiting[0]]);
    } else {
      for_tiles(static_cast<std::int64_t>(waiting.size()), workers, [&](std::int64_t i) {
        const auto at = static_cast<std::size_t>(i);
        filled[at] = fill(waiting[at], windows[waiting[at]]);
      });
    }
    for (const Filled each : filled) {
      if (each != Filled::all) return each;
    }
    for (const std::size_t index : waiting) behind += windows[index].size();
    waiting.clear();
    progress(behind);
    return Filled::all;
  };
  for (std::size_t index = 0; index < windows.size(); ++index) {
    Filled filled = Filled::all;
    if (windows[index].size() > largest_shared_window) {
      filled = fill(index, windows[index]);
      if (filled == Filled::all) {
        behind += windows[index].size();
        progress(behind);
      }
    } else {
      waiting.push_back(index);
      if (waiting.size() == batch) filled = fill_waiting();
    }
    if (filled != Filled::all) return filled;
  }
  return waiting.empty() ? Filled::all : fill_waiting();
}

Filled fill_holes(
    const View& mask, const View* allowed, bool as_one, int workers, const Observer& observer,
    const std::function<Filled(std::size_t, const Rectangle&, const Observer&)>& fill) {
  // What was reported stays, also where all is filled anew.
  double reported = 0;
  bool stopped = false;
  const auto run = [&](const std::vector<Rectangle>& windows) {
    std::int64_t all = 0, behind = 0;
    for (const Rectangle& window : windows) all += window.size();
    const auto observe = [&](double pixels) {
      const double done = std::min(pixels / static_cast<double>(all), 1.0);
      if (observer && !stopped && done > reported) {
        reported = done;
        stopped = observer(done);
      }
      return stopped;
    };
    const auto fill_one = [&](std::size_t index, const Rectangle& window) {
      // Those that are filled at a time, by several threads, are observed between.
      const bool alone = window.size() > largest_shared_window;
      return fill(index, window, [&](double done) {
        if (!alone) return stopped;
        return observe(static_cast<double>(behind) + done * static_cast<double>(window.size()));
      });
    };
    return fill_windows(windows, workers, fill_one, [&](std::int64_t pixels) {
      behind = pixels;
      observe(static_cast<double>(pixels));
    });
  };
  const Filled filled = run(search_windows(mask, allowed, as_one));
  if (filled != Filled::no_source) return filled;
  return run({{0, mask.shape[0], 0, mask.shape[1]}});
}

}  // namespace burnish::ops
