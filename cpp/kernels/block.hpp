// Accumulators in registers, and their sums in memory. For kernel files only.
//
// In one long chain of additions the rounding errors of a flat image under a flat kernel all point
// the same way. So kernels sum in chunks of at most `longest_chain` taps, and add the chunks up
// pairwise. Which taps form a chunk depends on the kernel's shape alone, so that a pixel's bits
// don't depend on the block that it falls into.
#pragma once

#include "kernels/lanes.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

// 7x7 is still one chunk; the error of a flat image's 49 taps stays under 1e-6 of
// sum|weights| * max|image|.
constexpr std::ptrdiff_t longest_chain = 49;

template <class T, int Rows, int Vectors>
struct Block {
  static constexpr std::ptrdiff_t items = Rows * Vectors * lanes<T>;

  Vector<T> at[Rows][Vectors];

  BURNISH_INLINE void clear() {
    unroll<0, Rows>([&](auto r) BURNISH_INLINED {
      unroll<0, Vectors>([&](auto v) BURNISH_INLINED { at[r.value][v.value] = Vector<T>{}; });
    });
  }
  BURNISH_INLINE void store_to(T* p, std::ptrdiff_t stride) const {
    unroll<0, Rows>([&](auto r) BURNISH_INLINED {
      unroll<0, Vectors>([&](auto v) BURNISH_INLINED {
        store(p + r.value * stride + v.value * lanes<T>, at[r.value][v.value]);
      });
    });
  }
  BURNISH_INLINE void add_from(const T* p, std::ptrdiff_t stride) {
    unroll<0, Rows>([&](auto r) BURNISH_INLINED {
      unroll<0, Vectors>([&](auto v) BURNISH_INLINED {
        add(at[r.value][v.value], load(p + r.value * stride + v.value * lanes<T>));
      });
    });
  }
};

// Adds up blocks pairwise: it holds one partial sum per set bit of the number of blocks put in.
template <class T, int Rows, int Vectors>
class PairwiseSum {
  using B = Block<T, Rows, Vectors>;

 public:
  // Changes the block.
  BURNISH_INLINE void put(B& block) {
    for (std::ptrdiff_t n = count_++; (n & 1) != 0; n >>= 1) {
      block.add_from(partial_[--top_], Vectors * lanes<T>);
    }
    block.store_to(partial_[top_++], Vectors * lanes<T>);
  }

  // The sum of all blocks that were put in.
  BURNISH_INLINE void take(B& block) {
    block.clear();
    while (top_ > 0) block.add_from(partial_[--top_], Vectors * lanes<T>);
  }

 private:
  // Enough for 2**30 chunks; the weights alone would then take more than 8 GiB.
  static constexpr std::ptrdiff_t depth = 30;

  T partial_[depth][B::items];
  std::ptrdiff_t count_ = 0;
  std::ptrdiff_t top_ = 0;
};

}  // namespace
}  // namespace burnish::kernels::BURNISH_LEVEL
