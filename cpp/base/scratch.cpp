#include "base/scratch.hpp"

#include <algorithm>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "base/fork_local.hpp"
#include "base/parallel.hpp"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace burnish {
namespace {

struct Block {
  std::byte* data;
  std::size_t size;
};

constexpr std::size_t line = 64;
constexpr std::size_t huge_page = std::size_t{2} << 20;

// Large blocks begin at a huge page, so that the system may give them whole ones: a spectrum is
// read across its pages, and would otherwise wait for the tables that say where they are.
bool is_large(std::size_t bytes) { return bytes >= 2 * huge_page; }

std::align_val_t alignment_of(std::size_t bytes) {
  return std::align_val_t(is_large(bytes) ? huge_page : line);
}

std::byte* allocate(std::size_t bytes) {
  auto* const data = static_cast<std::byte*>(::operator new(bytes, alignment_of(bytes)));
#if defined(MADV_HUGEPAGE)
  if (is_large(bytes)) madvise(data, bytes, MADV_HUGEPAGE);
#endif
  return data;
}

void release(std::byte* data, std::size_t bytes) { ::operator delete(data, alignment_of(bytes)); }

// Blocks waiting for their next tile, at most `limit` bytes of them.
struct Store {
  static constexpr std::size_t limit = std::size_t{64} << 20;

  std::mutex mutex;
  std::vector<Block> blocks;
  std::size_t bytes = 0;
};

}  // namespace

Scratch::Scratch(std::size_t bytes) : block_(nullptr), capacity_(std::max(bytes, alignment)) {
  Store& store = ForkLocal<Store>::get();
  {
    const std::lock_guard lock(store.mutex);
    for (Block& block : store.blocks) {
      if (block.size >= capacity_) {
        block_ = block.data;
        capacity_ = block.size;
        store.bytes -= block.size;
        std::swap(block, store.blocks.back());
        store.blocks.pop_back();
        return;
      }
    }
  }
  block_ = allocate(capacity_);
}

Scratch::~Scratch() {
  Store& store = ForkLocal<Store>::get();
  {
    const std::lock_guard lock(store.mutex);
    if (store.bytes + capacity_ <= Store::limit) {
      try {
        store.blocks.push_back({block_, capacity_});
        store.bytes += capacity_;
        return;
      } catch (const std::bad_alloc&) {  // then it is freed below
      }
    }
  }
  release(block_, capacity_);
}

void* Scratch::take_bytes(std::size_t bytes) {
  if (bytes > capacity_ - used_) throw std::bad_alloc();
  void* result = block_ + used_;
  used_ += bytes;
  return result;
}

void Scratch::provide(int workers) {
  if (!is_large(capacity_)) return;
  constexpr std::size_t piece = 4 * huge_page;
  constexpr std::size_t page = 4096;
  for_tiles(static_cast<std::int64_t>((capacity_ + piece - 1) / piece), workers,
            [&](std::int64_t i) {
              const std::size_t begin = static_cast<std::size_t>(i) * piece;
              const std::size_t end = std::min(begin + piece, capacity_);
              for (std::size_t at = begin; at < end; at += page) block_[at] = std::byte{0};
            });
}

void Scratch::clear() {
  Store& store = ForkLocal<Store>::get();
  const std::lock_guard lock(store.mutex);
  for (const Block& block : store.blocks) release(block.data, block.size);
  store.blocks.clear();
  store.bytes = 0;
}

}  // namespace burnish
