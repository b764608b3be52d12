#include "ops/noise_cells.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "base/parallel.hpp"
#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/rows.hpp"

namespace burnish::ops {
namespace {

constexpr std::int64_t taps = 4;
constexpr std::int64_t cell_side = 4;  // coefficients, one for every other pixel
constexpr std::int64_t most_cells = std::int64_t{1} << 18;  // whose statistics take some 20 ms

// Planes, rows and columns of pixels, the innermost last; an axis of one pixel is none.
class Pixels {
 public:
  explicit Pixels(const View& image)
      : data_(image.data),
        item_(image.dtype),
        load_(active_table<double>().load[static_cast<int>(image.dtype)]) {
    std::size_t axis = size.size();
    for (int i = image.ndim; i-- > 0;) {
      const auto at = static_cast<std::size_t>(i);
      if (image.shape[at] == 1) continue;
      --axis;
      size[axis] = image.shape[at];
      strides_[axis] = image.strides[at];
      ++ndim;
    }
  }

  void read(std::int64_t plane, std::int64_t row, Span columns, double* target) const {
    const std::byte* const begin =
        data_ + plane * strides_[0] + row * strides_[1] + columns.begin * strides_[2];
    load_({begin, in_items(strides_[2], item_), nullptr, target,
           static_cast<std::ptrdiff_t>(columns.size()), 0});
  }

  std::array<std::int64_t, 3> size{1, 1, 1};
  int ndim = 0;

 private:
  const std::byte* data_;
  DType item_;
  void (*load_)(const kernels::Load<double>&);
  std::array<std::int64_t, 3> strides_{};
};

kernels::Extremes extremes_of(const Pixels& pixels, int workers) {
  constexpr std::int64_t most_columns = 2048;  // a row's worth stays in L1
  constexpr std::int64_t most_rows = 32;
  const std::int64_t lines = pixels.size[0] * pixels.size[1];
  const std::int64_t width = pixels.size[2];
  const std::int64_t across = (width + most_columns - 1) / most_columns;
  const std::int64_t tiles = (lines + most_rows - 1) / most_rows * across;
  std::vector<kernels::Extremes> parts(static_cast<std::size_t>(tiles));
  for_tiles(tiles, tiles < 4 ? 1 : workers, [&](std::int64_t tile) {
    Scratch scratch(Scratch::size_of<double>(most_columns));
    double* const buffer = scratch.take<double>(most_columns);
    const std::int64_t left = tile % across * most_columns;
    const Span columns{left, std::min(left + most_columns, width)};
    const std::int64_t first = tile / across * most_rows;
    kernels::Extremes all{};
    for (std::int64_t line = first; line < std::min(first + most_rows, lines); ++line) {
      pixels.read(line / pixels.size[1], line % pixels.size[1], columns, buffer);
      const kernels::Extremes row = active_level().noise_level.extremes(
          {buffer, static_cast<std::ptrdiff_t>(columns.size())});
      all = line == first
                ? row
                : kernels::Extremes{std::min(all.lowest, row.lowest),
                                    std::max(all.highest, row.highest), all.nothing + row.nothing};
    }
    parts[static_cast<std::size_t>(tile)] = all;
  });
  kernels::Extremes all = parts[0];
  for (const kernels::Extremes& part : parts) {
    all = {std::min(all.lowest, part.lowest), std::max(all.highest, part.highest),
           all.nothing + part.nothing};
  }
  return all;
}

// How the coefficients along one axis make up cells; fewer than a cell's side are one cell.
struct CellAxis {
  explicit CellAxis(std::int64_t pixels) : filtered(pixels > 1) {
    if (!filtered) return;
    const std::int64_t coefficients = (pixels - taps) / 2 + 1;
    side = std::min(cell_side, coefficients);
    count = coefficients / side;
  }
  // The pixels that neighbouring cells are made of.
  std::int64_t first(std::int64_t cell) const { return 2 * side * cell; }
  std::int64_t reach(std::int64_t cells = 1) const { return filtered ? 2 * side * cells + 2 : 1; }

  bool filtered;
  std::int64_t side = 1;  // coefficients
  std::int64_t count = 1;
};

// Measures cells that stand beside each other along the columns.
class CellRows {
 public:
  CellRows(const Pixels& pixels, double scale)
      : pixels_(pixels),
        scale_(scale),
        planes_(pixels.size[0]),
        rows_(pixels.size[1]),
        columns_(pixels.size[2]) {}

  std::int64_t rows() const { return planes_.count * rows_.count; }
  std::int64_t columns() const { return columns_.count; }
  std::int64_t coefficients() const { return planes_.side * rows_.side * columns_.side; }

  void measure(std::int64_t row, Span cells, NoiseCell* target) const {
    const std::int64_t width = cells.size() * columns_.side;
    const Span columns{columns_.first(cells.begin),
                       columns_.first(cells.begin) + columns_.reach(cells.size())};
    const std::int64_t lines = 2 * rows_.reach();
    const std::int64_t parts = planes_.reach() * rows_.side * parts_of_a_row();
    Scratch scratch(Scratch::size_of<double>(columns.size()) +
                    Scratch::size_of<double>((lines + parts + 2 + quantities) * width));
    Work work;
    work.pixels = scratch.take<double>(columns.size());
    work.lines = scratch.take<double>((lines + parts + 2 + quantities) * width);
    work.parts = work.lines + lines * width;
    work.ends = work.parts + parts * width;
    work.sums = work.ends + 2 * width;
    work.width = static_cast<std::ptrdiff_t>(width);
    std::fill_n(work.sums, quantities * width, 0.0);

    for (std::int64_t plane = 0; plane < planes_.reach(); ++plane) {
      part_plane(planes_.first(row / rows_.count) + plane, rows_.first(row % rows_.count), columns,
                 work, work.parts + plane * rows_.side * parts_of_a_row() * width);
    }
    part_planes(work);
    collect(cells.size(), work.sums, target);
  }

 private:
  static constexpr int quantities = 3;  // of a cell

  struct Work {
    double* pixels;
    double* lines;  // the smooth and the detail coefficients of each row
    double* parts;  // the same of the rows' coefficients, for each plane
    double* ends;
    double* sums;  // of squared details along all axes, along some, and of smooth coefficients
    std::ptrdiff_t width;
  };

  // Parts are numbered by bits: which axes they are details along.
  int parts_of_a_row() const { return rows_.filtered ? 4 : 2; }

  void part_plane(std::int64_t plane, std::int64_t row, Span columns, const Work& work,
                  double* parts) const {
    const auto& kernels = active_level().noise_level;
    const std::ptrdiff_t width = work.width;
    // Rows that aren't filtered are parts themselves.
    double* const lines = rows_.filtered ? work.lines : parts;
    for (std::int64_t i = 0; i < rows_.reach(); ++i) {
      pixels_.read(plane, row + i, columns, work.pixels);
      double* const line = lines + 2 * i * width;
      kernels.wavelet_line({work.pixels, line, line + width, width, scale_});
    }
    if (!rows_.filtered) return;
    for (std::int64_t i = 0; i < rows_.side; ++i) {
      for (std::int64_t part = 0; part < 2; ++part) {
        const double* const first = lines + (4 * i + part) * width;
        double* const low = parts + (4 * i + part) * width;
        kernels.wavelet_rows({{first, first + 2 * width, first + 4 * width, first + 6 * width},
                              low,
                              low + 2 * width,
                              width});
      }
    }
  }

  void part_planes(const Work& work) const {
    const std::ptrdiff_t width = work.width;
    const std::int64_t parts = parts_of_a_row();
    const std::int64_t pitch = rows_.side * parts * width;  // from one plane to the next
    for (std::int64_t i = 0; i < rows_.side * parts; ++i) {
      const int part = static_cast<int>(i % parts);
      const double* const first = work.parts + i * width;
      if (!planes_.filtered) {
        add(first, part, work);
        continue;
      }
      for (std::int64_t k = 0; k < planes_.side; ++k) {
        const double* const rows = first + 2 * k * pitch;
        active_level().noise_level.wavelet_rows(
            {{rows, rows + pitch, rows + 2 * pitch, rows + 3 * pitch},
             work.ends,
             work.ends + width,
             width});
        add(work.ends, part, work);
        add(work.ends + width, part | 4, work);
      }
    }
  }

  void add(const double* row, int part, const Work& work) const {
    const int all = (1 << pixels_.ndim) - 1;
    const auto& kernels = active_level().noise_level;
    if (part == 0) return kernels.add_row({row, work.sums + 2 * work.width, work.width});
    kernels.add_squares({row, work.sums + (part == all ? 0 : work.width), work.width});
  }

  void collect(std::int64_t cells, const double* sums, NoiseCell* target) const {
    const std::int64_t width = cells * columns_.side;
    // A smooth coefficient is sqrt 2 times a mean for each axis.
    const double gain = std::exp2(0.5 * pixels_.ndim) * static_cast<double>(coefficients());
    for (std::int64_t cell = 0; cell < cells; ++cell) {
      double total[quantities] = {};
      for (int quantity = 0; quantity < quantities; ++quantity) {
        const double* const each = sums + quantity * width + cell * columns_.side;
        for (std::int64_t i = 0; i < columns_.side; ++i) total[quantity] += each[i];
      }
      target[cell] = {total[0], total[1], total[2] / gain};
    }
  }

  const Pixels& pixels_;
  const double scale_;
  const CellAxis planes_, rows_, columns_;
};

}  // namespace

bool measure_cells(const View& image, int workers, NoiseCells& result) {
  const Pixels pixels(image);
  const kernels::Extremes extremes = extremes_of(pixels, workers);
  if (!std::isfinite(extremes.nothing)) return false;
  const double largest = std::max(std::fabs(extremes.lowest), std::fabs(extremes.highest));
  if (pixels.ndim == 0 || largest == 0) return true;
  // Squares neither overflow nor vanish. The first step is so far from either that both are exact.
  const double scale = std::ldexp(1, std::min(-std::ilogb(largest), 1023));
  result.unit = 1 / scale;
  result.lowest = extremes.lowest * scale;
  result.highest = extremes.highest * scale;

  const CellRows rows(pixels, scale);
  result.coefficients = rows.coefficients();
  result.details = ((std::int64_t{1} << pixels.ndim) - 2) * result.coefficients;
  // What a tile works on stays in a cache of 1 MB.
  const std::int64_t most_wide = pixels.ndim == 3 ? 32 : 128;
  const std::int64_t across = (rows.columns() + most_wide - 1) / most_wide;
  std::int64_t every = rows.rows() * across / (most_cells / most_wide) + 1;
  while (std::gcd(every, across) > 1) ++every;  // so that all parts of the rows are met
  const std::int64_t tiles = (rows.rows() * across + every - 1) / every;
  // What a narrower tile leaves is a cell without details.
  result.cells.resize(static_cast<std::size_t>(tiles * most_wide));
  for_tiles(tiles, tiles < 4 ? 1 : workers, [&](std::int64_t i) {
    const std::int64_t tile = i * every;
    const std::int64_t left = tile % across * most_wide;
    const Span cells{left, std::min(left + most_wide, rows.columns())};
    rows.measure(tile / across, cells, result.cells.data() + i * most_wide);
  });
  // Of a plain ramp, roundings are left: 2^-80 of the largest value's square is far above them.
  const auto shows_nothing = [](const NoiseCell& c) { return c.noise <= 0x1p-80; };
  result.cells.erase(std::remove_if(result.cells.begin(), result.cells.end(), shows_nothing),
                     result.cells.end());
  return true;
}

}  // namespace burnish::ops
