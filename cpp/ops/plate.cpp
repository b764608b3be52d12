#include "ops/plate.hpp"

#include <algorithm>
#include <cstddef>

namespace burnish::ops {
namespace {

// So few places are eliminated one after another along their longer side.
constexpr std::ptrdiff_t smallest_halved = 64;

// The entries of the second difference (negative) of a line that is mirrored at its ends.
double second(std::int64_t size, std::int64_t i, std::int64_t k) {
  if (i < 0 || i >= size || k < 0 || k >= size) return 0;
  if (i == k) return (i > 0 ? 1 : 0) + (i + 1 < size ? 1 : 0);
  return std::abs(i - k) == 1 ? -1 : 0;
}

double fourth(std::int64_t size, std::int64_t i, std::int64_t k) {
  double sum = 0;
  for (std::int64_t j = i - 1; j <= i + 1; ++j) sum += second(size, i, j) * second(size, j, k);
  return sum;
}

using Iterator = std::vector<Place>::iterator;

void dissect(Iterator first, Iterator last) {
  while (true) {
    if (first == last) return;
    Place least = *first, most = *first;
    for (Iterator it = first; it != last; ++it) {
      least = {std::min(least.row, it->row), std::min(least.column, it->column)};
      most = {std::max(most.row, it->row), std::max(most.column, it->column)};
    }
    const bool by_row = most.row - least.row > most.column - least.column;
    const auto major = [by_row](Place a) { return by_row ? a.row : a.column; };
    const auto minor = [by_row](Place a) { return by_row ? a.column : a.row; };
    const auto sort = [](Iterator from, Iterator to, const auto& key, const auto& other) {
      std::sort(from, to, [&](Place a, Place b) {
        return key(a) != key(b) ? key(a) < key(b) : other(a) < other(b);
      });
    };
    if (last - first <= smallest_halved) return sort(first, last, major, minor);
    const Iterator middle = first + (last - first) / 2;
    std::nth_element(first, middle, last, [&](Place a, Place b) { return major(a) < major(b); });
    const std::int32_t cut = major(*middle);
    const Iterator right = std::partition(first, last, [&](Place a) { return major(a) < cut; });
    const Iterator between =
        std::partition(right, last, [&](Place a) { return major(a) > cut + 1; });
    if (right == first && between == right) return sort(first, last, minor, major);
    sort(between, last, minor, major);
    dissect(first, right);
    first = right;
    last = between;
  }
}

}  // namespace

Stencil plate_stencil(std::int64_t rows, std::int64_t columns, Place place) {
  Stencil stencil{};
  const std::int64_t y = place.row, x = place.column;
  for (int dy = -2; dy <= 2; ++dy) {
    for (int dx = -2; dx <= 2; ++dx) {
      stencil.weights[dy + 2][dx + 2] = (dx == 0 ? fourth(rows, y, y + dy) : 0) +
                                        2 * second(rows, y, y + dy) * second(columns, x, x + dx) +
                                        (dy == 0 ? fourth(columns, x, x + dx) : 0);
    }
  }
  return stencil;
}

void sort_for_elimination(std::vector<Place>& places) { dissect(places.begin(), places.end()); }

}  // namespace burnish::ops
