// An axis of a periodic scene that is mirrored at the edges of its frame.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/border.hpp"

namespace burnish::ops {

class Mirror {
 public:
  // `before` and `after` pixels of the scene beyond the frame's `size` are mirror images.
  Mirror(std::int64_t size, std::int64_t period, std::int64_t before, std::int64_t after) {
    for (std::int64_t i = 0; i < after; ++i) add(size + i, size + i, size);
    for (std::int64_t i = 1; i <= before; ++i) add(period - i, -i, size);
  }

  // `at(i)` is the address of the `count` items of pixel i.
  //
  // Sets what lies beyond the frame.
  template <class At>
  void extend(std::ptrdiff_t count, const At& at) const {
    for (const Pair& pair : pairs_) std::copy_n(at(pair.source), count, at(pair.position));
  }

  // The adjoint: adds what lies beyond the frame to the pixels that it mirrors, and clears it.
  template <class At>
  void fold(std::ptrdiff_t count, const At& at) const {
    for (const Pair& pair : pairs_) {
      auto* const from = at(pair.position);
      auto* const to = at(pair.source);
      for (std::ptrdiff_t i = 0; i < count; ++i) to[i] += from[i];
      std::fill_n(from, count, 0);
    }
  }

 private:
  struct Pair {
    std::int64_t position, source;
  };
  void add(std::int64_t position, std::int64_t outside, std::int64_t size) {
    pairs_.push_back({position, source_index(Border::reflect, outside, size)});
  }

  std::vector<Pair> pairs_;
};

}  // namespace burnish::ops
