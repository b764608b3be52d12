"""Convolution through the spectrum."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from burnish import _core
from burnish._arrays import (
    Array,
    as_choice,
    as_image,
    as_workers,
    computing_dtype,
    in_c_order,
    refuse_not_finite,
)

__all__ = ["fftconvolve"]

_MODES = ("full", "same", "valid")


def fftconvolve(
    in1: ArrayLike,
    in2: ArrayLike,
    *,
    mode: Literal["full", "same", "valid"] = "full",
    workers: int | None = None,
) -> Array:
    """Convolve two arrays, with zeros around both, through their Fourier transforms.

    ``result[i] = sum_j in1[i - j] * in2[j]`` over all j for which both exist.

    Parameters
    ----------
    in1, in2 : array_like
        1-D to 3-D, both with as many dimensions: float16, float32, float64 or integers of 8 to 64
        bits. Finite. Beside the result some four times the memory of the smaller one is used, or
        some megabytes if that is more, while the other is at least a few times as large.
    mode : {"full", "same", "valid"}
        Which part is returned, on each axis: "full" all ``n1 + n2 - 1`` values; "same" the middle
        `n1` of them; "valid" the ``n1 - n2 + 1`` ones that reach beyond neither array, for which
        one array must be at least as large as the other on every axis.
    workers : int or None
        How many threads to use at most; None takes `get_num_threads`. The result does not depend on
        it, bit for bit.

    Returns
    -------
    ndarray
        float32 if both arrays are float16, float32 or integers of 8 or 16 bits, else float64.

    Raises
    ------
    TypeError
        If an array is bool, complex or anything but real numbers.
    ValueError
        If the numbers of dimensions differ, an array is empty or holds NaN or infinity, all of a
        transform goes beyond the range of the result's dtype (where single values do, they may come
        out as infinity or NaN), or neither contains the other with ``mode="valid"``.
    MemoryError
        If the result can't fit into memory.

    Notes
    -----
    The error is of the order of 1e-7 (float32) or 1e-16 (float64) of the root of the product of the
    sums of squares of `in2` and of a tile of `in1`, neither being near the least numbers of the
    dtype: small values beside large ones are less exact than with `convolve`'s
    ``method="direct"``. Arrays that are much larger than the other are cut
    into overlapping tiles (overlap-save, Stockham 1966 [1]_).

    References
    ----------
    .. [1] T. G. Stockham, "High-speed convolution and correlation", AFIPS Spring Joint Computer
       Conference 28, 229-233, 1966.

    See Also
    --------
    convolve : The same size as the image, with a choice of borders and of methods.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> burnish.fftconvolve(np.array([1.0, 2.0, 3.0]), [0.0, 1.0, 0.5]).round(6) + 0.0
    array([0. , 1. , 2.5, 4. , 1.5])
    """
    one, _ = as_image(in1, max_ndim=3, name="in1")
    other, _ = as_image(in2, max_ndim=3, name="in2")
    if one.ndim != other.ndim:
        raise ValueError(
            f"in2 has {other.ndim} dimension(s), shape {other.shape}; in1 has {one.ndim}"
        )
    as_choice(mode, "mode", _MODES)
    threads = as_workers(workers)

    full = tuple(n + k - 1 for n, k in zip(one.shape, other.shape, strict=True))
    if mode == "full":
        shape, first = full, (0,) * one.ndim
        if other.size > one.size:
            one, other = other, one
    elif mode == "same":
        shape = one.shape
        first = tuple((k - 1) // 2 for k in other.shape)
    else:
        if _contains(other, one):
            one, other = other, one
        if not _contains(one, other):
            raise ValueError(
                f"in1 has shape {one.shape} and in2 {other.shape}; with mode 'valid' one must be "
                "at least as large as the other on every axis"
            )
        shape = tuple(n - k + 1 for n, k in zip(one.shape, other.shape, strict=True))
        first = tuple(k - 1 for k in other.shape)

    in_double = np.float64 in (computing_dtype(one), computing_dtype(other))
    turned = in_c_order(other[(slice(None, None, -1),) * other.ndim], np.dtype(np.float64))
    result: Array | None = None
    if np.isfinite(turned).all():
        result = _core.correlate_linear(one, turned, first, shape, in_double, threads)
    if result is None:
        refuse_not_finite("in1 or in2")
    return result


def _contains(one: Array, other: Array) -> bool:
    return all(n >= k for n, k in zip(one.shape, other.shape, strict=True))
