// Aligned work memory for one tile, taken from a bounded store of blocks that threads hand on.
#pragma once

#include <cstddef>
#include <cstdint>

namespace burnish {

class Scratch {
 public:
  // Room for `bytes` in all; throws std::bad_alloc.
  explicit Scratch(std::size_t bytes);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  // The next `count` items, aligned to a cache line and not initialised. The sum of what is taken,
  // each rounded up by size_of, must not exceed what was asked for.
  template <class T>
  T* take(std::int64_t count) {
    return static_cast<T*>(take_bytes(size_of<T>(count)));
  }

  // The bytes that take<T>(count) uses up.
  template <class T>
  static constexpr std::size_t size_of(std::int64_t count) {
    return (static_cast<std::size_t>(count) * sizeof(T) + alignment - 1) / alignment * alignment;
  }

  // Has the system provide all of a large block now, a little at a time: whoever writes across it
  // would wait for all of its pages at once, and could not be interrupted.
  void provide(int workers);

  // Frees the blocks that no tile holds.
  static void clear();

 private:
  static constexpr std::size_t alignment = 64;

  void* take_bytes(std::size_t bytes);

  std::byte* block_;
  std::size_t capacity_;
  std::size_t used_ = 0;
};

}  // namespace burnish
