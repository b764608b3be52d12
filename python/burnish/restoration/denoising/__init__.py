"""Denoising: measuring noise and taking it away."""

from burnish.restoration.denoising.color_noise import denoise_color
from burnish.restoration.denoising.hot_pixels import remove_hot_pixels
from burnish.restoration.denoising.nl_means import denoise_nl_means
from burnish.restoration.denoising.noise_level import estimate_sigma

__all__ = ["denoise_color", "denoise_nl_means", "estimate_sigma", "remove_hot_pixels"]
