// Correlation along a row. Taps t, t + 16, t + 32 and t + 48 go together, so that one unaligned
// load feeds several outputs.
#include "kernels/block.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

constexpr int phases = 16;

template <class T, int Vectors>
using Row = Block<T, 1, Vectors>;

// Adds the taps begin + 16 * g to end + 16 * g of the first Groups groups, the taps being
// neighbours.
template <int Groups, class T, int Vectors>
BURNISH_INLINE void add_groups(Row<T, Vectors>& acc, const T* p, const T* w, std::ptrdiff_t begin,
                               std::ptrdiff_t end) {
  constexpr int apart = phases / static_cast<int>(lanes<T>);  // vectors from one group to the next
  BURNISH_ROLLED
  for (std::ptrdiff_t t = begin; t < end; ++t) {
    unroll<0, Vectors + apart*(Groups - 1)>([&](auto j) BURNISH_INLINED {
      const Vector<T> x = load(p + t + j.value * lanes<T>);
      unroll<0, Groups>([&](auto g) BURNISH_INLINED {
        constexpr int v = j.value - apart * g.value;
        if constexpr (v >= 0 && v < Vectors) add_product(acc.at[0][v], x, w[t + phases * g.value]);
      });
    });
  }
}

// Adds up to 16 * Groups neighbouring taps, more than 16 * (Groups - 1).
template <int Groups, class T, int Vectors>
BURNISH_INLINE void add_few(Row<T, Vectors>& acc, const T* p, const T* w, std::ptrdiff_t taps) {
  const std::ptrdiff_t full = taps - phases * (Groups - 1);
  add_groups<Groups>(acc, p, w, 0, full);
  if constexpr (Groups > 1) add_groups<Groups - 1>(acc, p, w, full, phases);
}

template <class T, int Vectors>
BURNISH_INLINE void add_apart(Row<T, Vectors>& acc, const T* p, const T* w, std::ptrdiff_t taps,
                              std::ptrdiff_t step) {
  BURNISH_ROLLED
  for (std::ptrdiff_t k = 0; k < taps; ++k) {
    unroll<0, Vectors>([&](auto v) BURNISH_INLINED {
      add_product(acc.at[0][v.value], load(p + k * step + v.value * lanes<T>), w[k]);
    });
  }
}

// Up to 48 taps.
template <int Vectors, class T>
BURNISH_INLINE void add_chunk(Row<T, Vectors>& acc, const CorrelateRow<T>& a, const T* p,
                              const T* w, std::ptrdiff_t taps) {
  if (a.step != 1) {
    add_apart(acc, p, w, taps, a.step);
  } else if (taps > 2 * phases) {
    add_few<3>(acc, p, w, taps);
  } else if (taps > phases) {
    add_few<2>(acc, p, w, taps);
  } else {
    add_few<1>(acc, p, w, taps);
  }
}

template <int Vectors, class T>
BURNISH_INLINE void block(const CorrelateRow<T>& a, const T* p, T* target) {
  constexpr std::ptrdiff_t chain = 3 * phases;
  static_assert(chain <= longest_chain);
  Row<T, Vectors> acc;
  if (a.width <= chain) {
    acc.clear();
    add_chunk(acc, a, p, a.weights, a.width);
    acc.store_to(target, 0);
    return;
  }
  PairwiseSum<T, 1, Vectors> sum;
  std::ptrdiff_t k = 0;
  if (a.step == 1) {
    // Four groups at a time share loads best; half of their taps are a chunk.
    for (; a.width - k >= 4 * phases; k += 4 * phases) {
      for (std::ptrdiff_t t = 0; t < phases; t += phases / 2) {
        acc.clear();
        add_groups<4>(acc, p + k, a.weights + k, t, t + phases / 2);
        sum.put(acc);
      }
    }
  }
  for (; k < a.width; k += chain) {
    acc.clear();
    add_chunk(acc, a, p + k * a.step, a.weights + k, a.width - k < chain ? a.width - k : chain);
    sum.put(acc);
  }
  sum.take(acc);
  acc.store_to(target, 0);
}

// The last block of a row overlaps its neighbour.
template <int Vectors, class T>
BURNISH_INLINE void block_row(const CorrelateRow<T>& a, std::ptrdiff_t y) {
  constexpr std::ptrdiff_t width = Vectors * lanes<T>;
  const std::ptrdiff_t last = a.columns - width;
  for (std::ptrdiff_t x = 0; x < a.columns; x += width) {
    const std::ptrdiff_t at = x < last ? x : last;
    block<Vectors>(a, a.rows[y] + at, a.target + y * a.target_stride + at);
  }
}

template <class T>
void correlate(const CorrelateRow<T>& a) {
  constexpr int vectors = registers == 32 ? 12 : 10;
  if (a.columns < vectors * lanes<T>) {
    for (std::ptrdiff_t y = 0; y < a.count; ++y) block_row<1>(a, y);
  } else {
    for (std::ptrdiff_t y = 0; y < a.count; ++y) block_row<vectors>(a, y);
  }
}

}  // namespace

void correlate_row(const CorrelateRow<float>& args) { correlate(args); }
void correlate_row(const CorrelateRow<double>& args) { correlate(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
