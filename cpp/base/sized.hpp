// A size or an index, never negative, as containers count.
#pragma once

#include <cstddef>
#include <cstdint>

namespace burnish {

inline std::size_t sized(std::int64_t count) { return static_cast<std::size_t>(count); }

}  // namespace burnish
