"""Preparing the edges of an image for periodic deconvolution."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from burnish._arrays import (
    Array,
    as_image,
    as_workers,
    computing_dtype,
    filtered_axes,
    in_c_order,
)
from burnish.filters.convolution import convolve
from burnish.psf._blur import as_blur

__all__ = ["edge_taper"]


def edge_taper(
    image: ArrayLike,
    psf: ArrayLike,
    *,
    channel_axis: int | None = None,
    workers: int | None = None,
) -> Array:
    """Blur the edges of an image, so that opposite ones meet smoothly.

    Deconvolution by Fourier transforms takes the image for one period of an endless pattern, whose
    jumps from edge to edge ring. Here the image goes over, towards its edges, into its own periodic
    blur, which has no jumps that the point-spread function could not have made.

    Parameters
    ----------
    image : array_like
        1-D to 3-D (depth, row, column), with one axis more where `channel_axis` is given. float16,
        float32, float64 or an integer of 8 to 64 bits.
    psf : array_like
        The point-spread function that the image will be deconvolved with, with as many dimensions
        as the image beside its channels. It need not sum to 1; see `normalize`.
    channel_axis : int or None
        The axis that holds the channels, each blurred on its own. None: no such axis.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it.

    Returns
    -------
    ndarray
        The image's shape and dtype; float32 for float16. Integers are rounded half to even. Pixels
        farther from the edges than the PSF is long keep their values; those of integers beyond
        2**53 are rounded to float64 like all the others.

    Raises
    ------
    TypeError
        If the image or the PSF is bool, complex or anything but real numbers, or an argument has
        the wrong type.
    ValueError
        If the PSF has other weights than `normalize` takes or another number of axes, or an
        argument is out of the range above.
    MemoryError
        If the result can't fit into memory.

    Notes
    -----
    Along each axis the image's share in a pixel is ``1 - R(d) / R(0)``, where d is its distance
    from the nearer edge and R the autocorrelation of the PSF summed over the other axes; the shares
    along the axes are multiplied. That is MATLAB's ``edgetaper`` for PSFs up to half the image's
    size, which are all that it takes; an axis that the PSF does not blur is left alone here.

    Beside the result it uses up to three times the image's memory, in the dtype that it is computed
    in.

    References
    ----------
    .. [1] S. J. Reeves, Fast image restoration without boundary artifacts, IEEE Transactions on
       Image Processing 14 (2005), 1448-1453.

    See Also
    --------
    burnish.convolve : With ``mode="wrap"``, the periodic blur.

    Examples
    --------
    >>> import numpy as np
    >>> from burnish import psf
    >>> psf.edge_taper(np.arange(8.0), psf.box(3, ndim=1)).round(2)
    array([2.67, 1.  , 2.  , 3.  , 4.  , 5.  , 6.  , 4.33])
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    axes = filtered_axes(None, array.ndim, channels)
    kernel = as_blur(psf, axes)
    as_workers(workers)
    floats = in_c_order(array, computing_dtype(array))
    blurred = convolve(floats, kernel, mode="wrap", channel_axis=channels, workers=workers)
    shares = [
        _share(
            kernel.sum(axis=tuple(j for j in range(kernel.ndim) if j != i)), array.shape[axis]
        ).astype(floats.dtype)
        for i, axis in enumerate(axes)
    ]
    share = functools.reduce(np.multiply.outer, shares)
    if channels is not None:
        share = np.expand_dims(share, channels)
    with np.errstate(over="ignore", invalid="ignore"):
        blurred *= 1 - share
        blurred += share * floats
    np.copyto(blurred, floats, where=share == 1)  # 0 times infinity is NaN
    return blurred if array.dtype.kind == "f" else _saturated(blurred, array.dtype)


def _share(line: Array, size: int) -> Array:
    """Return the image's share along an axis of this size that is blurred by `line`."""
    blurring = np.flatnonzero(line)
    line = line[blurring[0] : blurring[-1] + 1]
    if len(line) == 1:
        return np.ones(size)
    place = np.arange(size)
    distance = np.minimum(place, place[::-1])
    reached = min(len(line), int(distance.max()) + 1)
    overlap = np.array([(line[d:] * line[: len(line) - d]).sum() for d in range(reached)])
    share = np.ones(size)
    near = distance < reached
    share[near] -= overlap[distance[near]] / overlap[0]
    return share


def _saturated(values: Array, dtype: np.dtype[Any]) -> Array:
    """Return floats as integers, rounded half to even and saturated."""
    info = np.iinfo(dtype)
    rounded = np.maximum(np.rint(values), float(info.min))
    # float(info.max) of 64 bits is one too many.
    high = rounded >= float(info.max)
    rounded[high] = 0
    result: Array = rounded.astype(dtype)
    result[high] = info.max
    return result
