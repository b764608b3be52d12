// Rows of any pixel type to rows of the computing type and back: the same bits at every level.
#include "kernels/half.hpp"
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

template <class S, class T>
void load_row(const Load<T>& a) {
  const S* __restrict source = static_cast<const S*>(a.source);
  T* __restrict target = a.target;
  const std::ptrdiff_t count = a.count;
  const std::ptrdiff_t stride = a.stride;
  if (a.index != nullptr) {
    for (std::ptrdiff_t i = 0; i < count; ++i) {
      target[i] = a.index[i] < 0 ? a.outside : widen<T>(source[a.index[i] * stride]);
    }
  } else if (stride == 1) {
    for (std::ptrdiff_t i = 0; i < count; ++i) target[i] = widen<T>(source[i]);
  } else {
    for (std::ptrdiff_t i = 0; i < count; ++i) target[i] = widen<T>(source[i * stride]);
  }
}

// The range of integers S in T; for 64 bits the upper end is the first value beyond it.
template <class S>
struct Range;
template <>
struct Range<std::int8_t> {
  static constexpr int low = -128, high = 127;
};
template <>
struct Range<std::uint8_t> {
  static constexpr int low = 0, high = 255;
};
template <>
struct Range<std::int16_t> {
  static constexpr int low = -32768, high = 32767;
};
template <>
struct Range<std::uint16_t> {
  static constexpr int low = 0, high = 65535;
};
template <>
struct Range<std::int32_t> {
  static constexpr double low = -0x1p31, high = 0x1p31 - 1;
};
template <>
struct Range<std::uint32_t> {
  static constexpr double low = 0, high = 0x1p32 - 1;
};

// Adding and taking away this number rounds what is smaller than half of it, half to even.
constexpr float rounder(float) { return 0x1.8p23F; }
constexpr double rounder(double) { return 0x1.8p52; }

template <class S, class T>
struct Narrow {
  static BURNISH_INLINE S from(T value) {
    constexpr T low = static_cast<T>(Range<S>::low);
    constexpr T high = static_cast<T>(Range<S>::high);
    value = value > low ? value : low;
    value = value < high ? value : high;
    value += rounder(T{});
    value -= rounder(T{});
    return static_cast<S>(static_cast<std::int64_t>(value));
  }
};

// 8 and 16 bits go by way of int32, which every level has vector instructions for.
template <class S>
struct Narrow<S, float> {
  static BURNISH_INLINE S from(float value) {
    constexpr float low = static_cast<float>(Range<S>::low);
    constexpr float high = static_cast<float>(Range<S>::high);
    value = value > low ? value : low;
    value = value < high ? value : high;
    value += rounder(0.0F);
    value -= rounder(0.0F);
    return static_cast<S>(static_cast<std::int32_t>(value));
  }
};
template <>
struct Narrow<float, float> {
  static BURNISH_INLINE float from(float value) { return value; }
};
template <>
struct Narrow<double, double> {
  static BURNISH_INLINE double from(double value) { return value; }
};

// Above 2**52 every double is an integer already; below, the sum with 2**52 has no room for
// fractions.
BURNISH_INLINE double rounded(double value) {
  const double magnitude = value < 0 ? -value : value;
  if (!(magnitude < 0x1p52)) return value;
  const double integer = (magnitude + 0x1p52) - 0x1p52;
  return value < 0 ? -integer : integer;
}
template <>
struct Narrow<std::int64_t, double> {
  static BURNISH_INLINE std::int64_t from(double value) {
    if (!(value > -0x1p63)) return -0x7fffffffffffffff - 1;
    if (value >= 0x1p63) return 0x7fffffffffffffff;
    return static_cast<std::int64_t>(rounded(value));
  }
};
template <>
struct Narrow<std::uint64_t, double> {
  static BURNISH_INLINE std::uint64_t from(double value) {
    if (!(value > 0)) return 0;
    if (value >= 0x1p64) return 0xffffffffffffffffU;
    return static_cast<std::uint64_t>(rounded(value));
  }
};

template <class S, class T>
void store_row(const Store<T>& a) {
  const T* __restrict source = a.source;
  S* __restrict target = static_cast<S*>(a.target);
  // Copies: a byte that is stored might change the arguments, as far as the compiler knows.
  const std::ptrdiff_t count = a.count;
  const std::ptrdiff_t stride = a.stride;
  if (stride == 1) {
    for (std::ptrdiff_t i = 0; i < count; ++i) target[i] = Narrow<S, T>::from(source[i]);
  } else {
    for (std::ptrdiff_t i = 0; i < count; ++i) target[i * stride] = Narrow<S, T>::from(source[i]);
  }
}

}  // namespace

// By DType: f16, f32, f64, i8, u8, i16, u16, i32, u32, i64, u64.
extern const Conversions<float> conversions_f32 = {
    {load_row<Half>, load_row<float>, nullptr, load_row<std::int8_t>, load_row<std::uint8_t>,
     load_row<std::int16_t>, load_row<std::uint16_t>, nullptr, nullptr, nullptr, nullptr},
    {nullptr, store_row<float>, nullptr, store_row<std::int8_t>, store_row<std::uint8_t>,
     store_row<std::int16_t>, store_row<std::uint16_t>, nullptr, nullptr, nullptr, nullptr}};

extern const Conversions<double> conversions_f64 = {
    {load_row<Half>, load_row<float>, load_row<double>, load_row<std::int8_t>,
     load_row<std::uint8_t>, load_row<std::int16_t>, load_row<std::uint16_t>,
     load_row<std::int32_t>, load_row<std::uint32_t>, load_row<std::int64_t>,
     load_row<std::uint64_t>},
    {nullptr, nullptr, store_row<double>, nullptr, nullptr, nullptr, nullptr,
     store_row<std::int32_t>, store_row<std::uint32_t>, store_row<std::int64_t>,
     store_row<std::uint64_t>}};

}  // namespace burnish::kernels::BURNISH_LEVEL
