// Which parts of an image are worked on to fill its holes.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/view.hpp"

namespace burnish::ops {

// Rows [top, bottom), columns [left, right).
struct Rectangle {
  std::int64_t top, bottom, left, right;
  std::int64_t rows() const { return bottom - top; }
  std::int64_t columns() const { return right - left; }
  std::int64_t size() const { return rows() * columns(); }
};

// Masks are 2-D in C order, of bytes; what is not 0 is set.

// Rectangles around all that is set, as far away from it as what they hold is long, and `margin`
// pixels at least, cut at the frame. None touches another, so no hole lies in two.
std::vector<Rectangle> hole_windows(const View& mask, std::int64_t margin);

// How far patches may come from, at least. From farther away they are less alike: 128 is no better,
// and the whole of 512x512 clearly worse. Chosen with benchmarks/inpainting.py.
inline constexpr std::int64_t source_margin = 64;

// The same around all that is set in `mask`, with that margin. Where sources are named, all of them
// and all holes are one window; and where that is wanted `as_one`, all holes.
std::vector<Rectangle> search_windows(const View& mask, const View* allowed, bool as_one);

// The smallest rectangle that holds all that is set within another; empty if nothing is.
Rectangle bounding_rectangle(const View& mask, const Rectangle& within);

Rectangle united(const Rectangle& a, const Rectangle& b);

// What filling ended with: with the first window that could not be filled.
enum class Filled { all, not_finite, no_source };

// Windows up to this size hardly keep a second thread busy, so several of them are filled at a
// time.
inline constexpr std::int64_t largest_shared_window = 160 * 160;  // pixels

// Calls fill(index, window) for each window, and in between `progress` with how many of the
// windows' pixels are behind.
Filled fill_windows(const std::vector<Rectangle>& windows, int workers,
                    const std::function<Filled(std::size_t, const Rectangle&)>& fill,
                    const std::function<void(std::int64_t)>& progress);

// Told how much is done, from 0 to 1; true asks for an end. May be empty.
using Observer = std::function<bool(double)>;

// Calls fill(index, window, observe) for the windows of a mask, in any order; observe(done) passes
// on how much of that window is done, and returns whether to end, for good. Where all around a hole
// is masked too, there may be a source farther away: then all of the frame is one window.
Filled fill_holes(
    const View& mask, const View* allowed, bool as_one, int workers, const Observer& observer,
    const std::function<Filled(std::size_t, const Rectangle&, const Observer&)>& fill);

}  // namespace burnish::ops
