#include <exception>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "bind/array.hpp"
#include "bind/families.hpp"
#include "dispatch/dispatch.hpp"

PYBIND11_MODULE(_core, m, pybind11::mod_gil_not_used()) {
  namespace bind = burnish::bind;

  burnish::prepare_threads();
  burnish::choose_level();
  burnish::set_poll(bind::poll_signals);
  pybind11::register_exception_translator([](std::exception_ptr error) {
    try {
      std::rethrow_exception(error);
    } catch (const burnish::OutOfMemory& e) {
      PyErr_SetString(PyExc_MemoryError, e.what());
    }
  });

  m.doc() = "The compiled part of burnish. Use the functions of the package instead.";
  bind::bind_anscombe(m);
  bind::bind_convolution(m);
  bind::bind_hot_pixels(m);
  bind::bind_inpainting_biharmonic(m);
  bind::bind_inpainting_exemplar(m);
  bind::bind_inpainting_patch(m);
  bind::bind_inpainting_telea(m);
  bind::bind_metrics(m);
  bind::bind_nl_means(m);
  bind::bind_noise_level(m);
  bind::bind_pyramids(m);
  bind::bind_richardson_lucy(m);
  bind::bind_runtime(m);
  bind::bind_sharpening(m);
  bind::bind_smoothing(m);
  bind::bind_spectral(m);
  bind::bind_unsupervised_wiener(m);
  bind::bind_wiener(m);
}
