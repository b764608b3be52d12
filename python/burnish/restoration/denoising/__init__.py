"""Denoising: measuring noise and taking it away."""

from burnish.restoration.denoising.anscombe import anscombe, inverse_anscombe
from burnish.restoration.denoising.noise_level import (
    NoiseModel,
    estimate_noise_model,
    estimate_sigma,
)

__all__ = ["NoiseModel", "anscombe", "estimate_noise_model", "estimate_sigma", "inverse_anscombe"]
