"""The linear unsharp mask: image + amount * (image - blurred), the Gaussian cut off at 4 sigma."""

from __future__ import annotations

import math

import numpy as np

from oracles import convolution


def gaussian(sigma: float) -> np.ndarray:
    reach = math.floor(4 * sigma + 0.5)
    if reach == 0:
        return np.ones(1)
    weights = [math.exp(-(i * i) / (2 * sigma * sigma)) for i in range(-reach, reach + 1)]
    return np.array(weights) / math.fsum(weights)


def unsharp_mask(image, *, radius=1.0, amount=1.0, channel_axis=None):
    image = np.asarray(image).astype(np.float64)
    channel = None if channel_axis is None else channel_axis % image.ndim
    blurred = image
    for axis in range(image.ndim):
        if axis != channel:
            blurred = convolution.correlate1d(blurred, gaussian(radius), axis=axis)
    return image + amount * (image - blurred)
