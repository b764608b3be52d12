"""Derivatives by finite differences."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
from numpy.typing import ArrayLike

from burnish._arrays import Array, Mode, as_axis, as_image, filtered_axes
from burnish.filters.convolution import correlate_axes

__all__ = ["laplace", "sobel"]


def laplace(
    image: ArrayLike,
    *,
    mode: Mode | Sequence[Mode] = "reflect",
    cval: float = 0.0,
    axes: int | Sequence[int] | None = None,
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Add up the second differences ``[1, -2, 1]`` along all axes: the discrete Laplacian.

    Parameters
    ----------
    image : array_like
        1-D to 3-D (depth, row, column), with one axis more where `channel_axis` is given. The
        result is signed: unsigned integers come back without its negative values, so make them
        float or signed first.
    mode, cval, axes, channel_axis, out, workers
        As in `gaussian_filter`.

    Returns
    -------
    ndarray
        The image's shape and dtype; float32 for float16. See `convolve` for dtypes and rounding.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As `convolve`.

    Notes
    -----
    NaN and infinity spread over the 3-pixel box around them, where SciPy's spread along its axes.

    See Also
    --------
    gaussian_filter : Second derivatives of a smoothed image, with ``order=2``.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> burnish.laplace(np.array([0.0, 1.0, 4.0, 9.0, 16.0]))
    array([ 1.,  2.,  2.,  2., -7.])
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    filtered = filtered_axes(axes, array.ndim, channels)
    count = len(filtered)
    kernel = np.zeros((3,) * count)
    for axis in range(count):
        kernel[tuple(slice(None) if i == axis else 1 for i in range(count))] += [1, -2, 1]
    return correlate_axes(
        array, filtered, kernel, mode, cval, 0, "direct", out, workers, turned=False
    )


def sobel(
    image: ArrayLike,
    *,
    axis: int = -1,
    mode: Mode | Sequence[Mode] = "reflect",
    cval: float = 0.0,
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Differentiate along one axis by ``[-1, 0, 1]`` and smooth along the others by ``[1, 2, 1]``.

    Parameters
    ----------
    image : array_like
        1-D to 3-D (depth, row, column), with one axis more where `channel_axis` is given. The
        result is signed: unsigned integers come back without its negative values, so make them
        float or signed first.
    axis : int
        The axis to differentiate along; not that of the channels.
    mode, cval, channel_axis, out, workers
        As in `gaussian_filter`.

    Returns
    -------
    ndarray
        The image's shape and dtype; float32 for float16. As in SciPy it is not normalised: a slope
        of 1 gives 8 in a picture. See `convolve` for dtypes and rounding.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As `convolve`.

    Notes
    -----
    Beyond a ``"constant"`` border lies an image of `cval`, whose derivative is 0, where SciPy takes
    `cval` for the derivative.

    See Also
    --------
    gaussian_filter : Derivatives of a smoothed image, with ``order=1``.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> burnish.sobel(np.array([[0.0, 1.0, 4.0, 9.0]] * 3), axis=1)
    array([[ 4., 16., 32., 20.],
           [ 4., 16., 32., 20.],
           [ 4., 16., 32., 20.]])
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    along = as_axis(axis, "axis", array.ndim)
    filtered = filtered_axes(None, array.ndim, channels)
    if along == channels:
        raise ValueError(f"axis is {axis}, which is channel_axis")
    factors = [[-1.0, 0.0, 1.0] if each == along else [1.0, 2.0, 1.0] for each in filtered]
    kernel = reduce(np.multiply.outer, factors[1:], np.array(factors[0]))
    return correlate_axes(
        array, filtered, kernel, mode, cval, 0, "auto", out, workers, turned=False
    )
