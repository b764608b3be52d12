// Process-wide state that survives a fork: the child starts with a fresh one, because the parent's
// threads do not exist there and its locks may be held for ever.
#pragma once

#include <atomic>

#if !defined(_WIN32)
#include <pthread.h>
#endif

namespace burnish {

template <class T>
class ForkLocal {
 public:
  // The process's T, made at first use and never destroyed: threads may still look at it at exit.
  static T& get() {
    [[maybe_unused]] static const bool made = [] {
      renew();
#if !defined(_WIN32)
      pthread_atfork(nullptr, nullptr, renew);
#endif
      return true;
    }();
    return *instance.load(std::memory_order_acquire);
  }

 private:
  static void renew() { instance.store(new T, std::memory_order_release); }

  static inline std::atomic<T*> instance{nullptr};
};

}  // namespace burnish
