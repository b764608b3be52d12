"""Deconvolution with convolutions as sums over taps, in float64."""

from __future__ import annotations

import numpy as np

from oracles import convolution

BORDERS = {"zero": "constant", "wrap": "wrap"}


def richardson_lucy(image, psf, *, num_iter, boundary="zero", channel_axis=None, least=1e-12):
    """Return the estimate after so many iterations, at first the same everywhere."""
    image = np.asarray(image).astype(np.float64)
    psf = np.asarray(psf, np.float64) / np.sum(psf, dtype=np.float64)
    options = {"mode": BORDERS[boundary], "channel_axis": channel_axis}
    turned = np.flip(psf)
    # Turned, an even PSF has its centre one pixel earlier.
    origin = tuple(-((size + 1) % 2) for size in psf.shape)
    channel = None if channel_axis is None else channel_axis % image.ndim
    axes = tuple(axis for axis in range(image.ndim) if axis != channel)
    largest = np.abs(image).max(axis=axes, keepdims=True)
    estimate = np.broadcast_to(largest, image.shape)
    for _ in range(num_iter):
        blurred = convolution.correlate(estimate, turned, origin=origin, **options)
        divisible = blurred > least * largest
        ratio = np.divide(image, blurred, out=np.zeros_like(image), where=divisible)
        estimate = estimate * convolution.correlate(ratio, psf, **options)
    return estimate
