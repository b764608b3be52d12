"""Denoising: taking away what is not of the scene."""

from burnish.restoration.denoising.hot_pixels import remove_hot_pixels

__all__ = ["remove_hot_pixels"]
