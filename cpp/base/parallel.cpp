#include "base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/fork_local.hpp"

#if !defined(_WIN32)
#include <csignal>
#endif
#if defined(__linux__)
#include <sched.h>
#endif

namespace burnish {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto poll_interval = std::chrono::milliseconds(20);
constexpr int most_threads = 256;
// How long an idle thread looks for more to do before it sleeps. Waking one takes 30 to 80 us on a
// virtual machine, as long as filtering 256x256 pixels; an iterative method would pay it on every
// pass.
constexpr auto linger = std::chrono::microseconds(100);

std::atomic<Poll> installed_poll{nullptr};
std::atomic<int> chosen_workers{0};

struct Job;
class Pool;

thread_local bool inside_tile = false;
thread_local bool is_helper = false;
thread_local Job* present_job = nullptr;  // whose tile runs in this thread
thread_local Clock::time_point last_poll{};

// Waits for up to `linger`, letting others run.
template <class Condition>
void linger_until(const Condition& condition) {
  const Clock::time_point end = Clock::now() + linger;
  while (!condition() && Clock::now() < end) std::this_thread::yield();
}

struct Job {
  explicit Job(TileFunction f, std::int64_t n) : function(f), tiles(n) {}

  TileFunction function;
  const std::int64_t tiles;
  std::atomic<std::int64_t> next{0};
  std::atomic<bool> stop{false};
  const Pool* pool = nullptr;  // with which the tiles are shared

  // Written under the pool's mutex.
  int seats = 0;                // helpers that may still join
  std::atomic<int> helpers{0};  // helpers inside
  std::exception_ptr error;
  std::condition_variable left;

  // Runs the next tile; false when there is none.
  bool run_one() {
    if (stop.load(std::memory_order_relaxed)) return false;
    const std::int64_t tile = next.fetch_add(1, std::memory_order_relaxed);
    if (tile >= tiles) return false;
    present_job = this;
    function(tile);
    return true;
  }
};

class Pool {
 public:
  // Lets up to `helpers` threads join the job, starting threads as needed.
  void offer(Job& job, int helpers) {
    const std::lock_guard lock(mutex_);
    while (threads_ < std::min(helpers, most_threads - 1)) {
      try {
        std::thread(&Pool::help, this).detach();
      } catch (const std::system_error&) {  // no more threads to be had: those there are must do
        break;
      }
      ++threads_;
    }
    job.seats = helpers;
    jobs_.push_back(&job);
    ++offers_;
    for (int i = 0; i < helpers && i < threads_; ++i) wake_.notify_one();
  }

  // Takes the job back; from now on no helper joins.
  void withdraw(Job& job) {
    const std::lock_guard lock(mutex_);
    remove(job);
  }

  // Whether all helpers have left the job before `interval` is over.
  bool wait(Job& job, std::chrono::milliseconds interval) {
    linger_until([&] { return job.helpers == 0; });
    std::unique_lock lock(mutex_);
    return job.left.wait_for(lock, interval, [&] { return job.helpers == 0; });
  }

  std::exception_ptr error_of(Job& job) {
    const std::lock_guard lock(mutex_);
    return job.error;
  }

 private:
  void remove(Job& job) {
    const auto found = std::find(jobs_.begin(), jobs_.end(), &job);
    if (found == jobs_.end()) return;
    jobs_.erase(found);
    --offers_;
  }

  void help() {
#if !defined(_WIN32)
    sigset_t all;  // signals are for the threads that Python knows
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
#endif
    inside_tile = true;
    is_helper = true;
    for (;;) {
      linger_until([&] { return offers_ != 0; });
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return !jobs_.empty(); });
      Job& job = *jobs_.front();
      ++job.helpers;
      if (--job.seats == 0) remove(job);
      lock.unlock();
      std::exception_ptr error;
      try {
        while (job.run_one()) {
        }
      } catch (...) {
        error = std::current_exception();
        job.stop = true;
      }
      lock.lock();
      if (error && !job.error) job.error = error;
      remove(job);
      if (--job.helpers == 0) job.left.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Job*> jobs_;
  std::atomic<int> offers_{0};  // jobs_.size(), to be looked at without the lock
  int threads_ = 0;
};

// Whether this is a child of the process whose pool that was: its threads are not here.
bool forked_since(const Pool& pool) { return &ForkLocal<Pool>::get() != &pool; }

// Keeps a job offered while it lives; its end waits for the helpers, however it comes about.
class Offer {
 public:
  Offer(Pool& pool, Job& job, int helpers) : pool_(pool), job_(job) { pool_.offer(job_, helpers); }
  ~Offer() {
    if (forked_since(pool_)) return;
    job_.stop = true;
    pool_.withdraw(job_);
    while (!pool_.wait(job_, poll_interval)) {
    }
  }
  Offer(const Offer&) = delete;
  Offer& operator=(const Offer&) = delete;

 private:
  Pool& pool_;
  Job& job_;
};

// Throws Interrupted if a poll is due and says stop. Only the first caller in a nest of tiles
// polls. `pool`: with which tiles are shared, or null.
void poll_if_due(const Pool* pool) {
  const Clock::time_point now = Clock::now();
  if (now - last_poll < poll_interval) return;
  last_poll = now;
  const Poll poll = installed_poll.load(std::memory_order_relaxed);
  if (poll != nullptr && poll()) throw Interrupted{};
  if (pool != nullptr && forked_since(*pool)) {
    throw std::runtime_error("a signal handler forked in mid-call; the child can't go on with it");
  }
}

class InsideTile {
 public:
  InsideTile() { inside_tile = true; }
  ~InsideTile() {
    inside_tile = false;
    present_job = nullptr;
  }
  InsideTile(const InsideTile&) = delete;
  InsideTile& operator=(const InsideTile&) = delete;
};

bool run_one_inside(Job& job) {
  const InsideTile mark;
  return job.run_one();
}

// The positive integer that `text` is, up to its end or a character `stop`; else 0.
int positive_integer(const char* text, char stop) {
  if (text == nullptr) return 0;
  char* end = nullptr;
  const long value = std::strtol(text, &end, 10);
  if (end == text || (*end != '\0' && *end != stop) || value < 1) return 0;
  return static_cast<int>(std::min(value, 1L << 20));
}

int available_cpus() {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
#endif
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

}  // namespace

void for_tiles(std::int64_t tiles, int workers, TileFunction function) {
  if (tiles <= 0) return;
  if (inside_tile) {
    for (std::int64_t tile = 0; tile < tiles; ++tile) function(tile);
    return;
  }
  if (workers <= 0) workers = default_workers();
  Job job(function, tiles);
  const int helpers = static_cast<int>(std::min<std::int64_t>(workers, tiles)) - 1;
  if (helpers == 0) {
    while (run_one_inside(job)) poll_if_due(nullptr);
    return;
  }
  Pool& pool = ForkLocal<Pool>::get();
  job.pool = &pool;
  {
    const Offer offer(pool, job, helpers);
    while (run_one_inside(job)) poll_if_due(&pool);
    pool.withdraw(job);
    while (!pool.wait(job, poll_interval)) poll_if_due(&pool);
  }
  if (const std::exception_ptr error = pool.error_of(job)) std::rethrow_exception(error);
}

void poll_in_tile() {
  const Job* const job = present_job;
  if (job == nullptr) return;
  if (job->stop.load(std::memory_order_relaxed)) throw Interrupted{};
  if (!is_helper) poll_if_due(job->pool);
}

void set_poll(Poll poll) { installed_poll = poll; }

void postpone_poll() { last_poll = Clock::now(); }

int default_workers() {
  if (const int chosen = chosen_workers.load(std::memory_order_relaxed)) return chosen;
  // The environment is read once: getenv beside a setenv in another thread is a data race.
  static const int asked = [] {
    const int own = positive_integer(std::getenv("BURNISH_NUM_THREADS"), '\0');
    // A list of OpenMP's has one number per level of nesting.
    return own != 0 ? own : positive_integer(std::getenv("OMP_NUM_THREADS"), ',');
  }();
  return asked != 0 ? asked : available_cpus();
}

void set_default_workers(int workers) { chosen_workers = workers; }

void prepare_threads() {
  const char* text = std::getenv("BURNISH_NUM_THREADS");
  if (text != nullptr && *text != '\0' && positive_integer(text, '\0') == 0) {
    throw std::invalid_argument("BURNISH_NUM_THREADS is '" + std::string(text) +
                                "'; accepted are integers from 1 up");
  }
  ForkLocal<Pool>::get();
  default_workers();
}

}  // namespace burnish
