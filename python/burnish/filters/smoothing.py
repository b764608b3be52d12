"""Smoothing by Gaussians, their derivatives, and boxes."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from burnish import _core
from burnish._arrays import (
    Array,
    Mode,
    as_float,
    as_floats,
    as_image,
    as_integers,
    as_modes,
    as_origins,
    as_out,
    as_workers,
    deliver,
    filtered_axes,
)
from burnish._gaussian import LEAST_SIGMA, gaussian_kernel, gaussian_reach

__all__ = ["gaussian_filter", "uniform_filter"]

_LARGEST_REACH = 1_000_000  # pixels; weights beyond it would take longer than anyone waits


def gaussian_filter(
    image: ArrayLike,
    sigma: float | Sequence[float],
    *,
    order: int | Sequence[int] = 0,
    mode: Mode | Sequence[Mode] = "reflect",
    cval: float = 0.0,
    truncate: float = 4.0,
    radius: int | Sequence[int] | None = None,
    axes: int | Sequence[int] | None = None,
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Convolve an image with a Gaussian or with derivatives of a Gaussian.

    The Gaussian is sampled at whole pixels and made to sum to 1, as in `scipy.ndimage`.

    Parameters
    ----------
    image : array_like
        1-D to 3-D (depth, row, column), with one axis more where `channel_axis` is given. float16,
        float32, float64 or an integer of 8 to 64 bits.
    sigma : float or sequence of float
        Standard deviation in pixels, for all filtered axes or one each; 0 (1e-15 or less) leaves an
        axis as it is.
    order : int or sequence of int
        Which derivative to take, 0 to 2, for all filtered axes or one each. 0 smooths. Derivatives
        are signed: an image of unsigned integers comes back without its negative values.
    mode : {"reflect", "mirror", "nearest", "wrap", "constant"} or a sequence of them
        What lies beyond the border, for all filtered axes or one each; see `convolve`.
    cval : float
        The value beyond the border with ``mode="constant"``, in the image's units.
    truncate : float
        Where the Gaussian is cut off, in standard deviations: it reaches
        ``int(truncate * sigma + 0.5)`` pixels to either side.
    radius : int, sequence of int or None
        How many pixels the Gaussian reaches to either side, for all filtered axes or one each, in
        place of `truncate`.
    axes : int, sequence of int or None
        The axes to filter along; None takes all but the channels.
    channel_axis : int or None
        The axis that holds the channels, each filtered on its own. None: no such axis.
    out : ndarray or None
        Where the result goes: the result's shape and dtype. It may overlap the image, at the price
        of a temporary copy.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it.

    Returns
    -------
    ndarray
        The image's shape and dtype; float32 for float16. Integers are rounded half to even and
        saturated.

    Raises
    ------
    TypeError
        If the image is bool, complex or anything but real numbers, or an argument has the wrong
        type.
    ValueError
        If an argument is out of the range above, a derivative is to be taken with a Gaussian that
        reaches no pixel beside its centre, or a Gaussian reaches beyond 1 000 000 pixels.
    MemoryError
        If the result can't fit into memory.

    Notes
    -----
    The error is at most 1e-6 (float32) or 1e-12 (float64) of ``sum|weights| * max|image|`` for each
    filtered axis. NaN and infinity spread over the Gaussian's box around them and no further.

    Beyond a ``"constant"`` border lies an image of `cval`, whose derivatives are 0. SciPy filters
    axis by axis and takes `cval` for the value of the derivatives there too, so with a derivative
    and a `cval` other than 0 its answer is another.

    See Also
    --------
    uniform_filter : The mean over a box.
    burnish.unsharp_mask : Sharpening by a Gaussian.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> image = np.zeros((5, 5))
    >>> image[2, 2] = 16
    >>> burnish.gaussian_filter(image, 0.7)[2].round(2)
    array([0.09, 1.87, 5.2 , 1.87, 0.09])
    >>> burnish.gaussian_filter(np.arange(9.0), 1, order=1)[4].round(2)
    np.float64(1.0)
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    filtered = filtered_axes(axes, array.ndim, channels)
    count = len(filtered)
    sigmas = as_floats(sigma, "sigma", count, minimum=0.0)
    orders = as_integers(order, "order", count, minimum=0, maximum=2)
    modes = as_modes(mode, count)
    border = as_float(cval, "cval", finite=False)
    reaches = _reaches(sigmas, as_float(truncate, "truncate", minimum=0.0), radius)
    result = as_out(out, array)
    threads = as_workers(workers)
    for derivative, reach in zip(orders, reaches, strict=True):
        if derivative > 0 and reach == 0:
            raise ValueError(
                f"order is {derivative} along an axis that is left as it is: sigma is {sigma}, "
                f"truncate {truncate}, radius {radius}; a derivative wants a sigma above 1e-15 and "
                "a pixel beside the centre"
            )
    along = sorted(zip(filtered, sigmas, reaches, orders, modes, strict=True))
    factors = [
        gaussian_kernel(sigma, reach, order)[::-1].copy() for _, sigma, reach, order, _ in along
    ]

    def compute(target: Array | None) -> Array:
        return _core.correlate_separable(
            array,
            factors,
            [axis for axis, *_ in along],
            (0,) * count,
            [mode for *_, mode in along],
            border,
            target,
            threads,
        )

    return deliver(result, array, compute)


def _reaches(
    sigmas: tuple[float, ...], truncate: float, radius: int | Sequence[int] | None
) -> tuple[int, ...]:
    if radius is None:
        for sigma in sigmas:
            if truncate * sigma > _LARGEST_REACH:
                raise ValueError(
                    f"sigma is {sigma:g} and truncate {truncate:g}; accepted is a product of "
                    f"{_LARGEST_REACH} or less"
                )
        given = tuple(gaussian_reach(sigma, truncate) for sigma in sigmas)
    else:
        given = as_integers(radius, "radius", len(sigmas), minimum=0, maximum=_LARGEST_REACH)
    return tuple(
        reach if sigma > LEAST_SIGMA else 0 for sigma, reach in zip(sigmas, given, strict=True)
    )


def uniform_filter(
    image: ArrayLike,
    size: int | Sequence[int] = 3,
    *,
    mode: Mode | Sequence[Mode] = "reflect",
    cval: float = 0.0,
    origin: int | Sequence[int] = 0,
    axes: int | Sequence[int] | None = None,
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Take the mean over a box around every pixel.

    Time does not depend on the size of the box, up to boxes of several times the image.

    Parameters
    ----------
    image : array_like
        1-D to 3-D (depth, row, column), with one axis more where `channel_axis` is given. float16,
        float32, float64 or an integer of 8 to 64 bits.
    size : int or sequence of int
        Length of the box in pixels, from 1 up, for all filtered axes or one each. It may be larger
        than the image. The centre of an even length is right of the middle.
    mode : {"reflect", "mirror", "nearest", "wrap", "constant"} or a sequence of them
        What lies beyond the border, for all filtered axes or one each; see `convolve`.
    cval : float
        The value beyond the border with ``mode="constant"``, in the image's units.
    origin : int or sequence of int
        Shifts the box from its centre, to the left where positive; from ``-(size // 2)`` to
        ``(size - 1) // 2``.
    axes : int, sequence of int or None
        The axes to filter along; None takes all but the channels.
    channel_axis : int or None
        The axis that holds the channels, each filtered on its own. None: no such axis.
    out : ndarray or None
        Where the result goes: the result's shape and dtype. It may overlap the image, at the price
        of a temporary copy.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it.

    Returns
    -------
    ndarray
        The image's shape and dtype; float32 for float16. Integers are rounded half to even and
        saturated.

    Raises
    ------
    TypeError
        If the image is bool, complex or anything but real numbers, or an argument has the wrong
        type.
    ValueError
        If an argument is out of the range above.
    MemoryError
        If the result can't fit into memory.

    Notes
    -----
    Sums run from box to box by additions alone ([1]_, [2]_ find maxima so): nothing drifts, and NaN
    and infinity spread over the box around them and no further, where SciPy's reach to the end of
    the line. They are added up in float64 in chains of 16 pixels. The error is at most 1e-6
    (float32) of ``max|image|``; for float64 1e-12 with boxes of up to 10 000 pixels a side. In the
    last bits it may differ from one memory layout of an image to another.

    Boxes of at most 256 pixels a side (64 in volumes) take some megabytes per thread beside the
    result. Larger ones run axis by axis and take one more image (two for volumes) of the dtype that
    is computed in; a box of more than four times the image's length is folded to twice that length,
    whose time then grows with the length.

    References
    ----------
    .. [1] M. van Herk, A fast algorithm for local minimum and maximum filters on rectangular and
       octagonal kernels, Pattern Recognition Letters 13, 1992.
    .. [2] J. Gil, M. Werman, Computing 2-D min, median, and max filters, IEEE PAMI 15, 1993.

    See Also
    --------
    gaussian_filter : A mean that weighs near pixels more.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> burnish.uniform_filter(np.array([0.0, 0.0, 6.0, 0.0, 0.0, 0.0]), 3)
    array([0., 2., 2., 2., 0., 0.])
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    filtered = filtered_axes(axes, array.ndim, channels)
    sizes = as_integers(size, "size", len(filtered), minimum=1)
    modes = as_modes(mode, len(filtered))
    border = as_float(cval, "cval", finite=False)
    origins = as_origins(origin, sizes)
    result = as_out(out, array)
    threads = as_workers(workers)
    along = sorted(zip(filtered, sizes, origins, modes, strict=True))
    places, lengths, shifts, borders = zip(*along, strict=True)
    return deliver(
        result,
        array,
        lambda target: _core.uniform_filter(
            array, lengths, places, shifts, borders, border, target, threads
        ),
    )
