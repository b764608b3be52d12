// Complex Fourier transforms of as many lines as a vector has lanes: decimation in frequency
// forward, decimation in time back, so that no stage reorders anything.
#include "kernels/level.hpp"
#include "kernels/slots.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

// -i z forward, i z back.
template <bool Inverse, class T>
BURNISH_INLINE Complex<T> quarter_turn(const Complex<T>& z) {
  if constexpr (Inverse) {
    return {-z.im, z.re};
  } else {
    return {z.im, -z.re};
  }
}

// The discrete Fourier transform of R numbers, in natural order, forward or back.
template <int R, bool Inverse, class T>
BURNISH_INLINE void butterfly(Complex<T>* x) {
  if constexpr (R == 2) {
    const Complex<T> sum = x[0] + x[1];
    x[1] = x[0] - x[1];
    x[0] = sum;
  } else if constexpr (R == 3) {
    constexpr T sin1 = static_cast<T>(0.86602540378443864676L);
    const Complex<T> sum = x[1] + x[2];
    const Complex<T> middle = x[0] - sum * T{0.5};
    const Complex<T> turned = quarter_turn<Inverse>((x[1] - x[2]) * sin1);
    x[0] = x[0] + sum;
    x[1] = middle + turned;
    x[2] = middle - turned;
  } else if constexpr (R == 4) {
    const Complex<T> even_sum = x[0] + x[2];
    const Complex<T> even_difference = x[0] - x[2];
    const Complex<T> odd_sum = x[1] + x[3];
    const Complex<T> odd_difference = quarter_turn<Inverse>(x[1] - x[3]);
    x[0] = even_sum + odd_sum;
    x[1] = even_difference + odd_difference;
    x[2] = even_sum - odd_sum;
    x[3] = even_difference - odd_difference;
  } else if constexpr (R == 5) {
    constexpr T cos1 = static_cast<T>(0.30901699437494742410L);
    constexpr T cos2 = static_cast<T>(-0.80901699437494742410L);
    constexpr T sin1 = static_cast<T>(0.95105651629515357212L);
    constexpr T sin2 = static_cast<T>(0.58778525229247312917L);
    const Complex<T> sum1 = x[1] + x[4];
    const Complex<T> sum2 = x[2] + x[3];
    const Complex<T> difference1 = x[1] - x[4];
    const Complex<T> difference2 = x[2] - x[3];
    const Complex<T> middle1 = x[0] + sum1 * cos1 + sum2 * cos2;
    const Complex<T> middle2 = x[0] + sum1 * cos2 + sum2 * cos1;
    const Complex<T> turned1 = quarter_turn<Inverse>(difference1 * sin1 + difference2 * sin2);
    const Complex<T> turned2 = quarter_turn<Inverse>(difference1 * sin2 - difference2 * sin1);
    x[0] = x[0] + sum1 + sum2;
    x[1] = middle1 + turned1;
    x[2] = middle2 + turned2;
    x[3] = middle2 - turned2;
    x[4] = middle1 - turned1;
  } else if constexpr (R == 9) {
    constexpr T cos1 = static_cast<T>(0.76604444311897803520L);
    constexpr T sin1 = static_cast<T>(0.64278760968653932632L);
    constexpr T cos2 = static_cast<T>(0.17364817766693034885L);
    constexpr T sin2 = static_cast<T>(0.98480775301220805937L);
    constexpr T cos4 = static_cast<T>(-0.93969262078590838405L);
    constexpr T sin4 = static_cast<T>(0.34202014332566873304L);
    Complex<T> y[3][3];
    unroll<0, 3>([&](auto b) BURNISH_INLINED {
      unroll<0, 3>([&](auto a) BURNISH_INLINED { y[b.value][a.value] = x[3 * a.value + b.value]; });
      butterfly<3, Inverse>(y[b.value]);
    });
    y[1][1] = times<!Inverse>(y[1][1], cos1, sin1);
    y[1][2] = times<!Inverse>(y[1][2], cos2, sin2);
    y[2][1] = times<!Inverse>(y[2][1], cos2, sin2);
    y[2][2] = times<!Inverse>(y[2][2], cos4, sin4);
    unroll<0, 3>([&](auto k) BURNISH_INLINED {
      Complex<T> z[3] = {y[0][k.value], y[1][k.value], y[2][k.value]};
      butterfly<3, Inverse>(z);
      unroll<0, 3>([&](auto q) BURNISH_INLINED { x[k.value + 3 * q.value] = z[q.value]; });
    });
  } else if constexpr (R == 11) {
    constexpr T cosines[6] = {1,
                              static_cast<T>(0.8412535328311811688618L),
                              static_cast<T>(0.4154150130018864255292L),
                              static_cast<T>(-0.142314838273285140443L),
                              static_cast<T>(-0.654860733945285064056L),
                              static_cast<T>(-0.959492973614497389890L)};
    constexpr T sines[6] = {0,
                            static_cast<T>(0.5406408174555975821076L),
                            static_cast<T>(0.9096319953545183714117L),
                            static_cast<T>(0.9898214418809327323760L),
                            static_cast<T>(0.7557495743542582837740L),
                            static_cast<T>(0.2817325568414296977114L)};
    Complex<T> sums[5];
    Complex<T> differences[5];
    unroll<0, 5>([&](auto j) BURNISH_INLINED {
      sums[j.value] = x[j.value + 1] + x[10 - j.value];
      differences[j.value] = x[j.value + 1] - x[10 - j.value];
    });
    const Complex<T> first = x[0];
    unroll<0, 5>([&](auto j) BURNISH_INLINED { x[0] = x[0] + sums[j.value]; });
    unroll<1, 6>([&](auto q) BURNISH_INLINED {
      Complex<T> middle = first;
      Complex<T> side = differences[0] * sines[q.value];
      unroll<0, 5>([&](auto j) BURNISH_INLINED {
        constexpr int turn = (j.value + 1) * q.value % 11;
        constexpr int least = turn < 6 ? turn : 11 - turn;
        constexpr T sine = turn < 6 ? sines[least] : -sines[least];
        middle = middle + sums[j.value] * cosines[least];
        if constexpr (j.value > 0) side = side + differences[j.value] * sine;
      });
      const Complex<T> turned = quarter_turn<Inverse>(side);
      x[q.value] = middle + turned;
      x[11 - q.value] = middle - turned;
    });
  } else {
    static_assert(R == 8);
    constexpr T half_root = static_cast<T>(0.70710678118654752440L);
    Complex<T> even[4] = {x[0] + x[4], x[1] + x[5], x[2] + x[6], x[3] + x[7]};
    Complex<T> odd[4] = {x[0] - x[4], x[1] - x[5], x[2] - x[6], x[3] - x[7]};
    odd[1] = (odd[1] + quarter_turn<Inverse>(odd[1])) * half_root;
    odd[2] = quarter_turn<Inverse>(odd[2]);
    odd[3] = (quarter_turn<Inverse>(odd[3]) - odd[3]) * half_root;
    butterfly<4, Inverse>(even);
    butterfly<4, Inverse>(odd);
    unroll<0, 4>([&](auto q) BURNISH_INLINED {
      x[2 * q.value] = even[q.value];
      x[2 * q.value + 1] = odd[q.value];
    });
  }
}

// The R numbers `apart` items from each other.
template <int R, class T>
BURNISH_INLINE void load_slots(const T* slots, std::ptrdiff_t apart, Complex<T>* x) {
  unroll<0, R>([&](auto q) BURNISH_INLINED { x[q.value] = load_slot(slots + q.value * apart); });
}

template <int R, class T>
BURNISH_INLINE void store_slots(T* slots, std::ptrdiff_t apart, const Complex<T>* x) {
  unroll<0, R>([&](auto q) BURNISH_INLINED { store_slot(slots + q.value * apart, x[q.value]); });
}

// Decimation in frequency: parts the slots into R transforms of `size` slots.
template <int R, class T>
void part(T* slots, std::ptrdiff_t stride, std::ptrdiff_t size, const T* twiddles) {
  const std::ptrdiff_t apart = size * stride;
  for (std::ptrdiff_t j = 0; j < size; ++j, slots += stride, twiddles += 2 * (R - 1)) {
    Complex<T> x[R];
    load_slots<R>(slots, apart, x);
    butterfly<R, false>(x);
    unroll<1, R>([&](auto q) BURNISH_INLINED {
      constexpr int at = 2 * (q.value - 1);
      x[q.value] = times<false>(x[q.value], twiddles[at], twiddles[at + 1]);
    });
    store_slots<R>(slots, apart, x);
  }
}

// Decimation in time: the way back.
template <int R, class T>
void merge(T* slots, std::ptrdiff_t stride, std::ptrdiff_t size, const T* twiddles) {
  const std::ptrdiff_t apart = size * stride;
  for (std::ptrdiff_t j = 0; j < size; ++j, slots += stride, twiddles += 2 * (R - 1)) {
    Complex<T> x[R];
    load_slots<R>(slots, apart, x);
    unroll<1, R>([&](auto q) BURNISH_INLINED {
      constexpr int at = 2 * (q.value - 1);
      x[q.value] = times<true>(x[q.value], twiddles[at], twiddles[at + 1]);
    });
    butterfly<R, true>(x);
    store_slots<R>(slots, apart, x);
  }
}

// What is done to the innermost R slots, of which there are `count` times R.
template <class T, bool Back>
struct Alone {
  template <int R>
  BURNISH_INLINE void leaves(T* slots, std::ptrdiff_t stride, std::ptrdiff_t count) const {
    for (std::ptrdiff_t j = 0; j < count; ++j, slots += R * stride) {
      Complex<T> x[R];
      load_slots<R>(slots, stride, x);
      butterfly<R, Back>(x);
      store_slots<R>(slots, stride, x);
    }
  }
  Alone from(std::ptrdiff_t) const { return {}; }
};

// Forward, multiplied, and back at once.
template <class T, bool Conjugate>
struct Multiply {
  const T* factors;

  template <int R>
  BURNISH_INLINE void leaves(T* slots, std::ptrdiff_t stride, std::ptrdiff_t count) const {
    const T* factor = factors;
    for (std::ptrdiff_t j = 0; j < count; ++j, slots += R * stride, factor += R * stride) {
      Complex<T> x[R];
      load_slots<R>(slots, stride, x);
      butterfly<R, false>(x);
      unroll<0, R>([&](auto q) BURNISH_INLINED {
        const Complex<T> w = load_slot(factor + q.value * stride);
        x[q.value] = times<Conjugate>(x[q.value], w.re, w.im);
      });
      butterfly<R, true>(x);
      store_slots<R>(slots, stride, x);
    }
  }
  Multiply from(std::ptrdiff_t items) const { return {factors + items}; }
};

// The same with real factors.
template <class T>
struct Scale {
  const T* factors;
  std::ptrdiff_t stride, factor_stride;

  template <int R>
  BURNISH_INLINE void leaves(T* slots, std::ptrdiff_t apart, std::ptrdiff_t count) const {
    const T* factor = factors;
    for (std::ptrdiff_t j = 0; j < count; ++j, slots += R * apart, factor += R * factor_stride) {
      Complex<T> x[R];
      load_slots<R>(slots, apart, x);
      butterfly<R, false>(x);
      unroll<0, R>([&](auto q) BURNISH_INLINED {
        const Vector<T> w = load(factor + q.value * factor_stride);
        x[q.value] = Complex<T>{x[q.value].re * w, x[q.value].im * w};
      });
      butterfly<R, true>(x);
      store_slots<R>(slots, apart, x);
    }
  }
  Scale from(std::ptrdiff_t items) const {
    return {factors + items / stride * factor_stride, stride, factor_stride};
  }
};

template <class F>
BURNISH_INLINE void with_radix(std::ptrdiff_t radix, const F& f) {
  switch (radix) {
    case 2:
      return f(Int<2>{});
    case 3:
      return f(Int<3>{});
    case 4:
      return f(Int<4>{});
    case 5:
      return f(Int<5>{});
    case 9:
      return f(Int<9>{});
    case 11:
      return f(Int<11>{});
    default:
      return f(Int<8>{});
  }
}

// Depth first, so that ever smaller parts stay in ever faster caches.
template <bool Parts, bool Merges, class T, class Leaves>
void transform(const Stage<T>* stage, std::ptrdiff_t stages, std::ptrdiff_t size, T* slots,
               std::ptrdiff_t stride, const Leaves& leaves) {
  const std::ptrdiff_t radix = stage->radix;
  const std::ptrdiff_t smaller = size / radix;
  if (stages == 1) {
    with_radix(radix,
               [&](auto r) BURNISH_INLINED { leaves.template leaves<r.value>(slots, stride, 1); });
    return;
  }
  if constexpr (Parts) {
    with_radix(radix, [&](auto r) BURNISH_INLINED {
      part<r.value>(slots, stride, smaller, stage->twiddles);
    });
  }
  if (stages == 2) {
    with_radix(smaller, [&](auto r) BURNISH_INLINED {
      leaves.template leaves<r.value>(slots, stride, radix);
    });
  } else {
    for (std::ptrdiff_t q = 0; q < radix; ++q) {
      const std::ptrdiff_t items = q * smaller * stride;
      transform<Parts, Merges>(stage + 1, stages - 1, smaller, slots + items, stride,
                               leaves.from(items));
    }
  }
  if constexpr (Merges) {
    with_radix(radix, [&](auto r) BURNISH_INLINED {
      merge<r.value>(slots, stride, smaller, stage->twiddles);
    });
  }
}

template <class T>
void forward(const Transform<T>& a) {
  transform<true, false>(a.stages, a.count, a.size, a.slots, a.stride, Alone<T, false>{});
}

template <class T>
void inverse(const Transform<T>& a) {
  transform<false, true>(a.stages, a.count, a.size, a.slots, a.stride, Alone<T, true>{});
}

template <class T>
void multiply(const TransformMultiply<T>& a) {
  const Transform<T>& t = a.transform;
  if (a.conjugate) {
    transform<true, true>(t.stages, t.count, t.size, t.slots, t.stride,
                          Multiply<T, true>{a.factors});
  } else {
    transform<true, true>(t.stages, t.count, t.size, t.slots, t.stride,
                          Multiply<T, false>{a.factors});
  }
}

template <class T>
void scale(const TransformScale<T>& a) {
  const Transform<T>& t = a.transform;
  transform<true, true>(t.stages, t.count, t.size, t.slots, t.stride,
                        Scale<T>{a.factors, t.stride, a.factor_stride});
}

template <class T>
void scale(const ScaleSlots<T>& a) {
  for (std::ptrdiff_t j = 0; j < a.count; ++j) {
    T* const slot = a.slots + j * a.stride;
    const Vector<T> w = load(a.factors + j * a.factor_stride);
    const Complex<T> z = load_slot(slot);
    store_slot(slot, Complex<T>{z.re * w, z.im * w});
  }
}

template <class T>
void multiply(const MultiplySlots<T>& a) {
  for (std::ptrdiff_t j = 0; j < a.count; ++j) {
    T* const slot = a.slots + j * a.stride;
    const Complex<T> w = load_slot(a.factors + j * a.stride);
    const Complex<T> z = load_slot(slot);
    store_slot(slot, a.conjugate ? times<true>(z, w.re, w.im) : times<false>(z, w.re, w.im));
  }
}

template <class T>
void scale(const ScaleRow<T>& a) {
  for (std::ptrdiff_t i = 0; i < a.count; ++i) a.row[i] *= a.factor;
}

// How many slots of doubles make up a slot of T.
template <class T>
constexpr std::ptrdiff_t double_slots = lanes<T> / lanes<double>;

template <class T>
void widen(const WidenSlots<T>& a) {
  for (std::ptrdiff_t j = 0; j < a.count; ++j) {
    const double re = a.factors[2 * j];
    const double im = a.factors[2 * j + 1];
    const T* const from = a.source + j * a.source_stride;
    double* const to = a.target + j * a.target_stride;
    for (std::ptrdiff_t k = 0; k < double_slots<T>; ++k) {
      const T* const part = from + k * lanes<double>;
      const Complex<double> z{load_double(part), load_double(part + lanes<T>)};
      store_slot(to + k * slot_items<double>,
                 a.conjugate ? times<true>(z, re, im) : times<false>(z, re, im));
    }
  }
}

template <class T>
void narrow(const NarrowSlots<T>& a) {
  for (std::ptrdiff_t j = 0; j < a.count; ++j) {
    const double re = a.factors[2 * j];
    const double im = a.factors[2 * j + 1];
    const double* const from = a.source + j * a.source_stride;
    T* const to = a.target + j * a.target_stride;
    for (std::ptrdiff_t k = 0; k < double_slots<T>; ++k) {
      const Complex<double> z = load_slot(from + k * slot_items<double>);
      const Complex<double> product =
          a.conjugate ? times<true>(z, re, im) : times<false>(z, re, im);
      T* const part = to + k * lanes<double>;
      store_double(part, product.re);
      store_double(part + lanes<T>, product.im);
    }
  }
}

}  // namespace

void transform_forward(const Transform<float>& args) { forward(args); }
void transform_forward(const Transform<double>& args) { forward(args); }
void transform_inverse(const Transform<float>& args) { inverse(args); }
void transform_inverse(const Transform<double>& args) { inverse(args); }
void transform_multiply(const TransformMultiply<float>& args) { multiply(args); }
void transform_multiply(const TransformMultiply<double>& args) { multiply(args); }
void transform_scale(const TransformScale<float>& args) { scale(args); }
void transform_scale(const TransformScale<double>& args) { scale(args); }
void scale_slots(const ScaleSlots<float>& args) { scale(args); }
void scale_slots(const ScaleSlots<double>& args) { scale(args); }
void multiply_slots(const MultiplySlots<float>& args) { multiply(args); }
void multiply_slots(const MultiplySlots<double>& args) { multiply(args); }
void scale_row(const ScaleRow<float>& args) { scale(args); }
void scale_row(const ScaleRow<double>& args) { scale(args); }
void widen_slots(const WidenSlots<float>& args) { widen(args); }
void widen_slots(const WidenSlots<double>& args) { widen(args); }
void narrow_slots(const NarrowSlots<float>& args) { narrow(args); }
void narrow_slots(const NarrowSlots<double>& args) { narrow(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
