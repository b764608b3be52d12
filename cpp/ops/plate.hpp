// The equations of a thin plate that passes through what is known of a picture: the squared
// Laplacian of five points, in which the picture goes on as mirrored at its border, is 0 where it
// is not known.
#pragma once

#include <cstdint>
#include <vector>

#include "ops/sparse_cholesky.hpp"

namespace burnish::ops {

struct Place {
  std::int32_t row, column;
};

// What an equation weighs its neighbours by, as [row][column], up to two pixels away.
struct Stencil {
  double weights[5][5];
};

// The equation of a pixel in a picture of that size; 0 beyond its border.
Stencil plate_stencil(std::int64_t rows, std::int64_t columns, Place place);

// Sorts places such that few entries are added when equations that reach two rows and columns far
// are eliminated in that order: halves, then what parts them (nested dissection).
void sort_for_elimination(std::vector<Place>& places);

// Tells the numbers of all pairs of places that are coupled by plates, the later one first. Places
// are in the order of rows.
template <class F>
void for_couples(const std::vector<Place>& places, const F& couple) {
  const auto before = [](Place a, std::int32_t row, std::int32_t column) {
    return a.row < row || (a.row == row && a.column < column);
  };
  std::size_t above = 0, far = 0;  // the first one not before what is looked for
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Place at = places[i];
    for (std::size_t k = i; k-- > 0 && k + 2 >= i;) {
      if (before(places[k], at.row, at.column - 2)) break;
      couple(i, k);
    }
    while (before(places[above], at.row - 1, at.column - 1)) ++above;
    for (std::size_t k = above; places[k].row < at.row && places[k].column <= at.column + 1; ++k) {
      couple(i, k);
    }
    while (before(places[far], at.row - 2, at.column)) ++far;
    if (places[far].row == at.row - 2 && places[far].column == at.column) couple(i, far);
  }
}

}  // namespace burnish::ops
