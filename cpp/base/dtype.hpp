// The pixel types of the dtype rule.
#pragma once

#include <cstddef>
#include <cstdint>

namespace burnish {

enum class DType : std::uint8_t { f16, f32, f64, i8, u8, i16, u16, i32, u32, i64, u64 };
inline constexpr int dtype_count = 11;

constexpr std::size_t item_size(DType dtype) {
  switch (dtype) {
    case DType::i8:
    case DType::u8:
      return 1;
    case DType::f16:
    case DType::i16:
    case DType::u16:
      return 2;
    case DType::f32:
    case DType::i32:
    case DType::u32:
      return 4;
    case DType::f64:
    case DType::i64:
    case DType::u64:
      break;
  }
  return 8;
}

// Strides in bytes as strides in items.
constexpr std::ptrdiff_t in_items(std::int64_t bytes, DType dtype) {
  return static_cast<std::ptrdiff_t>(bytes / static_cast<std::int64_t>(item_size(dtype)));
}

// The types that images are computed in.
template <class T>
inline constexpr DType dtype_of = DType{};
template <>
inline constexpr DType dtype_of<float> = DType::f32;
template <>
inline constexpr DType dtype_of<double> = DType::f64;

// Whether images of this type are computed in double; all others are computed in float.
constexpr bool computed_in_double(DType dtype) {
  return dtype == DType::f64 || dtype == DType::i32 || dtype == DType::u32 || dtype == DType::i64 ||
         dtype == DType::u64;
}

// The type of a result that keeps the image's units.
constexpr DType result_dtype(DType image) { return image == DType::f16 ? DType::f32 : image; }

}  // namespace burnish
