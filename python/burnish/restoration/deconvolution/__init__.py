"""Deconvolution: undoing a blur whose point-spread function is known."""

from burnish.restoration.deconvolution.richardson_lucy import richardson_lucy
from burnish.restoration.deconvolution.wiener import wiener

__all__ = ["richardson_lucy", "wiener"]
