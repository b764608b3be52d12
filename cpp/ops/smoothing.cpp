#include "ops/smoothing.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "base/parallel.hpp"
#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/fold.hpp"
#include "ops/passes.hpp"
#include "ops/separable.hpp"
#include "ops/tiles.hpp"

namespace burnish::ops {
namespace {

// A power of two that keeps sums over the window within the image's range.
double weight_of(std::int64_t window) {
  int exponent = 0;
  std::frexp(static_cast<double>(window - 1), &exponent);
  return std::ldexp(1.0, -exponent);
}

template <class T>
class RunningSumPasses final : public Passes<T> {
 public:
  explicit RunningSumPasses(const Geometry& g) : g_(g) {}

  void along_planes(const T* const* rows, const TargetRows<T>& target) const override {
    sum(rows, g_.planes.taps, 1, target);
  }
  void down_rows(const T* const* rows, const TargetRows<T>& target) const override {
    sum(rows, g_.rows.taps, 1, target);
  }
  void along_columns(const T* const* rows, const TargetRows<T>& target) const override {
    if (g_.columns.taps == 1) return sum(rows, 1, scale(), target);
    if (target.count >= group) {
      for (std::int64_t y = 0; y < target.count; y += group) {
        const std::int64_t first = std::min(y, target.count - group);
        Lines lines;
        for (std::int64_t i = 0; i < group; ++i) {
          lines.in[i] = rows[first + i];
          lines.out[i] = target.data + (first + i) * target.pitch;
        }
        sum_lines(lines, target.columns);
      }
    } else {
      sum_stretches(rows, target);
    }
  }
  double gain() const override {
    return static_cast<double>(g_.planes.taps) * weight_of(g_.planes.taps) *
           static_cast<double>(g_.rows.taps) * weight_of(g_.rows.taps);
  }

 private:
  // Lines that are turned into columns together: two cache lines of them, a multiple of every
  // vector's lanes.
  static constexpr std::int64_t group = 128 / sizeof(T);
  struct Lines {
    const T* in[group];
    T* out[group];
  };

  // What the weights leave of the mean.
  double scale() const {
    const auto rest = [](std::int64_t window) {
      return static_cast<double>(window) * weight_of(window);
    };
    return 1 / (rest(g_.planes.taps) * rest(g_.rows.taps) * rest(g_.columns.taps));
  }

  static void sum(const T* const* rows, std::int64_t window, double scale,
                  const TargetRows<T>& target) {
    active_table<T>().running_sum(
        {rows, static_cast<std::ptrdiff_t>(window), static_cast<T>(weight_of(window)),
         static_cast<T>(scale), target.data, static_cast<std::ptrdiff_t>(target.pitch),
         static_cast<std::ptrdiff_t>(target.count), static_cast<std::ptrdiff_t>(target.columns)});
  }

  // Too few rows to fill a group are cut into stretches. The last one of a row overlaps its
  // neighbour, with sums that may differ in their last bits: each stretch is copied as far as the
  // next one's beginning would be.
  void sum_stretches(const T* const* rows, const TargetRows<T>& target) const {
    const std::int64_t least = std::max(g_.columns.taps * g_.step, active_table<T>().lanes);
    const std::int64_t most =
        std::clamp<std::int64_t>(target.columns / least, 1, group / target.count);
    const std::int64_t length = (target.columns + most - 1) / most;
    const std::int64_t pieces = (target.columns + length - 1) / length;
    const auto begin = [&](std::int64_t piece) {
      return std::min(piece * length, target.columns - length);
    };
    Scratch scratch(Scratch::size_of<T>(group * length));
    T* const sums = scratch.take<T>(group * length);
    Lines lines;
    for (std::int64_t i = 0; i < group; ++i) {
      lines.in[i] = rows[std::min(i / pieces, target.count - 1)] + begin(i % pieces);
      lines.out[i] = sums + i * length;
    }
    sum_lines(lines, length);
    for (std::int64_t i = 0; i < target.count * pieces; ++i) {
      const std::int64_t from = i % pieces * length;
      const std::int64_t to = std::min(from + length, target.columns);
      std::copy(lines.out[i] + (from - begin(i % pieces)), lines.out[i] + (to - begin(i % pieces)),
                target.data + i / pieces * target.pitch + from);
    }
  }

  // Writes `count` elements of each line; reads as far as the window reaches.
  void sum_lines(const Lines& lines, std::int64_t count) const {
    const std::int64_t lanes = active_table<T>().lanes;
    const std::int64_t reach = (g_.columns.taps - 1) * g_.step;
    const std::int64_t sources = count + reach;
    Scratch scratch(Scratch::size_of<T>(sources * group) + Scratch::size_of<T>(count * group) +
                    Scratch::size_of<const T*>(sources));
    T* const in = scratch.take<T>(sources * group);
    T* const out = scratch.take<T>(count * group);
    const T** const rows = scratch.take<const T*>(sources);
    for (std::int64_t r = 0; r < group; r += lanes) {
      active_table<T>().rows_to_columns(
          {lines.in + r, in + r, group, static_cast<std::ptrdiff_t>(sources)});
    }
    for (std::int64_t c = 0; c < std::min(g_.step, count); ++c) {
      const std::int64_t outputs = (count - c + g_.step - 1) / g_.step;
      for (std::int64_t i = 0; i < outputs + g_.columns.taps - 1; ++i) {
        rows[i] = in + (c + i * g_.step) * group;
      }
      sum(rows, g_.columns.taps, scale(), {out + c * group, g_.step * group, outputs, group});
    }
    for (std::int64_t r = 0; r < group; r += lanes) {
      active_table<T>().columns_to_rows(
          {out + r, group, static_cast<std::ptrdiff_t>(count), lines.out + r});
    }
  }

  const Geometry& g_;
};

// Tall tiles, since each sums one window more than it has rows.
TileSize uniform_tile_size(const Geometry& g) {
  constexpr std::int64_t most_items = std::int64_t{1} << 20;    // between the passes of a picture
  constexpr std::int64_t most_between = std::int64_t{1} << 22;  // and of a volume
  const bool volume = g.planes.taps > 1;
  const std::int64_t halo = g.columns.taps * g.step;
  const std::int64_t planes = volume ? std::clamp<std::int64_t>(g.planes.taps, 8, 64) : 1;
  const std::int64_t rows = volume ? std::clamp<std::int64_t>(g.rows.taps, 32, 64)
                                   : std::clamp<std::int64_t>(2 * g.rows.taps, 64, 512);
  const std::int64_t lines = volume ? planes * (rows + g.rows.taps) : rows;
  const std::int64_t room = (volume ? most_between : most_items) / lines;
  const std::int64_t elements = std::max(room - halo, std::max<std::int64_t>(halo, 256));
  return {planes, rows, elements};
}

template <class T>
void uniform_filter_in(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                       double cval, int workers) {
  const Geometry g = make_geometry(image, out, taps);
  const RunningSumPasses<T> passes(g);
  const TileSize size = uniform_tile_size(g);
  const Finish<T> finish;
  const PassTiles<T> tiles(image, out, g, passes, cval, finish, size.rows);
  const Tiling tiling(g, size);
  constexpr std::int64_t additions_per_pass = 3;
  for_tiles(tiling.count(), useful_workers(g, 3 * additions_per_pass, workers),
            [&](std::int64_t i) { tiles.run(tiling.tile(i)); });
}

// Whether some window holds the image's axis several times over.
bool much_larger_than(const View& image, const std::vector<Taps>& taps) {
  return std::any_of(taps.begin(), taps.end(), [&](const Taps& t) {
    return t.taps > 4 * image.shape[static_cast<std::size_t>(t.axis)];
  });
}

template <class T>
void uniform_filter_folded(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                           double cval, int workers) {
  std::vector<FoldedKernel> kernels;
  std::vector<Taps> folded;
  for (const Taps& t : taps) {
    kernels.push_back(fold_mean(image, t));
    folded.push_back(kernels.back().taps[0]);
  }
  std::vector<const double*> factors;
  for (const FoldedKernel& kernel : kernels) factors.push_back(kernel.weights.data());
  filter_separable<T>(image, out, folded, factors, cval, {}, workers);
}

}  // namespace

void uniform_filter(const View& image, const MutableView& out, const std::vector<Taps>& taps,
                    double cval, int workers) {
  const bool in_double = computed_in_double(image.dtype);
  if (much_larger_than(image, taps)) {
    const auto run = in_double ? uniform_filter_folded<double> : uniform_filter_folded<float>;
    return run(image, out, taps, cval, workers);
  }
  const auto run = in_double ? uniform_filter_in<double> : uniform_filter_in<float>;
  run(image, out, taps, cval, workers);
}

}  // namespace burnish::ops
