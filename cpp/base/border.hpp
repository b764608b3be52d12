// What lies beyond the border of an image: the one place where it is decided.
#pragma once

#include <cstdint>
#include <vector>

namespace burnish {

// SciPy's names. For an axis a b c d:
enum class Border {
  reflect,   // d c b a | a b c d | d c b a
  mirror,    //   d c b | a b c d | c b a
  nearest,   // a a a a | a b c d | d d d d
  wrap,      // a b c d | a b c d | a b c d
  constant,  // k k k k | a b c d | k k k k
};

// Where Border::constant finds no pixel.
inline constexpr std::int64_t outside = -1;

// The pixel in [0, size) that stands at `position`, however far away, or `outside`. size >= 1.
std::int64_t source_index(Border border, std::int64_t position, std::int64_t size);

// source_index for the positions first, first + 1, ..., first + count - 1.
std::vector<std::int64_t> source_indices(Border border, std::int64_t first, std::int64_t count,
                                         std::int64_t size);

}  // namespace burnish
