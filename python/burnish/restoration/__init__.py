"""Restoration: recovering what was there."""

from burnish.restoration.deconvolution import richardson_lucy, unsupervised_wiener, wiener
from burnish.restoration.denoising import (
    denoise_color,
    denoise_nl_means,
    estimate_sigma,
    remove_hot_pixels,
)

__all__ = [
    "denoise_color",
    "denoise_nl_means",
    "estimate_sigma",
    "remove_hot_pixels",
    "richardson_lucy",
    "unsupervised_wiener",
    "wiener",
]
