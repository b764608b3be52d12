"""Denoising: measuring noise and taking it away."""

from burnish.restoration.denoising.noise_level import estimate_sigma

__all__ = ["estimate_sigma"]
