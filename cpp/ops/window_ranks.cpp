#include "ops/window_ranks.hpp"

#include <algorithm>

#include "base/border.hpp"
#include "dispatch/dispatch.hpp"

namespace burnish::ops {
namespace {

std::int64_t beside(const Axis& axis) { return axis.filtered() ? 1 : 0; }

}  // namespace

StoredPixels::StoredPixels(const View& image, const Geometry& geometry)
    : kernels(*active_level().hot_pixels),
      g(geometry),
      type(static_cast<int>(image.dtype)),
      item(static_cast<std::int64_t>(item_size(result_dtype(image.dtype)))),
      data_(image.data),
      stride_(in_items(geometry.in_element, image.dtype)) {}

std::int64_t StoredPixels::plane_items(const Tile& tile) const {
  return (tile.rows.size() + 2 * beside(g.rows)) * row_items(tile);
}

std::int64_t StoredPixels::items(const Tile& tile) const {
  return (tile.planes.size() + 2 * beside(g.planes)) * plane_items(tile);
}

void StoredPixels::load(const Tile& tile, std::byte* target) const {
  const std::int64_t up = beside(g.planes);
  const std::int64_t over = beside(g.rows);
  for (std::int64_t z = tile.planes.begin - up; z < tile.planes.end + up; ++z) {
    for (std::int64_t y = tile.rows.begin - over; y < tile.rows.end + over; ++y) {
      load_row(volume(tile.batch.in) + reflected(g.planes, z) + reflected(g.rows, y), tile.elements,
               target);
      target += row_items(tile) * item;
    }
  }
}

void StoredPixels::load_row(const std::byte* row, Span elements, std::byte* target) const {
  const Span wanted{elements.begin - g.step, elements.end + g.step};
  const Span within{std::max<std::int64_t>(wanted.begin, 0), std::min(wanted.end, g.width())};
  const auto part = [&](std::int64_t from, std::int64_t to, std::int64_t count) {
    kernels.load[type]({row + from * g.in_element, stride_, target + (to - wanted.begin) * item,
                        static_cast<std::ptrdiff_t>(count)});
  };
  part(within.begin, within.begin, within.size());
  // Reflected, the outermost pixels come a second time.
  if (wanted.begin < 0) part(0, wanted.begin, g.step);
  if (wanted.end > g.width()) part(g.width() - g.step, g.width(), g.step);
}

std::array<const void*, 9> StoredPixels::around(const Tile& tile, const std::byte* loaded,
                                                std::int64_t plane, std::int64_t row) const {
  std::array<const void*, 9> rows{};
  std::size_t count = 0;
  const std::byte* const first = loaded + ((plane - tile.planes.begin) * plane_items(tile) +
                                           (row - tile.rows.begin) * row_items(tile)) *
                                              item;
  for (std::int64_t z = 0; z < extent(g.planes, 3); ++z) {
    for (std::int64_t y = 0; y < extent(g.rows, 3); ++y) {
      rows[count++] = first + (z * plane_items(tile) + y * row_items(tile)) * item;
    }
  }
  return rows;
}

const std::byte* StoredPixels::middle(const std::array<const void*, 9>& rows) const {
  const void* const row = rows[static_cast<std::size_t>(rows_of_window() / 2)];
  return static_cast<const std::byte*>(row) + g.step * item;
}

bool StoredPixels::any_nan(const Tile& tile, const std::byte* loaded) const {
  const auto look = kernels.any_nan[type];
  return look != nullptr && look({loaded, static_cast<std::ptrdiff_t>(items(tile))});
}

std::int64_t StoredPixels::reflected(const Axis& axis, std::int64_t position) {
  return source_index(Border::reflect, position, axis.size) * axis.in_stride;
}

std::size_t RowRanks::bytes(const StoredPixels& pixels, const Tile& tile) {
  return 3 * Scratch::size_of<std::byte>(pixels.row_items(tile) * pixels.item) +
         3 * Scratch::size_of<std::byte>(tile.elements.size() * pixels.item);
}

RowRanks::RowRanks(const StoredPixels& pixels, const Tile& tile, Scratch& scratch)
    : pixels_(pixels), count_(tile.elements.size()) {
  for (void*& row : work_) {
    row = scratch.take<std::byte>(pixels.row_items(tile) * pixels.item);
  }
  for (std::byte** row : {&ranks.lowest, &ranks.median, &ranks.highest}) {
    *row = scratch.take<std::byte>(count_ * pixels.item);
  }
}

void RowRanks::find(const std::array<const void*, 9>& rows) const {
  pixels_.kernels.rank_row[pixels_.type]({rows.data(),
                                          static_cast<std::ptrdiff_t>(pixels_.rows_of_window()),
                                          pixels_.g.step, work_.data(), ranks.lowest, ranks.median,
                                          ranks.highest, static_cast<std::ptrdiff_t>(count_)});
}

WindowRanks::WindowRanks(const StoredPixels& pixels, std::int64_t max_size)
    : pixels_(pixels),
      reach_(max_size / 2),
      planes_(static_cast<std::size_t>(max_size)),
      rows_(planes_),
      columns_(planes_),
      work_(static_cast<std::size_t>(extent(pixels.g.planes, max_size) *
                                         extent(pixels.g.rows, max_size) * max_size * 8 +
                                     64)) {}

void WindowRanks::enter_row(const Tile& tile, std::int64_t plane, std::int64_t row) {
  volume_ = pixels_.volume(tile.batch.in);
  for (std::int64_t i = -reach_; i <= reach_; ++i) {
    const auto at = static_cast<std::size_t>(reach_ + i);
    planes_[at] = StoredPixels::reflected(pixels_.g.planes, plane + i);
    rows_[at] = StoredPixels::reflected(pixels_.g.rows, row + i);
  }
}

void WindowRanks::find(std::int64_t element, std::int64_t size, const Ranks& ranks) {
  const Geometry& g = pixels_.g;
  for (std::int64_t i = -(size / 2); i <= size / 2; ++i) {
    const std::int64_t column = source_index(Border::reflect, element / g.step + i, g.columns.size);
    columns_[static_cast<std::size_t>(reach_ + i)] =
        (column * g.step + element % g.step) * g.in_element;
  }
  const auto from = [&](const std::vector<std::int64_t>& offsets, std::int64_t count) {
    return offsets.data() + (reach_ - count / 2);
  };
  const std::int64_t planes = extent(g.planes, size);
  const std::int64_t rows = extent(g.rows, size);
  pixels_.kernels.rank_window[pixels_.type](
      {volume_, from(planes_, planes), from(rows_, rows), from(columns_, size),
       static_cast<std::ptrdiff_t>(planes), static_cast<std::ptrdiff_t>(rows),
       static_cast<std::ptrdiff_t>(size), work_.data(), ranks.lowest, ranks.median, ranks.highest});
}

}  // namespace burnish::ops
