"""Restoration: recovering what was there."""

from burnish.restoration.deconvolution import richardson_lucy, unsupervised_wiener, wiener
from burnish.restoration.denoising import anscombe, estimate_sigma, inverse_anscombe

__all__ = [
    "anscombe",
    "estimate_sigma",
    "inverse_anscombe",
    "richardson_lucy",
    "unsupervised_wiener",
    "wiener",
]
