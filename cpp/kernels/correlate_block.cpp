// Dense correlation in register blocks: one tap at a time is broadcast against vectors of pixels, and
// several output rows and vectors share every load.
//
// Sums run in chunks of at most `longest_chain` taps which are then added up: in one long chain the
// rounding errors of a flat image under a flat kernel all point the same way. Within a chunk a pixel's
// taps come in the order plane, row, column, whatever block it falls into, so blocks don't change bits.
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

// 7x7 is still one chunk; at 49 taps the error stays under 1e-6 of sum|weights| * max|image|.
constexpr std::ptrdiff_t longest_chain = 49;

template <class T, int Rows, int Vectors>
struct Block {
  Vector<T> at[Rows][Vectors];

  BURNISH_INLINE void clear() {
    unroll<0, Rows>([&](auto r) { unroll<0, Vectors>([&](auto v) { at[r.value][v.value] = Vector<T>{}; }); });
  }
  BURNISH_INLINE void add(const Block& other) {
    unroll<0, Rows>([&](auto r) {
      unroll<0, Vectors>([&](auto v) {
        BURNISH_LEVEL::add(at[r.value][v.value], other.at[r.value][v.value]);
      });
    });
  }
  BURNISH_INLINE void store_to(T* p, std::ptrdiff_t stride) const {
    unroll<0, Rows>([&](auto r) {
      unroll<0, Vectors>([&](auto v) {
        store(p + r.value * stride + v.value * lanes<T>, at[r.value][v.value]);
      });
    });
  }
};

// The part of the kernel that one chunk sums over.
struct Chunk {
  std::ptrdiff_t plane_begin, plane_end, row_begin, rows, column_begin, column_end;
};

// How a kernel is cut into chunks. Depends on the kernel's shape alone.
template <class T>
struct Cut {
  std::ptrdiff_t planes, rows, columns;

  explicit Cut(const CorrelateBlock<T>& a) {
    const std::ptrdiff_t pieces = (a.height + longest_chain - 1) / longest_chain;
    rows = (a.height + pieces - 1) / pieces;
    columns = longest_chain / rows < a.width ? longest_chain / rows : a.width;
    planes = a.planes * a.height * a.width <= longest_chain ? a.planes : 1;
  }
};

// Adds one input row's part to the output rows First to Last of a block. w: the weight of output row 0.
template <int First, int Last, class T, int Rows, int Vectors>
BURNISH_INLINE void add_input_row(Block<T, Rows, Vectors>& acc, const T* p, const T* w,
                                  std::ptrdiff_t taps, std::ptrdiff_t step, std::ptrdiff_t height) {
  // Rolled: with all taps unrolled GCC hoists the loads and spills them.
  BURNISH_ROLLED
  for (std::ptrdiff_t k = 0; k < taps; ++k) {
    Vector<T> x[Vectors];
    unroll<0, Vectors>([&](auto v) { x[v.value] = load(p + v.value * lanes<T>); });
    unroll<First, Last + 1>([&](auto r) {
      const T weight = w[-r.value];
      unroll<0, Vectors>([&](auto v) { add_product(acc.at[r.value][v.value], x[v.value], weight); });
    });
    p += step;
    w += height;
  }
}

// Height: the kernel's rows; 0: any number from Rows up.
template <int Height, class T, int Rows, int Vectors>
BURNISH_INLINE void add_chunk(Block<T, Rows, Vectors>& acc, const CorrelateBlock<T>& a,
                              const T* const* rows, std::ptrdiff_t x, const Chunk& c) {
  const std::ptrdiff_t taps = c.column_end - c.column_begin;
  x += c.column_begin * a.step;
  for (std::ptrdiff_t plane = c.plane_begin; plane < c.plane_end; ++plane) {
    const T* const* in = rows + plane * a.plane_pitch + c.row_begin;
    const T* w = a.weights + (plane * a.width + c.column_begin) * a.height + c.row_begin;
    if constexpr (Height > 0) {
      unroll<0, Rows + Height - 1>([&](auto i) {
        constexpr int first = i.value >= Height ? i.value - Height + 1 : 0;
        constexpr int last = i.value < Rows ? i.value : Rows - 1;
        add_input_row<first, last>(acc, in[i.value] + x, w + i.value, taps, a.step, a.height);
      });
    } else {
      unroll<0, Rows - 1>([&](auto i) {
        add_input_row<0, i.value>(acc, in[i.value] + x, w + i.value, taps, a.step, a.height);
      });
      for (std::ptrdiff_t i = Rows - 1; i < c.rows; ++i) {
        add_input_row<0, Rows - 1>(acc, in[i] + x, w + i, taps, a.step, a.height);
      }
      unroll<1, Rows>([&](auto j) {
        const std::ptrdiff_t i = c.rows + j.value - 1;
        add_input_row<j.value, Rows - 1>(acc, in[i] + x, w + i, taps, a.step, a.height);
      });
    }
  }
}

template <int Height, int Rows, int Vectors, class T>
BURNISH_INLINE void block(const CorrelateBlock<T>& a, const Cut<T>& cut, std::ptrdiff_t y,
                          std::ptrdiff_t x) {
  const T* const* rows = a.rows + y;
  T* target = a.target + y * a.target_stride + x;
  Block<T, Rows, Vectors> acc;
  if (cut.planes == a.planes && cut.rows == a.height && cut.columns == a.width) {
    acc.clear();
    add_chunk<Height>(acc, a, rows, x, {0, a.planes, 0, a.height, 0, a.width});
    acc.store_to(target, a.target_stride);
    return;
  }
  Block<T, Rows, Vectors> sum;
  sum.clear();
  const auto least = [](std::ptrdiff_t p, std::ptrdiff_t q) { return p < q ? p : q; };
  for (std::ptrdiff_t p = 0; p < a.planes; p += cut.planes) {
    for (std::ptrdiff_t i = 0; i < a.height; i += cut.rows) {
      for (std::ptrdiff_t k = 0; k < a.width; k += cut.columns) {
        acc.clear();
        add_chunk<Height>(acc, a, rows, x,
                          {p, least(p + cut.planes, a.planes), i, least(cut.rows, a.height - i), k,
                           least(k + cut.columns, a.width)});
        sum.add(acc);
      }
    }
  }
  sum.store_to(target, a.target_stride);
}

// A row of blocks; the last one overlaps its neighbour.
template <int Height, int Rows, int Vectors, class T>
BURNISH_INLINE void block_row(const CorrelateBlock<T>& a, const Cut<T>& cut, std::ptrdiff_t y) {
  constexpr std::ptrdiff_t width = Vectors * lanes<T>;
  std::ptrdiff_t x = 0;
  for (; x + width <= a.columns; x += width) block<Height, Rows, Vectors>(a, cut, y, x);
  if (x == a.columns) return;
  if (a.columns >= width) return block<Height, Rows, Vectors>(a, cut, y, a.columns - width);
  for (; x + lanes<T> <= a.columns; x += lanes<T>) block<Height, Rows, 1>(a, cut, y, x);
  if (x < a.columns) block<Height, Rows, 1>(a, cut, y, a.columns - lanes<T>);
}

template <int Height, int Rows, int Vectors, class T>
void block_rows(const CorrelateBlock<T>& a) {
  const Cut<T> cut(a);
  if (a.count < Rows) {
    for (std::ptrdiff_t y = 0; y < a.count; ++y) block_row<0, 1, Vectors>(a, cut, y);
    return;
  }
  std::ptrdiff_t y = 0;
  for (; y + Rows <= a.count; y += Rows) block_row<Height, Rows, Vectors>(a, cut, y);
  if (y < a.count) block_row<Height, Rows, Vectors>(a, cut, a.count - Rows);
}

// The block shapes were measured on AVX-512 and AVX2 (../../CONTRIBUTING.md): many rows and few
// vectors, since loads that cross a cache line are what limits.
template <class T>
void correlate(const CorrelateBlock<T>& a) {
  constexpr bool many = registers == 32;
  switch (a.height) {
    case 1:
      return block_rows<1, many ? 4 : 3, 3>(a);
    case 2:
      return block_rows<2, many ? 8 : 4, many ? 2 : 2>(a);
    case 3:
      return block_rows<3, 4, many ? 4 : 2>(a);
    case 4:
      return block_rows<4, many ? 8 : 4, 2>(a);
    case 5:
      return block_rows<5, many ? 12 : 6, 2>(a);
    case 6:
      return block_rows<6, many ? 12 : 6, 2>(a);
    case 7:
      return block_rows<7, many ? 12 : 6, 2>(a);
    default:
      return block_rows<0, many ? 8 : 6, many ? 3 : 2>(a);
  }
}

}  // namespace

void correlate_block(const CorrelateBlock<float>& args) { correlate(args); }
void correlate_block(const CorrelateBlock<double>& args) { correlate(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
