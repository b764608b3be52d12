"""Which method of convolution takes the least time."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from burnish import _core
from burnish._arrays import Array, computing_dtype

__all__ = ["direct_time", "separable_time", "spectral_time"]

# PLACEHOLDER
_LEVEL = _core.config()["instruction_set"]
_TAP = {"v4": 0.0065, "v3": 0.011, "baseline": 0.04}.get(_LEVEL, 0.02)


def _per_tap(array: Array) -> float:
    return _TAP * computing_dtype(array).itemsize / 4 * array.size


def direct_time(taps: Sequence[int], array: Array) -> float:
    return math.prod(taps) * _per_tap(array)


def separable_time(taps: Sequence[int], array: Array) -> float:
    return 2 * sum(taps) * _per_tap(array)


def spectral_time(
    taps: Sequence[int], array: Array, axes: Sequence[int], modes: Sequence[str]
) -> float:
    shape = [array.shape[axis] for axis in axes]
    batch = array.size // math.prod(shape)
    wraps = [mode == "wrap" for mode in modes]
    return batch * _core.spectral_time(shape, taps, wraps, computing_dtype(array) == np.float64)
