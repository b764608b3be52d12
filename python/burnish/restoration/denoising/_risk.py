"""How far a denoiser is off, told from the noisy image alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np

from burnish._arrays import Array

__all__ = ["UnbiasedRisk", "sample"]

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


class UnbiasedRisk:
    """Stein's estimate of the sum of squared errors, but for what does not depend on the denoiser.

    The divergence is that along one random direction (Ramani, Blu, Unser 2008), the same for all.
    """

    def __init__(self, noisy: Array, sigma: float) -> None:
        self._noisy = noisy
        self._sigma = sigma
        self._step = 0.1 * sigma
        self._direction = np.random.default_rng(0).choice(
            np.array([-1, 1], noisy.dtype), noisy.shape
        )
        self._moved = noisy + np.asarray(self._step, noisy.dtype) * self._direction

    def __call__(self, denoise: Callable[[Array], Array]) -> float:
        result = denoise(self._noisy).astype(np.float64)
        difference = denoise(self._moved) - result
        divergence = float(np.sum(self._direction * difference)) / self._step
        errors = float(np.sum((result - self._noisy) ** 2))
        return errors + 2 * self._sigma * self._sigma * divergence
