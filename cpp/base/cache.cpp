#include "base/cache.hpp"

#include <algorithm>
#include <list>
#include <mutex>
#include <utility>

#include "base/fork_local.hpp"

namespace burnish {
namespace {

struct Entry {
  const void* kind;
  std::int64_t size;
  std::shared_ptr<const Cacheable> plan;
};

struct Entries {
  static constexpr std::size_t limit = std::size_t{32} << 20;

  std::mutex mutex;
  std::list<Entry> entries;  // the last that was asked for comes first
  std::size_t bytes = 0;

  // Moves an entry to the front; the caller holds the lock.
  std::shared_ptr<const Cacheable> find(const void* kind, std::int64_t size) {
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
      return entry.kind == kind && entry.size == size;
    });
    if (found == entries.end()) return nullptr;
    entries.splice(entries.begin(), entries, found);
    return found->plan;
  }
};

}  // namespace

std::shared_ptr<const Cacheable> Cache::find(const void* kind, std::int64_t size) {
  Entries& cache = ForkLocal<Entries>::get();
  const std::lock_guard lock(cache.mutex);
  return cache.find(kind, size);
}

std::shared_ptr<const Cacheable> Cache::keep(const void* kind, std::int64_t size,
                                             std::shared_ptr<const Cacheable> plan) {
  std::list<Entry> dropped;  // freed without the lock
  Entries& cache = ForkLocal<Entries>::get();
  const std::lock_guard lock(cache.mutex);
  if (std::shared_ptr<const Cacheable> kept = cache.find(kind, size)) return kept;
  if (plan->bytes() > Entries::limit) return plan;
  cache.entries.push_front({kind, size, plan});
  cache.bytes += plan->bytes();
  while (cache.bytes > Entries::limit) {
    cache.bytes -= cache.entries.back().plan->bytes();
    dropped.splice(dropped.begin(), cache.entries, std::prev(cache.entries.end()));
  }
  return plan;
}

void Cache::clear() {
  std::list<Entry> dropped;
  Entries& cache = ForkLocal<Entries>::get();
  const std::lock_guard lock(cache.mutex);
  dropped.swap(cache.entries);
  cache.bytes = 0;
}

}  // namespace burnish
