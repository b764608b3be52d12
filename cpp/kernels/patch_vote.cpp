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

// Adds up lanes of `block` numbers, which are as many at every level, in one order.
class Sums {
 public:
  Sums() {
    for (Vector<float>& sum : sums) sum = Vector<float>{};
  }
  // The block's k-th vector.
  void add(int k, const Vector<float>& v) { sums[k] = sums[k] + v; }
  void to(float* lane) const {
    for (int k = 0; k < vectors; ++k) store(lane + k * lanes<float>, sums[k]);
  }
  static constexpr int vectors = static_cast<int>(block / lanes<float>);

 private:
  Vector<float> sums[vectors];
};

// The patches around a pixel, row after row, and what they propose for it.
template <std::ptrdiff_t Size, std::ptrdiff_t Room>
class Vote {
 public:
  explicit Vote(const VotePatches& args)
      : a(args),
        size(Size != 0 ? Size : args.patches.size),
        count(size * size),
        padded(rounded_up(count)) {
    for (std::ptrdiff_t i = count; i < padded; ++i) distances[i] = no_target;
    std::memset(depths, 0, sizeof depths);
    std::memset(matches, 0, sizeof matches);
    for (std::ptrdiff_t i = 0; i < count; ++i) {
      shifts[i] = static_cast<std::int32_t>(shift_of(i / size, i % size));
    }
    std::memset(weights, 0, sizeof weights);
    std::memset(pixels, 0, sizeof pixels);
  }

  void look_at(std::ptrdiff_t place) {
    hole = place;
    for (std::ptrdiff_t i = 0; i < size; ++i) {
      const std::ptrdiff_t first = hole + shift_of(i, 0);
      const auto width = static_cast<std::size_t>(size);
      std::memcpy(distances + i * size, a.distances + first, width * sizeof *distances);
      std::memcpy(depths + i * size, a.depths + first, width);
      std::memcpy(matches + i * size, a.matches + first, width * sizeof *matches);
    }
    std::int32_t least = no_target;
    for (std::ptrdiff_t i = 0; i < padded; ++i) least = distances[i] < least ? distances[i] : least;
    std::int32_t real = 0;
    for (std::ptrdiff_t i = 0; i < padded; ++i) {
      const bool is_real = distances[i] != no_target;
      real += is_real ? 1 : 0;
      nearness[i] = is_real ? distances[i] - least : 0;
      layers[i] = is_real ? std::int32_t{depths[i]} : no_patch;
    }
    Sums sums;
    for_vectors([&](std::ptrdiff_t i, int k)
                    BURNISH_INLINED { sums.add(k, load_float(nearness + i)); });
    float lane[block];
    sums.to(lane);
    float sum = 0;
    for (const float each : lane) sum += each;
    const float scale = a.sharpness / (sum / static_cast<float>(real) + 1);
    for_vectors([&](std::ptrdiff_t i, int) BURNISH_INLINED {
      store(losses + i, load_float(nearness + i) * scale + load_float(layers + i) * a.fade);
    });
    Vector<float> smallest = load(losses);
    for_vectors([&](std::ptrdiff_t i, int)
                    BURNISH_INLINED { smallest = smaller_of(smallest, load(losses + i)); });
    store(lane, smallest);
    least_loss = lane[0];
    for (std::ptrdiff_t k = 1; k < lanes<float>; ++k) {
      least_loss = lane[k] < least_loss ? lane[k] : least_loss;
    }
  }

  // The place of the pixel that the patch with the largest weight proposes, the first of several.
  std::int32_t copied_place() const {
    std::ptrdiff_t best = 0;
    while (losses[best] != least_loss) ++best;
    return matches[best] - shifts[best];
  }

  void mean(std::int16_t* value) {
    for_vectors([&](std::ptrdiff_t i, int) BURNISH_INLINED {
      store(losses + i, power_of_two<float>(-load(losses + i) + least_loss));
    });
    for (std::ptrdiff_t i = 0; i < count; ++i) {
      for (int c = 0; c < 4; ++c) weights[4 * i + c] = losses[i];
    }
    for (std::ptrdiff_t item = 0; item < a.patches.items; item += 4) mean_of_four(item, value);
  }

 private:
  // So deep that its weight is nothing, and the distance counts no more.
  static constexpr std::int32_t no_patch = 1 << 20;

  std::ptrdiff_t shift_of(std::ptrdiff_t i, std::ptrdiff_t j) const {
    return (i - size / 2) * a.patches.stride + j - size / 2;
  }

  template <class F>
  BURNISH_INLINE void for_vectors(const F& f) const {
    for (std::ptrdiff_t i = 0; i < padded; i += block) {
      unroll<0, Sums::vectors>([&](auto k)
                                   BURNISH_INLINED { f(i + k.value * lanes<float>, k.value); });
    }
  }

  void mean_of_four(std::ptrdiff_t item, std::int16_t* value) {
    for (std::ptrdiff_t i = 0; i < count; ++i) {
      const std::ptrdiff_t place = matches[i] < 0 ? hole : matches[i] - shifts[i];
      std::memcpy(pixels + 4 * i, a.patches.pixels + place * a.patches.items + item,
                  4 * sizeof(std::int16_t));
    }
    Sums sums, all;
    for (std::ptrdiff_t i = 0; i < 4 * padded; i += block) {
      unroll<0, Sums::vectors>([&](auto k) BURNISH_INLINED {
        const Vector<float> weight = load(weights + i + k.value * lanes<float>);
        sums.add(k.value, load_float(pixels + i + k.value * lanes<float>) * weight);
        all.add(k.value, weight);
      });
    }
    float sum[block], weight[block];
    sums.to(sum);
    all.to(weight);
    for (std::ptrdiff_t c = 0; c < 4; ++c) {
      const float s = (sum[c] + sum[4 + c]) + (sum[8 + c] + sum[12 + c]);
      const float w = (weight[c] + weight[4 + c]) + (weight[8 + c] + weight[12 + c]);
      value[item + c] = static_cast<std::int16_t>(s / w + 0.5F);
    }
  }

  const VotePatches& a;
  const std::ptrdiff_t size, count, padded;
  std::ptrdiff_t hole = 0;
  float least_loss = 0;
  alignas(64) std::int32_t distances[Room];
  alignas(64) std::uint8_t depths[Room];
  alignas(64) std::int32_t matches[Room];
  alignas(64) std::int32_t shifts[Room];
  alignas(64) std::int32_t nearness[Room];  // distances beyond the least one
  alignas(64) std::int32_t layers[Room];
  alignas(64) float losses[Room];
  alignas(64) float weights[4 * Room];  // each four times
  alignas(64) std::int16_t pixels[4 * Room];
};

template <std::ptrdiff_t Size, std::ptrdiff_t Room>
void vote_as(const VotePatches& a) {
  Vote<Size, Room> vote(a);
  for (std::ptrdiff_t k = 0; k < a.count; ++k) {
    vote.look_at(a.holes[k]);
    if (a.copies != nullptr) {
      a.copies[k] = vote.copied_place();
    } else {
      vote.mean(a.values + k * a.patches.items);
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
