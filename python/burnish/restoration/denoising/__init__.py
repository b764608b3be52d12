"""Denoising: measuring noise and taking it away."""

from burnish.restoration.denoising.anscombe import anscombe, inverse_anscombe
from burnish.restoration.denoising.noise_level import estimate_sigma

__all__ = ["anscombe", "estimate_sigma", "inverse_anscombe"]
