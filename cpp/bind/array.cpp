#include "bind/array.hpp"

#include <chrono>
#include <string>
#include <thread>

#if !defined(_WIN32)
#include <unistd.h>
#endif

namespace burnish::bind {
namespace {

bool dtype_from(char kind, py::ssize_t size, DType& dtype) {
  const auto is = [&](char k, py::ssize_t s, DType d) {
    if (kind != k || size != s) return false;
    dtype = d;
    return true;
  };
  return is('f', 4, DType::f32) || is('u', 1, DType::u8) || is('u', 2, DType::u16) ||
         is('f', 8, DType::f64) || is('f', 2, DType::f16) || is('i', 1, DType::i8) ||
         is('i', 2, DType::i16) || is('i', 4, DType::i32) || is('i', 8, DType::i64) ||
         is('u', 4, DType::u32) || is('u', 8, DType::u64);
}

bool is_native(const py::dtype& dtype) {
  const char order = dtype.byteorder();
  const std::uint16_t probe = 1;
  const char native = *reinterpret_cast<const unsigned char*>(&probe) == 1 ? '<' : '>';
  return order == '=' || order == '|' || order == native;
}

template <class Byte>
BasicView<Byte> make_view(const py::array& array, Byte* data, const std::string& name) {
  BasicView<Byte> view{};
  const py::dtype dtype = array.dtype();
  if (!is_native(dtype) || !dtype_from(dtype.kind(), dtype.itemsize(), view.dtype)) {
    throw py::type_error(name + " has dtype " + std::string(py::str(dtype)) +
                         "; accepted are native float16, float32, float64 and integers");
  }
  if (array.ndim() > max_ndim) {
    throw py::value_error(name + " has " + std::to_string(array.ndim()) +
                          " dimensions; accepted are at most " + std::to_string(max_ndim));
  }
  if (array.size() == 0) throw py::value_error(name + " is empty");
  const auto item = static_cast<std::int64_t>(item_size(view.dtype));
  bool aligned = reinterpret_cast<std::uintptr_t>(data) % static_cast<std::uintptr_t>(item) == 0;
  view.data = data;
  view.ndim = static_cast<int>(array.ndim());
  for (int i = 0; i < view.ndim; ++i) {
    const auto at = static_cast<std::size_t>(i);
    view.shape[at] = array.shape(i);
    // NumPy leaves the stride of an axis of length 1 free.
    view.strides[at] = view.shape[at] == 1 ? item : array.strides(i);
    aligned = aligned && view.strides[at] % item == 0;
  }
  if (!aligned) throw py::value_error(name + " is not aligned to its item size");
  return view;
}

py::dtype numpy_dtype(DType dtype) {
  switch (dtype) {
    case DType::f16:
      return py::dtype("e");
    case DType::f32:
      return py::dtype::of<float>();
    case DType::f64:
      return py::dtype::of<double>();
    case DType::i8:
      return py::dtype::of<std::int8_t>();
    case DType::u8:
      return py::dtype::of<std::uint8_t>();
    case DType::i16:
      return py::dtype::of<std::int16_t>();
    case DType::u16:
      return py::dtype::of<std::uint16_t>();
    case DType::i32:
      return py::dtype::of<std::int32_t>();
    case DType::u32:
      return py::dtype::of<std::uint32_t>();
    case DType::i64:
      return py::dtype::of<std::int64_t>();
    case DType::u64:
      break;
  }
  return py::dtype::of<std::uint64_t>();
}

// Bytes of memory in this machine; 0 if that can't be told.
std::int64_t physical_memory() {
#if defined(_SC_PHYS_PAGES)
  static const std::int64_t bytes = [] {
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? std::int64_t{pages} * size : 0;
  }();
  return bytes;
#else
  return 0;
#endif
}

std::string gibibytes(std::int64_t bytes) {
  return std::to_string(bytes / (std::int64_t{1} << 30)) + " GiB";
}

void check_fits(DType dtype, const std::vector<std::int64_t>& shape) {
  std::int64_t bytes = static_cast<std::int64_t>(item_size(dtype));
  for (const std::int64_t size : shape) bytes = checked_product(bytes, size, "the result");
  const std::int64_t machine = physical_memory();
  if (machine > 0 && bytes > machine) {
    throw OutOfMemory("the result would take " + gibibytes(bytes) + "; this machine has " +
                      gibibytes(machine) + " of memory");
  }
}

bool interpreter_ends() {
#if PY_VERSION_HEX >= 0x030D0000
  return Py_IsFinalizing() != 0;
#else
  return _Py_IsFinalizing() != 0;
#endif
}

}  // namespace

View view_of(const py::array& array, const char* name) {
  return make_view(array, static_cast<const std::byte*>(array.data()), name);
}

MutableView mutable_view_of(py::array& array, const char* name) {
  if (!array.writeable()) throw py::value_error(std::string(name) + " is read-only");
  return make_view(array, static_cast<std::byte*>(array.mutable_data()), name);
}

py::array output_like(const View& image, const py::object& out) {
  return output_of(result_dtype(image.dtype),
                   {image.shape.begin(), image.shape.begin() + image.ndim}, out);
}

py::array output_of(DType dtype, const std::vector<std::int64_t>& shape, const py::object& out) {
  if (out.is_none()) {
    check_fits(dtype, shape);
    return py::array(numpy_dtype(dtype), std::vector<py::ssize_t>(shape.begin(), shape.end()));
  }
  if (!py::isinstance<py::array>(out)) throw py::type_error("out is not a numpy.ndarray");
  py::array given = py::reinterpret_borrow<py::array>(out);
  const MutableView view = mutable_view_of(given, "out");
  if (view.dtype != dtype) {
    throw py::type_error("out has dtype " + std::string(py::str(given.dtype())) +
                         "; the result's is " + std::string(py::str(numpy_dtype(dtype))));
  }
  bool fits = static_cast<std::size_t>(view.ndim) == shape.size();
  for (std::size_t i = 0; fits && i < shape.size(); ++i) {
    fits = view.shape[i] == shape[i] && (view.strides[i] != 0 || view.shape[i] == 1);
  }
  if (!fits) throw py::value_error("out has not the shape of the result, one address per pixel");
  return given;
}

const double* weights_of(const py::array& array, int ndim, const char* name) {
  if (!py::isinstance<py::array_t<double>>(array) || array.ndim() != ndim || array.size() == 0 ||
      (array.flags() & py::array::c_style) == 0 ||
      reinterpret_cast<std::uintptr_t>(array.data()) % alignof(double) != 0) {
    throw py::value_error(std::string(name) + " is not a C-contiguous float64 array of " +
                          std::to_string(ndim) + " dimensions");
  }
  return static_cast<const double*>(array.data());
}

void check_axes(const View& image, const std::vector<int>& axes, std::size_t count) {
  bool right = !axes.empty() && axes.size() <= 3 && axes.size() == count;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    right = right && axes[i] >= (i == 0 ? 0 : axes[i - 1] + 1) && axes[i] < image.ndim;
  }
  if (!right) throw py::value_error("axes do not ascend, or are not as many as the kernel has");
}

void stop_for_good() {
  for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
}

bool poll_signals() {
  if (interpreter_ends()) return false;
  const PyGILState_STATE state = retake_gil([] { return PyGILState_Ensure(); });
  const bool stop = PyErr_CheckSignals() != 0;
  PyGILState_Release(state);
  return stop;
}

}  // namespace burnish::bind
