#include "ops/plate_multigrid.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "base/parallel.hpp"
#include "base/sized.hpp"

namespace burnish::ops {
namespace {

// Chebyshev steps before and after each correction, for errors between the highest eigenvalue and
// that over the ratio. Two and 6 take a third more cycles, four and 16 a fifth fewer.
constexpr int smoothing_steps = 3;
constexpr double smoothed_ratio = 10;
constexpr int coarsest_steps = 12;  // where it is too large to be factored

// By Gershgorin: in a corner of the picture 20 / 6, far from it 64 / 20.
constexpr double highest_of_finest = 10.0 / 3;

constexpr std::int64_t most_factored = 1000;  // cells of the coarsest level
constexpr double tolerance = 1e-7;            // of a step, in shares of the solution
constexpr int most_iterations = 200;

constexpr std::int64_t cells_per_tile = 1 << 14;

struct Offset {
  int row, column;
};
constexpr std::array<Offset, 13> offsets{{{0, 0},
                                          {0, 1},
                                          {0, 2},
                                          {1, -2},
                                          {1, -1},
                                          {1, 0},
                                          {1, 1},
                                          {1, 2},
                                          {2, -2},
                                          {2, -1},
                                          {2, 0},
                                          {2, 1},
                                          {2, 2}}};

// A cell is interpolated from the one that holds it and the next nearest: quadratic B-splines, the
// smoothest that bend with finite energy on all scales. Mirrored at the ends of the grid.
struct Parents {
  std::int64_t near, far;
};
Parents parents_of(std::int64_t i, std::int64_t coarse_size) {
  const std::int64_t far = i % 2 == 0 ? i / 2 - 1 : i / 2 + 1;
  return {i / 2, std::clamp<std::int64_t>(far, 0, coarse_size - 1)};
}
constexpr double near_share = 0.75, far_share = 0.25;

double share(std::int64_t i, std::int64_t parent, std::int64_t coarse_size) {
  const Parents parents = parents_of(i, coarse_size);
  return (parents.near == parent ? near_share : 0) + (parents.far == parent ? far_share : 0);
}

std::int64_t halved(std::int64_t size) { return (size + 1) / 2; }

std::int64_t rows_per_tile(const PlateLevel& level) {
  return std::max<std::int64_t>(cells_per_tile / level.columns, 1);
}

std::int64_t tiles_of(const PlateLevel& level) {
  const std::int64_t rows = rows_per_tile(level);
  return (level.rows + rows - 1) / rows;
}

// Calls row(tile, y) for all rows.
template <class F>
void for_rows(const PlateLevel& level, int workers, const F& row) {
  const std::int64_t height = rows_per_tile(level);
  for_tiles(tiles_of(level), workers, [&](std::int64_t tile) {
    const std::int64_t end = std::min((tile + 1) * height, level.rows);
    for (std::int64_t y = tile * height; y < end; ++y) row(tile, y);
  });
  poll_in_tile();
}

// The Laplacian (negative) of a row, mirrored at its ends. What is read beside it is left out
// again.
void laplacian(const double* above, const double* row, const double* below, std::int64_t count,
               double* result) {
  for (std::int64_t x = 0; x < count; ++x) {
    result[x] =
        (row[x] - above[x]) + (row[x] - below[x]) + (row[x] - row[x - 1]) + (row[x] - row[x + 1]);
  }
  result[0] -= row[0] - row[-1];
  result[count - 1] -= row[count - 1] - row[count];
}

double sum_of(const std::vector<double>& parts) {
  double sum = 0;
  for (const double part : parts) sum += part;
  return sum;
}

// The rows and columns that a hole and its equations take.
std::pair<Place, Place> bounds_of(const std::vector<Place>& places) {
  Place first = places[0], last = places[0];
  for (const Place place : places) {
    first = {std::min(first.row, place.row), std::min(first.column, place.column)};
    last = {std::max(last.row, place.row), std::max(last.column, place.column)};
  }
  return {first, last};
}

}  // namespace

PlateLevel::PlateLevel(std::int64_t height, std::int64_t width)
    : rows(height), columns(width), stride(width + 4) {
  const std::size_t cells = sized((rows + 4) * stride);
  for (auto* each : {&inverse, &right, &solution, &direction, &residual}) {
    each->assign(cells, 0.0);
    for_tiles(1, 1, [](std::int64_t) { poll_in_tile(); });  // large ones take a while
  }
  plain.assign(cells, 0);
}

PlateMultigrid::PlateMultigrid(std::int64_t rows, std::int64_t columns,
                               const std::vector<Place>& places, int workers)
    : places_(places), workers_(workers) {
  const auto [first, last] = bounds_of(places);
  // Two pixels around a hole: the window's borders are the picture's, or so far away that the
  // equations know nothing of them.
  corner_ = {std::max(first.row - 2, 0), std::max(first.column - 2, 0)};
  const std::int64_t height = std::min<std::int64_t>(last.row + 3, rows) - corner_.row;
  const std::int64_t width = std::min<std::int64_t>(last.column + 3, columns) - corner_.column;
  PlateLevel& finest = levels_.emplace_back(height, width);
  for (const Place place : places) {
    const Place at{place.row - corner_.row, place.column - corner_.column};
    const bool is_inner =
        at.row >= 2 && at.row + 2 < height && at.column >= 2 && at.column + 2 < width;
    finest.inverse[finest.at(at.row, at.column)] =
        1 / (is_inner ? 20.0 : plate_stencil(height, width, at).weights[2][2]);
  }
  finest.active = static_cast<std::int64_t>(places.size());
  finest.highest = highest_of_finest;
  find_plain(0);
  while (levels_.back().active > most_factored && coarsen()) {
  }
  if (levels_.back().active <= most_factored) factor_coarsest();
}

void PlateMultigrid::find_plain(std::size_t index) {
  PlateLevel& level = levels_[index];
  for_rows(level, workers_, [&](std::int64_t, std::int64_t y) {
    if (y < 2 || y + 2 >= level.rows) return;
    for (std::int64_t x = 2; x + 2 < level.columns; ++x) {
      bool is_plain = true;
      for (std::int64_t dy = -2; dy <= 2 && is_plain; ++dy) {
        for (std::int64_t dx = -2; dx <= 2; ++dx) is_plain &= level.is_active(y + dy, x + dx);
      }
      if (is_plain && index > 0) {
        const PlateLevel& finer = levels_[index - 1];
        for (std::int64_t i = 2 * y - 1; i <= 2 * y + 2; ++i) {
          for (std::int64_t k = 2 * x - 1; k <= 2 * x + 2; ++k) {
            is_plain &= i < finer.rows && k < finer.columns && finer.plain[finer.at(i, k)] != 0;
          }
        }
      }
      level.plain[level.at(y, x)] = is_plain;
    }
  });
}

// The equation of an active cell.
Stencil PlateMultigrid::stencil(std::size_t index, std::int64_t row, std::int64_t column) const {
  const PlateLevel& level = levels_[index];
  const std::size_t at = level.at(row, column);
  Stencil result{};
  if (index == 0) {
    result = plate_stencil(level.rows, level.columns,
                           {static_cast<std::int32_t>(row), static_cast<std::int32_t>(column)});
    for (int dy = -2; dy <= 2; ++dy) {
      for (int dx = -2; dx <= 2; ++dx) {
        if (!level.is_active(row + dy, column + dx)) result.weights[dy + 2][dx + 2] = 0;
      }
    }
    return result;
  }
  for (std::size_t k = 0; k < offsets.size(); ++k) {
    const auto [dy, dx] = offsets[k];
    result.weights[2 + dy][2 + dx] = level.weights[k][at];
    result.weights[2 - dy][2 - dx] = level.weights[k][at - sized(dy * level.stride + dx)];
  }
  return result;
}

// The equation of a coarser cell, by Galerkin: the energy of what is interpolated.
Stencil PlateMultigrid::coarser_stencil(std::size_t index, std::int64_t row,
                                        std::int64_t column) const {
  const PlateLevel& level = levels_[index];
  const std::int64_t rows = halved(level.rows), columns = halved(level.columns);
  Stencil result{};
  for (std::int64_t y = std::max<std::int64_t>(2 * row - 1, 0);
       y < std::min(2 * row + 3, level.rows); ++y) {
    for (std::int64_t x = std::max<std::int64_t>(2 * column - 1, 0);
         x < std::min(2 * column + 3, level.columns); ++x) {
      if (!level.is_active(y, x)) continue;
      const double own = share(y, row, rows) * share(x, column, columns);
      const Stencil finer = stencil(index, y, x);
      for (int dy = -2; dy <= 2; ++dy) {
        if (y + dy < 0 || y + dy >= level.rows) continue;
        const Parents above = parents_of(y + dy, rows);
        for (int dx = -2; dx <= 2; ++dx) {
          const double value = own * finer.weights[dy + 2][dx + 2];
          if (value == 0) continue;
          const Parents beside = parents_of(x + dx, columns);
          double* const near = result.weights[above.near - row + 2];
          double* const far = result.weights[above.far - row + 2];
          const std::int64_t near_x = beside.near - column + 2, far_x = beside.far - column + 2;
          near[near_x] += near_share * near_share * value;
          near[far_x] += near_share * far_share * value;
          far[near_x] += far_share * near_share * value;
          far[far_x] += far_share * far_share * value;
        }
      }
    }
  }
  return result;
}

// Adds a level of half the size; false where it would have no cell.
bool PlateMultigrid::coarsen() {
  const std::size_t index = levels_.size() - 1;
  PlateLevel level(halved(levels_[index].rows), halved(levels_[index].columns));
  {
    // Active is what stands for active cells alone; marked at first, the diagonal follows.
    const PlateLevel& finer = levels_[index];
    for (std::int64_t y = 0; y < level.rows; ++y) {
      for (std::int64_t x = 0; x < level.columns; ++x) {
        bool is_active = true;
        for (std::int64_t i = 2 * y; i < std::min(2 * y + 2, finer.rows); ++i) {
          for (std::int64_t k = 2 * x; k < std::min(2 * x + 2, finer.columns); ++k) {
            is_active &= finer.is_active(i, k);
          }
        }
        if (!is_active) continue;
        level.inverse[level.at(y, x)] = 1;
        ++level.active;
      }
    }
    if (level.active == 0 || level.active == finer.active) return false;
  }
  level.weights.assign(offsets.size(), std::vector<double>(level.inverse.size(), 0.0));
  levels_.push_back(std::move(level));
  find_plain(index + 1);
  PlateLevel& coarse = levels_.back();

  Stencil plain{};
  const auto first = std::find(coarse.plain.begin(), coarse.plain.end(), 1);
  if (first != coarse.plain.end()) {
    const std::int64_t at = first - coarse.plain.begin();
    plain = coarser_stencil(index, at / coarse.stride - 2, at % coarse.stride - 2);
  }
  std::vector<double> highest(sized(tiles_of(coarse)), 0.0);
  for_rows(coarse, workers_, [&](std::int64_t tile, std::int64_t y) {
    poll_in_tile();
    for (std::int64_t x = 0; x < coarse.columns; ++x) {
      const std::size_t at = coarse.at(y, x);
      if (!coarse.is_active(y, x)) continue;
      const Stencil weights = coarse.plain[at] != 0 ? plain : coarser_stencil(index, y, x);
      double sum = 0;
      for (int dy = -2; dy <= 2; ++dy) {
        for (int dx = -2; dx <= 2; ++dx) {
          if (coarse.is_active(y + dy, x + dx)) sum += std::abs(weights.weights[dy + 2][dx + 2]);
        }
      }
      for (std::size_t k = 0; k < offsets.size(); ++k) {
        const auto [dy, dx] = offsets[k];
        if (coarse.is_active(y + dy, x + dx)) {
          coarse.weights[k][at] = weights.weights[2 + dy][2 + dx];
        }
      }
      highest[sized(tile)] = std::max(highest[sized(tile)], sum / coarse.weights[0][at]);
    }
  });
  for_rows(coarse, workers_, [&](std::int64_t, std::int64_t y) {
    for (std::int64_t x = 0; x < coarse.columns; ++x) {
      const std::size_t at = coarse.at(y, x);
      if (coarse.is_active(y, x)) coarse.inverse[at] = 1 / coarse.weights[0][at];
    }
  });
  coarse.highest = *std::max_element(highest.begin(), highest.end());
  return true;
}

void PlateMultigrid::factor_coarsest() {
  const std::size_t index = levels_.size() - 1;
  const PlateLevel& level = levels_[index];
  for (std::int32_t y = 0; y < level.rows; ++y) {
    for (std::int32_t x = 0; x < level.columns; ++x) {
      if (level.is_active(y, x)) coarsest_.push_back({y, x});
    }
  }
  sort_for_elimination(coarsest_);
  std::vector<std::int32_t> numbers(level.inverse.size(), -1);
  for (std::size_t i = 0; i < coarsest_.size(); ++i) {
    numbers[level.at(coarsest_[i].row, coarsest_[i].column)] = static_cast<std::int32_t>(i);
  }
  LowerTriangle matrix;
  matrix.starts.push_back(0);
  for (std::size_t i = 0; i < coarsest_.size(); ++i) {
    const Place place = coarsest_[i];
    const Stencil weights = stencil(index, place.row, place.column);
    for (int dy = -2; dy <= 2; ++dy) {
      for (int dx = -2; dx <= 2; ++dx) {
        const std::int32_t other = numbers[level.at(place.row + dy, place.column + dx)];
        if (other < 0 || other >= static_cast<std::int32_t>(i)) continue;
        matrix.columns.push_back(other);
        matrix.values.push_back(weights.weights[dy + 2][dx + 2]);
      }
    }
    matrix.starts.push_back(static_cast<std::int64_t>(matrix.columns.size()));
    matrix.diagonal.push_back(weights.weights[2][2]);
  }
  is_factored_ = factor_.factor(matrix, std::numeric_limits<std::int64_t>::max());
}

// Calls use(tile, y, row) with each row of what the equations make of a vector, active or not.
template <class F>
void PlateMultigrid::apply(std::size_t index, const std::vector<double>& vector,
                           const F& use) const {
  const PlateLevel& level = levels_[index];
  const std::int64_t height = rows_per_tile(level), stride = level.stride;
  for_tiles(tiles_of(level), workers_, [&](std::int64_t tile) {
    const std::int64_t begin = tile * height, end = std::min(begin + height, level.rows);
    std::vector<double> product(sized(level.columns));
    if (index == 0) {
      // The Laplacian twice, the first time with a row more on each side.
      std::vector<double> once(sized((end - begin + 2) * stride), 0.0);
      const auto inner = [&](std::int64_t y) {
        return once.data() + (std::clamp<std::int64_t>(y, 0, level.rows - 1) - begin + 1) * stride +
               2;
      };
      const auto outer = [&](std::int64_t y) {
        return vector.data() + level.at(std::clamp<std::int64_t>(y, 0, level.rows - 1), 0);
      };
      for (std::int64_t y = std::max<std::int64_t>(begin - 1, 0); y < std::min(end + 1, level.rows);
           ++y) {
        laplacian(outer(y - 1), outer(y), outer(y + 1), level.columns, inner(y));
      }
      for (std::int64_t y = begin; y < end; ++y) {
        laplacian(inner(y - 1), inner(y), inner(y + 1), level.columns, product.data());
        use(tile, y, product.data());
      }
      return;
    }
    for (std::int64_t y = begin; y < end; ++y) {
      const std::size_t at = level.at(y, 0);
      const double* const values = vector.data() + at;
      double* const sums = product.data();
      for (std::int64_t x = 0; x < level.columns; ++x)
        sums[x] = level.weights[0][at + sized(x)] * values[x];
      for (std::size_t k = 1; k < offsets.size(); ++k) {
        const std::int64_t away = offsets[k].row * stride + offsets[k].column;
        const double* const weights = level.weights[k].data() + at;
        for (std::int64_t x = 0; x < level.columns; ++x) {
          sums[x] += weights[x] * values[x + away] + weights[x - away] * values[x - away];
        }
      }
      use(tile, y, sums);
    }
  });
  poll_in_tile();
}

// Chebyshev's iteration on the equations over their diagonal.
void PlateMultigrid::smooth(std::size_t index, int steps, bool from_zero) {
  PlateLevel& level = levels_[index];
  const double lowest = level.highest / smoothed_ratio;
  const double middle = (level.highest + lowest) / 2, reach = (level.highest - lowest) / 2;
  double last = reach / middle;
  for (int step = 0; step < steps; ++step) {
    double keep = 0, by = 1 / middle;
    if (step > 0) {
      const double next = 1 / (2 * middle / reach - last);
      keep = next * last;
      by = 2 * next / reach;
      last = next;
    }
    const bool is_zero = from_zero && step == 0;
    const auto turn = [&](std::int64_t y, const double* product) {
      const std::size_t at = level.at(y, 0);
      double* const direction = level.direction.data() + at;
      const double *const right = level.right.data() + at, *const inverse =
                                                               level.inverse.data() + at;
      for (std::int64_t x = 0; x < level.columns; ++x) {
        const double residual = product == nullptr ? right[x] : right[x] - product[x];
        direction[x] = (step > 0 ? keep * direction[x] : 0) + by * inverse[x] * residual;
      }
    };
    if (is_zero) {
      for_rows(level, workers_, [&](std::int64_t, std::int64_t y) { turn(y, nullptr); });
    } else {
      apply(index, level.solution,
            [&](std::int64_t, std::int64_t y, const double* product) { turn(y, product); });
    }
    for_rows(level, workers_, [&](std::int64_t, std::int64_t y) {
      const std::size_t at = level.at(y, 0);
      double* const solution = level.solution.data() + at;
      const double* const direction = level.direction.data() + at;
      for (std::int64_t x = 0; x < level.columns; ++x) {
        solution[x] = (is_zero ? 0 : solution[x]) + direction[x];
      }
    });
  }
}

// What is left of a level's equations becomes the right-hand side of the next.
void PlateMultigrid::restrict_residual(std::size_t index) {
  PlateLevel& level = levels_[index];
  PlateLevel& coarse = levels_[index + 1];
  apply(index, level.solution, [&](std::int64_t, std::int64_t y, const double* product) {
    const std::size_t at = level.at(y, 0);
    for (std::int64_t x = 0; x < level.columns; ++x) {
      const std::size_t i = at + sized(x);
      level.residual[i] = level.inverse[i] > 0 ? level.right[i] - product[x] : 0;
    }
  });
  for_rows(coarse, workers_, [&](std::int64_t, std::int64_t y) {
    std::vector<double> sums(sized(level.stride), 0.0);
    double* const sum = sums.data() + 2;
    for (std::int64_t i = std::max<std::int64_t>(2 * y - 1, 0); i < std::min(2 * y + 3, level.rows);
         ++i) {
      const double weight = share(i, y, coarse.rows);
      const double* const residual = level.residual.data() + level.at(i, 0);
      for (std::int64_t x = 0; x < level.columns; ++x) sum[x] += weight * residual[x];
    }
    double* const right = coarse.right.data() + coarse.at(y, 0);
    const double* const inverse = coarse.inverse.data() + coarse.at(y, 0);
    for (std::int64_t x = 0; x < coarse.columns; ++x) {
      double value = 0;
      if (inverse[x] > 0) {
        value = near_share * (sum[2 * x] + sum[2 * x + 1]) +
                far_share * (sum[2 * x - 1] + sum[2 * x + 2]);
        // At its ends the grid is mirrored.
        if (x == 0) value += far_share * sum[0];
        if (x == coarse.columns - 1 && level.columns % 2 == 0) value += far_share * sum[2 * x + 1];
      }
      right[x] = value;
    }
  });
}

void PlateMultigrid::prolong_solution(std::size_t index) {
  PlateLevel& level = levels_[index];
  const PlateLevel& coarse = levels_[index + 1];
  for_rows(level, workers_, [&](std::int64_t, std::int64_t y) {
    const Parents parents = parents_of(y, coarse.rows);
    const double* const near = coarse.solution.data() + coarse.at(parents.near, 0);
    const double* const far = coarse.solution.data() + coarse.at(parents.far, 0);
    double* const solution = level.solution.data() + level.at(y, 0);
    const double* const inverse = level.inverse.data() + level.at(y, 0);
    const auto between = [&](std::int64_t x) { return near_share * near[x] + far_share * far[x]; };
    for (std::int64_t x = 0; x < level.columns; ++x) {
      if (!(inverse[x] > 0)) continue;
      const Parents beside = parents_of(x, coarse.columns);
      solution[x] += near_share * between(beside.near) + far_share * between(beside.far);
    }
  });
}

void PlateMultigrid::cycle(std::size_t index) {
  PlateLevel& level = levels_[index];
  if (index + 1 == levels_.size()) {
    if (!is_factored_) return smooth(index, coarsest_steps, true);
    std::vector<double> values;
    for (const Place place : coarsest_)
      values.push_back(level.right[level.at(place.row, place.column)]);
    factor_.solve(values.data(), 1);
    for (std::size_t i = 0; i < coarsest_.size(); ++i) {
      level.solution[level.at(coarsest_[i].row, coarsest_[i].column)] = values[i];
    }
    return;
  }
  smooth(index, smoothing_steps, true);
  restrict_residual(index);
  cycle(index + 1);
  prolong_solution(index);
  smooth(index, smoothing_steps, false);
}

void PlateMultigrid::solve(double* values) {
  PlateLevel& level = levels_[0];
  const auto at_place = [&](Place place) {
    return level.at(place.row - corner_.row, place.column - corner_.column);
  };
  for (std::size_t i = 0; i < places_.size(); ++i) level.right[at_place(places_[i])] = values[i];
  std::vector<double> found(level.right.size(), 0.0), along(found);
  std::vector<double> parts(sized(tiles_of(level))), steps(parts), sizes(parts);
  double last = 0;
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    cycle(0);
    std::fill(parts.begin(), parts.end(), 0.0);
    for_rows(level, workers_, [&](std::int64_t tile, std::int64_t y) {
      const std::size_t at = level.at(y, 0);
      double sum = 0;
      for (std::size_t i = at; i < at + sized(level.columns); ++i) {
        sum += level.right[i] * level.solution[i];
      }
      parts[sized(tile)] += sum;
    });
    const double energy = sum_of(parts);
    if (!(energy > 0)) break;
    const double keep = iteration == 0 ? 0 : energy / last;
    last = energy;
    for_rows(level, workers_, [&](std::int64_t, std::int64_t y) {
      const std::size_t at = level.at(y, 0);
      for (std::size_t i = at; i < at + sized(level.columns); ++i) {
        along[i] = level.solution[i] + keep * along[i];
      }
    });
    std::fill(parts.begin(), parts.end(), 0.0);
    apply(0, along, [&](std::int64_t tile, std::int64_t y, const double* product) {
      const std::size_t at = level.at(y, 0);
      double sum = 0;
      for (std::int64_t x = 0; x < level.columns; ++x) {
        const std::size_t i = at + sized(x);
        sum += along[i] * product[x];
        level.residual[i] = level.inverse[i] > 0 ? product[x] : 0;
      }
      parts[sized(tile)] += sum;
    });
    const double by = energy / sum_of(parts);
    std::fill(steps.begin(), steps.end(), 0.0);
    std::fill(sizes.begin(), sizes.end(), 0.0);
    for_rows(level, workers_, [&](std::int64_t tile, std::int64_t y) {
      const std::size_t at = level.at(y, 0);
      double step = 0, size = 0;
      for (std::size_t i = at; i < at + sized(level.columns); ++i) {
        found[i] += by * along[i];
        level.right[i] -= by * level.residual[i];
        step = std::max(step, std::abs(along[i]));
        size = std::max(size, std::abs(found[i]));
      }
      steps[sized(tile)] = std::max(steps[sized(tile)], step);
      sizes[sized(tile)] = std::max(sizes[sized(tile)], size);
    });
    const double step = by * *std::max_element(steps.begin(), steps.end());
    if (step <= tolerance * *std::max_element(sizes.begin(), sizes.end())) break;
  }
  for (std::size_t i = 0; i < places_.size(); ++i) values[i] = found[at_place(places_[i])];
}

}  // namespace burnish::ops
