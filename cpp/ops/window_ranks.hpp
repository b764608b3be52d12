// The lowest pixel, the median and the highest one of windows, in the type that the image has.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/scratch.hpp"
#include "base/view.hpp"
#include "kernels/kernels.hpp"
#include "ops/axes.hpp"
#include "ops/tiles.hpp"

namespace burnish::ops {

// How many planes or rows a window of `size` reaches over.
inline std::int64_t extent(const Axis& axis, std::int64_t size) {
  return axis.filtered() ? size : 1;
}

// The pixels of an image as they are stored, in rows that windows of 3 pixels a side look at. Keeps
// a reference to the geometry.
class StoredPixels {
 public:
  StoredPixels(const View& image, const Geometry& geometry);

  const kernels::HotPixelsTable& kernels;
  const Geometry& g;
  const int type;
  const std::int64_t item;  // bytes of a pixel in memory of our own

  std::int64_t rows_of_window() const { return extent(g.planes, 3) * extent(g.rows, 3); }
  const std::byte* volume(std::int64_t batch) const { return data_ + batch; }

  // What load() fills for a tile.
  std::int64_t row_items(const Tile& tile) const { return tile.elements.size() + 2 * g.step; }
  std::int64_t items(const Tile& tile) const;
  void load(const Tile& tile, std::byte* target) const;

  // Which of the loaded rows the windows around a row of the tile reach over.
  std::array<const void*, 9> around(const Tile& tile, const std::byte* loaded, std::int64_t plane,
                                    std::int64_t row) const;
  const std::byte* middle(const std::array<const void*, 9>& rows) const;

  bool any_nan(const Tile& tile, const std::byte* loaded) const;

  static std::int64_t reflected(const Axis& axis, std::int64_t position);

 private:
  std::int64_t plane_items(const Tile& tile) const;
  void load_row(const std::byte* row, Span elements, std::byte* target) const;

  const std::byte* data_;
  std::ptrdiff_t stride_;
};

// What is known of the windows of some pixels.
struct Ranks {
  std::byte* lowest;
  std::byte* median;
  std::byte* highest;

  Ranks at(std::int64_t bytes) const { return {lowest + bytes, median + bytes, highest + bytes}; }
};

// Windows of 3 pixels a side, all along a row.
class RowRanks {
 public:
  static std::size_t bytes(const StoredPixels& pixels, const Tile& tile);
  RowRanks(const StoredPixels& pixels, const Tile& tile, Scratch& scratch);
  Ranks ranks{};

  bool has_medians() const { return pixels_.rows_of_window() < 9; }
  void find(const std::array<const void*, 9>& rows) const;

 private:
  const StoredPixels& pixels_;
  std::int64_t count_;
  std::array<void*, 3> work_{};
};

// Windows of any size, around one pixel after the other, read from the image itself.
class WindowRanks {
 public:
  WindowRanks(const StoredPixels& pixels, std::int64_t max_size);

  void enter_row(const Tile& tile, std::int64_t plane, std::int64_t row);
  void find(std::int64_t element, std::int64_t size, const Ranks& ranks);

 private:
  const StoredPixels& pixels_;
  std::int64_t reach_;
  const std::byte* volume_ = nullptr;
  std::vector<std::int64_t> planes_, rows_, columns_;  // bytes, from -reach on
  std::vector<std::byte> work_;
};

}  // namespace burnish::ops
