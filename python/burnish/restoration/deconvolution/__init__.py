"""Deconvolution: undoing a blur whose point-spread function is known."""

from burnish.restoration.deconvolution.richardson_lucy import richardson_lucy
from burnish.restoration.deconvolution.unsupervised_wiener import unsupervised_wiener
from burnish.restoration.deconvolution.wiener import wiener

__all__ = ["richardson_lucy", "unsupervised_wiener", "wiener"]
