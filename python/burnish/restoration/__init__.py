"""Restoration: recovering what was there."""

from burnish.restoration.deconvolution import richardson_lucy, unsupervised_wiener, wiener
from burnish.restoration.denoising import remove_hot_pixels

__all__ = ["remove_hot_pixels", "richardson_lucy", "unsupervised_wiener", "wiener"]
