// What may go wrong below Python, beside std::invalid_argument (a bad value) and std::bad_alloc.
#pragma once

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>

namespace burnish {

// The poll asked to stop. Why is known to whoever installed the poll.
struct Interrupted {};

// A request that can't fit into memory; the message holds the estimate.
class OutOfMemory : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The product of two sizes, or OutOfMemory naming `what`. Both must be non-negative.
inline std::int64_t checked_product(std::int64_t a, std::int64_t b, const char* what) {
  if (a != 0 && b > std::numeric_limits<std::int64_t>::max() / a) {
    throw OutOfMemory(std::string(what) + " would take more than 2**63 bytes");
  }
  return a * b;
}

}  // namespace burnish
