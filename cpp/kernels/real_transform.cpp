// Real Fourier transforms in terms of complex ones: a real transform of n numbers is parted into a
// real one of n / 4 and complex ones of n / 8 and n / 4, with no pass to untangle them.
#include "kernels/level.hpp"
#include "kernels/slots.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

// With x0 = x[j], x1 = x[j + n / 8], ..., x7: slot 0 holds x0 and x4, slot 1 x1 and x5, slot 2 x2
// and x6, slot 3 x3 and x7. The sums of four make the real transform of the frequencies 0, 4, 8,
// ..., their differences the complex ones of 2, 6, 10, ... and of 1, 5, 9, ..., the conjugates of
// which are 3, 7, 11, ...
template <class T>
void part(const RealStage<T>& a) {
  const std::ptrdiff_t apart = a.count * slot_items<T>;
  for (std::ptrdiff_t j = 0; j < a.count; ++j) {
    T* const slot = a.slots + j * slot_items<T>;
    const T* const w = a.twiddles + 6 * j;
    const Complex<T> x04 = load_slot(slot);
    const Complex<T> x15 = load_slot(slot + apart);
    const Complex<T> x26 = load_slot(slot + 2 * apart);
    const Complex<T> x37 = load_slot(slot + 3 * apart);
    const Vector<T> sum04 = x04.re + x04.im;
    const Vector<T> sum15 = x15.re + x15.im;
    const Vector<T> sum26 = x26.re + x26.im;
    const Vector<T> sum37 = x37.re + x37.im;
    const Complex<T> fourth{sum04 + sum26, sum15 + sum37};
    const Complex<T> second{sum04 - sum26, sum37 - sum15};
    const Complex<T> first{x04.re - x04.im, x26.im - x26.re};
    const Complex<T> first_shifted{x15.re - x15.im, x37.im - x37.re};
    store_slot(slot, fourth);
    store_slot(slot + apart, times<false>(second, w[0], w[1]));
    store_slot(slot + 2 * apart, times<false>(first, w[2], w[3]));
    store_slot(slot + 3 * apart, times<false>(first_shifted, w[4], w[5]));
  }
}

// The way back. The real and the complex transforms back give n / 4 and half of n / 2 times what
// they were made of: hence the twos.
template <class T>
void merge(const RealStage<T>& a) {
  const std::ptrdiff_t apart = a.count * slot_items<T>;
  for (std::ptrdiff_t j = 0; j < a.count; ++j) {
    T* const slot = a.slots + j * slot_items<T>;
    const T* const w = a.twiddles + 6 * j;
    const Complex<T> fourth = load_slot(slot);
    const Complex<T> second = times<true>(load_slot(slot + apart), 2 * w[0], 2 * w[1]);
    const Complex<T> first = times<true>(load_slot(slot + 2 * apart), 2 * w[2], 2 * w[3]);
    const Complex<T> first_shifted = times<true>(load_slot(slot + 3 * apart), 2 * w[4], 2 * w[5]);
    const Vector<T> sum04 = fourth.re + second.re;
    const Vector<T> sum26 = fourth.re - second.re;
    const Vector<T> sum15 = fourth.im - second.im;
    const Vector<T> sum37 = fourth.im + second.im;
    store_slot(slot, Complex<T>{sum04 + first.re, sum04 - first.re});
    store_slot(slot + apart, Complex<T>{sum15 + first_shifted.re, sum15 - first_shifted.re});
    store_slot(slot + 2 * apart, Complex<T>{sum26 - first.im, sum26 + first.im});
    store_slot(slot + 3 * apart, Complex<T>{sum37 - first_shifted.im, sum37 + first_shifted.im});
  }
}

template <class T>
void widen(const RealSlots<T>& a) {
  const std::ptrdiff_t half = (a.size + 1) / 2;
  const Vector<T> zero{};
  for (std::ptrdiff_t j = 0; j < half; ++j) {
    const Complex<T> pair = load_slot(a.slots + j * slot_items<T>);
    store_slot(a.complex + j * slot_items<T>, Complex<T>{pair.re, zero});
    if (j + half < a.size) {
      store_slot(a.complex + (j + half) * slot_items<T>, Complex<T>{pair.im, zero});
    }
  }
}

template <class T>
void narrow(const RealSlots<T>& a) {
  const std::ptrdiff_t half = (a.size + 1) / 2;
  for (std::ptrdiff_t j = 0; j < half; ++j) {
    const Complex<T> low = load_slot(a.complex + j * slot_items<T>);
    const std::ptrdiff_t other = j + half < a.size ? j + half : j;
    const Complex<T> high = load_slot(a.complex + other * slot_items<T>);
    store_slot(a.slots + j * slot_items<T>, Complex<T>{low.re, high.re});
  }
}

// The first frequency is real, and where the number of them is even the middle one too.
template <class T>
void halve(const RealSlots<T>& a) {
  const std::ptrdiff_t half = (a.size + 1) / 2;
  const auto at = [&](std::ptrdiff_t frequency) BURNISH_INLINED {
    return a.complex + a.positions[frequency] * slot_items<T>;
  };
  const Complex<T> first = load_slot(at(0));
  const Vector<T> zero{};
  const Vector<T> middle = a.size % 2 == 0 ? load_slot(at(half)).re : zero;
  store_slot(a.slots, Complex<T>{first.re, middle});
  for (std::ptrdiff_t k = 1; k < half; ++k) {
    store_slot(a.slots + k * slot_items<T>, load_slot(at(k)));
  }
}

template <class T>
void complete(const RealSlots<T>& a) {
  const std::ptrdiff_t half = (a.size + 1) / 2;
  const auto at = [&](std::ptrdiff_t frequency) BURNISH_INLINED {
    return a.complex + a.positions[frequency] * slot_items<T>;
  };
  const Complex<T> first = load_slot(a.slots);
  const Vector<T> zero{};
  store_slot(at(0), Complex<T>{first.re, zero});
  if (a.size % 2 == 0) store_slot(at(half), Complex<T>{first.im, zero});
  for (std::ptrdiff_t k = 1; k < half; ++k) {
    const Complex<T> z = load_slot(a.slots + k * slot_items<T>);
    store_slot(at(k), z);
    store_slot(at(a.size - k), Complex<T>{z.re, -z.im});
  }
}

}  // namespace

void real_part(const RealStage<float>& args) { part(args); }
void real_part(const RealStage<double>& args) { part(args); }
void real_merge(const RealStage<float>& args) { merge(args); }
void real_merge(const RealStage<double>& args) { merge(args); }
void real_to_complex(const RealSlots<float>& args) { widen(args); }
void real_to_complex(const RealSlots<double>& args) { widen(args); }
void complex_to_real(const RealSlots<float>& args) { narrow(args); }
void complex_to_real(const RealSlots<double>& args) { narrow(args); }
void complex_to_half(const RealSlots<float>& args) { halve(args); }
void complex_to_half(const RealSlots<double>& args) { halve(args); }
void half_to_complex(const RealSlots<float>& args) { complete(args); }
void half_to_complex(const RealSlots<double>& args) { complete(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
