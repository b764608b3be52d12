// Sums over a window of rows at a cost that does not depend on the window.
//
// As van Herk (1992) and Gil and Werman (1993) do for maxima: rows are cut into stretches of one
// window, and each window is the end of one stretch and the beginning of the next. Both are summed
// by adding alone: nothing drifts, and a NaN stays in the windows that hold it.
//
// The weight is a power of two, so that its products are exact, contracted or not: all levels give
// the same bits.
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

// Rows that are added up in T before the sum goes on in double. On flat images their rounding
// errors all point the same way: those of 16 stay under 4e-7 of the sum in float.
constexpr std::ptrdiff_t longest_chain = 16;

// The rows of the present chain, over some columns.
template <int Vectors, class T>
struct Chain {
  Vector<T> at[Vectors];

  BURNISH_INLINE void clear() {
    unroll<0, Vectors>([&](auto v) BURNISH_INLINED { at[v.value] = Vector<T>{}; });
  }
  BURNISH_INLINE void add_row(const T* row, T weight) {
    unroll<0, Vectors>([&](auto v) BURNISH_INLINED {
      add_product(at[v.value], load(row + v.value * lanes<T>), weight);
    });
  }
  BURNISH_INLINE void store_to(T* target) const {
    unroll<0, Vectors>([&](auto v)
                           BURNISH_INLINED { store(target + v.value * lanes<T>, at[v.value]); });
  }
  // The same row of the block of columns to the right.
  BURNISH_INLINE void prefetch(const T* row) const {
    constexpr std::ptrdiff_t line = 64 / static_cast<std::ptrdiff_t>(sizeof(T));
    constexpr std::ptrdiff_t width = Vectors * lanes<T>;
    unroll<0, static_cast<int>((width + line - 1) / line)>(
        [&](auto i) BURNISH_INLINED { BURNISH_PREFETCH(row + width + i.value * line); });
  }
  // target = base + chain
  BURNISH_INLINE void begin(T* target, const T* base) const {
    unroll<0, Vectors>([&](auto v) BURNISH_INLINED {
      Vector<T> sum = load(base + v.value * lanes<T>);
      add(sum, at[v.value]);
      store(target + v.value * lanes<T>, sum);
    });
  }
  // target = (target + base + chain) * scale
  BURNISH_INLINE void finish(T* target, const T* base, T scale) const {
    unroll<0, Vectors>([&](auto v) BURNISH_INLINED {
      Vector<T> sum = load(base + v.value * lanes<T>);
      add(sum, at[v.value]);
      add(sum, load(target + v.value * lanes<T>));
      multiply(sum, scale);
      store(target + v.value * lanes<T>, sum);
    });
  }
};

// The chains before the present one. It lives in memory: in registers it would push out the chain.
template <int Vectors, class T>
struct Base {
  static constexpr std::ptrdiff_t columns = Vectors * lanes<T>;

  double total[columns];
  T rounded[columns];

  BURNISH_INLINE void clear() {
    for (std::ptrdiff_t i = 0; i < columns; i += lanes<double>) {
      store(total + i, Vector<double>{});
      store_double(rounded + i, Vector<double>{});
    }
  }
  // Adds the chain and begins a new one.
  BURNISH_INLINE void add_chain(Chain<Vectors, T>& chain) {
    chain.store_to(rounded);
    chain.clear();
    BURNISH_ROLLED
    for (std::ptrdiff_t i = 0; i < columns; i += lanes<double>) {
      Vector<double> sum = load(total + i);
      add(sum, load_double(rounded + i));
      store(total + i, sum);
      store_double(rounded + i, sum);
    }
  }
};

BURNISH_INLINE std::ptrdiff_t at_most_a_chain(std::ptrdiff_t rows) {
  return rows < longest_chain ? rows : longest_chain;
}

template <int Vectors, class T>
BURNISH_INLINE void sum_columns(const RunningSum<T>& a, std::ptrdiff_t x) {
  const T weight = a.weight;
  const T scale = a.scale;
  const std::ptrdiff_t stride = a.target_stride;
  Chain<Vectors, T> sum;
  Base<Vectors, T> base;
  for (std::ptrdiff_t y = 0; y < a.count; y += a.window) {
    const T* const* const rows = a.rows + y;
    T* const target = a.target + y * stride + x;
    const std::ptrdiff_t outputs = a.window < a.count - y ? a.window : a.count - y;
    sum.clear();
    base.clear();
    std::ptrdiff_t i = a.window;
    while (i > outputs) {
      BURNISH_ROLLED
      for (std::ptrdiff_t n = at_most_a_chain(i - outputs); n > 0; --n) {
        sum.add_row(rows[--i] + x, weight);
        sum.prefetch(rows[i] + x);
      }
      base.add_chain(sum);
    }
    while (i > 0) {
      BURNISH_ROLLED
      for (std::ptrdiff_t n = at_most_a_chain(i); n > 0; --n) {
        sum.add_row(rows[--i] + x, weight);
        sum.prefetch(rows[i] + x);
        sum.begin(target + i * stride, base.rounded);
      }
      if (i > 0) base.add_chain(sum);
    }
    sum.clear();
    base.clear();
    sum.finish(target, base.rounded, scale);
    i = 1;
    while (i < outputs) {
      BURNISH_ROLLED
      for (std::ptrdiff_t n = at_most_a_chain(outputs - i); n > 0; --n, ++i) {
        sum.add_row(rows[a.window + i - 1] + x, weight);
        sum.prefetch(rows[a.window + i - 1] + x);
        sum.finish(target + i * stride, base.rounded, scale);
      }
      if (i < outputs) base.add_chain(sum);
    }
  }
}

// The last block of columns overlaps its neighbour.
template <int Vectors, class T>
BURNISH_INLINE void sum_blocks(const RunningSum<T>& a) {
  constexpr std::ptrdiff_t width = Vectors * lanes<T>;
  const std::ptrdiff_t last = a.columns - width;
  for (std::ptrdiff_t x = 0; x < a.columns; x += width) {
    sum_columns<Vectors>(a, x < last ? x : last);
  }
}

template <class T>
void sum(const RunningSum<T>& a) {
  constexpr int widest = registers / 4;
  // Lines that were turned into columns come 128 bytes at a time: two vectors or more, so that one
  // addition need not wait for the one before.
  constexpr int line = 128 / BURNISH_VECTOR_BYTES < widest ? 128 / BURNISH_VECTOR_BYTES : widest;
  if (a.columns >= widest * lanes<T>) {
    sum_blocks<widest>(a);
  } else if (a.columns >= line * lanes<T>) {
    sum_blocks<line>(a);
  } else {
    sum_blocks<1>(a);
  }
}

// The sums of one phase of a line: its elements are `step` apart.
template <class T>
void sum_phase(const RunningSumLine<T>& a, std::ptrdiff_t phase) {
  const std::ptrdiff_t step = a.step;
  const std::ptrdiff_t count = (a.count - phase + step - 1) / step;
  for (std::ptrdiff_t x = 0; x < count; x += a.window) {
    const T* const source = a.source + phase + x * step;
    T* const target = a.target + phase + x * step;
    const std::ptrdiff_t outputs = a.window < count - x ? a.window : count - x;
    double sum = 0;
    std::ptrdiff_t i = a.window - 1;
    for (; i >= outputs; --i) sum += source[i * step] * a.weight;
    for (; i >= 0; --i) {
      sum += source[i * step] * a.weight;
      target[i * step] = static_cast<T>(sum);
    }
    sum = 0;
    target[0] = static_cast<T>(target[0] * a.scale);
    for (i = 1; i < outputs; ++i) {
      sum += source[(a.window + i - 1) * step] * a.weight;
      target[i * step] = static_cast<T>((target[i * step] + sum) * a.scale);
    }
  }
}

template <class T>
void sum_line(const RunningSumLine<T>& a) {
  for (std::ptrdiff_t phase = 0; phase < a.step && phase < a.count; ++phase) sum_phase(a, phase);
}

}  // namespace

void running_sum(const RunningSum<float>& args) { sum(args); }
void running_sum(const RunningSum<double>& args) { sum(args); }
void running_sum_line(const RunningSumLine<float>& args) { sum_line(args); }
void running_sum_line(const RunningSumLine<double>& args) { sum_line(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
