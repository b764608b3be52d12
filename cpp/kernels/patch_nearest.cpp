// The nearest of many patches to one that is known in part. All in whole numbers.
#include "kernels/lanes.hpp"
#include "kernels/level.hpp"

namespace burnish::kernels::BURNISH_LEVEL {
namespace {

constexpr int vectors = static_cast<int>(patch_run / lanes<std::int32_t>);

// After so many numbers a run is looked at: often all of its patches are too far off already.
constexpr std::ptrdiff_t numbers_at_once = 24;

}  // namespace

Neighbour nearest_in_runs(const NearestInRuns& a) {
  Neighbour best{-1, a.limit};
  for (std::ptrdiff_t i = 0; i < a.run_count; ++i) {
    const std::int16_t* const first = a.numbers + a.runs[i];
    Vector<std::int32_t> sums[vectors];
    for (Vector<std::int32_t>& sum : sums) sum = Vector<std::int32_t>{};
    alignas(64) std::int32_t distances[patch_run];
    bool is_near = true;
    for (std::ptrdiff_t k = 0; k < a.known_count && is_near;) {
      const std::ptrdiff_t end =
          a.known_count - k < numbers_at_once ? a.known_count : k + numbers_at_once;
      for (; k < end; ++k) {
        const std::int16_t* const numbers = first + a.known[k].shift;
        const Vector<std::int32_t> value = Vector<std::int32_t>{} + a.known[k].value;
        unroll<0, vectors>([&](auto v) BURNISH_INLINED {
          const Vector<std::int32_t> difference =
              load_whole(numbers + v.value * lanes<std::int32_t>) - value;
          sums[v.value] = sums[v.value] + difference * difference;
        });
      }
      Vector<std::int32_t> least = sums[0];
      unroll<1, vectors>([&](auto v) BURNISH_INLINED { least = smaller_of(least, sums[v.value]); });
      std::int32_t lane[lanes<std::int32_t>];
      store(lane, least);
      is_near = false;
      for (std::ptrdiff_t j = 0; j < lanes<std::int32_t>; ++j) is_near |= lane[j] < best.distance;
    }
    if (!is_near) continue;
    unroll<0, vectors>([&](auto v) BURNISH_INLINED {
      store(distances + v.value * lanes<std::int32_t>, sums[v.value]);
    });
    const std::ptrdiff_t count = a.end - a.runs[i] < patch_run ? a.end - a.runs[i] : patch_run;
    for (std::ptrdiff_t j = 0; j < count; ++j) {
      if (distances[j] < best.distance && a.sources[a.runs[i] + j] != 0) {
        best = {static_cast<std::int32_t>(a.runs[i] + j), distances[j]};
      }
    }
  }
  return best;
}

}  // namespace burnish::kernels::BURNISH_LEVEL
