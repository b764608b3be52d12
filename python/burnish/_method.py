"""The method of convolution that takes the least time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from burnish import _core
from burnish._arrays import Array, computing_dtype
from burnish._separable import TOLERANCE, separable_factors

__all__ = ["fastest_method"]

# Measured on two cores of a Zen 5. Less is done at once: other methods than "direct" gain less than
# the 5 us that asking for them takes.
_FEWEST_TAPS = 25
_LEAST_WORK = 700_000  # taps times pixels
# ns, with a margin for what the predictions are worth.
_TO_FIND_FACTORS = 40_000
_TO_FIND_FACTORS_PER_WEIGHT = 10


def fastest_method(
    image: Array, weights: Array, axes: Sequence[int], modes: Sequence[str], *, finite: bool
) -> tuple[Literal["direct", "separable", "fft"], list[Array] | None]:
    """Return the method, and the kernel's factors where it is "separable".

    The choice depends on shapes, dtype, weights and instruction set alone; `finite` says whether
    what lies beyond the border can be transformed.
    """
    if weights.size < _FEWEST_TAPS or weights.size * image.size < _LEAST_WORK:
        return "direct", None
    shape = [image.shape[axis] for axis in axes]
    dtype = computing_dtype(image)
    direct, separable, spectral = _core.convolution_time(
        shape,
        weights.shape,
        [mode == "wrap" for mode in modes],
        image.size // math.prod(shape),
        dtype == np.float64,
    )
    if not finite:
        spectral = math.inf
    to_find_factors = _TO_FIND_FACTORS + _TO_FIND_FACTORS_PER_WEIGHT * weights.size
    if separable + to_find_factors < min(direct, spectral):
        factors = separable_factors(weights, TOLERANCE[dtype])
        if factors is not None:
            return "separable", factors
    return ("fft" if spectral < direct else "direct"), None
