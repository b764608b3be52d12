// Which instruction-set level an input runs at: each of this machine's, unless BURNISH_ISA names
// one.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "dispatch/dispatch.hpp"
#include "fuzz/decode.hpp"

namespace burnish::fuzz {

inline void decode_level(Bytes& bytes) {
  static const bool fixed = std::getenv("BURNISH_ISA") != nullptr;
  static const std::vector<std::string> levels = available_levels();
  const auto level = bytes.ConsumeIntegralInRange<std::size_t>(0, levels.size() - 1);
  if (!fixed) setenv("BURNISH_ISA", levels[level].c_str(), 1);
  choose_level();
}

}  // namespace burnish::fuzz
