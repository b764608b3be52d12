// Distances between patches, and searches for near ones. All in whole numbers.
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

// How a patch is compared: of a size known at compile time, of any size, or, if its pixels have not
// four numbers, without a copy.
constexpr int any_size = 0, any_items = -1;

// A target and its weights, in rows of whole blocks; what a block holds beyond the patch weighs 0.
template <int Size>
class Target {
 public:
  explicit Target(const Patches& patches)
      : patches_(patches), corner_((patches.size / 2) * (patches.stride + 1)) {
    if constexpr (Size != any_items) std::memset(weights_, 0, sizeof weights_);
  }

  void take(std::ptrdiff_t place) {
    first_ = place - corner_;
    if constexpr (Size == any_items) return;
    for (std::ptrdiff_t i = 0; i < size(); ++i) {
      const std::ptrdiff_t row = first_ + i * patches_.stride;
      std::memcpy(pixels_ + i * width(), patches_.pixels + row * items,
                  sizeof(std::int16_t) * static_cast<std::size_t>(width()));
      for (std::ptrdiff_t j = 0; j < size(); ++j) {
        const std::uint64_t four = patches_.weights[row + j] * std::uint64_t{0x0001000100010001};
        std::memcpy(weights_ + i * width() + j * items, &four, sizeof four);
      }
    }
  }

  std::int32_t distance(std::ptrdiff_t place) const {
    const std::ptrdiff_t step = patches_.stride * patches_.items;
    const std::int16_t* source = patches_.pixels + (place - corner_) * patches_.items;
    std::int32_t sum = 0;
    if constexpr (Size == any_items) {
      for (std::ptrdiff_t i = 0; i < patches_.size; ++i) {
        const std::ptrdiff_t first = first_ + i * patches_.stride;
        sum += row_distance(patches_.pixels + first * patches_.items, source + i * step,
                            patches_.weights + first);
      }
    } else {
      // One flat loop over stored differences: GCC makes it one multiply-and-add for each block.
      std::int16_t difference[room];
      for (std::ptrdiff_t i = 0; i < size(); ++i) {
        for (std::ptrdiff_t j = 0; j < width(); ++j) {
          difference[i * width() + j] = static_cast<std::int16_t>(
              (pixels_[i * width() + j] - source[i * step + j]) * weights_[i * width() + j]);
        }
      }
      for (std::ptrdiff_t i = 0; i < size() * width(); ++i) {
        sum += std::int32_t{difference[i]} * std::int32_t{difference[i]};
      }
    }
    return sum;
  }

 private:
  static constexpr std::ptrdiff_t items = 4;
  static constexpr std::ptrdiff_t in_blocks(std::ptrdiff_t pixels) {
    return (pixels * items + patch_block - 1) / patch_block * patch_block;
  }
  static constexpr std::ptrdiff_t most = Size == any_size ? largest_patch : Size;
  static constexpr std::ptrdiff_t room = Size == any_items ? 1 : most * in_blocks(most);

  std::ptrdiff_t size() const { return Size == any_size ? patches_.size : Size; }
  std::ptrdiff_t width() const { return in_blocks(size()); }

  std::int32_t row_distance(const std::int16_t* a, const std::int16_t* b,
                            const std::uint8_t* weights) const {
    std::int32_t sum = 0;
    for (std::ptrdiff_t j = 0; j < patches_.size; ++j) {
      const std::int32_t weight = weights[j];
      for (std::ptrdiff_t c = 0; c < patches_.items; ++c) {
        const std::int32_t e = (a[j * patches_.items + c] - b[j * patches_.items + c]) * weight;
        sum += e * e;
      }
    }
    return sum;
  }

  const Patches patches_;
  const std::ptrdiff_t corner_;
  std::ptrdiff_t first_ = 0;  // the target's upper left pixel
  alignas(64) std::int16_t pixels_[room];
  alignas(64) std::int16_t weights_[room];
};

// Mixes the bits of a number so that neighbours have nothing in common: two rounds of xorshift and
// multiplication, the constants being those that C. Wellons found by search.
BURNISH_INLINE std::uint32_t mixed(std::uint32_t x) {
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  return x ^ (x >> 16);
}

// A number from `first` to `last`, of 16 random bits.
BURNISH_INLINE std::int32_t drawn(std::uint32_t bits, std::int32_t first, std::int32_t last) {
  return first + static_cast<std::int32_t>(
                     (bits & 0xffff) * static_cast<std::uint32_t>(last - first + 1) >> 16);
}

BURNISH_INLINE std::int32_t larger(std::int32_t a, std::int32_t b) { return a > b ? a : b; }
BURNISH_INLINE std::int32_t smaller(std::int32_t a, std::int32_t b) { return a < b ? a : b; }

template <int Size>
void search_as(const SearchPatches& a) {
  const auto stride = static_cast<std::int32_t>(a.patches.stride);
  const std::int32_t end = a.pages[a.page_count - 1].bottom * stride;
  Target<Size> target(a.patches);
  for (std::ptrdiff_t k = 0; k < a.count; ++k) {
    const std::int32_t place = a.targets[a.backward ? a.count - 1 - k : k];
    const std::int32_t row = place / stride, column = place % stride;
    target.take(place);
    std::int32_t best = a.matches[place];
    std::int32_t least = target.distance(best);
    std::int32_t refused = best;
    const auto attempt = [&](std::int32_t candidate) BURNISH_INLINED {
      if (candidate == best || candidate == refused || candidate < 0 || candidate >= end) {
        return false;
      }
      if (a.sources[candidate] == 0) return false;
      const std::int32_t distance = target.distance(candidate);
      refused = candidate;
      if (distance >= least) return false;
      refused = best;
      best = candidate;
      least = distance;
      return true;
    };
    const auto follow = [&](std::int32_t dy, std::int32_t dx) BURNISH_INLINED {
      const std::int32_t shift = dy * stride + dx, y = row + dy, x = column + dx;
      const bool inside =
          y >= a.tile.top && y < a.tile.bottom && x >= a.tile.left && x < a.tile.right;
      const std::int32_t match = (inside ? a.matches : a.previous)[place + shift];
      if (match >= 0) attempt(match - shift);
    };
    const std::int32_t back = a.backward ? 1 : -1;
    follow(0, back);
    follow(back, 0);
    std::uint32_t bits = mixed(a.key + static_cast<std::uint32_t>(place) * 0x9e3779b9U);
    if (a.anywhere) {
      const Bounds& page = a.pages[drawn(bits, 0, static_cast<std::int32_t>(a.page_count) - 1)];
      bits = mixed(bits + 0x9e3779b9U);
      const std::int32_t y = drawn(bits, page.top, page.bottom - 1);
      attempt(y * stride + drawn(bits >> 16, page.left, page.right - 1));
    }
    std::int32_t y = best / stride, x = best % stride;
    for (std::int32_t radius = a.radius; radius >= 1; radius /= 2) {
      std::ptrdiff_t p = 0;
      while (y >= a.pages[p].bottom) ++p;
      const Bounds& page = a.pages[p];
      bits = mixed(bits + 0x9e3779b9U);
      const std::int32_t v =
          drawn(bits, larger(page.top, y - radius), smaller(page.bottom - 1, y + radius));
      const std::int32_t u =
          drawn(bits >> 16, larger(page.left, x - radius), smaller(page.right - 1, x + radius));
      if (attempt(v * stride + u)) {
        y = v;
        x = u;
      }
    }
    a.matches[place] = best;
    a.distances[place] = least;
  }
}

template <int Size>
void distances_as(const PatchDistances& a) {
  Target<Size> target(a.patches);
  target.take(a.target);
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    a.distances[i] = a.places[i] < 0 ? no_target : target.distance(a.places[i]);
  }
}

template <int Size>
Neighbour nearest_as(const NearestPatch& a) {
  Target<Size> target(a.patches);
  target.take(a.target);
  Neighbour best{-1, no_target};
  for (std::ptrdiff_t i = 0; i < a.count; ++i) {
    const std::int32_t distance = target.distance(a.places[i]);
    if (distance < best.distance) best = {a.places[i], distance};
  }
  return best;
}

// Calls f(Int<size>{}): sizes up to 9 have code of their own.
template <class F>
auto by_size(const Patches& patches, const F& f) {
  if (patches.items != 4) return f(Int<any_items>{});
  switch (patches.size) {
    case 3:
      return f(Int<3>{});
    case 5:
      return f(Int<5>{});
    case 7:
      return f(Int<7>{});
    case 9:
      return f(Int<9>{});
    default:
      return f(Int<any_size>{});
  }
}

}  // namespace

void search_patches(const SearchPatches& a) {
  by_size(a.patches, [&](auto size) BURNISH_INLINED { search_as<size.value>(a); });
}

void patch_distances(const PatchDistances& a) {
  by_size(a.patches, [&](auto size) BURNISH_INLINED { distances_as<size.value>(a); });
}

Neighbour nearest_patch(const NearestPatch& a) {
  return by_size(a.patches, [&](auto size) BURNISH_INLINED { return nearest_as<size.value>(a); });
}

}  // namespace burnish::kernels::BURNISH_LEVEL
