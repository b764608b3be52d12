// Correlation along a row. Taps t, t + 16, t + 32, ... of a group go together, so that one unaligned
// load feeds several outputs.
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

// Taps per chain before it is added to the running sum: see correlate_block.cpp.
constexpr std::ptrdiff_t phases = 16;

template <class T, int Vectors>
struct Accumulators {
  Vector<T> at[Vectors];
  BURNISH_INLINE void clear() {
    unroll<0, Vectors>([&](auto v) { at[v.value] = Vector<T>{}; });
  }
  BURNISH_INLINE void add(const Accumulators& other) {
    unroll<0, Vectors>([&](auto v) { BURNISH_LEVEL::add(at[v.value], other.at[v.value]); });
  }
};

// Adds phases * Groups neighbouring taps (step 1).
template <int Groups, class T, int Vectors>
BURNISH_INLINE void add_groups(Accumulators<T, Vectors>& acc, const T* p, const T* w) {
  constexpr int apart = static_cast<int>(phases / lanes<T>);  // vectors from one group to the next
  BURNISH_ROLLED
  for (std::ptrdiff_t t = 0; t < phases; ++t) {
    unroll<0, Vectors + apart * (Groups - 1)>([&](auto j) {
      const Vector<T> x = load(p + t + j.value * lanes<T>);
      unroll<0, Groups>([&](auto g) {
        constexpr int v = j.value - apart * g.value;
        if constexpr (v >= 0 && v < Vectors) add_product(acc.at[v], x, w[t + phases * g.value]);
      });
    });
  }
}

template <class T, int Vectors>
BURNISH_INLINE void add_taps(Accumulators<T, Vectors>& acc, const T* p, const T* w,
                             std::ptrdiff_t taps, std::ptrdiff_t step) {
  BURNISH_ROLLED
  for (std::ptrdiff_t k = 0; k < taps; ++k) {
    unroll<0, Vectors>(
        [&](auto v) { add_product(acc.at[v.value], load(p + k * step + v.value * lanes<T>), w[k]); });
  }
}

template <int Vectors, class T>
BURNISH_INLINE void block(const CorrelateRow<T>& a, const T* p, T* target) {
  constexpr std::ptrdiff_t chain = 3 * phases;
  const T* w = a.weights;
  std::ptrdiff_t rest = a.width;
  Accumulators<T, Vectors> acc;
  acc.clear();
  Accumulators<T, Vectors> sum;
  const bool one_chain = rest <= chain;
  if (!one_chain) sum.clear();
  while (rest > chain) {
    if (a.step == 1) {
      add_groups<3>(acc, p, w);
    } else {
      add_taps(acc, p, w, chain, a.step);
    }
    sum.add(acc);
    acc.clear();
    p += chain * a.step;
    w += chain;
    rest -= chain;
  }
  if (a.step == 1 && rest >= 2 * phases) {
    add_groups<2>(acc, p, w);
    p += 2 * phases;
    w += 2 * phases;
    rest -= 2 * phases;
  }
  add_taps(acc, p, w, rest, a.step);
  if (!one_chain) acc.add(sum);
  unroll<0, Vectors>([&](auto v) { store(target + v.value * lanes<T>, acc.at[v.value]); });
}

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
