"""Deconvolution: undoing a blur whose point-spread function is known."""

from burnish.restoration.deconvolution.richardson_lucy import richardson_lucy

__all__ = ["richardson_lucy"]
