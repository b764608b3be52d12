#include "ops/inpainting_picture.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>

#include "base/parallel.hpp"
#include "base/sized.hpp"
#include "dispatch/dispatch.hpp"

namespace burnish::ops {
namespace {

constexpr std::int32_t tile_side = 32;
constexpr std::int64_t rows_per_piece = 64;

}  // namespace

PatchPicture::PatchPicture(std::vector<Page> pages, std::int32_t stride, std::int64_t items,
                           std::int64_t patch_size)
    : pages_(std::move(pages)),
      stride_(stride),
      patch_size_(static_cast<std::int32_t>(patch_size)),
      items_(items) {
  for (const Page& page : pages_) {
    bounds_.push_back(
        {page.first + reach(), page.first + page.rows - reach(), reach(), page.columns - reach()});
  }
  all_places_ = std::int64_t{pages_.back().first + pages_.back().rows} * stride_;
  guard_ = std::int64_t{reach()} * (stride_ + 1);
  pixels_.resize(sized(all_places_ * items_ +
                       (patch_size_ * items_ / kernels::patch_block + 1) * kernels::patch_block));
  marks_.resize(sized(all_places_ + patch_size_), barred_mark);
}

Position PatchPicture::position(std::int32_t place) const {
  const std::int32_t row = place / stride_;
  std::size_t page = 0;
  while (row >= pages_[page].first + pages_[page].rows) ++page;
  return {page, row - pages_[page].first, place % stride_};
}

PatchPicture PatchPicture::halved(int workers) const {
  std::vector<Page> half;
  std::int32_t first = 0;
  for (const Page& page : pages_) {
    half.push_back({first, (page.rows + 1) / 2, (page.columns + 1) / 2});
    first += half.back().rows;
  }
  PatchPicture result(half, (stride_ + 1) / 2, items_, patch_size_);
  const auto& kernel = active_level().inpainting;
  for (std::size_t p = 0; p < pages_.size(); ++p) {
    const Page& page = pages_[p];
    const Page& target = half[p];
    for_tiles((target.rows + rows_per_piece - 1) / rows_per_piece, workers,
              [&](std::int64_t piece) {
                const std::int64_t end =
                    std::min<std::int64_t>((piece + 1) * rows_per_piece, target.rows);
                for (std::int64_t y = piece * rows_per_piece; y < end; ++y) {
                  const std::int64_t upper = (page.first + 2 * y) * stride_;
                  const std::int64_t lower = 2 * y + 1 < page.rows ? upper + stride_ : upper;
                  const std::int64_t place = (target.first + y) * result.stride_;
                  kernel.halve_rows({{pixel(upper), pixel(lower)},
                                     {marks() + upper, marks() + lower},
                                     hole_mark,
                                     items_,
                                     page.columns,
                                     result.pixel(place),
                                     result.marks() + place});
                }
              });
  }
  return result;
}

void PatchPicture::find_patches(std::uint8_t known_weight, int workers) {
  const std::size_t guarded = sized(places() + 2 * guard_);
  weights_.assign(guarded, known_weight);
  depths_.assign(guarded, 0);
  matches_.assign(guarded, -1);
  previous_.assign(guarded, -1);
  distances_.assign(guarded, kernels::no_target);
  std::vector<std::uint8_t> is_target(sized(places()), 0);
  find_sources_and_targets(is_target, workers);
  // As a tile, so that they poll.
  for_tiles(1, 1, [&](std::int64_t) {
    list_tiles(is_target);
    peel();
  });
  for (const std::int32_t hole : holes_) weights()[hole] = 1;
}

void PatchPicture::find_sources_and_targets(std::vector<std::uint8_t>& is_target, int workers) {
  const auto& kernel = active_level().inpainting;
  sources_.assign(sized(all_places_), 0);
  std::atomic<std::int64_t> found{0};
  for (std::size_t p = 0; p < pages_.size(); ++p) {
    const kernels::Bounds& within = bounds_[p];
    if (within.bottom <= within.top || within.right <= within.left) continue;
    const std::int64_t rows = within.bottom - within.top;
    const std::int64_t width = within.right - within.left;
    for_tiles((rows + rows_per_piece - 1) / rows_per_piece, workers, [&](std::int64_t piece) {
      std::vector<std::uint8_t> joined(sized(width + patch_size_ - 1)), whole(sized(width));
      std::vector<const std::uint8_t*> pointers(sized(patch_size_));
      const std::int64_t end = std::min((piece + 1) * rows_per_piece, rows) + within.top;
      std::int64_t count = 0;
      for (std::int64_t y = piece * rows_per_piece + within.top; y < end; ++y) {
        for (std::int64_t i = 0; i < patch_size_; ++i) {
          pointers[sized(i)] = marks() + (y + i - reach()) * stride_;
        }
        kernel.join_rows({pointers.data(), patch_size_, joined.data(), width + patch_size_ - 1});
        kernel.join_along({joined.data(), patch_size_, whole.data(), width});
        for (std::int64_t x = 0; x < width; ++x) {
          const std::int64_t place = y * stride_ + within.left + x;
          const std::uint8_t marked = whole[sized(x)];
          sources_[sized(place)] = marked == 0 ? 1 : 0;
          count += marked == 0 ? 1 : 0;
          if (p == 0) is_target[sized(place)] = marked & hole_mark;
        }
      }
      found += count;
    });
  }
  source_count_ = found;
}

void PatchPicture::bar(std::size_t page) {
  const auto first = sources_.begin() + std::int64_t{pages_[page].first} * stride_;
  std::fill(first, first + std::int64_t{pages_[page].rows} * stride_, std::uint8_t{0});
}

void PatchPicture::list_tiles(const std::vector<std::uint8_t>& is_target) {
  const Page& page = pages_[0];
  for (std::int32_t top = 0; top < page.rows; top += tile_side) {
    poll_in_tile();
    for (std::int32_t left = 0; left < page.columns; left += tile_side) {
      PatchTile tile{{top, std::min(top + tile_side, page.rows), left,
                      std::min(left + tile_side, page.columns)},
                     targets_.size(),
                     0,
                     holes_.size(),
                     0};
      for (std::int32_t y = tile.bounds.top; y < tile.bounds.bottom; ++y) {
        for (std::int32_t x = tile.bounds.left; x < tile.bounds.right; ++x) {
          const std::int32_t place = y * stride_ + x;
          if (is_target[sized(place)] != 0) targets_.push_back(place);
          if ((marks_[sized(place)] & hole_mark) != 0) holes_.push_back(place);
        }
      }
      tile.last_target = targets_.size();
      tile.last_hole = holes_.size();
      if (tile.last_target > tile.first_target || tile.last_hole > tile.first_hole) {
        tiles_.push_back(tile);
      }
    }
  }
}

void PatchPicture::peel() {
  const Page& page = pages_[0];
  std::uint8_t* const depth = depths_.data() + guard_;
  const auto inside = [&](std::int32_t y, std::int32_t x) {
    return y >= 0 && y < page.rows && x >= 0 && x < page.columns;
  };
  const auto each_neighbour = [&](std::int32_t place, const auto& visit) {
    const std::int32_t y = place / stride_, x = place % stride_;
    if (inside(y - 1, x)) visit(place - stride_);
    if (inside(y, x - 1)) visit(place - 1);
    if (inside(y, x + 1)) visit(place + 1);
    if (inside(y + 1, x)) visit(place + stride_);
  };
  std::vector<std::int32_t> layer;
  for (const std::int32_t place : holes_) {
    bool at_rim = false;
    each_neighbour(place, [&](std::int32_t other) {
      at_rim = at_rim || (marks_[sized(other)] & hole_mark) == 0;
    });
    if (at_rim) layer.push_back(place);
  }
  std::uint8_t level = 1;
  for (const std::int32_t place : layer) depth[place] = level;
  while (!layer.empty()) {
    poll_in_tile();
    std::vector<std::int32_t> next;
    if (level < 255) ++level;
    for (const std::int32_t place : layer) {
      each_neighbour(place, [&](std::int32_t other) {
        if ((marks_[sized(other)] & hole_mark) == 0 || depth[other] != 0) return;
        depth[other] = level;
        next.push_back(other);
      });
    }
    layers_.push_back(std::move(layer));
    layer = std::move(next);
  }
}

}  // namespace burnish::ops
