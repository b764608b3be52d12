// Which instruction-set level runs here: decided once, at import.
#pragma once

#include <string>
#include <vector>

#include "kernels/kernels.hpp"

namespace burnish {

// The levels that this build has and this CPU can run, ascending.
std::vector<std::string> available_levels();

// Chooses the highest level, or the one that BURNISH_ISA names. Throws std::invalid_argument if
// that is unknown or not available. Must be called before active_level().
void choose_level();

const kernels::Level& active_level();

template <class T>
const kernels::Table<T>& active_table();

template <>
inline const kernels::Table<float>& active_table<float>() {
  return active_level().f32;
}
template <>
inline const kernels::Table<double>& active_table<double>() {
  return active_level().f64;
}

}  // namespace burnish
