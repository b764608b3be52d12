// Arrays in memory of exactly their size, so that the address sanitizer sees the first byte beside
// them, and the pixels in them as numbers.
#pragma once

#include <sanitizer/asan_interface.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "base/dtype.hpp"
#include "base/view.hpp"

namespace burnish::fuzz {

using Index = std::array<std::int64_t, max_ndim>;

struct Shape {
  int ndim = 1;
  Index size{1, 1, 1, 1};

  std::int64_t elements() const {
    std::int64_t count = 1;
    for (int i = 0; i < ndim; ++i) count *= size[static_cast<std::size_t>(i)];
    return count;
  }
  // The element `number` in C order.
  Index at(std::int64_t number) const {
    Index index{};
    for (int i = ndim; i-- > 0;) {
      const auto axis = static_cast<std::size_t>(i);
      index[axis] = number % size[axis];
      number /= size[axis];
    }
    return index;
  }
  // The number of an element, as a vector of all of them has it.
  std::size_t number(const Index& index) const {
    std::int64_t number = 0;
    for (int i = 0; i < ndim; ++i) {
      const auto axis = static_cast<std::size_t>(i);
      number = number * size[axis] + index[axis];
    }
    return static_cast<std::size_t>(number);
  }
};

// Where the elements of an array lie, and how many bytes that spans.
struct Layout {
  Shape shape;
  DType dtype;
  Index strides{};
  std::int64_t first = 0;  // offset of element 0, 0, ...
  std::int64_t bytes = 0;

  std::int64_t offset(const Index& index) const {
    std::int64_t sum = first;
    for (int i = 0; i < shape.ndim; ++i) {
      sum += index[static_cast<std::size_t>(i)] * strides[static_cast<std::size_t>(i)];
    }
    return sum;
  }
};

// Sets all elements to zero, the first of which stands at `data`.
inline void clear(const Layout& layout, std::byte* data) {
  for (std::int64_t i = 0; i < layout.shape.elements(); ++i) {
    std::memset(data + layout.offset(layout.shape.at(i)) - layout.first, 0,
                item_size(layout.dtype));
  }
}

template <class S>
S read_as(const std::byte* p) {
  S value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

inline double half_value(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const int fraction = bits & 1023;
  const double magnitude = exponent == 31  ? (fraction == 0 ? HUGE_VAL : std::nan(""))
                           : exponent == 0 ? std::ldexp(fraction, -24)
                                           : std::ldexp(1024 + fraction, exponent - 25);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

// A pixel as a number; long double holds all 64-bit integers.
inline long double pixel(DType dtype, const std::byte* p) {
  switch (dtype) {
    case DType::f16:
      return half_value(read_as<std::uint16_t>(p));
    case DType::f32:
      return read_as<float>(p);
    case DType::f64:
      return read_as<double>(p);
    case DType::i8:
      return read_as<std::int8_t>(p);
    case DType::u8:
      return read_as<std::uint8_t>(p);
    case DType::i16:
      return read_as<std::int16_t>(p);
    case DType::u16:
      return read_as<std::uint16_t>(p);
    case DType::i32:
      return read_as<std::int32_t>(p);
    case DType::u32:
      return read_as<std::uint32_t>(p);
    case DType::i64:
      return static_cast<long double>(read_as<std::int64_t>(p));
    case DType::u64:
      break;
  }
  return static_cast<long double>(read_as<std::uint64_t>(p));
}

class Array {
 public:
  // All bytes are `fill`. They begin `lead` bytes behind a cache line's beginning, the same ones in
  // every run; the address sanitizer watches whole words of the lead only.
  Array(const Layout& layout, std::uint8_t fill, std::size_t lead)
      : layout_(layout), lead_(lead), store_(allocate(lead + size())) {
    ASAN_POISON_MEMORY_REGION(store_.get(), lead / 8 * 8);
    std::memset(bytes(), fill, size());
  }

  const Layout& layout() const { return layout_; }
  std::byte* bytes() { return store_.get() + lead_; }
  const std::byte* bytes() const { return store_.get() + lead_; }
  std::size_t size() const { return static_cast<std::size_t>(layout_.bytes); }
  long double at(const Index& index) const {
    return pixel(layout_.dtype, bytes() + layout_.offset(index));
  }
  std::vector<std::byte> copy() const { return {bytes(), bytes() + size()}; }

  View view() const { return view_of(bytes()); }
  MutableView mutable_view() { return view_of(bytes()); }

 private:
  static constexpr std::align_val_t line{64};
  struct Free {
    void operator()(std::byte* p) const { ::operator delete(p, line); }
  };
  static std::byte* allocate(std::size_t bytes) {
    return static_cast<std::byte*>(::operator new(bytes, line));
  }

  template <class Byte>
  BasicView<Byte> view_of(Byte* p) const {
    return {p + layout_.first, layout_.dtype, layout_.shape.ndim, layout_.shape.size,
            layout_.strides};
  }

  Layout layout_;
  std::size_t lead_;
  std::unique_ptr<std::byte, Free> store_;
};

}  // namespace burnish::fuzz
