// Sums over a window of rows at a cost that does not depend on the window.
//
// As van Herk (1992) and Gil and Werman (1993) do for maxima: rows are cut into stretches of one
// window, and each window is the end of one stretch and the beginning of the next. Both are summed
// by adding alone, in double: nothing drifts, and a NaN stays in the windows that hold it.
//
// The weight is a power of two, so that its products are exact, contracted or not: all levels give
// the same bits.
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

template <int Vectors, class T>
struct Sum {
  Vector<double> at[Vectors];

  BURNISH_INLINE void clear() {
    unroll<0, Vectors>([&](auto v) BURNISH_INLINED { at[v.value] = Vector<double>{}; });
  }
  BURNISH_INLINE void add_row(const T* row, double weight) {
    unroll<0, Vectors>([&](auto v) BURNISH_INLINED {
      add_product(at[v.value], load_double(row + v.value * lanes<double>), weight);
    });
  }
  BURNISH_INLINE void store_to(T* target) const {
    unroll<0, Vectors>([&](auto v) BURNISH_INLINED {
      store_double(target + v.value * lanes<double>, at[v.value]);
    });
  }
  // target = (target + sum) * scale
  BURNISH_INLINE void finish(T* target, double scale) const {
    unroll<0, Vectors>([&](auto v) BURNISH_INLINED {
      Vector<double> total = load_double(target + v.value * lanes<double>);
      add(total, at[v.value]);
      multiply(total, scale);
      store_double(target + v.value * lanes<double>, total);
    });
  }
};

template <int Vectors, class T>
BURNISH_INLINE void sum_columns(const RunningSum<T>& a, std::ptrdiff_t x) {
  Sum<Vectors, T> sum;
  for (std::ptrdiff_t y = 0; y < a.count; y += a.window) {
    const T* const* const rows = a.rows + y;
    T* const target = a.target + y * a.target_stride + x;
    const std::ptrdiff_t outputs = a.window < a.count - y ? a.window : a.count - y;
    sum.clear();
    std::ptrdiff_t i = a.window - 1;
    BURNISH_ROLLED
    for (; i >= outputs; --i) sum.add_row(rows[i] + x, a.weight);
    BURNISH_ROLLED
    for (; i >= 0; --i) {
      sum.add_row(rows[i] + x, a.weight);
      sum.store_to(target + i * a.target_stride);
    }
    sum.clear();
    sum.finish(target, a.scale);
    BURNISH_ROLLED
    for (i = 1; i < outputs; ++i) {
      sum.add_row(rows[a.window + i - 1] + x, a.weight);
      sum.finish(target + i * a.target_stride, a.scale);
    }
  }
}

// The last block of columns overlaps its neighbour.
template <int Vectors, class T>
BURNISH_INLINE void sum_blocks(const RunningSum<T>& a) {
  constexpr std::ptrdiff_t width = Vectors * lanes<double>;
  const std::ptrdiff_t last = a.columns - width;
  for (std::ptrdiff_t x = 0; x < a.columns; x += width) {
    sum_columns<Vectors>(a, x < last ? x : last);
  }
}

template <class T>
void sum(const RunningSum<T>& a) {
  constexpr int narrowest = static_cast<int>(lanes<T> / lanes<double>);
  constexpr int line = 16 / static_cast<int>(lanes<double>);  // transposed lines come in sixteens
  constexpr int widest = registers / 2;
  if (a.columns >= widest * lanes<double>) {
    sum_blocks<widest>(a);
  } else if (a.columns >= 16) {
    sum_blocks<line>(a);
  } else {
    sum_blocks<narrowest>(a);
  }
}

}  // namespace

void running_sum(const RunningSum<float>& args) { sum(args); }
void running_sum(const RunningSum<double>& args) { sum(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
