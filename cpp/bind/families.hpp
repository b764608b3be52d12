// What each bind_*.cpp adds to the module.
#pragma once

#include <pybind11/pybind11.h>

namespace burnish::bind {

void bind_anscombe(pybind11::module_& m);
void bind_convolution(pybind11::module_& m);
void bind_hot_pixels(pybind11::module_& m);
void bind_inpainting_biharmonic(pybind11::module_& m);
void bind_inpainting_exemplar(pybind11::module_& m);
void bind_inpainting_patch(pybind11::module_& m);
void bind_inpainting_telea(pybind11::module_& m);
void bind_metrics(pybind11::module_& m);
void bind_nl_means(pybind11::module_& m);
void bind_noise_level(pybind11::module_& m);
void bind_pyramids(pybind11::module_& m);
void bind_richardson_lucy(pybind11::module_& m);
void bind_runtime(pybind11::module_& m);
void bind_sharpening(pybind11::module_& m);
void bind_smoothing(pybind11::module_& m);
void bind_spectral(pybind11::module_& m);
void bind_unsupervised_wiener(pybind11::module_& m);
void bind_wiener(pybind11::module_& m);

}  // namespace burnish::bind
