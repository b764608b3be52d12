"""Convolution and correlation with any kernel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from burnish import _core
from burnish._arrays import (
    Array,
    Mode,
    as_axis,
    as_choice,
    as_float,
    as_image,
    as_modes,
    as_origins,
    as_out,
    as_weights,
    as_workers,
    computing_dtype,
    deliver,
    filtered_axes,
    refuse_not_finite,
    turned_kernel,
)
from burnish._method import fastest_method
from burnish._separable import TOLERANCE, separable_factors

__all__ = ["convolve", "convolve1d", "correlate", "correlate1d"]

Method = Literal["auto", "direct", "separable", "fft"]

_METHODS = ("auto", "direct", "separable", "fft")


def convolve(
    image: ArrayLike,
    weights: ArrayLike,
    *,
    mode: Mode | Sequence[Mode] = "reflect",
    cval: float = 0.0,
    origin: int | Sequence[int] = 0,
    axes: int | Sequence[int] | None = None,
    channel_axis: int | None = None,
    method: Method = "auto",
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Convolve an image with a kernel.

    The kernel is turned by 180 degrees and laid over every pixel:
    ``result[i] = sum_j image[i - j + centre] * weights[j]`` with ``centre = size // 2 + origin`` on
    each axis (for an even size the pixel right of the middle).

    Parameters
    ----------
    image : array_like
        1-D to 3-D (depth, row, column), with one axis more where `channel_axis` is given. float16,
        float32, float64 or an integer of 8 to 64 bits, in any byte order and with any strides.
    weights : array_like
        The kernel: finite real numbers, with as many dimensions as the image is filtered along. It
        may be larger than the image and of even size.
    mode : {"reflect", "mirror", "nearest", "wrap", "constant"} or a sequence of them
        What lies beyond the border, for all filtered axes or one each, as in SciPy: reflect
        ``d c b a | a b c d | d c b a``, mirror ``d c b | a b c d | c b a``, nearest
        ``a a a a | a b c d | d d d d``, wrap ``a b c d | a b c d | a b c d``, constant ``cval``.
    cval : float
        The value beyond the border with ``mode="constant"``, in the image's units.
    origin : int or sequence of int
        Shifts the kernel from its centre, per filtered axis or for all; from ``-(size // 2)`` to
        ``(size - 1) // 2``.
    axes : int, sequence of int or None
        The axes to filter along, in the order of the kernel's; the others are filtered one by one.
        None takes all but the channels.
    channel_axis : int or None
        The axis that holds the channels, each convolved with the same kernel. None: no such axis.
    method : {"auto", "direct", "separable", "fft"}
        "direct" sums over all taps. "separable" runs one pass per axis and refuses a kernel that is
        not an outer product (its distance from one may be at most 1e-7 of its sum of magnitudes for
        what is computed in float32, 1e-13 in float64). "fft" multiplies spectra, at a cost that
        hardly grows with the kernel, and refuses an image whose transform is not finite: one that
        holds NaN or infinity, or (float32) values beyond some 1e30. "auto" takes the one that is
        predicted to be the fastest; the choice depends on shapes, dtype, weights and instruction
        set alone, but that "direct" takes over where "fft" would refuse.
    out : ndarray or None
        Where the result goes: the result's shape and dtype, native and aligned; a plain ndarray or
        a memmap. It may overlap the image, at the price of a temporary copy. After an interrupted
        call it is half written.
    workers : int or None
        How many threads to use at most; None takes `get_num_threads`. The result does not depend on
        it, bit for bit.

    Returns
    -------
    ndarray
        The image's shape and dtype, in C order; float32 for float16. Images of 8 and 16 bits are
        computed in float32, wider integers in float64, and rounded half to even and saturated at
        the end: an int64 or uint64 beyond 2**53 is first rounded to a multiple of a power of two,
        as float64 holds it.

    Raises
    ------
    TypeError
        If the image is bool, complex or anything but real numbers, or an argument has the wrong
        type.
    ValueError
        If a shape, axis, origin, mode or weight is out of the range above, or ``method="fft"``
        refuses the image; `out` may then be half written.
    MemoryError
        If the result can't fit into memory.

    Notes
    -----
    The error is at most 1e-6 (float32) or 1e-12 (float64) of ``sum|weights| * max|image|``, `cval`
    being part of the image; with separable kernels so much for each axis; with "fft" twice as much
    (float32), and everywhere: where the answer should be 0, a trace of the bright parts is left.
    NaN and infinity spread over the kernel's box around them and no further.

    Beside the result each thread uses some megabytes; with kernels of hundreds of taps along an
    axis more, up to 32 MB for a volume and otherwise to as much as the image in the dtype that it
    is computed in. "fft" cuts the image into overlapping tiles (overlap-save, Stockham 1966 [1]_)
    that are a few times as large as the kernel, and needs two to three times the memory of such a
    tile for each thread, or of the padded image where the kernel is as large as that.

    References
    ----------
    .. [1] T. G. Stockham, "High-speed convolution and correlation", AFIPS Spring Joint Computer
       Conference 28, 229-233, 1966.

    See Also
    --------
    correlate : The same without turning the kernel.
    convolve1d : Along one axis.
    fftconvolve : The convolution of two arrays with zeros around both.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> image = np.zeros((5, 5), np.float32)
    >>> image[2, 2] = 1
    >>> burnish.convolve(image, [[0, 1, 0], [1, 4, 1], [0, 1, 2]])[1:4, 1:4]
    array([[0., 1., 0.],
           [1., 4., 1.],
           [0., 1., 2.]], dtype=float32)
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    filtered = filtered_axes(axes, array.ndim, channels)
    return correlate_axes(
        array, filtered, weights, mode, cval, origin, method, out, workers, turned=True
    )


def correlate(
    image: ArrayLike,
    weights: ArrayLike,
    *,
    mode: Mode | Sequence[Mode] = "reflect",
    cval: float = 0.0,
    origin: int | Sequence[int] = 0,
    axes: int | Sequence[int] | None = None,
    channel_axis: int | None = None,
    method: Method = "auto",
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Correlate an image with a kernel.

    The kernel is laid over every pixel as it is:
    ``result[i] = sum_j image[i + j - centre] * weights[j]`` with ``centre = size // 2 + origin`` on
    each axis.

    Parameters
    ----------
    image : array_like
        1-D to 3-D (depth, row, column), with one axis more where `channel_axis` is given.
    weights : array_like
        The kernel, with as many dimensions as the image is filtered along.
    mode, cval, axes, channel_axis, method, out, workers
        As in `convolve`.
    origin : int or sequence of int
        Shifts the kernel from its centre, per filtered axis or for all; from ``-(size // 2)`` to
        ``(size - 1) // 2``.

    Returns
    -------
    ndarray
        The image's shape and dtype; float32 for float16. See `convolve` for dtypes and rounding.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As `convolve`.

    See Also
    --------
    convolve : The same with the kernel turned by 180 degrees.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> burnish.correlate(np.array([1.0, 2.0, 4.0, 8.0]), [-1, 0, 1], mode="nearest")
    array([1., 3., 6., 4.])
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    filtered = filtered_axes(axes, array.ndim, channels)
    return correlate_axes(
        array, filtered, weights, mode, cval, origin, method, out, workers, turned=False
    )


def convolve1d(
    image: ArrayLike,
    weights: ArrayLike,
    *,
    axis: int = -1,
    mode: Mode | Sequence[Mode] = "reflect",
    cval: float = 0.0,
    origin: int = 0,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Convolve an image with a one-dimensional kernel along one axis.

    Parameters
    ----------
    image : array_like
        1-D to 4-D; every line along `axis` is filtered on its own.
    weights : array_like
        The kernel, 1-D.
    axis : int
        The axis to filter along.
    mode, cval, out, workers
        As in `convolve`.
    origin : int
        Shifts the kernel from its centre; from ``-(size // 2)`` to ``(size - 1) // 2``.

    Returns
    -------
    ndarray
        The image's shape and dtype; float32 for float16. See `convolve` for dtypes and rounding.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As `convolve`.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> burnish.convolve1d(np.array([[0.0, 0.0, 1.0, 0.0, 0.0]]), [1, 2, 3])
    array([[0., 1., 2., 3., 0.]])
    """
    array, _ = as_image(image, max_ndim=4)
    filtered = (as_axis(axis, "axis", array.ndim),)
    return correlate_axes(
        array, filtered, weights, mode, cval, origin, "direct", out, workers, turned=True
    )


def correlate1d(
    image: ArrayLike,
    weights: ArrayLike,
    *,
    axis: int = -1,
    mode: Mode | Sequence[Mode] = "reflect",
    cval: float = 0.0,
    origin: int = 0,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Correlate an image with a one-dimensional kernel along one axis.

    Parameters
    ----------
    image : array_like
        1-D to 4-D; every line along `axis` is filtered on its own.
    weights : array_like
        The kernel, 1-D.
    axis : int
        The axis to filter along.
    mode, cval, out, workers
        As in `convolve`.
    origin : int
        Shifts the kernel from its centre; from ``-(size // 2)`` to ``(size - 1) // 2``.

    Returns
    -------
    ndarray
        The image's shape and dtype; float32 for float16. See `convolve` for dtypes and rounding.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As `convolve`.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> burnish.correlate1d(np.array([[0.0, 0.0, 1.0, 0.0, 0.0]]), [1, 2, 3])
    array([[0., 3., 2., 1., 0.]])
    """
    array, _ = as_image(image, max_ndim=4)
    filtered = (as_axis(axis, "axis", array.ndim),)
    return correlate_axes(
        array, filtered, weights, mode, cval, origin, "direct", out, workers, turned=False
    )


def correlate_axes(
    array: Array,
    filtered: tuple[int, ...],
    weights: ArrayLike,
    mode: Mode | Sequence[Mode],
    cval: float,
    origin: int | Sequence[int],
    method: str,
    out: Array | None,
    workers: int | None,
    *,
    turned: bool,
) -> Array:
    """Correlate an image that was looked at along axes that were; look at the other arguments."""
    kernel = as_weights(weights, len(filtered))
    modes = as_modes(mode, len(filtered))
    border = as_float(cval, "cval", finite=False)
    origins = as_origins(origin, kernel.shape)
    as_choice(method, "method", _METHODS)
    result = as_out(out, array)
    threads = as_workers(workers)
    if turned:
        kernel, origins = turned_kernel(kernel, origins)
    if len(filtered) > 1 and filtered != tuple(sorted(filtered)):
        order = sorted(range(len(filtered)), key=filtered.__getitem__)
        kernel = np.ascontiguousarray(kernel.transpose(order))
        origins = tuple(origins[i] for i in order)
        modes = tuple(modes[i] for i in order)
        filtered = tuple(filtered[i] for i in order)

    finite = "constant" not in modes or math.isfinite(border)
    chosen, factors = method, None
    if method == "auto":
        chosen, factors = fastest_method(array, kernel, filtered, modes, finite=finite)
    elif method == "separable":
        factors = separable_factors(kernel, TOLERANCE[computing_dtype(array)])
        if factors is None:
            raise ValueError(
                "method is 'separable', but weights is not an outer product of its axes"
            )
    elif method == "fft" and not finite:
        raise ValueError(f"cval is {border}; with method 'fft' it must be finite")

    def compute(target: Array | None) -> Array:
        place = (filtered, origins, modes, border)
        if chosen == "fft":
            result = _core.correlate_spectral(array, kernel, *place, False, target, threads)
            if result is not None:
                return result
            if method == "fft":
                refuse_not_finite("image")
        if factors is not None:
            return _core.correlate_separable(array, factors, *place, target, threads)
        return _core.correlate(array, kernel, *place, target, threads)

    return deliver(result, array, compute)
