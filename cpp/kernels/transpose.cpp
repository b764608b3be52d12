// As many rows as a vector has lanes, turned into columns and back, so that what is vectorised
// across columns can run along rows too.
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

#if defined(BURNISH_SCALAR_LANES)

template <class T>
BURNISH_INLINE void transpose(Vector<T>* v) {
  for (std::ptrdiff_t i = 0; i < lanes<T>; ++i) {
    for (std::ptrdiff_t k = 0; k < i; ++k) {
      const T held = v[i].lane[k];
      v[i].lane[k] = v[k].lane[i];
      v[k].lane[i] = held;
    }
  }
}

#else

template <int... I>
struct Indices {};
template <int N, int... I>
struct FirstIndices : FirstIndices<N - 1, N - 1, I...> {};
template <int... I>
struct FirstIndices<0, I...> {
  using type = Indices<I...>;
};

// Swaps the lanes of `low` that have the bit `Bit` in their number with the lanes of `high` that
// have not.
template <int Bit, class V, int... I>
BURNISH_INLINE void swap_lanes(V& low, V& high, Indices<I...>) {
  constexpr int n = static_cast<int>(sizeof...(I));
  const V a = low;
  const V b = high;
  low = __builtin_shufflevector(a, b, ((I & Bit) == 0 ? I : n + I - Bit)...);
  high = __builtin_shufflevector(a, b, ((I & Bit) == 0 ? I + Bit : n + I)...);
}

// Transposes ever smaller blocks (Eklundh 1972).
template <int Bit, class T>
BURNISH_INLINE void transpose_blocks(Vector<T>* v) {
  constexpr int n = static_cast<int>(lanes<T>);
  if constexpr (Bit > 0) {
    unroll<0, n>([&](auto i) BURNISH_INLINED {
      if constexpr ((i.value & Bit) == 0) {
        swap_lanes<Bit>(v[i.value], v[i.value + Bit], typename FirstIndices<n>::type{});
      }
    });
    transpose_blocks<Bit / 2, T>(v);
  }
}

template <class T>
BURNISH_INLINE void transpose(Vector<T>* v) {
  transpose_blocks<static_cast<int>(lanes<T>) / 2, T>(v);
}

#endif

// Transposes squares of lanes x lanes items, the second one at `second` if that is not 0. That one
// and the last overlap their neighbours.
template <class T, class Load, class Store>
BURNISH_INLINE void squares(std::ptrdiff_t count, std::ptrdiff_t second, const Load& load_one,
                            const Store& store_one) {
  constexpr int n = static_cast<int>(lanes<T>);
  const std::ptrdiff_t last = count - n;
  for (std::ptrdiff_t next = 0; next < count; next = next == 0 && second > 0 ? second : next + n) {
    const std::ptrdiff_t x = next < last ? next : last;
    Vector<T> square[n];
    unroll<0, n>([&](auto i) BURNISH_INLINED { square[i.value] = load_one(x, i.value); });
    transpose<T>(square);
    unroll<0, n>([&](auto i) BURNISH_INLINED { store_one(x, i.value, square[i.value]); });
  }
}

// Items from p to where the next vector would be aligned.
template <class T>
BURNISH_INLINE std::ptrdiff_t to_alignment(const T* p) {
  const std::uintptr_t beyond = reinterpret_cast<std::uintptr_t>(p) % BURNISH_VECTOR_BYTES;
  return beyond == 0 ? 0 : static_cast<std::ptrdiff_t>((BURNISH_VECTOR_BYTES - beyond) / sizeof(T));
}

template <class T>
void to_columns(const RowsToColumns<T>& a) {
  squares<T>(
      a.count, 0,
      [&](std::ptrdiff_t x, std::ptrdiff_t i) BURNISH_INLINED { return load(a.rows[i] + x); },
      [&](std::ptrdiff_t x, std::ptrdiff_t i, const Vector<T>& v)
          BURNISH_INLINED { store(a.target + (x + i) * a.pitch, v); });
}

// A row that crosses lines of the cache would be written in halves, and the rows of a picture as
// wide as a power of two push each other out of L1 in between.
template <class T>
void to_rows(const ColumnsToRows<T>& a) {
  squares<T>(
      a.count, to_alignment(a.rows[0]),
      [&](std::ptrdiff_t x, std::ptrdiff_t i)
          BURNISH_INLINED { return load(a.source + (x + i) * a.pitch); },
      [&](std::ptrdiff_t x, std::ptrdiff_t i, const Vector<T>& v)
          BURNISH_INLINED { store(a.rows[i] + x, v); });
}

// Turns the squares of real and of imaginary parts, whose rows are a slot apart on both sides.
template <class T>
BURNISH_INLINE void turn_tile(const T* from, T* to) {
  constexpr int n = static_cast<int>(lanes<T>);
  for (std::ptrdiff_t part = 0; part < 2; ++part, from += n, to += n) {
    Vector<T> square[n];
    unroll<0, n>([&](auto i) BURNISH_INLINED { square[i.value] = load(from + i.value * 2 * n); });
    transpose<T>(square);
    unroll<0, n>([&](auto i) BURNISH_INLINED { store(to + i.value * 2 * n, square[i.value]); });
  }
}

template <class T>
void from_tiles(const TilesToSlots<T>& a) {
  for (std::ptrdiff_t b = 0; b < a.count; ++b) {
    turn_tile(a.tiles + b * a.stride, a.slots + b * 2 * lanes<T> * lanes<T>);
  }
}

template <class T>
void to_tiles(const SlotsToTiles<T>& a) {
  for (std::ptrdiff_t b = 0; b < a.count; ++b) {
    turn_tile(a.slots + b * 2 * lanes<T> * lanes<T>, a.tiles + b * a.stride);
  }
}

}  // namespace

void rows_to_columns(const RowsToColumns<float>& args) { to_columns(args); }
void rows_to_columns(const RowsToColumns<double>& args) { to_columns(args); }
void columns_to_rows(const ColumnsToRows<float>& args) { to_rows(args); }
void columns_to_rows(const ColumnsToRows<double>& args) { to_rows(args); }
void tiles_to_slots(const TilesToSlots<float>& args) { from_tiles(args); }
void tiles_to_slots(const TilesToSlots<double>& args) { from_tiles(args); }
void slots_to_tiles(const SlotsToTiles<float>& args) { to_tiles(args); }
void slots_to_tiles(const SlotsToTiles<double>& args) { to_tiles(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
