// Correlation along a row. Taps t, t + 16, t + 32 and t + 48 go together, so that one unaligned load
// feeds several outputs.
//
// Sums run in chains of at most 48 taps, added up in the target: see correlate_block.cpp.
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

constexpr int phases = 16;
constexpr int most_groups = 4;

template <class T, int Vectors>
struct Accumulators {
  Vector<T> at[Vectors];
};

template <class T, int Vectors>
BURNISH_INLINE void clear(Accumulators<T, Vectors>& acc) {
  unroll<0, Vectors>([&](auto v) BURNISH_INLINED { acc.at[v.value] = Vector<T>{}; });
}

template <class T, int Vectors>
BURNISH_INLINE void put(const Accumulators<T, Vectors>& acc, T* target, bool first) {
  if (first) {
    unroll<0, Vectors>(
        [&](auto v) BURNISH_INLINED { store(target + v.value * lanes<T>, acc.at[v.value]); });
  } else {
    unroll<0, Vectors>([&](auto v) BURNISH_INLINED {
      T* const q = target + v.value * lanes<T>;
      Vector<T> sum = load(q);
      add(sum, acc.at[v.value]);
      store(q, sum);
    });
  }
}

// Adds the taps begin + 16 * g to end + 16 * g of the first Groups groups, the taps being neighbours.
template <int Groups, class T, int Vectors>
BURNISH_INLINE void add_groups(Accumulators<T, Vectors>& acc, const T* p, const T* w,
                               std::ptrdiff_t begin, std::ptrdiff_t end) {
  constexpr int apart = phases / static_cast<int>(lanes<T>);  // vectors from one group to the next
  BURNISH_ROLLED
  for (std::ptrdiff_t t = begin; t < end; ++t) {
    unroll<0, Vectors + apart*(Groups - 1)>([&](auto j) BURNISH_INLINED {
      const Vector<T> x = load(p + t + j.value * lanes<T>);
      unroll<0, Groups>([&](auto g) BURNISH_INLINED {
        constexpr int v = j.value - apart * g.value;
        if constexpr (v >= 0 && v < Vectors) add_product(acc.at[v], x, w[t + phases * g.value]);
      });
    });
  }
}

// Adds up to 16 * Groups neighbouring taps, more than 16 * (Groups - 1).
template <int Groups, class T, int Vectors>
BURNISH_INLINE void add_few(Accumulators<T, Vectors>& acc, const T* p, const T* w,
                            std::ptrdiff_t taps) {
  const std::ptrdiff_t full = taps - phases * (Groups - 1);
  add_groups<Groups>(acc, p, w, 0, full);
  if constexpr (Groups > 1) add_groups<Groups - 1>(acc, p, w, full, phases);
}

template <class T, int Vectors>
BURNISH_INLINE void add_apart(Accumulators<T, Vectors>& acc, const T* p, const T* w,
                              std::ptrdiff_t taps, std::ptrdiff_t step) {
  BURNISH_ROLLED
  for (std::ptrdiff_t k = 0; k < taps; ++k) {
    unroll<0, Vectors>([&](auto v) BURNISH_INLINED {
      add_product(acc.at[v.value], load(p + k * step + v.value * lanes<T>), w[k]);
    });
  }
}

template <int Vectors, class T>
BURNISH_INLINE void neighbours(const T* p, const T* w, std::ptrdiff_t taps, T* target) {
  constexpr std::ptrdiff_t all = phases * most_groups;
  Accumulators<T, Vectors> acc;
  bool first = true;
  for (; taps >= all; taps -= all, p += all, w += all) {
    for (std::ptrdiff_t t = 0; t < phases; t += phases / 2) {
      clear(acc);
      add_groups<most_groups>(acc, p, w, t, t + phases / 2);
      put(acc, target, first);
      first = false;
    }
  }
  if (taps == 0) return;
  clear(acc);
  if (taps > 3 * phases) {
    add_few<2>(acc, p, w, 2 * phases);
    put(acc, target, first);
    first = false;
    clear(acc);
    p += 2 * phases;
    w += 2 * phases;
    taps -= 2 * phases;
  }
  if (taps > 2 * phases) {
    add_few<3>(acc, p, w, taps);
  } else if (taps > phases) {
    add_few<2>(acc, p, w, taps);
  } else {
    add_few<1>(acc, p, w, taps);
  }
  put(acc, target, first);
}

template <int Vectors, class T>
BURNISH_INLINE void interleaved(const T* p, const T* w, std::ptrdiff_t taps, std::ptrdiff_t step,
                                T* target) {
  constexpr std::ptrdiff_t chain = 3 * phases;
  Accumulators<T, Vectors> acc;
  for (std::ptrdiff_t k = 0; k < taps; k += chain) {
    clear(acc);
    add_apart(acc, p + k * step, w + k, taps - k < chain ? taps - k : chain, step);
    put(acc, target, k == 0);
  }
}

template <int Vectors, class T>
BURNISH_INLINE void block(const CorrelateRow<T>& a, const T* p, T* target) {
  if (a.step == 1) {
    neighbours<Vectors>(p, a.weights, a.width, target);
  } else {
    interleaved<Vectors>(p, a.weights, a.width, a.step, target);
  }
}

// The last block of a row overlaps its neighbour.
template <class T>
void correlate(const CorrelateRow<T>& a) {
  constexpr int vectors = registers == 32 ? 12 : 10;
  constexpr std::ptrdiff_t width = vectors * lanes<T>;
  for (std::ptrdiff_t y = 0; y < a.count; ++y) {
    const T* p = a.rows[y];
    T* target = a.target + y * a.target_stride;
    std::ptrdiff_t x = 0;
    for (; x + width <= a.columns; x += width) block<vectors>(a, p + x, target + x);
    if (x == a.columns) continue;
    if (a.columns >= width) {
      x = a.columns - width;
      block<vectors>(a, p + x, target + x);
      continue;
    }
    for (; x + lanes<T> <= a.columns; x += lanes<T>) block<1>(a, p + x, target + x);
    if (x < a.columns) {
      x = a.columns - lanes<T>;
      block<1>(a, p + x, target + x);
    }
  }
}

}  // namespace

void correlate_row(const CorrelateRow<float>& args) { correlate(args); }
void correlate_row(const CorrelateRow<double>& args) { correlate(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
