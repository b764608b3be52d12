"""Restoration: recovering what was there."""

from burnish.restoration.deconvolution import richardson_lucy, wiener

__all__ = ["richardson_lucy", "wiener"]
