// Non-local means: distances of patches by windowed sums, their weights, and weighted means.
#include "kernels/exponential.hpp"
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

// Channels: 0 for any number. Vectors: columns that are summed together, since each sum waits for
// the one before.
template <int Channels, int Vectors, class T>
BURNISH_INLINE void window_columns(const WindowedDifferences<T>& a, std::ptrdiff_t x) {
  const std::ptrdiff_t channels = Channels > 0 ? Channels : a.channels;
  Vector<T> beginning[Vectors] = {};
  for (std::ptrdiff_t i = 0; i < a.rows; ++i) {
    T* const carried = a.carry + i * a.pitch + x;
    T* const target = a.target + i * a.pitch + x;
    const T* const* const here = a.here + i * channels;
    const T* const* const there = a.there + i * channels;
    unroll<0, Vectors>([&](auto v) BURNISH_INLINED {
      constexpr std::ptrdiff_t at = v.value * lanes<T>;
      Vector<T> distance{};
      for (std::ptrdiff_t c = 0; c < channels; ++c) {
        const Vector<T> difference = load(here[c] + x + at) - load(there[c] + x + at);
        distance = distance + difference * difference;
      }
      add(beginning[v.value], distance);
      if (i + 1 < a.window) {
        store(target + at, beginning[v.value] + load(carried + a.pitch + at));
      } else {
        store(target + at, beginning[v.value]);
      }
      store(carried + at, distance);
    });
  }
  Vector<T> end[Vectors] = {};
  for (std::ptrdiff_t i = a.rows - 1; i > 0; --i) {
    T* const carried = a.carry + i * a.pitch + x;
    unroll<0, Vectors>([&](auto v) BURNISH_INLINED {
      add(end[v.value], load(carried + v.value * lanes<T>));
      store(carried + v.value * lanes<T>, end[v.value]);
    });
  }
}

template <int Channels, class T>
void window_differences(const WindowedDifferences<T>& a) {
  constexpr int vectors = 4;
  std::ptrdiff_t x = 0;
  for (; x + vectors * lanes<T> <= a.count; x += vectors * lanes<T>) {
    window_columns<Channels, vectors>(a, x);
  }
  for (; x < a.count; x += lanes<T>) window_columns<Channels, 1>(a, x);
}

template <class T>
void window_differences_of(const WindowedDifferences<T>& a) {
  if (a.channels == 1) return window_differences<1>(a);
  if (a.channels == 3) return window_differences<3>(a);
  window_differences<0>(a);
}

template <class T>
void shift_and_sum(const ShiftedSum<T>& a) {
  for (std::ptrdiff_t x = 0; x < a.count; x += lanes<T>) {
    store(a.target + x, load(a.row + x) + load(a.row + x + a.shift));
  }
}

// Vectors: of sums that are kept in registers.
template <int Vectors, class T>
BURNISH_INLINE void weigh_block(const PatchWeights<T>& a, std::ptrdiff_t x) {
  Vector<T> sum[Vectors] = {};
  for (std::ptrdiff_t k = 0; k < a.terms_count; ++k) {
    const T* const term = a.terms[k] + x;
    unroll<0, Vectors>([&](auto v)
                           BURNISH_INLINED { add(sum[v.value], load(term + v.value * lanes<T>)); });
  }
  unroll<0, Vectors>([&](auto v) BURNISH_INLINED {
    store(a.weights + x + v.value * lanes<T>,
          power_of_two<T>(sum[v.value] * -a.factor + a.allowance));
  });
}

template <class T>
void weigh(const PatchWeights<T>& a) {
  constexpr int vectors = 4;
  std::ptrdiff_t x = 0;
  for (; x + vectors * lanes<T> <= a.count; x += vectors * lanes<T>) weigh_block<vectors>(a, x);
  for (; x < a.count; x += lanes<T>) weigh_block<1>(a, x);
}

template <int Channels, class T>
void add_differences(const WeightedDifferences<T>& a) {
  const std::ptrdiff_t channels = Channels > 0 ? Channels : a.channels;
  for (std::ptrdiff_t x = 0; x < a.count; x += lanes<T>) {
    const Vector<T> ahead = load(a.ahead_weights + x);
    const Vector<T> behind = load(a.behind_weights + x);
    store(a.total + x, load(a.total + x) + (ahead + behind));
    for (std::ptrdiff_t c = 0; c < channels; ++c) {
      const std::ptrdiff_t at = c * a.image_pitch + x;
      const Vector<T> here = load(a.here + at);
      T* const sums = a.sums + c * a.sums_pitch + x;
      store(sums, load(sums) + ahead * (load(a.ahead + at) - here) +
                      behind * (load(a.behind + at) - here));
    }
  }
}

template <class T>
void add_differences_of(const WeightedDifferences<T>& a) {
  if (a.channels == 1) return add_differences<1>(a);
  if (a.channels == 3) return add_differences<3>(a);
  add_differences<0>(a);
}

template <class T>
void take_mean(const WeightedMean<T>& a) {
  const T* __restrict original = a.original;
  const T* __restrict sums = a.sums;
  const T* __restrict total = a.total;
  T* __restrict row = a.row;
  for (std::ptrdiff_t x = 0; x < a.count; ++x) {
    row[x] = original[x] + sums[x] / total[x] / a.scale;
  }
}

template <class T>
void copy_scaled(const ScaledCopy<T>& a) {
  const T* __restrict source = a.source;
  T* __restrict target = a.target;
  for (std::ptrdiff_t x = 0; x < a.count; ++x) target[x] = source[x] * a.factor;
}

}  // namespace

void windowed_differences(const WindowedDifferences<float>& args) { window_differences_of(args); }
void windowed_differences(const WindowedDifferences<double>& args) { window_differences_of(args); }
void shifted_sum(const ShiftedSum<float>& args) { shift_and_sum(args); }
void shifted_sum(const ShiftedSum<double>& args) { shift_and_sum(args); }
void patch_weights(const PatchWeights<float>& args) { weigh(args); }
void patch_weights(const PatchWeights<double>& args) { weigh(args); }
void weighted_differences(const WeightedDifferences<float>& args) { add_differences_of(args); }
void weighted_differences(const WeightedDifferences<double>& args) { add_differences_of(args); }
void weighted_mean(const WeightedMean<float>& args) { take_mean(args); }
void weighted_mean(const WeightedMean<double>& args) { take_mean(args); }
void scaled_copy(const ScaledCopy<float>& args) { copy_scaled(args); }
void scaled_copy(const ScaledCopy<double>& args) { copy_scaled(args); }

}  // namespace burnish::kernels::BURNISH_LEVEL
