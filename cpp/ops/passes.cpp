#include "ops/passes.hpp"

#include <cstddef>

#include "base/scratch.hpp"

namespace burnish::ops {

template <class T>
void PassTiles<T>::run(const Tile& tile) const {
  const Span rows{tile.rows.begin - g_.rows.before, tile.rows.end + g_.rows.after()};
  const Span elements{tile.elements.begin - g_.columns.before * g_.step,
                      tile.elements.end + g_.columns.after() * g_.step};
  if (g_.planes.taps > 1) {
    run_volume(tile, rows, elements);
  } else {
    run_picture(tile, rows, elements);
  }
}

template <class T>
auto PassTiles<T>::split(const Tile& tile, Span elements) const -> Parts {
  Parts parts;
  if (spans(tile)) {
    parts.add(tile.elements);
    return parts;
  }
  const Span within{std::max<std::int64_t>(elements.begin, 0), std::min(elements.end, g_.width())};
  if (within.size() < 4 * lanes() || !in_.direct(within)) {
    parts.add(elements);
    return parts;
  }
  parts.add({elements.begin, within.begin});
  parts.add(within);
  parts.add({within.end, elements.end});
  return parts;
}

// tile.planes holds one plane.
template <class T>
void PassTiles<T>::run_picture(const Tile& tile, Span rows, Span elements) const {
  const Parts parts = split(tile, elements);
  std::size_t bytes = 0;
  for (int i = 0; i < parts.count; ++i) {
    const Window window{tile.planes, rows, parts.span[i]};
    bytes += Scratch::size_of<const T*>(rows.size()) +
             Scratch::size_of<T>(in_.buffer_size(window, slack(parts.span[i])));
  }
  Scratch scratch(bytes);
  const T** pointers[Parts::most];
  for (int i = 0; i < parts.count; ++i) {
    const Window window{tile.planes, rows, parts.span[i]};
    pointers[i] = scratch.take<const T*>(rows.size());
    T* const copies = scratch.take<T>(in_.buffer_size(window, slack(parts.span[i])));
    in_.gather(tile.batch.in, window, slack(parts.span[i]), copies, pointers[i]);
  }
  rows_and_columns(tile, tile.planes.begin, elements, parts, pointers);
}

// The pass along the planes, row by row of the tile and its halo, then the rest plane by plane.
template <class T>
void PassTiles<T>::run_volume(const Tile& tile, Span rows, Span elements) const {
  const Span planes{tile.planes.begin - g_.planes.before, tile.planes.end + g_.planes.after()};
  const Parts parts = split(tile, elements);
  const std::int64_t pitch = elements.size() + lanes();
  std::int64_t copies = 0;
  for (int i = 0; i < parts.count; ++i) {
    const Window window{planes, {0, 1}, parts.span[i]};
    copies = std::max(copies, in_.buffer_size(window, slack(parts.span[i])));
  }
  const std::int64_t filtered_size = tile.planes.size() * rows.size() * pitch;
  Scratch scratch(Scratch::size_of<const T*>(planes.size()) + Scratch::size_of<T>(copies) +
                  Scratch::size_of<T>(filtered_size) + Scratch::size_of<const T*>(rows.size()));
  const T** const lines = scratch.take<const T*>(planes.size());
  T* const copy = scratch.take<T>(copies);
  T* const filtered = scratch.take<T>(filtered_size);
  const T** const pointers = scratch.take<const T*>(rows.size());

  for (std::int64_t y = rows.begin; y < rows.end; ++y) {
    T* const target = filtered + (y - rows.begin) * pitch;
    for (int i = 0; i < parts.count; ++i) {
      const Span part = parts.span[i];
      in_.gather(tile.batch.in, {planes, {y, y + 1}, part}, slack(part), copy, lines);
      passes_.along_planes(lines, {target + (part.begin - elements.begin), rows.size() * pitch,
                                   tile.planes.size(), std::max(part.size(), lanes())});
    }
  }
  Parts whole;
  whole.add(spans(tile) ? tile.elements : elements);
  for (std::int64_t z = tile.planes.begin; z < tile.planes.end; ++z) {
    for (std::int64_t y = 0; y < rows.size(); ++y) {
      pointers[y] = filtered + ((z - tile.planes.begin) * rows.size() + y) * pitch +
                    (whole.span[0].begin - elements.begin);
    }
    rows_and_columns(tile, z, elements, whole, &pointers);
  }
}

// pointers[part][y]: the tile's rows and their halo, each at the part's first element.
template <class T>
void PassTiles<T>::rows_and_columns(const Tile& tile, std::int64_t z, Span elements,
                                    const Parts& parts, const T** const* pointers) const {
  const std::int64_t pitch = elements.size() + lanes();
  const std::int64_t columns = std::max(tile.elements.size(), lanes());
  T* const direct = out_.direct(tile.batch.out, z, tile.rows.begin, tile.elements.begin);
  const bool stores = direct == nullptr || columns > tile.elements.size();
  const std::int64_t strip = std::min(tile.rows.size(), strip_);
  const std::int64_t original_size =
      finish_ ? in_.buffer_size({{z, z + 1}, {0, 1}, tile.elements}, 0) : 0;
  Scratch scratch(Scratch::size_of<T>(strip * pitch) + Scratch::size_of<const T*>(strip) +
                  Scratch::size_of<T>(stores ? strip * columns : 0) +
                  Scratch::size_of<T>(original_size));
  T* const between = scratch.take<T>(strip * pitch);
  const T** const lines = scratch.take<const T*>(strip);
  T* const strip_buffer = scratch.take<T>(stores ? strip * columns : 0);
  T* const original = scratch.take<T>(original_size);
  for (std::int64_t i = 0; i < strip; ++i) lines[i] = between + i * pitch;

  for (std::int64_t y = tile.rows.begin; y < tile.rows.end; y += strip) {
    const std::int64_t done = y - tile.rows.begin;
    const std::int64_t count = std::min(strip, tile.rows.end - y);
    for (int i = 0; i < parts.count; ++i) {
      const Span part = parts.span[i];
      passes_.down_rows(pointers[i] + done, {between + (part.begin - elements.begin), pitch, count,
                                             std::max(part.size(), lanes())});
    }
    if (spans(tile)) {
      T* const first = between + (tile.elements.begin - elements.begin);
      for (std::int64_t i = 0; i < count; ++i) in_.extend(first + i * pitch, outside_);
    }
    const TargetRows<T> target{stores ? strip_buffer : direct + done * out_.pitch(),
                               stores ? columns : out_.pitch(), count, columns};
    passes_.along_columns(lines, target);
    for (std::int64_t i = 0; i < count; ++i) {
      deliver(tile, z, y + i, target.data + i * target.pitch, original, stores);
    }
  }
}

// `original`: room for the row as it was.
template <class T>
void PassTiles<T>::deliver(const Tile& tile, std::int64_t z, std::int64_t y, T* row, T* original,
                           bool stores) const {
  if (finish_) {
    const T* from = nullptr;
    in_.gather(tile.batch.in, {{z, z + 1}, {y, y + 1}, tile.elements}, 0, original, &from);
    finish_(row, from, tile.elements.size());
  }
  if (stores) out_.store(tile.batch.out, z, y, tile.elements, row);
}

template class PassTiles<float>;
template class PassTiles<double>;

}  // namespace burnish::ops
