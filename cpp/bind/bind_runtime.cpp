#include <pybind11/stl.h>

#include "base/cache.hpp"
#include "base/parallel.hpp"
#include "base/scratch.hpp"
#include "bind/array.hpp"
#include "bind/families.hpp"
#include "dispatch/dispatch.hpp"

namespace burnish::bind {

void bind_runtime(py::module_& m) {
  m.def("clear_cache", [] {
    Cache::clear();
    Scratch::clear();
  });
  m.def("get_num_threads", &default_workers);
  m.def("set_num_threads", &set_default_workers, py::arg("workers"));
  m.def("config", [] {
    py::dict config;
    config["compiler"] = BURNISH_COMPILER;
    config["build_type"] = BURNISH_BUILD_TYPE;
    config["instruction_set"] = active_level().name;
    config["instruction_sets"] = available_levels();
    config["num_threads"] = default_workers();
    return config;
  });
}

}  // namespace burnish::bind
