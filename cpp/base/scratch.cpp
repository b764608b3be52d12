#include "base/scratch.hpp"

#include <algorithm>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "base/fork_local.hpp"

namespace burnish {
namespace {

struct Block {
  std::byte* data;
  std::size_t size;
};

std::byte* allocate(std::size_t bytes, std::size_t alignment) {
  return static_cast<std::byte*>(::operator new(bytes, std::align_val_t(alignment)));
}

void release(std::byte* data, std::size_t alignment) {
  ::operator delete(data, std::align_val_t(alignment));
}

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
  block_ = allocate(capacity_, alignment);
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
  release(block_, alignment);
}

void* Scratch::take_bytes(std::size_t bytes) {
  if (bytes > capacity_ - used_) throw std::bad_alloc();
  void* result = block_ + used_;
  used_ += bytes;
  return result;
}

void Scratch::clear() {
  Store& store = ForkLocal<Store>::get();
  const std::lock_guard lock(store.mutex);
  for (const Block& block : store.blocks) release(block.data, alignment);
  store.blocks.clear();
  store.bytes = 0;
}

}  // namespace burnish
