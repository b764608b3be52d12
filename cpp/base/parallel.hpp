// One small thread pool for the whole process.
//
// Tiles are handed out in ascending order to the calling thread and to helpers that are free. Which
// thread runs a tile, and how many there are, must not change what the tile computes.
#pragma once

#include <cstdint>

namespace burnish {

// A reference to a callable void(int64_t). It must outlive every use.
class TileFunction {
 public:
  template <class F>
  TileFunction(const F& f)  // NOLINT: converts from a lambda at the call
      : object_(&f), call_([](const void* object, std::int64_t tile) {
          (*static_cast<const F*>(object))(tile);
        }) {}
  void operator()(std::int64_t tile) const { call_(object_, tile); }

 private:
  const void* object_;
  void (*call_)(const void*, std::int64_t);
};

// Calls function(i) once for every i in [0, tiles), on at most `workers` threads (0: the default).
// Runs serially in the calling thread if that is itself inside a tile. Rethrows the first exception
// of a tile after all threads have left. Throws Interrupted when the poll says stop; the poll runs
// in the calling thread, about every 20 ms, and between tiles there: a tile that takes over 50 ms
// must call poll_in_tile.
void for_tiles(std::int64_t tiles, int workers, TileFunction function);

// To be called every few ms by a tile that may take over 50 ms. Polls, in the calling thread, and
// throws where the call is to end.
void poll_in_tile();

// Returns true to stop. Called without any lock held.
using Poll = bool (*)();
void set_poll(Poll poll);

// Tells that the calling thread has just looked for signals itself: the next poll is 20 ms away.
void postpone_poll();

// What `workers` = 0 stands for: the number set here (0: none), else BURNISH_NUM_THREADS, else
// OMP_NUM_THREADS, else the CPUs that the process may run on.
int default_workers();
void set_default_workers(int workers);

// Reads the environment and sets up what a later fork must find complete. Starts no thread. Throws
// std::invalid_argument if BURNISH_NUM_THREADS holds no positive integer.
void prepare_threads();

}  // namespace burnish
