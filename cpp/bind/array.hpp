// The only place where a NumPy array becomes a view, and where the GIL is released.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <cstdint>
#include <exception>
#include <vector>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/view.hpp"

namespace burnish::bind {

namespace py = pybind11;

// The argument `name` as a view. Throws TypeError or ValueError for what no operation can take.
View view_of(const py::array& array, const char* name);
MutableView mutable_view_of(py::array& array, const char* name);

// The array that takes the result: `out` if that is not None, checked; else a new one in C order.
// Throws OutOfMemory if that is more than the machine has.
py::array output_like(const View& image, const py::object& out);

// The same for a result of another shape.
py::array output_of(DType dtype, const std::vector<std::int64_t>& shape, const py::object& out);

// The argument `name` as `ndim` dimensions of C-contiguous float64.
const double* weights_of(const py::array& array, int ndim, const char* name);

// `axes` must ascend within the image's dimensions.
void check_axes(const View& image, const std::vector<int>& axes, std::size_t count);

// Takes the GIL back by calling `take`. While the interpreter ends, Python 3.13 and older unwind a
// thread that asks for the GIL; its destructors would then touch Python objects without holding it,
// so such a thread stops here for good, as it does from Python 3.14 on.
[[noreturn]] void stop_for_good();
template <class Take>
auto retake_gil(const Take& take) {
  try {
    return take();
  } catch (...) {  // only that: Python throws no C++ exceptions
    stop_for_good();
  }
}

// Runs `compute` without the GIL. Must be the last thing that a binding does before it returns.
template <class F>
void without_gil(const F& compute) {
  postpone_poll();
  PyThreadState* const thread = PyEval_SaveThread();
  std::exception_ptr error;
  try {
    compute();
  } catch (...) {
    error = std::current_exception();
  }
  retake_gil([&] { PyEval_RestoreThread(thread); });
  if (!error) return;
  try {
    std::rethrow_exception(error);
  } catch (const Interrupted&) {
    throw py::error_already_set();
  }
}

// Runs `call` with the GIL, inside of what runs without it. There a Python error may end the whole
// computation.
template <class F>
auto with_gil(const F& call) {
  struct Held {
    PyGILState_STATE state = retake_gil([] { return PyGILState_Ensure(); });
    ~Held() { PyGILState_Release(state); }
  };
  const Held held;
  return call();
}

// Looks for signals, with the GIL: the poll that for_tiles calls.
bool poll_signals();

}  // namespace burnish::bind
