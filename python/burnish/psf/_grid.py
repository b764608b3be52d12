"""The grid that point-spread functions are laid on: its sides, its centre, the sum of 1."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from burnish._arrays import Array, as_float, as_integer, as_integers

__all__ = [
    "as_extent",
    "as_shape",
    "as_sides",
    "axes_of",
    "centred",
    "from_quadrant",
    "reaches_within",
    "unit_sum",
]

_LARGEST_SIDE = 2_000_001  # pixels


def as_extent(value: Any, name: str, *, minimum: float = 0.0, maximum: float) -> float:
    """Return a length in pixels."""
    extent = as_float(value, name)
    if not minimum <= extent <= maximum:
        raise ValueError(f"{name} is {extent:g}; accepted is {minimum:g} to {maximum:g}")
    return extent


def axes_of(value: Any, name: str, ndim: Any) -> int:
    """Return how many axes a PSF has whose `value` is one for each, or one for all of `ndim`."""
    count = as_integer(ndim, "ndim", minimum=1, maximum=3)
    if not isinstance(value, (Sequence, np.ndarray)) or isinstance(value, (str, bytes)):
        return count
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return count
    if not 1 <= len(value) <= 3:
        raise ValueError(f"{name} has {len(value)} entries; accepted are 1 to 3, one for each axis")
    return len(value)


def as_shape(size: Any, reaches: Sequence[int]) -> tuple[int, ...]:
    """Return the sides of a PSF; None: its centre and what it reaches to either side of that."""
    if size is not None:
        return as_sides(size, len(reaches))
    return _with_room(tuple(2 * reach + 1 for reach in reaches))


def as_sides(size: Any, ndim: int) -> tuple[int, ...]:
    """Return the sides of a PSF that must be given."""
    return _with_room(as_integers(size, "size", ndim, minimum=1, maximum=_LARGEST_SIDE))


def _with_room(shape: tuple[int, ...]) -> tuple[int, ...]:
    needed = math.prod(shape) * 8
    if needed > sys.maxsize:  # NumPy would call that a ValueError
        raise MemoryError(f"a PSF of shape {shape} takes {needed // 2**60} EiB")
    return shape


def reaches_within(shape: Sequence[int]) -> tuple[int, ...]:
    """Return how many pixels there are to both sides of the centre of each axis."""
    return tuple((size - 1) // 2 for size in shape)


def centred(pattern: Array, shape: tuple[int, ...]) -> Array:
    """Lay a pattern of odd sides on zeros, its middle on ``size // 2`` of each axis."""
    if pattern.shape == shape:
        return pattern
    result = np.zeros(shape)
    starts = [size // 2 - side // 2 for size, side in zip(shape, pattern.shape, strict=True)]
    place = [slice(start, start + side) for start, side in zip(starts, pattern.shape, strict=True)]
    result[tuple(place)] = pattern
    return result


def from_quadrant(quadrant: Array) -> Array:
    """Return the whole of a pattern of which only rows and columns from the centre on are given."""
    mirrored = [np.abs(np.arange(1 - side, side)) for side in quadrant.shape]
    result: Array = quadrant[np.ix_(*mirrored)]
    return result


def unit_sum(weights: Array) -> Array:
    """Return weights that are not negative and not all zero, made to sum to 1."""
    scaled = weights / weights.max()  # the sum of huge or tiny ones would leave the range
    scaled /= math.fsum(scaled.flat)  # NumPy's own sum may be wrong by more than 1e-15
    result: Array = scaled
    return result
