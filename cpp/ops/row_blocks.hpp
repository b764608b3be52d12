// The rows of a volume in blocks of as many as a vector has lanes, plane after plane.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/parallel.hpp"

namespace burnish::ops {

struct RowBlocks {
  std::int64_t planes, rows, lanes;

  std::int64_t in_plane() const { return (rows + lanes - 1) / lanes; }
  std::int64_t count() const { return planes * in_plane(); }

  // A value for each block, at first zero, and the place of the block that holds a row.
  template <class S>
  std::vector<S> values() const {
    return std::vector<S>(static_cast<std::size_t>(count()));
  }
  std::size_t place(std::int64_t plane, std::int64_t row) const {
    return static_cast<std::size_t>(plane * in_plane() + row / lanes);
  }

  // Calls step(plane, row) for each block, with its first row.
  template <class Step>
  void for_each(int workers, const Step& step) const {
    for_tiles(count(), workers,
              [&](std::int64_t i) { step(i / in_plane(), i % in_plane() * lanes); });
  }
};

}  // namespace burnish::ops
