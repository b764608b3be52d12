#include "dispatch/dispatch.hpp"

#include <cstdlib>
#include <stdexcept>
#include <utility>

#if defined(_MSC_VER) && defined(_M_X64)
#include <intrin.h>
#elif defined(BURNISH_HAVE_v3)
#include <cpuid.h>
#endif

namespace burnish {
namespace {

const kernels::Level* active = &kernels::level_baseline;

struct Feature {
  const char* name;
  bool present;
};

struct Candidate {
  const kernels::Level* level;
  std::vector<Feature> needs;

  std::string missing() const {
    std::string names;
    for (const Feature& feature : needs) {
      if (!feature.present) names += (names.empty() ? "" : ", ") + std::string(feature.name);
    }
    return names;
  }
};

#if defined(BURNISH_HAVE_v3) && defined(_MSC_VER)

// The features below with the operating system's consent to the registers they use.
std::vector<Candidate> x86_levels() {
  int leaf1[4];
  int leaf7[4];
  __cpuidex(leaf1, 1, 0);
  __cpuidex(leaf7, 7, 0);
  const bool saves = (leaf1[2] >> 27 & 1) != 0;
  const unsigned long long state = saves ? _xgetbv(0) : 0;
  const bool ymm = (state & 0x06) == 0x06;
  const bool zmm = (state & 0xe6) == 0xe6;
  const auto has = [](bool registers, int word, int bit) {
    return registers && (word >> bit & 1) != 0;
  };
  return {{&kernels::level_v3,
           {{"avx2", has(ymm, leaf7[1], 5)},
            {"fma", has(ymm, leaf1[2], 12)},
            {"f16c", has(ymm, leaf1[2], 29)},
            {"bmi", has(ymm, leaf7[1], 3)},
            {"bmi2", has(ymm, leaf7[1], 8)}}},
          {&kernels::level_v4,
           {{"avx512f", has(zmm, leaf7[1], 16)},
            {"avx512bw", has(zmm, leaf7[1], 30)},
            {"avx512cd", has(zmm, leaf7[1], 28)},
            {"avx512dq", has(zmm, leaf7[1], 17)},
            {"avx512vl", has(zmm, leaf7[1], 31)}}}};
}

#elif defined(BURNISH_HAVE_v3)

// What Clang's __builtin_cpu_supports doesn't know in all versions that we build with. These need
// no registers but those that AVX2 needs.
bool leaf_has(unsigned leaf, int bit) {
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  return __get_cpuid(leaf, &eax, &ebx, &ecx, &edx) != 0 && (ecx >> bit & 1) != 0;
}

// The compiler's run-time library asks CPUID, and XGETBV for the registers that the system saves.
std::vector<Candidate> x86_levels() {
  __builtin_cpu_init();
  return {{&kernels::level_v3,
           {{"avx2", __builtin_cpu_supports("avx2") != 0},
            {"fma", __builtin_cpu_supports("fma") != 0},
            {"f16c", leaf_has(1, 29)},
            {"bmi", __builtin_cpu_supports("bmi") != 0},
            {"bmi2", __builtin_cpu_supports("bmi2") != 0},
            {"lzcnt", leaf_has(0x80000001, 5)},
            {"movbe", leaf_has(1, 22)}}},
          {&kernels::level_v4,
           {{"avx512f", __builtin_cpu_supports("avx512f") != 0},
            {"avx512bw", __builtin_cpu_supports("avx512bw") != 0},
            {"avx512cd", __builtin_cpu_supports("avx512cd") != 0},
            {"avx512dq", __builtin_cpu_supports("avx512dq") != 0},
            {"avx512vl", __builtin_cpu_supports("avx512vl") != 0}}}};
}

#else

std::vector<Candidate> x86_levels() { return {}; }

#endif

// Ascending; a level needs all that the ones before it need.
std::vector<Candidate> candidates() {
  std::vector<Candidate> all{{&kernels::level_baseline, {}}};
  for (Candidate& candidate : x86_levels()) {
    const std::vector<Feature>& before = all.back().needs;
    candidate.needs.insert(candidate.needs.begin(), before.begin(), before.end());
    all.push_back(std::move(candidate));
  }
  return all;
}

}  // namespace

std::vector<std::string> available_levels() {
  std::vector<std::string> names;
  for (const Candidate& candidate : candidates()) {
    if (candidate.missing().empty()) names.emplace_back(candidate.level->name);
  }
  return names;
}

void choose_level() {
  const char* wanted = std::getenv("BURNISH_ISA");
  std::string known;
  for (const Candidate& candidate : candidates()) {
    const std::string missing = candidate.missing();
    if (wanted == nullptr || *wanted == '\0') {
      if (missing.empty()) active = candidate.level;
      continue;
    }
    if (std::string(wanted) == candidate.level->name) {
      if (!missing.empty()) {
        throw std::invalid_argument("BURNISH_ISA is '" + std::string(wanted) +
                                    "', but this CPU or its operating system lacks " + missing);
      }
      active = candidate.level;
      return;
    }
    known += (known.empty() ? "'" : ", '") + std::string(candidate.level->name) + "'";
  }
  if (wanted != nullptr && *wanted != '\0') {
    throw std::invalid_argument("BURNISH_ISA is '" + std::string(wanted) + "'; this build has " +
                                known);
  }
}

const kernels::Level& active_level() { return *active; }

}  // namespace burnish
