#include "ops/anscombe.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/parallel.hpp"
#include "base/scratch.hpp"
#include "dispatch/dispatch.hpp"
#include "ops/anscombe_table.hpp"
#include "ops/rows.hpp"
#include "ops/tiles.hpp"
#include "ops/weights.hpp"

namespace burnish::ops {
namespace {

// Calls map(source, target, count) for all pixels.
template <class T, class Map>
void map_pixels(const View& image, const MutableView& out, int workers, const Map& map) {
  constexpr std::int64_t most_elements = 4096;  // of a row, which two buffers in L1 hold
  constexpr std::int64_t most_rows = 16;
  constexpr std::int64_t work = 16;  // of a pixel, in multiplications
  const Geometry g = make_planar_geometry(image, out, {});
  const InputRows<T> in(image, g, 0);
  const OutputRows<T> result(out, g);
  const Tiling tiling(g, {1, most_rows, most_elements});
  for_tiles(tiling.count(), useful_workers(g, work, workers), [&](std::int64_t i) {
    const Tile tile = tiling.tile(i);
    const std::int64_t count = tile.elements.size();
    Scratch scratch(Scratch::size_of<T>(2 * count) + Scratch::size_of<T>(count));
    T* const buffer = scratch.take<T>(2 * count);  // the row and one that isn't used
    T* const store = scratch.take<T>(count);
    for (std::int64_t y = tile.rows.begin; y < tile.rows.end; ++y) {
      const T* row = nullptr;
      in.gather(tile.batch.in, {tile.planes, {y, y + 1}, tile.elements}, 0, buffer, &row);
      T* const direct = result.direct(tile.batch.out, tile.planes.begin, y, tile.elements.begin);
      map(row, direct != nullptr ? direct : store, static_cast<std::ptrdiff_t>(count));
      if (direct == nullptr) {
        result.store(tile.batch.out, tile.planes.begin, y, tile.elements, store);
      }
    }
  });
}

template <class T>
void anscombe_in(const View& image, const MutableView& out, const CountNoise& noise, int workers) {
  const double sigma = noise.sigma / noise.gain;
  const T slope = narrowed<T>(1 / noise.gain, "gain");
  const T intercept =
      narrowed<T>(0.375 + sigma * sigma - noise.offset / noise.gain, "sigma or offset");
  map_pixels<T>(image, out, workers, [&](const T* row, T* target, std::ptrdiff_t count) {
    active_table<T>().anscombe({row, target, count, slope, intercept});
  });
}

template <class T>
void inverse_anscombe_in(const View& image, const MutableView& out, const CountNoise& noise,
                         int workers) {
  const AnscombeTable table = make_anscombe_table(noise.sigma / noise.gain);
  const std::vector<T> cubics(table.cubics.begin(), table.cubics.end());
  const T gain = narrowed<T>(noise.gain, "gain");
  const T offset = narrowed<T>(noise.offset, "offset");
  map_pixels<T>(image, out, workers, [&](const T* row, T* target, std::ptrdiff_t count) {
    active_table<T>().inverse_anscombe({row, target, count, static_cast<T>(table.least),
                                        static_cast<T>(table.shift), static_cast<T>(table.scale),
                                        cubics.data(), AnscombeTable::pieces, gain, offset});
  });
}

}  // namespace

void anscombe(const View& image, const MutableView& out, const CountNoise& noise, int workers) {
  const auto run = computed_in_double(image.dtype) ? anscombe_in<double> : anscombe_in<float>;
  run(image, out, noise, workers);
}

void inverse_anscombe(const View& image, const MutableView& out, const CountNoise& noise,
                      int workers) {
  const auto run =
      computed_in_double(image.dtype) ? inverse_anscombe_in<double> : inverse_anscombe_in<float>;
  run(image, out, noise, workers);
}

}  // namespace burnish::ops
