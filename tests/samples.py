"""Images, kernels and awkward memory layouts that several test files share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def image(rng: np.random.Generator, shape, dtype) -> np.ndarray:
    """Return an image that uses the dtype's whole range (floats: a photograph's and beyond)."""
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return rng.normal(size=shape).astype(dtype)
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, size=shape, dtype=dtype, endpoint=True)


def pixels(light: np.ndarray, dtype) -> np.ndarray:
    """Return a picture of numbers near 1 in a dtype; of integers a quarter of the range is 1."""
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return light.astype(dtype)
    return (np.maximum(light, 0) * (min(np.iinfo(dtype).max, 2**40) / 4)).astype(dtype)


def kernel(rng: np.random.Generator, shape) -> np.ndarray:
    """Return a dense kernel of both signs whose magnitudes sum to one: no outer product."""
    weights = rng.normal(size=shape)
    return weights / np.abs(weights).sum()


def outer_product(rng: np.random.Generator, shape) -> np.ndarray:
    weights = np.ones(())
    for size in shape:
        weights = weights[..., None] * kernel(rng, size)
    return weights


def valid_origins(size: int) -> range:
    return range(-(size // 2), (size - 1) // 2 + 1)


def _with_gaps(array: np.ndarray) -> np.ndarray:
    store = np.zeros([2 * size for size in array.shape], array.dtype)
    view = store[(slice(None, None, 2),) * array.ndim]
    view[...] = array
    return view


def _reversed(array: np.ndarray) -> np.ndarray:
    turn = (slice(None, None, -1),) * array.ndim
    return np.ascontiguousarray(array[turn])[turn]


def _unaligned(array: np.ndarray) -> np.ndarray:
    store = np.zeros(array.nbytes + 1, np.uint8)
    view = store[1:].view(array.dtype).reshape(array.shape)
    view[...] = array
    return view


def _read_only(array: np.ndarray) -> np.ndarray:
    array = array.copy()
    array.flags.writeable = False
    return array


def _inside_a_larger_one(array: np.ndarray) -> np.ndarray:
    store = np.zeros([size + 3 for size in array.shape], array.dtype)
    view = store[tuple(slice(1, size + 1) for size in array.shape)]
    view[...] = array
    return view


class Subclass(np.ndarray):
    """A subclass that says nothing of its own."""


# Each gives the same pixels in another memory layout.
LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "C": np.ascontiguousarray,
    "Fortran": np.asfortranarray,
    "strided": _with_gaps,
    "negative strides": _reversed,
    "inside a larger one": _inside_a_larger_one,
    "unaligned": _unaligned,
    "big-endian": lambda array: array.astype(array.dtype.newbyteorder(">")),
    "unaligned big-endian": lambda array: _unaligned(array.astype(array.dtype.newbyteorder(">"))),
    "read-only": _read_only,
    "subclass": lambda array: array.view(Subclass),
}
OUT_LAYOUTS = ("C", "Fortran", "strided", "negative strides", "inside a larger one")
