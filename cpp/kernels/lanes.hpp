// One vector of the level's width. For kernel files only: everything here has internal linkage.
//
// BURNISH_LEVEL and BURNISH_VECTOR_BYTES come from cmake/isa.cmake.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

// BURNISH_INLINED stands between a lambda's parameters and its body. It is not optional: a lambda
// that is inlined late has already forced the accumulators it captures into memory.
#if defined(_MSC_VER)
#define BURNISH_INLINE __forceinline
#define BURNISH_INLINED [[msvc::forceinline]]
#else
#define BURNISH_INLINE inline __attribute__((always_inline))
#define BURNISH_INLINED __attribute__((always_inline))
#endif

#if defined(__clang__)
#define BURNISH_ROLLED _Pragma("clang loop unroll(disable)")
#elif defined(__GNUC__)
#define BURNISH_ROLLED _Pragma("GCC unroll 1")
#else
#define BURNISH_ROLLED
#endif

// Before a loop none of whose rounds reads what another writes, where GCC would give up on finding
// that out.
#if defined(__GNUC__) && !defined(__clang__)
#define BURNISH_INDEPENDENT _Pragma("GCC ivdep")
#else
#define BURNISH_INDEPENDENT
#endif

// Between unrolled taps: without it GCC hoists all their loads to the front and spills them.
#if defined(__GNUC__)
#define BURNISH_KEEP_LOADS_HERE asm volatile("" ::: "memory")
#else
#define BURNISH_KEEP_LOADS_HERE
#endif

// A hint; the address need not exist.
#if defined(__GNUC__)
#define BURNISH_PREFETCH(address) __builtin_prefetch(address)
#else
#define BURNISH_PREFETCH(address) (void)(address)
#endif

#if defined(_MSC_VER) && !defined(BURNISH_SCALAR_LANES)
#define BURNISH_SCALAR_LANES
#endif

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

template <class T>
constexpr std::ptrdiff_t lanes = BURNISH_VECTOR_BYTES / static_cast<std::ptrdiff_t>(sizeof(T));

// The number of vector registers that the blocks below may count on.
constexpr int registers = BURNISH_VECTOR_BYTES == 64 ? 32 : 16;

#if defined(BURNISH_SCALAR_LANES)

template <class T>
struct Vector {
  T lane[lanes<T>];
};

template <class T>
BURNISH_INLINE void add(Vector<T>& a, const Vector<T>& b) {
  for (std::ptrdiff_t i = 0; i < lanes<T>; ++i) a.lane[i] += b.lane[i];
}

template <class T>
BURNISH_INLINE void add_product(Vector<T>& a, const Vector<T>& x, T w) {
  for (std::ptrdiff_t i = 0; i < lanes<T>; ++i) a.lane[i] += x.lane[i] * w;
}

template <class T>
BURNISH_INLINE void multiply(Vector<T>& a, T w) {
  for (std::ptrdiff_t i = 0; i < lanes<T>; ++i) a.lane[i] *= w;
}

template <class T>
BURNISH_INLINE Vector<T> operator+(Vector<T> a, const Vector<T>& b) {
  for (std::ptrdiff_t i = 0; i < lanes<T>; ++i) a.lane[i] += b.lane[i];
  return a;
}

template <class T>
BURNISH_INLINE Vector<T> operator-(Vector<T> a, const Vector<T>& b) {
  for (std::ptrdiff_t i = 0; i < lanes<T>; ++i) a.lane[i] -= b.lane[i];
  return a;
}

template <class T>
BURNISH_INLINE Vector<T> operator-(Vector<T> a) {
  for (std::ptrdiff_t i = 0; i < lanes<T>; ++i) a.lane[i] = -a.lane[i];
  return a;
}

template <class T>
BURNISH_INLINE Vector<T> operator*(Vector<T> a, const Vector<T>& b) {
  for (std::ptrdiff_t i = 0; i < lanes<T>; ++i) a.lane[i] *= b.lane[i];
  return a;
}

template <class T>
BURNISH_INLINE Vector<T> operator*(Vector<T> a, T w) {
  multiply(a, w);
  return a;
}

template <class T>
BURNISH_INLINE Vector<T> operator+(Vector<T> a, T b) {
  for (std::ptrdiff_t i = 0; i < lanes<T>; ++i) a.lane[i] += b;
  return a;
}

template <class T>
BURNISH_INLINE Vector<T> quotient_above(const Vector<T>& a, Vector<T> b, T least, T scale) {
  for (std::ptrdiff_t i = 0; i < lanes<T>; ++i) {
    const bool divides = b.lane[i] > least;
    b.lane[i] = a.lane[i] * (divides ? scale : T{0}) / (divides ? b.lane[i] : T{1});
  }
  return b;
}

template <class T>
BURNISH_INLINE Vector<T> clipped(Vector<T> a) {
  for (std::ptrdiff_t i = 0; i < lanes<T>; ++i) a.lane[i] = a.lane[i] < 0 ? T{0} : a.lane[i];
  return a;
}

#else

template <class T>
struct VectorOf {
  typedef T type __attribute__((vector_size(BURNISH_VECTOR_BYTES)));
};
template <class T>
using Vector = typename VectorOf<T>::type;

template <class V>
BURNISH_INLINE void add(V& a, V b) {
  a += b;
}

// The compiler contracts this to one fused operation where the level has it.
template <class V, class T>
BURNISH_INLINE void add_product(V& a, V x, T w) {
  a += x * w;
}

template <class V, class T>
BURNISH_INLINE void multiply(V& a, T w) {
  a *= w;
}

// Nothing below 0; NaN stays.
template <class V>
BURNISH_INLINE V clipped(V a) {
  const V zero{};
  return a < zero ? zero : a;
}

// a * scale / b where b is above `least`, else 0; NaN where a is.
template <class V, class T>
BURNISH_INLINE V quotient_above(V a, V b, T least, T scale) {
  const V limit = V{} + least;
  const V zero{};
  return a * (b > limit ? zero + scale : zero) / (b > limit ? b : zero + 1);
}

#endif

template <class T>
BURNISH_INLINE Vector<T> load(const T* p) {
  Vector<T> v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

template <class T>
BURNISH_INLINE void store(T* p, const Vector<T>& v) {
  std::memcpy(p, &v, sizeof v);
}

// Vectors of doubles, from and to as many items of either type.
#if defined(BURNISH_SCALAR_LANES)

BURNISH_INLINE Vector<double> load_double(const float* p) {
  Vector<double> v;
  for (std::ptrdiff_t i = 0; i < lanes<double>; ++i) v.lane[i] = p[i];
  return v;
}
BURNISH_INLINE void store_double(float* p, const Vector<double>& v) {
  for (std::ptrdiff_t i = 0; i < lanes<double>; ++i) p[i] = static_cast<float>(v.lane[i]);
}

// Vectors of floats from as many whole numbers.
template <class Integer>
BURNISH_INLINE Vector<float> load_float(const Integer* p) {
  Vector<float> v;
  for (std::ptrdiff_t i = 0; i < lanes<float>; ++i) v.lane[i] = static_cast<float>(p[i]);
  return v;
}

BURNISH_INLINE Vector<std::int32_t> load_whole(const std::int16_t* p) {
  Vector<std::int32_t> v;
  for (std::ptrdiff_t i = 0; i < lanes<std::int32_t>; ++i) v.lane[i] = p[i];
  return v;
}

// The smaller one of each pair; neither is NaN.
template <class T>
BURNISH_INLINE Vector<T> smaller_of(Vector<T> a, const Vector<T>& b) {
  for (std::ptrdiff_t i = 0; i < lanes<T>; ++i)
    a.lane[i] = b.lane[i] < a.lane[i] ? b.lane[i] : a.lane[i];
  return a;
}

// The larger one of each pair, likewise.
template <class T>
BURNISH_INLINE Vector<T> larger_of(Vector<T> a, const Vector<T>& b) {
  for (std::ptrdiff_t i = 0; i < lanes<T>; ++i)
    a.lane[i] = a.lane[i] < b.lane[i] ? b.lane[i] : a.lane[i];
  return a;
}

template <class T>
BURNISH_INLINE Vector<T> quotient(Vector<T> a, const Vector<T>& b) {
  for (std::ptrdiff_t i = 0; i < lanes<T>; ++i) a.lane[i] /= b.lane[i];
  return a;
}

// a where w is above 0, else `other`.
template <class T>
BURNISH_INLINE Vector<T> where_positive(const Vector<T>& w, Vector<T> a, T other) {
  for (std::ptrdiff_t i = 0; i < lanes<T>; ++i) a.lane[i] = w.lane[i] > 0 ? a.lane[i] : other;
  return a;
}

#else

typedef float HalfVector __attribute__((vector_size(BURNISH_VECTOR_BYTES / 2)));

BURNISH_INLINE Vector<double> load_double(const float* p) {
  HalfVector v;
  std::memcpy(&v, p, sizeof v);
  return __builtin_convertvector(v, Vector<double>);
}
BURNISH_INLINE void store_double(float* p, const Vector<double>& v) {
  const HalfVector narrow = __builtin_convertvector(v, HalfVector);
  std::memcpy(p, &narrow, sizeof narrow);
}

template <class Integer>
BURNISH_INLINE Vector<float> load_float(const Integer* p) {
  constexpr std::size_t bytes = BURNISH_VECTOR_BYTES / sizeof(float) * sizeof(Integer);
  typedef Integer Whole __attribute__((vector_size(bytes)));
  Whole v;
  std::memcpy(&v, p, sizeof v);
  return __builtin_convertvector(v, Vector<float>);
}

BURNISH_INLINE Vector<std::int32_t> load_whole(const std::int16_t* p) {
  typedef std::int16_t Whole __attribute__((vector_size(BURNISH_VECTOR_BYTES / 2)));
  Whole v;
  std::memcpy(&v, p, sizeof v);
  return __builtin_convertvector(v, Vector<std::int32_t>);
}

template <class V>
BURNISH_INLINE V smaller_of(V a, V b) {
  return b < a ? b : a;
}

template <class V>
BURNISH_INLINE V larger_of(V a, V b) {
  return a < b ? b : a;
}

template <class V>
BURNISH_INLINE V quotient(V a, V b) {
  return a / b;
}

template <class V, class T>
BURNISH_INLINE V where_positive(V w, V a, T other) {
  return w > V{} ? a : V{} + other;
}

#endif

BURNISH_INLINE Vector<double> load_double(const double* p) { return load(p); }
BURNISH_INLINE void store_double(double* p, const Vector<double>& v) { store(p, v); }

template <int I>
struct Int {
  static constexpr int value = I;
};

// Calls f(Int<First>{}), ..., f(Int<Last - 1>{}): a loop whose counter is a constant, so that
// arrays of vectors indexed by it live in registers.
template <int First, int Last, class F>
BURNISH_INLINE void unroll(const F& f) {
  if constexpr (First < Last) {
    f(Int<First>{});
    unroll<First + 1, Last>(f);
  }
}

}  // namespace
}  // namespace burnish::kernels::BURNISH_LEVEL
