// Thin plates over wide holes: conjugate gradients, preconditioned by multigrid.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "ops/plate.hpp"
#include "ops/sparse_cholesky.hpp"

namespace burnish::ops {

// One scale: a grid with two empty cells on each side. What is not active is 0 in all vectors.
struct PlateLevel {
  PlateLevel(std::int64_t height, std::int64_t width);

  std::size_t at(std::int64_t row, std::int64_t column) const {
    return static_cast<std::size_t>((row + 2) * stride + column + 2);
  }
  bool is_active(std::int64_t row, std::int64_t column) const {
    return inverse[at(row, column)] > 0;
  }

  std::int64_t rows, columns, stride;
  std::int64_t active = 0;          // cells
  double highest = 0;               // no eigenvalue of the equations over their diagonal is larger
  std::vector<double> inverse;      // of the diagonal
  std::vector<std::uint8_t> plain;  // where equations are those of an unbounded plate
  std::vector<double> right, solution, direction, residual;
  // But for the finest: what each cell weighs itself and those after it by, so far away.
  std::vector<std::vector<double>> weights;
};

class PlateMultigrid {
 public:
  // Of the places, in the order of rows, in a picture of that size.
  PlateMultigrid(std::int64_t rows, std::int64_t columns, const std::vector<Place>& places,
                 int workers);

  // Solves for one right-hand side, in the order of the places, in place.
  void solve(double* values);

 private:
  Stencil stencil(std::size_t level, std::int64_t row, std::int64_t column) const;
  Stencil coarser_stencil(std::size_t level, std::int64_t row, std::int64_t column) const;
  bool coarsen();
  void find_plain(std::size_t level);
  void factor_coarsest();
  template <class F>
  void apply(std::size_t level, const std::vector<double>& vector, const F& use) const;
  void smooth(std::size_t level, int steps, bool from_zero);
  void restrict_residual(std::size_t level);
  void prolong_solution(std::size_t level);
  void cycle(std::size_t level);

  const std::vector<Place>& places_;
  const int workers_;
  Place corner_{};  // of the window in the picture
  std::vector<PlateLevel> levels_;
  bool is_factored_ = false;
  std::vector<Place> coarsest_;
  SparseCholesky factor_;
};

}  // namespace burnish::ops
