// A picture with holes at one scale, as patches of it are compared.
#pragma once

#include <cstdint>
#include <vector>

#include "base/view.hpp"
#include "kernels/kernels.hpp"
#include "ops/inpainting_windows.hpp"

namespace burnish::ops {

inline constexpr std::int64_t largest_patch_size = kernels::largest_patch;

// What is marked of a pixel: it is to be filled; no patch that is copied may hold it.
inline constexpr std::uint8_t hole_mark = 1, barred_mark = 2;

// One picture within the grid: rows from `first` on, columns from 0.
struct Page {
  std::int32_t first, rows, columns;
};

struct Position {
  std::size_t page;
  std::int32_t row, column;  // within the page
};

// What is searched by one thread at a time. Its targets and holes are ranges of those lists.
struct PatchTile {
  kernels::Bounds bounds;
  std::size_t first_target, last_target, first_hole, last_hole;
};

// Pages lie one below the other; only the first has holes. Targets are the patches of the first
// page that hold a pixel of a hole, sources those of any page that hold nothing marked. Beside the
// grid, arrays have room for what kernels read before and after it.
class PatchPicture {
 public:
  PatchPicture(std::vector<Page> pages, std::int32_t stride, std::int64_t items,
               std::int64_t patch_size);

  // Half the size; as many pixels as the larger half of each side.
  PatchPicture halved(int workers) const;

  // Finds targets, sources and depths from marks. To be called once, when these are set.
  void find_patches(std::uint8_t known_weight, int workers);

  // Makes all patches of a page no sources.
  void bar(std::size_t page);

  const std::vector<Page>& pages() const { return pages_; }
  const std::vector<kernels::Bounds>& bounds() const { return bounds_; }
  std::int32_t stride() const { return stride_; }
  std::int64_t items() const { return items_; }
  std::int32_t patch_size() const { return patch_size_; }
  std::int32_t reach() const { return patch_size_ / 2; }
  kernels::Patches patches() const {
    return {pixels_.data(), weights_.data() + guard_, stride_, items_, patch_size_};
  }

  Position position(std::int32_t place) const;
  std::int16_t* pixel(std::int64_t place) { return pixels_.data() + place * items_; }
  const std::int16_t* pixel(std::int64_t place) const { return pixels_.data() + place * items_; }
  std::uint8_t* marks() { return marks_.data(); }
  const std::uint8_t* marks() const { return marks_.data(); }
  const std::uint8_t* sources() const { return sources_.data(); }
  std::uint8_t* weights() { return weights_.data() + guard_; }
  const std::uint8_t* depths() const { return depths_.data() + guard_; }
  std::int32_t* matches() { return matches_.data() + guard_; }
  const std::int32_t* matches() const { return matches_.data() + guard_; }
  std::int32_t* previous() { return previous_.data() + guard_; }
  std::int32_t* distances() { return distances_.data() + guard_; }
  const std::int32_t* distances() const { return distances_.data() + guard_; }

  // The places of the first page, and of all.
  std::int64_t places() const { return std::int64_t{pages_[0].rows} * stride_; }
  std::int64_t all_places() const { return all_places_; }

  const std::vector<std::int32_t>& holes() const { return holes_; }
  const std::vector<std::int32_t>& targets() const { return targets_; }
  const std::vector<PatchTile>& tiles() const { return tiles_; }
  // The layers of the hole, outermost first.
  const std::vector<std::vector<std::int32_t>>& layers() const { return layers_; }
  std::int64_t source_count() const { return source_count_; }

 private:
  void find_sources_and_targets(std::vector<std::uint8_t>& is_target, int workers);
  void list_tiles(const std::vector<std::uint8_t>& is_target);
  void peel();

  std::vector<Page> pages_;
  std::vector<kernels::Bounds> bounds_;
  std::int32_t stride_, patch_size_;
  std::int64_t items_, guard_, all_places_, source_count_ = 0;
  std::vector<std::int16_t> pixels_;
  std::vector<std::uint8_t> marks_, sources_;   // of all pages
  std::vector<std::uint8_t> weights_, depths_;  // of the first, with a guard
  std::vector<std::int32_t> matches_, previous_, distances_;
  std::vector<std::int32_t> holes_, targets_;
  std::vector<PatchTile> tiles_;
  std::vector<std::vector<std::int32_t>> layers_;
};

}  // namespace burnish::ops
