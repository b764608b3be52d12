"""Restoration: recovering what was there."""

from burnish.restoration.deconvolution import richardson_lucy, unsupervised_wiener, wiener
from burnish.restoration.denoising import (
    NoiseModel,
    anscombe,
    denoise_color,
    denoise_nl_means,
    denoise_poisson,
    estimate_noise_model,
    estimate_sigma,
    inverse_anscombe,
    remove_hot_pixels,
)
from burnish.restoration.inpainting import (
    inpaint_biharmonic,
    inpaint_exemplar,
    inpaint_patch,
    inpaint_telea,
)

__all__ = [
    "NoiseModel",
    "anscombe",
    "denoise_color",
    "denoise_nl_means",
    "denoise_poisson",
    "estimate_noise_model",
    "estimate_sigma",
    "inpaint_biharmonic",
    "inpaint_exemplar",
    "inpaint_patch",
    "inpaint_telea",
    "inverse_anscombe",
    "remove_hot_pixels",
    "richardson_lucy",
    "unsupervised_wiener",
    "wiener",
]
