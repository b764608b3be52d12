// What patches propose for the pixels of a hole. The same bits at every level: vectors hold
// numbers that have nothing to do with each other, and sums are taken one by one.
#include "kernels/exponential.hpp"
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

constexpr std::ptrdiff_t block = 16;  // patches to a step: a vector of the widest level

constexpr std::ptrdiff_t rounded_up(std::ptrdiff_t count) {
  return (count + block - 1) / block * block;
}

// The patches around a pixel, row after row.
template <std::ptrdiff_t Room>
struct Around {
  std::ptrdiff_t count, padded;
  alignas(64) std::int32_t distances[Room];
  alignas(64) float losses[Room];
};

template <std::ptrdiff_t Room>
BURNISH_INLINE void gather(const VotePatches& a, std::ptrdiff_t hole, std::ptrdiff_t size,
                           Around<Room>& around) {
  const std::ptrdiff_t reach = size / 2;
  around.count = size * size;
  around.padded = rounded_up(around.count);
  for (std::ptrdiff_t i = around.count; i < around.padded; ++i) {
    around.distances[i] = no_target;
    around.losses[i] = 0;
  }
  for (std::ptrdiff_t i = 0; i < size; ++i) {
    const std::ptrdiff_t first = hole + (i - reach) * a.patches.stride - reach;
    for (std::ptrdiff_t j = 0; j < size; ++j) {
      around.distances[i * size + j] = a.distances[first + j];
      around.losses[i * size + j] = a.fade * static_cast<float>(a.depths[first + j]);
    }
  }
}

struct Quartile {
  std::int32_t least, third;
};

// The least distance and the third quartile, this to a 256th of the range.
template <std::ptrdiff_t Room>
BURNISH_INLINE Quartile quartile(const Around<Room>& around) {
  std::int32_t least = no_target, most = 0, count = 0;
  for (std::ptrdiff_t i = 0; i < around.padded; ++i) {
    const std::int32_t d = around.distances[i];
    const std::int32_t real = d == no_target ? 0 : d;
    least = d < least ? d : least;
    most = real > most ? real : most;
    count += d != no_target ? 1 : 0;
  }
  std::int32_t below = least, above = most;
  for (int step = 0; step < 8; ++step) {
    const std::int32_t middle = below + (above - below) / 2;
    std::int32_t within = 0;
    for (std::ptrdiff_t i = 0; i < around.padded; ++i) {
      within += around.distances[i] <= middle ? 1 : 0;
    }
    (4 * within < 3 * count ? below : above) = middle;
  }
  return {least, above};
}

// Turns losses into what a patch's weight is the negative power of two of.
template <std::ptrdiff_t Room>
BURNISH_INLINE void add_losses(Around<Room>& around, Quartile of, float sharpness) {
  const float scale = sharpness / static_cast<float>(of.third - of.least + 1);
  for (std::ptrdiff_t i = 0; i < around.padded; ++i) {
    const std::int32_t d = around.distances[i];
    const float loss = around.losses[i] + static_cast<float>(d - of.least) * scale;
    around.losses[i] = d == no_target ? 1e9F : loss;
  }
}

// Four numbers of what each patch proposes, added up. Only those with a weight are looked at.
template <std::ptrdiff_t Room>
BURNISH_INLINE void mean_of_four(const VotePatches& a, std::ptrdiff_t hole, std::ptrdiff_t size,
                                 const Around<Room>& around, std::ptrdiff_t item,
                                 std::int16_t* value) {
  const std::ptrdiff_t reach = size / 2;
  float sums[4] = {0, 0, 0, 0};
  float weights = 0;
  for (std::ptrdiff_t i = 0; i < size; ++i) {
    for (std::ptrdiff_t j = 0; j < size; ++j) {
      const float weight = around.losses[i * size + j];
      const std::ptrdiff_t shift = (i - reach) * a.patches.stride + j - reach;
      const std::ptrdiff_t match = a.matches[hole + shift];
      if (match < 0) continue;
      const std::int16_t* pixel = a.patches.pixels + (match - shift) * a.patches.items + item;
      for (int c = 0; c < 4; ++c) sums[c] += weight * static_cast<float>(pixel[c]);
      weights += weight;
    }
  }
  for (int c = 0; c < 4; ++c) value[c] = static_cast<std::int16_t>(sums[c] / weights + 0.5F);
}

template <std::ptrdiff_t Size, std::ptrdiff_t Room>
void vote_as(const VotePatches& a) {
  const std::ptrdiff_t size = Size != 0 ? Size : a.patches.size;
  Around<Room> around;
  for (std::ptrdiff_t k = 0; k < a.count; ++k) {
    const std::ptrdiff_t hole = a.holes[k];
    gather(a, hole, size, around);
    add_losses(around, quartile(around), a.sharpness);
    if (a.copies != nullptr) {
      std::ptrdiff_t best = 0;
      for (std::ptrdiff_t i = 1; i < around.count; ++i) {
        best = around.losses[i] < around.losses[best] ? i : best;
      }
      const std::ptrdiff_t shift =
          (best / size - size / 2) * a.patches.stride + best % size - size / 2;
      a.copies[k] = static_cast<std::int32_t>(a.matches[hole + shift] - shift);
      continue;
    }
    float least = around.losses[0];
    for (std::ptrdiff_t i = 1; i < around.count; ++i) {
      least = around.losses[i] < least ? around.losses[i] : least;
    }
    for (std::ptrdiff_t i = 0; i < around.padded; i += lanes<float>) {
      Vector<float> exponents = load(around.losses + i);
      exponents = -exponents;
      store(around.losses + i, power_of_two<float>(exponents + least));
    }
    for (std::ptrdiff_t item = 0; item < a.patches.items; item += 4) {
      mean_of_four(a, hole, size, around, item, a.values + k * a.patches.items + item);
    }
  }
}

}  // namespace

void vote_patches(const VotePatches& a) {
  constexpr std::ptrdiff_t all = rounded_up(largest_patch * largest_patch);
  switch (a.patches.size) {
    case 3:
      return vote_as<3, block>(a);
    case 5:
      return vote_as<5, rounded_up(25)>(a);
    case 7:
      return vote_as<7, rounded_up(49)>(a);
    case 9:
      return vote_as<9, rounded_up(81)>(a);
    default:
      return vote_as<0, all>(a);
  }
}

}  // namespace burnish::kernels::BURNISH_LEVEL
