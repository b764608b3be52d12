"""Restoration: recovering what was there."""

from burnish.restoration.deconvolution import richardson_lucy, unsupervised_wiener, wiener

__all__ = ["richardson_lucy", "unsupervised_wiener", "wiener"]
