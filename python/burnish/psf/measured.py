"""Point-spread functions that were measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from burnish._arrays import Array, as_float, as_floats, as_image, in_c_order
from burnish.psf._grid import as_sides, centred, reaches_within, unit_sum

__all__ = ["from_image", "normalize"]


def normalize(psf: ArrayLike) -> Array:
    """Return a point-spread function as the others here are: float64, with a sum of 1.

    Parameters
    ----------
    psf : array_like
        1-D to 3-D; float16, float32, float64 or an integer of 8 to 64 bits. Its weights are finite,
        none negative and not all zero.

    Returns
    -------
    ndarray
        A copy in float64 that sums to 1, of the same shape: nothing is centred.

    Raises
    ------
    TypeError
        If `psf` is bool, complex or anything but real numbers.
    ValueError
        If it is empty, has more than 3 dimensions, or weights other than the above.

    Examples
    --------
    >>> from burnish import psf
    >>> psf.normalize([[1, 2, 1]])
    array([[0.25, 0.5 , 0.25]])
    """
    weights = in_c_order(as_image(psf, max_ndim=3, name="psf")[0], np.dtype(np.float64))
    if not np.isfinite(weights).all():
        raise ValueError("psf holds NaN or infinity; every weight must be finite")
    negative = int(np.count_nonzero(weights < 0))
    if negative:
        raise ValueError(
            f"psf holds {negative} negative weight(s), the least {weights.min():g}; accepted are "
            "weights from 0 up (psf.from_image takes a background away)"
        )
    if weights.max() == 0.0:
        raise ValueError("psf sums to 0; accepted is a sum above 0")
    return unit_sum(weights)


def from_image(
    image: ArrayLike,
    *,
    size: int | Sequence[int],
    center: float | Sequence[float] | None = None,
    background: float | None = None,
) -> Array:
    """Cut the point-spread function out of an image of a bead or star.

    The background is subtracted, what is then negative set to 0, and the rest shifted by linear
    interpolation so that `center` comes to lie on a pixel.

    Parameters
    ----------
    image : array_like
        1-D to 3-D (depth, row, column), without channels. float16, float32, float64 or an integer
        of 8 to 64 bits.
    size : int or sequence of int
        Sides of the result in pixels, for all axes or one each; odd ones at least twice as large as
        the bead looks, so that the rim shows the background.
    center : float, sequence of float or None
        Where the bead is, in pixels from the centre of the first one, for all axes or one each.
        None takes the centroid of what is brighter than the background in the window of this size
        around the brightest pixel.
    background : float or None
        In the image's units. None takes the median of the rim of the window.

    Returns
    -------
    ndarray
        float64, sums to 1, with `center` on the pixel ``size // 2`` of each axis; the first line of
        an even side is empty.

    Raises
    ------
    TypeError
        If the image is bool, complex or anything but real numbers, or an argument has the wrong
        type.
    ValueError
        If the window leaves the image (a fractional `center` wants one pixel more), a pixel in it
        is not finite, nothing in it is brighter than the background, or an argument is out of the
        range above.

    Notes
    -----
    The shift is along each axis a mean of two neighbours: it keeps the sum, and at half a pixel,
    where it blurs most, adds 1/4 to the variance. Noise above the background stays.

    Examples
    --------
    >>> import numpy as np
    >>> from burnish import psf
    >>> image = np.full((9, 9), 100.0)
    >>> image[3, 4:6] += 50, 150
    >>> psf.from_image(image, size=5)[2]
    array([0.    , 0.1875, 0.625 , 0.1875, 0.    ])
    """
    array, _ = as_image(image, max_ndim=3)
    shape = as_sides(size, array.ndim)
    reaches = reaches_within(shape)
    middle = None if center is None else as_floats(center, "center", array.ndim)
    dark = None if background is None else as_float(background, "background")
    if middle is None:
        peak = np.unravel_index(int(array.argmax()), array.shape)
        middle = _centroid(array, tuple(float(place) for place in peak), reaches, dark)
    return centred(unit_sum(_shifted(array, middle, reaches, dark)), shape)


def _centroid(
    array: Array, peak: tuple[float, ...], reaches: tuple[int, ...], dark: float | None
) -> tuple[float, ...]:
    """Return the centroid of the light in the window around a pixel."""
    light = _light(_window(array, peak, reaches), dark)
    total = light.sum()
    offsets = []
    for axis, reach in enumerate(reaches):
        line = light.sum(axis=tuple(other for other in range(light.ndim) if other != axis))
        offsets.append(float((line * np.arange(-reach, reach + 1)).sum() / total))
    return tuple(place + offset for place, offset in zip(peak, offsets, strict=True))


def _shifted(
    array: Array, middle: tuple[float, ...], reaches: tuple[int, ...], dark: float | None
) -> Array:
    """Return the light of the window whose centre, which may lie between pixels, is `middle`."""
    light = _light(_window(array, middle, reaches), dark)
    for axis, place in enumerate(middle):
        share = place % 1.0
        if share > 0.0:
            line = np.moveaxis(light, axis, 0)
            light = np.moveaxis((1 - share) * line[:-1] + share * line[1:], 0, axis)
    return light


def _window(array: Array, middle: tuple[float, ...], reaches: tuple[int, ...]) -> Array:
    """Return the pixels that a window reads: between pixels one more."""
    place = []
    for axis, (centre, reach, side) in enumerate(zip(middle, reaches, array.shape, strict=True)):
        first, last = int(centre // 1) - reach, int(-(-centre // 1)) + reach
        if first < 0 or last >= side:
            raise ValueError(
                f"the center is {centre:g} along axis {axis}, and size takes {reach} pixels to "
                f"either side of it; the image has 0 to {side - 1}"
            )
        place.append(slice(first, last + 1))
    window: Array = array[tuple(place)].astype(np.float64, order="C")
    if not np.isfinite(window).all():
        raise ValueError("image holds NaN or infinity in the window; every pixel must be finite")
    return window


def _light(window: Array, dark: float | None) -> Array:
    """Return by how much each pixel is brighter than the background, in any unit."""
    unit = max(float(np.abs(window).max()), np.finfo(np.float64).tiny)  # nothing may overflow
    if dark is None:
        rim = np.ones(window.shape, bool)
        rim[(slice(1, -1),) * window.ndim] = False
        dark = float(np.median(window[rim] / unit)) * unit
    unit = max(unit, abs(dark))
    light = np.maximum(window / unit - dark / unit, 0.0)
    if not light.any():
        raise ValueError(
            f"image has no pixel in the window that is brighter than the background of {dark:g}"
        )
    result: Array = light
    return result
