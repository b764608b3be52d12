// Real Fourier transforms in terms of complex ones: a real transform of n numbers is parted into a
// real one of n / 4 and complex ones of n / 8 and n / 4, with no pass to untangle them.
#include "kernels/level.hpp"
#include "kernels/real_stage.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

template <class T>
void part(const RealStage<T>& a) {
  const std::ptrdiff_t apart = a.count * slot_items<T>;
  for (std::ptrdiff_t j = 0; j < a.count; ++j) {
    T* const slot = a.slots + j * slot_items<T>;
    Complex<T> x[4];
    unroll<0, 4>([&](auto q) BURNISH_INLINED { x[q.value] = load_slot(slot + q.value * apart); });
    part_real(x, a.twiddles + 6 * j);
    unroll<0, 4>([&](auto q) BURNISH_INLINED { store_slot(slot + q.value * apart, x[q.value]); });
  }
}

template <class T>
void merge(const RealStage<T>& a) {
  const std::ptrdiff_t apart = a.count * slot_items<T>;
  for (std::ptrdiff_t j = 0; j < a.count; ++j) {
    T* const slot = a.slots + j * slot_items<T>;
    Complex<T> x[4];
    unroll<0, 4>([&](auto q) BURNISH_INLINED { x[q.value] = load_slot(slot + q.value * apart); });
    merge_real(x, a.twiddles + 6 * j);
    unroll<0, 4>([&](auto q) BURNISH_INLINED { store_slot(slot + q.value * apart, x[q.value]); });
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
