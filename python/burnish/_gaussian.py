"""The sampled Gaussian and its derivatives."""

from __future__ import annotations

import numpy as np

from burnish._arrays import Array

__all__ = ["LEAST_SIGMA", "gaussian_kernel", "gaussian_reach"]

LEAST_SIGMA = 1e-15  # SciPy's: below it an axis is not filtered


def gaussian_reach(sigma: float, truncate: float) -> int:
    """Return to how many pixels beside the centre a Gaussian is sampled."""
    return int(truncate * sigma + 0.5)


def gaussian_kernel(sigma: float, reach: int, order: int = 0) -> Array:
    """Return a derivative of order 0 to 2 of a sampled Gaussian, for convolution.

    The samples of the Gaussian sum to 1; its derivatives are those of the continuous one with the
    same factor. A derivative wants a `reach` of 1 or more.
    """
    if reach == 0:
        return np.ones(1)
    x = np.arange(-reach, reach + 1) / sigma
    weights = np.exp(-0.5 * x**2)
    weights /= weights.sum()
    if order == 1:
        weights *= -x / sigma
    elif order == 2:
        weights *= (x**2 - 1) / sigma / sigma
    result: Array = weights
    return result
