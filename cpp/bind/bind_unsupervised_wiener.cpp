#include <pybind11/stl.h>

#include <cmath>
#include <memory>
#include <utility>

#include "bind/arguments.hpp"
#include "bind/array.hpp"
#include "bind/families.hpp"
#include "ops/unsupervised_wiener.hpp"

namespace burnish::bind {
namespace {

struct Chain {
  std::unique_ptr<ops::WienerChain> chain;
  py::array result;
  DType dtype;  // of the image
  std::vector<std::int64_t> shape;
  bool keeps_samples;
  bool has_mean = false;
};

constexpr const char* chain_name = "burnish.unsupervised_wiener";

Chain& chain_of(const py::capsule& capsule) {
  if (PyCapsule_IsValid(capsule.ptr(), chain_name) == 0) throw py::type_error("that is no chain");
  return *static_cast<Chain*>(PyCapsule_GetPointer(capsule.ptr(), chain_name));
}

// None where the image is not finite.
py::object start(const py::array& image, const py::array& weights,
                 const std::vector<std::int64_t>& origins, const py::array& prior,
                 const std::vector<std::int64_t>& prior_origins, bool keeps_samples,
                 const py::object& out, int workers) {
  const View in = view_of(image, "image");
  std::vector<int> axes;
  for (int axis = 0; axis < in.ndim; ++axis) axes.push_back(axis);
  const Kernel kernel = kernel_of(in, weights, axes, origins);
  const Kernel rough = kernel_of(in, prior, axes, prior_origins);
  auto result = std::make_unique<Chain>();
  result->result = output_like(in, out);
  result->dtype = in.dtype;
  result->shape.assign(in.shape.begin(), in.shape.begin() + in.ndim);
  result->keeps_samples = keeps_samples;
  without_gil([&] {
    result->chain = ops::wiener_chain(in, kernel.taps, kernel.weights, rough.taps, rough.weights,
                                      keeps_samples, workers);
  });
  if (result->chain == nullptr) return py::none();
  return py::capsule(result.release(), chain_name,
                     [](void* chain) { delete static_cast<Chain*>(chain); });
}

py::tuple scale(const py::capsule& handle) {
  const Chain& chain = chain_of(handle);
  return py::make_tuple(chain.chain->unit(), chain.chain->variance());
}

// The precisions must keep what is drawn with them finite.
py::tuple step(const py::capsule& handle, double noise_precision, double prior_precision,
               std::uint64_t key, std::int64_t iteration, bool counts, bool compares,
               const py::object& normals, int workers) {
  Chain& chain = chain_of(handle);
  if (!(noise_precision > 0) || !std::isfinite(noise_precision)) {
    throw py::value_error("noise_precision must be a positive number");
  }
  if (!(prior_precision >= 0) || !std::isfinite(prior_precision)) {
    throw py::value_error("prior_precision must be 0 or a positive number");
  }
  if (iteration < 0 || iteration >= std::int64_t{1} << 31) {
    throw py::value_error("iteration must be below 2^31 and not negative");
  }
  const double* given = nullptr;
  if (!normals.is_none()) {
    if (!py::isinstance<py::array>(normals)) throw py::type_error("normals is no array");
    const auto array = py::reinterpret_borrow<py::array>(normals);
    given = weights_of(array, static_cast<int>(chain.shape.size()) + 1, "normals");
    bool fits = array.shape(0) == 2;
    for (std::size_t i = 0; i < chain.shape.size(); ++i) {
      const bool last = i + 1 == chain.shape.size();
      const std::int64_t size = last ? chain.shape[i] / 2 + 1 : chain.shape[i];
      fits = fits && array.shape(static_cast<py::ssize_t>(i) + 1) == size;
    }
    if (!fits) throw py::value_error("normals are not two for each frequency");
  }
  ops::WienerSums sums{};
  without_gil([&] {
    sums = chain.chain->step({noise_precision, prior_precision, key, iteration, given, counts,
                              compares && chain.has_mean},
                             workers);
  });
  chain.has_mean = chain.has_mean || counts;
  return py::make_tuple(sums.residual, sums.prior, sums.change);
}

py::array mean(const py::capsule& handle, int workers) {
  Chain& chain = chain_of(handle);
  if (!chain.has_mean) throw py::value_error("chain has no sample that counts");
  const MutableView target = mutable_view_of(chain.result, "out");
  without_gil([&] { chain.chain->mean(target, workers); });
  return chain.result;
}

py::array sample(const py::capsule& handle, int workers) {
  Chain& chain = chain_of(handle);
  if (!chain.keeps_samples) throw py::value_error("chain keeps no samples");
  const DType dtype = computed_in_double(chain.dtype) ? DType::f64 : DType::f32;
  py::array result = output_of(dtype, chain.shape, py::none());
  const MutableView target = mutable_view_of(result, "out");
  without_gil([&] { chain.chain->sample(target, workers); });
  return result;
}

}  // namespace

void bind_unsupervised_wiener(py::module_& m) {
  m.def("unsupervised_wiener_start", &start, py::arg("image"), py::arg("weights"),
        py::arg("origins"), py::arg("prior"), py::arg("prior_origins"), py::arg("keeps_samples"),
        py::arg("out").none(true), py::arg("workers"));
  m.def("unsupervised_wiener_scale", &scale, py::arg("chain"));
  m.def("unsupervised_wiener_step", &step, py::arg("chain"), py::arg("noise_precision"),
        py::arg("prior_precision"), py::arg("key"), py::arg("iteration"), py::arg("counts"),
        py::arg("compares"), py::arg("normals").none(true), py::arg("workers"));
  m.def("unsupervised_wiener_mean", &mean, py::arg("chain"), py::arg("workers"));
  m.def("unsupervised_wiener_sample", &sample, py::arg("chain"), py::arg("workers"));
}

}  // namespace burnish::bind
