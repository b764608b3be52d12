// How a filtered volume is cut into tiles. The cut depends on sizes and dtypes alone, never on the
// number of workers.
#pragma once

#include <algorithm>
#include <cstdint>

#include "ops/axes.hpp"
#include "ops/rows.hpp"

namespace burnish::ops {

// Rows of a tile that are filtered together where something is still to be done to them: a multiple
// of every block's height, and little enough to be still in the cache.
inline constexpr std::int64_t strip_rows = 24;

// Multiplications per tile, for vectors of so many lanes: some 5 ms with AVX2 or AVX-512, and 30 ms
// at the baseline, where Ctrl-C still is heard in time.
inline std::int64_t most_work(std::int64_t lanes) { return lanes << 25; }

// How many threads are worth it for a number of multiplications per element: below some 20 us of
// work, handing tiles to a helper takes longer than it helps. 0 and above as for_tiles has it.
inline int useful_workers(const Geometry& geometry, std::int64_t taps, int workers) {
  constexpr std::int64_t least_work = std::int64_t{1} << 19;
  return geometry.elements() < least_work / taps ? 1 : workers;
}

// The largest extents of a tile.
struct TileSize {
  std::int64_t planes;
  std::int64_t rows;
  std::int64_t elements;
};

struct Tile {
  BatchOffset batch;
  Span planes;
  Span rows;
  Span elements;
};

class Tiling {
 public:
  Tiling(const Geometry& geometry, TileSize size)
      : geometry_(geometry),
        size_(size),
        planes_(pieces(geometry.planes.size, size.planes)),
        rows_(pieces(geometry.rows.size, size.rows)),
        elements_(pieces(geometry.width(), size.elements)) {}

  std::int64_t count() const { return geometry_.batch_size() * planes_ * rows_ * elements_; }

  Tile tile(std::int64_t index) const {
    Tile tile;
    tile.elements = piece(index % elements_, size_.elements, geometry_.width());
    index /= elements_;
    tile.rows = piece(index % rows_, size_.rows, geometry_.rows.size);
    index /= rows_;
    tile.planes = piece(index % planes_, size_.planes, geometry_.planes.size);
    tile.batch = batch_offset(geometry_, index / planes_);
    return tile;
  }

 private:
  static std::int64_t pieces(std::int64_t size, std::int64_t most) {
    return (size + most - 1) / most;
  }
  static Span piece(std::int64_t index, std::int64_t size, std::int64_t all) {
    return {index * size, std::min((index + 1) * size, all)};
  }

  const Geometry& geometry_;
  TileSize size_;
  std::int64_t planes_, rows_, elements_;
};

}  // namespace burnish::ops
