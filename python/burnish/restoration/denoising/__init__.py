"""Denoising: measuring noise and taking it away."""

from burnish.restoration.denoising.anscombe import anscombe, inverse_anscombe
from burnish.restoration.denoising.color_noise import denoise_color
from burnish.restoration.denoising.hot_pixels import remove_hot_pixels
from burnish.restoration.denoising.nl_means import denoise_nl_means
from burnish.restoration.denoising.noise_level import (
    NoiseModel,
    estimate_noise_model,
    estimate_sigma,
)
from burnish.restoration.denoising.poisson import denoise_poisson

__all__ = [
    "NoiseModel",
    "anscombe",
    "denoise_color",
    "denoise_nl_means",
    "denoise_poisson",
    "estimate_noise_model",
    "estimate_sigma",
    "inverse_anscombe",
    "remove_hot_pixels",
]
