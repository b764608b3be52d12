// Dense correlation in register blocks: one tap at a time is broadcast against vectors of pixels,
// and several output rows and vectors share every load.
#include "kernels/block.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

// The part of the kernel that one chunk sums over.
struct Chunk {
  std::ptrdiff_t plane_begin, plane_end, row_begin, rows, column_begin, column_end;
};

// How a kernel is cut into chunks. Depends on the kernel's shape alone. Rows are cut evenly, so
// that no piece of a tall kernel has fewer rows than a block.
template <class T>
struct Cut {
  std::ptrdiff_t planes, row_pieces, columns;
  bool one_chunk;

  explicit Cut(const CorrelateBlock<T>& a) {
    row_pieces = (a.height + longest_chain - 1) / longest_chain;
    const std::ptrdiff_t most_rows = (a.height + row_pieces - 1) / row_pieces;
    columns = longest_chain / most_rows < a.width ? longest_chain / most_rows : a.width;
    planes = a.planes * a.height * a.width <= longest_chain ? a.planes : 1;
    one_chunk = planes == a.planes && row_pieces == 1 && columns == a.width;
  }
};

// What is known of a kernel at compile time: its height and width, 0 for any (any height from Rows
// up). One of which both are known is summed in one chunk.
template <int H, int W>
struct Shape {
  static constexpr int height = H, width = W;
  static constexpr bool one_chunk = H > 0 && W > 0;
};

// Adds one tap of one input row to the output rows First to Last of a block. w: the weight of
// output row 0; the others' come before it.
template <int First, int Last, class T, int Rows, int Vectors>
BURNISH_INLINE void add_tap(Block<T, Rows, Vectors>& acc, const T* p, const T* w) {
  Vector<T> x[Vectors];
  unroll<0, Vectors>([&](auto v) BURNISH_INLINED { x[v.value] = load(p + v.value * lanes<T>); });
  unroll<First, Last + 1>([&](auto r) BURNISH_INLINED {
    const T weight = w[-r.value];
    unroll<0, Vectors>(
        [&](auto v) BURNISH_INLINED { add_product(acc.at[r.value][v.value], x[v.value], weight); });
  });
}

template <class S, int First, int Last, class T, int Rows, int Vectors>
BURNISH_INLINE void add_input_row(Block<T, Rows, Vectors>& acc, const T* p, const T* w,
                                  std::ptrdiff_t taps, std::ptrdiff_t step, std::ptrdiff_t height) {
  if constexpr (S::width > 0) {
    unroll<0, S::width>([&](auto k) BURNISH_INLINED {
      BURNISH_KEEP_LOADS_HERE;
      add_tap<First, Last>(acc, p + k.value * step, w + k.value * S::height);
    });
  } else {
    BURNISH_ROLLED
    for (std::ptrdiff_t k = 0; k < taps; ++k) {
      add_tap<First, Last>(acc, p + k * step, w + k * height);
    }
  }
}

template <class S, class T, int Rows, int Vectors>
BURNISH_INLINE void add_chunk(Block<T, Rows, Vectors>& acc, const CorrelateBlock<T>& a,
                              const T* const* rows, std::ptrdiff_t x, const Chunk& c) {
  const std::ptrdiff_t taps = c.column_end - c.column_begin;
  x += c.column_begin * a.step;
  for (std::ptrdiff_t plane = c.plane_begin; plane < c.plane_end; ++plane) {
    const T* const* in = rows + plane * a.plane_pitch + c.row_begin;
    const T* w = a.weights + (plane * a.width + c.column_begin) * a.height + c.row_begin;
    if constexpr (S::height > 0) {
      unroll<0, Rows + S::height - 1>([&](auto i) BURNISH_INLINED {
        constexpr int first = i.value >= S::height ? i.value - S::height + 1 : 0;
        constexpr int last = i.value < Rows ? i.value : Rows - 1;
        add_input_row<S, first, last>(acc, in[i.value] + x, w + i.value, taps, a.step, a.height);
      });
    } else {
      unroll<0, Rows - 1>([&](auto i) BURNISH_INLINED {
        add_input_row<S, 0, i.value>(acc, in[i.value] + x, w + i.value, taps, a.step, a.height);
      });
      for (std::ptrdiff_t i = Rows - 1; i < c.rows; ++i) {
        add_input_row<S, 0, Rows - 1>(acc, in[i] + x, w + i, taps, a.step, a.height);
      }
      unroll<1, Rows>([&](auto j) BURNISH_INLINED {
        const std::ptrdiff_t i = c.rows + j.value - 1;
        add_input_row<S, j.value, Rows - 1>(acc, in[i] + x, w + i, taps, a.step, a.height);
      });
    }
  }
}

template <class S, int Rows, int Vectors, class T>
BURNISH_INLINE void block(const CorrelateBlock<T>& a, const Cut<T>& cut, std::ptrdiff_t y,
                          std::ptrdiff_t x) {
  const T* const* rows = a.rows + y;
  T* target = a.target + y * a.target_stride + x;
  Block<T, Rows, Vectors> acc;
  if (S::one_chunk || cut.one_chunk) {
    acc.clear();
    add_chunk<S>(acc, a, rows, x, {0, a.planes, 0, a.height, 0, a.width});
    acc.store_to(target, a.target_stride);
    return;
  }
  if constexpr (!S::one_chunk) {
    const auto least = [](std::ptrdiff_t p, std::ptrdiff_t q)
                           BURNISH_INLINED { return p < q ? p : q; };
    PairwiseSum<T, Rows, Vectors> sum;
    for (std::ptrdiff_t p = 0; p < a.planes; p += cut.planes) {
      for (std::ptrdiff_t i = 0; i < cut.row_pieces; ++i) {
        const std::ptrdiff_t row = a.height * i / cut.row_pieces;
        const std::ptrdiff_t row_end = a.height * (i + 1) / cut.row_pieces;
        for (std::ptrdiff_t k = 0; k < a.width; k += cut.columns) {
          acc.clear();
          add_chunk<S>(acc, a, rows, x,
                       {p, least(p + cut.planes, a.planes), row, row_end - row, k,
                        least(k + cut.columns, a.width)});
          sum.put(acc);
        }
      }
    }
    sum.take(acc);
    acc.store_to(target, a.target_stride);
  }
}

// Fetches what the block some steps to the right is the first to read: its lowest rows. They are
// too many streams for the hardware to follow: 20 to 30% of the time of 7x7 at 2048x2048, float32
// and float64.
template <int Rows, int Vectors, class T>
BURNISH_INLINE void prefetch(const CorrelateBlock<T>& a, std::ptrdiff_t y, std::ptrdiff_t x) {
  constexpr std::ptrdiff_t line = 64;
  constexpr std::ptrdiff_t distance = 256;
  for (int r = 0; r < Rows; ++r) {
    const T* const row = a.rows[y + a.height - 1 + r] + x;
    const char* const address = reinterpret_cast<const char*>(row) + distance;
    for (std::ptrdiff_t i = 0; i < Vectors * BURNISH_VECTOR_BYTES; i += line) {
      BURNISH_PREFETCH(address + i);
    }
  }
}

// The last block of a row, and the last row of blocks, overlap their neighbours.
template <class S, int Rows, int Vectors, class T>
BURNISH_INLINE void block_row(const CorrelateBlock<T>& a, const Cut<T>& cut, std::ptrdiff_t y) {
  constexpr std::ptrdiff_t width = Vectors * lanes<T>;
  const std::ptrdiff_t last = a.columns - width;
  for (std::ptrdiff_t x = 0; x < a.columns; x += width) {
    prefetch<Rows, Vectors>(a, y, x);
    block<S, Rows, Vectors>(a, cut, y, x < last ? x : last);
  }
}

template <class S, int Rows, int Vectors, class T>
void block_rows(const CorrelateBlock<T>& a) {
  const Cut<T> cut(a);
  const std::ptrdiff_t last = a.count - Rows;
  for (std::ptrdiff_t y = 0; y < a.count; y += Rows) {
    block_row<S, Rows, Vectors>(a, cut, y < last ? y : last);
  }
}

// Rows and vectors of a block, measured at 2048x2048 on Zen 5: more rows share a load of pixels,
// more vectors one of a weight, and all leave registers for the loads. Without fused operations
// (baseline) unrolled taps are twice as slow as rolled ones.
template <class T>
void correlate(const CorrelateBlock<T>& a) {
  constexpr bool many = registers == 32;
  constexpr int rows = many ? 8 : 6;
  constexpr int vectors = many ? 3 : 2;
  if (a.columns < vectors * lanes<T> || a.count < rows) {
    if (a.count < rows && a.columns >= 8 * lanes<T>) return block_rows<Shape<0, 0>, 1, 8>(a);
    if (a.count < rows || a.height < rows) return block_rows<Shape<0, 0>, 1, 1>(a);
    return block_rows<Shape<0, 0>, rows, 1>(a);
  }
  if constexpr (BURNISH_VECTOR_BYTES > 16) {
    if (a.height == a.width && a.planes == 1) {
      if (a.height == 3) return block_rows<Shape<3, 3>, 4, many ? 3 : 2>(a);
      if (a.height == 5) return block_rows<Shape<5, 5>, rows, vectors>(a);
      if (a.height == 7) return block_rows<Shape<7, 7>, rows, vectors>(a);
    }
  }
  switch (a.height) {
    case 1:
      return block_rows<Shape<1, 0>, rows, vectors>(a);
    case 2:
      return block_rows<Shape<2, 0>, rows, vectors>(a);
    case 3:
      return block_rows<Shape<3, 0>, rows, vectors>(a);
    case 4:
      return block_rows<Shape<4, 0>, rows, vectors>(a);
    case 5:
      return block_rows<Shape<5, 0>, rows, vectors>(a);
    case 6:
      return block_rows<Shape<6, 0>, rows, vectors>(a);
    case 7:
      return block_rows<Shape<7, 0>, rows, vectors>(a);
    default:
      return block_rows<Shape<0, 0>, rows, vectors>(a);
  }
}

}  // namespace

void correlate_block(const CorrelateBlock<float>& args) { correlate(args); }
void correlate_block(const CorrelateBlock<double>& args) { correlate(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
