// Direct solutions of sparse systems that are symmetric and positive definite.
#pragma once

#include <cstdint>
#include <vector>

namespace burnish::ops {

// What stands left of the diagonal: row i has the entries [starts[i], starts[i + 1]).
struct LowerTriangle {
  std::vector<std::int64_t> starts;
  std::vector<std::int32_t> columns;
  std::vector<double> values, diagonal;
};

class SparseCholesky {
 public:
  // Factors a matrix, in its order, as L D L^T; or does nothing and returns false where that takes
  // more than `budget` multiplications. To be called in a tile, as it polls.
  bool factor(const LowerTriangle& matrix, std::int64_t budget);

  // Solves for `items` right-hand sides, which lie beside each other in each row, in place.
  void solve(double* values, std::int64_t items) const;

 private:
  bool analyse(const LowerTriangle& matrix, std::int64_t budget);

  std::vector<std::int32_t> parents_, rows_;
  std::vector<std::int64_t> starts_;  // of the columns of L
  std::vector<double> factors_, diagonal_;
};

}  // namespace burnish::ops
