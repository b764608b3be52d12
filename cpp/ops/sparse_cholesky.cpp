#include "ops/sparse_cholesky.hpp"

#include <cstddef>

#include "base/parallel.hpp"
#include "base/sized.hpp"

namespace burnish::ops {
namespace {

constexpr std::int32_t nothing = -1;
constexpr std::int32_t rows_per_poll = 256;

}  // namespace

// The elimination tree, and how long the columns become: an entry of a row of the matrix makes one
// of L in each column up the tree from its own, as far as the row.
bool SparseCholesky::analyse(const LowerTriangle& matrix, std::int64_t budget) {
  const auto size = static_cast<std::int32_t>(matrix.diagonal.size());
  parents_.assign(sized(size), nothing);
  std::vector<std::int32_t> seen(sized(size), nothing), lengths(sized(size), 0);
  std::int64_t work = 0;
  for (std::int32_t row = 0; row < size; ++row) {
    if (row % rows_per_poll == 0) poll_in_tile();
    seen[sized(row)] = row;
    for (std::int64_t k = matrix.starts[sized(row)]; k < matrix.starts[sized(row) + 1]; ++k) {
      for (std::int32_t column = matrix.columns[sized(k)]; seen[sized(column)] != row;
           column = parents_[sized(column)]) {
        if (parents_[sized(column)] == nothing) parents_[sized(column)] = row;
        seen[sized(column)] = row;
        work += ++lengths[sized(column)];
      }
    }
    if (work > budget) return false;
  }
  starts_.resize(sized(size) + 1);
  starts_[0] = 0;
  for (std::int32_t i = 0; i < size; ++i) {
    starts_[sized(i) + 1] = starts_[sized(i)] + lengths[sized(i)];
  }
  return true;
}

bool SparseCholesky::factor(const LowerTriangle& matrix, std::int64_t budget) {
  if (!analyse(matrix, budget)) return false;
  const auto size = static_cast<std::int32_t>(matrix.diagonal.size());
  rows_.resize(sized(starts_.back()));
  factors_.resize(sized(starts_.back()));
  diagonal_.resize(sized(size));
  std::vector<std::int64_t> ends(starts_.begin(), starts_.end() - 1);
  std::vector<double> values(sized(size), 0.0);
  std::vector<std::int32_t> seen(sized(size), nothing), pattern(sized(size)), path(sized(size));
  for (std::int32_t row = 0; row < size; ++row) {
    if (row % rows_per_poll == 0) poll_in_tile();
    // The columns of this row of L, those that others depend on first.
    std::int32_t top = size;
    seen[sized(row)] = row;
    for (std::int64_t k = matrix.starts[sized(row)]; k < matrix.starts[sized(row) + 1]; ++k) {
      std::int32_t column = matrix.columns[sized(k)];
      values[sized(column)] += matrix.values[sized(k)];
      std::int32_t length = 0;
      for (; seen[sized(column)] != row; column = parents_[sized(column)]) {
        path[sized(length++)] = column;
        seen[sized(column)] = row;
      }
      while (length > 0) pattern[sized(--top)] = path[sized(--length)];
    }
    double pivot = matrix.diagonal[sized(row)];
    for (; top < size; ++top) {
      const std::size_t column = sized(pattern[sized(top)]);
      const double value = values[column];
      values[column] = 0;
      const std::int64_t end = ends[column]++;
      for (std::int64_t k = starts_[column]; k < end; ++k) {
        values[sized(rows_[sized(k)])] -= factors_[sized(k)] * value;
      }
      const double factor = value / diagonal_[column];
      pivot -= factor * value;
      rows_[sized(end)] = row;
      factors_[sized(end)] = factor;
    }
    diagonal_[sized(row)] = pivot;
  }
  return true;
}

void SparseCholesky::solve(double* values, std::int64_t items) const {
  const auto size = static_cast<std::int64_t>(diagonal_.size());
  for (std::int64_t i = 0; i < size; ++i) {
    const double* const from = values + i * items;
    for (std::int64_t k = starts_[sized(i)]; k < starts_[sized(i) + 1]; ++k) {
      double* const to = values + rows_[sized(k)] * items;
      for (std::int64_t c = 0; c < items; ++c) to[c] -= factors_[sized(k)] * from[c];
    }
  }
  for (std::int64_t i = size; i-- > 0;) {
    double* const to = values + i * items;
    for (std::int64_t c = 0; c < items; ++c) to[c] /= diagonal_[sized(i)];
    for (std::int64_t k = starts_[sized(i)]; k < starts_[sized(i) + 1]; ++k) {
      const double* const from = values + rows_[sized(k)] * items;
      for (std::int64_t c = 0; c < items; ++c) to[c] -= factors_[sized(k)] * from[c];
    }
  }
}

}  // namespace burnish::ops
