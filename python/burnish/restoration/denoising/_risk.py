"""How far a denoiser is off, told from the noisy image alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np

from burnish._arrays import Array

__all__ = ["sample", "unbiased_risk"]

# By the number of axes: pixels along each side of a crop, and crops along each axis at most. With
# 37,000 pixels what is chosen is within 0.1 dB of the best on photographs; with 14,000 it is 0.5 dB
# off at times.
_CROPS = {1: (576, 64), 2: (24, 8), 3: (12, 3)}


def sample(image: Array, axes: Sequence[int], dtype: np.dtype) -> Array:
    """Return crops of an image, evenly spread over these axes, one after the other."""
    side, count = _CROPS[len(axes)]
    starts = []
    for axis in axes:
        size = image.shape[axis]
        number = min(max(size // side, 1), count)
        starts.append(np.linspace(0, max(size - side, 0), number).astype(int))
    crops = []
    for corner in itertools.product(*starts):
        part = [slice(None)] * image.ndim
        for axis, start in zip(axes, corner, strict=True):
            part[axis] = slice(start, start + side)
        crops.append(image[tuple(part)])
    return np.stack(crops).astype(dtype)


def unbiased_risk(noisy: Array, denoise: Callable[[Array], Array], sigma: float) -> float:
    """Return Stein's estimate of the sum of squared errors, but for what does not depend on it.

    The divergence is that along one random direction (Ramani, Blu, Unser 2008), the same for all.
    """
    direction = np.random.default_rng(0).choice(np.array([-1, 1], noisy.dtype), noisy.shape)
    step = 0.1 * sigma
    result = denoise(noisy).astype(np.float64)
    moved = denoise(noisy + np.asarray(step, noisy.dtype) * direction)
    divergence = float(np.sum(direction * (moved - result))) / step
    return float(np.sum((result - noisy) ** 2)) + 2 * sigma * sigma * divergence
