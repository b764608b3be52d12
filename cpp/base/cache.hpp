// What is worth keeping between calls and depends on one size alone: plans and their tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace burnish {

class Cacheable {
 public:
  virtual ~Cacheable() = default;
  virtual std::size_t bytes() const = 0;
};

// The one bounded cache of the process. What is in use outlives its place here.
class Cache {
 public:
  // The entry for a kind of plan and a size, or null.
  static std::shared_ptr<const Cacheable> find(const void* kind, std::int64_t size);

  // Keeps a plan, at the cost of those that were not asked for longest, unless another thread has
  // been faster; returns what is kept.
  static std::shared_ptr<const Cacheable> keep(const void* kind, std::int64_t size,
                                               std::shared_ptr<const Cacheable> plan);

  static void clear();
};

// Plan(size), made now or kept from before. Plans are made without a lock: they may ask for others.
template <class Plan>
std::shared_ptr<const Plan> cached(std::int64_t size) {
  static const char kind = 0;
  std::shared_ptr<const Cacheable> plan = Cache::find(&kind, size);
  if (plan == nullptr) plan = Cache::keep(&kind, size, std::make_shared<const Plan>(size));
  return std::static_pointer_cast<const Plan>(plan);
}

}  // namespace burnish
