#include "base/border.hpp"

#include <algorithm>
#include <cstddef>

namespace burnish {
namespace {

std::int64_t floor_mod(std::int64_t a, std::int64_t n) {
  const std::int64_t r = a % n;
  return r < 0 ? r + n : r;
}

}  // namespace

std::int64_t source_index(Border border, std::int64_t position, std::int64_t size) {
  if (position >= 0 && position < size) return position;
  switch (border) {
    case Border::reflect: {
      const std::int64_t i = floor_mod(position, 2 * size);
      return i < size ? i : 2 * size - 1 - i;
    }
    case Border::mirror: {
      if (size == 1) return 0;
      const std::int64_t i = floor_mod(position, 2 * size - 2);
      return i < size ? i : 2 * size - 2 - i;
    }
    case Border::nearest:
      return position < 0 ? 0 : size - 1;
    case Border::wrap:
      return floor_mod(position, size);
    case Border::constant:
      break;
  }
  return outside;
}

std::vector<std::int64_t> source_indices(Border border, std::int64_t first, std::int64_t count,
                                         std::int64_t size) {
  std::vector<std::int64_t> indices(static_cast<std::size_t>(std::max<std::int64_t>(count, 0)));
  for (std::size_t i = 0; i < indices.size(); ++i) {
    indices[i] = source_index(border, first + static_cast<std::int64_t>(i), size);
  }
  return indices;
}

}  // namespace burnish
