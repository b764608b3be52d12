"""Point-spread functions of a formula: Gaussian, box, defocus and motion."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import numpy as np

from burnish._arrays import Array, as_float, as_floats
from burnish._gaussian import LEAST_SIGMA, gaussian_kernel, gaussian_reach
from burnish.psf._grid import (
    as_extent,
    as_shape,
    as_sides,
    axes_of,
    centred,
    from_quadrant,
    reaches_within,
    unit_sum,
)

__all__ = ["box", "disk", "gaussian", "motion"]

_TRUNCATE = 4.0  # standard deviations, as in gaussian_filter
_LARGEST_SIGMA = 250_000.0  # pixels, as in gaussian_filter
_LARGEST_EXTENT = 1_000_000.0  # pixels
# A path that passes a pixel's centre by less than this, in pixels, leaves below 1e-18 on the next
# one: rounding is not to add an empty line.
_TOUCHED = 1e-9


def gaussian(
    sigma: float | Sequence[float],
    *,
    size: int | Sequence[int] | None = None,
    ndim: int = 2,
) -> Array:
    """Return a Gaussian, sampled at whole pixels: the kernel of `burnish.gaussian_filter`.

    Parameters
    ----------
    sigma : float or sequence of float
        Standard deviation in pixels, 0 to 250 000, for all axes or one each; 0 does not blur.
    size : int, sequence of int or None
        Sides in pixels, for all axes or one each. None takes ``2 * int(4 * sigma + 0.5) + 1``.
        Smaller ones cut the Gaussian off and make the rest sum to 1.
    ndim : int
        The number of axes, 1 to 3, where `sigma` is one number; a sequence has one entry for each.

    Returns
    -------
    ndarray
        float64, sums to 1, symmetric about the pixel ``size // 2`` of each axis; the first line of
        an even side is empty.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong type or is out of the range above.
    MemoryError
        If the result can't fit into memory.

    See Also
    --------
    burnish.gaussian_filter : Blurring by it, axis by axis.

    Examples
    --------
    >>> from burnish import psf
    >>> psf.gaussian(0.5, ndim=1).round(3)
    array([0.   , 0.106, 0.787, 0.106, 0.   ])
    >>> psf.gaussian((0, 0.5), size=(1, 4)).round(3)
    array([[0.   , 0.107, 0.787, 0.107]])
    """
    sigmas = as_floats(sigma, "sigma", axes_of(sigma, "sigma", ndim), minimum=0.0)
    if max(sigmas) > _LARGEST_SIGMA:
        raise ValueError(f"sigma is {max(sigmas):g}; accepted is 0 to {_LARGEST_SIGMA:g}")
    shape = as_shape(size, [gaussian_reach(each, _TRUNCATE) for each in sigmas])
    lines = [
        gaussian_kernel(each, reach if each > LEAST_SIGMA else 0)
        for each, reach in zip(sigmas, reaches_within(shape), strict=True)
    ]
    return centred(unit_sum(functools.reduce(np.multiply.outer, lines)), shape)


def box(size: int | Sequence[int], *, ndim: int = 2) -> Array:
    """Return a box of equal weights: the kernel of `burnish.uniform_filter`.

    Parameters
    ----------
    size : int or sequence of int
        Sides in pixels, from 1 up, for all axes or one each.
    ndim : int
        The number of axes, 1 to 3, where `size` is one number; a sequence has one entry for each.

    Returns
    -------
    ndarray
        float64, sums to 1. The centre of an even side, ``size // 2``, is right of the middle: such
        a box moves what it blurs by half a pixel.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong type or is out of the range above.
    MemoryError
        If the result can't fit into memory.

    Examples
    --------
    >>> from burnish import psf
    >>> psf.box((1, 4))
    array([[0.25, 0.25, 0.25, 0.25]])
    """
    shape = as_sides(size, axes_of(size, "size", ndim))
    return np.full(shape, 1 / math.prod(shape))


def disk(radius: float, *, size: int | Sequence[int] | None = None) -> Array:
    """Return a disk of equal weights: defocus by geometrical optics.

    Each pixel weighs as much as the area of the disk inside it, exactly.

    Parameters
    ----------
    radius : float
        In pixels, 0 to 1 000 000; up to 0.5 the disk lies within one pixel. A lens of diameter D
        that is focused to an image distance v blurs a point whose image is at v + d to a radius of
        ``D * abs(d) / (2 * (v + d))``, divided by the width of a pixel.
    size : int, sequence of int or None
        Sides in pixels, for both axes or one each. None takes as many as the disk touches,
        ``2 * ceil(radius - 0.5) + 1``; more are filled with zeros, fewer are refused.

    Returns
    -------
    ndarray
        2-D, float64, sums to 1, symmetric about the pixel ``size // 2`` of each axis; the first
        line of an even side is empty.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong type or is out of the range above.
    MemoryError
        If the result can't fit into memory.

    See Also
    --------
    airy : A lens in focus.

    Examples
    --------
    >>> from burnish import psf
    >>> psf.disk(1).round(3)
    array([[0.025, 0.145, 0.025],
           [0.145, 0.318, 0.145],
           [0.025, 0.145, 0.025]])
    """
    extent = as_extent(radius, "radius", maximum=_LARGEST_EXTENT)
    reach = max(0, math.ceil(extent - 0.5))
    shape = _as_roomy_shape(size, (reach, reach), f"a disk of radius {extent:g}")
    areas = _quadrant_areas(extent, reach) if reach else np.ones((1, 1))
    return centred(unit_sum(from_quadrant(areas)), shape)


def _quadrant_areas(radius: float, reach: int) -> Array:
    """Return the area of a disk inside each pixel from its centre to `reach` on both axes.

    In each pixel the circle falls from the left to the right. Left of where it enters by the upper
    side the disk fills the pixel; from there to where it leaves by the lower side the area is that
    below the chord, and the segment between chord and arc. Nothing large cancels.
    """
    lower = np.arange(reach + 1) - 0.5
    lower[0] = 0.0  # of the pixels on an axis, half
    upper = np.arange(reach + 1) + 0.5
    left, right = lower, np.minimum(upper, radius)
    bottom, top = lower[:, None], upper[:, None]
    enters = np.clip(_circle(top, radius), left, right)
    leaves = np.clip(_circle(bottom, radius), left, right)
    start, end = _circle(enters, radius), _circle(leaves, radius)
    chord = np.hypot(leaves - enters, start - end)
    angle = 2 * np.arcsin(np.minimum(chord / (2 * radius), 1.0))
    segment = radius**2 / 2 * (angle - np.sin(angle))
    filled = (enters - left) * (top - bottom)
    areas: Array = filled + (leaves - enters) * ((start + end) / 2 - bottom) + segment
    areas[0] *= 2
    areas[:, 0] *= 2
    return np.maximum(areas, 0.0)  # rounding


def _circle(x: Array, radius: float) -> Array:
    """Return how high the circle is at `x`; 0 beyond it."""
    result: Array = np.sqrt(np.maximum(radius - x, 0.0) * (radius + x))
    return result


def motion(length: float, angle: float = 0.0, *, size: int | Sequence[int] | None = None) -> Array:
    """Return a straight path at constant speed: the camera or the subject moved.

    The path runs from ``-length / 2`` to ``length / 2``. Each of its points is shared by the four
    pixels around it, as in linear interpolation, and the shares are integrated exactly.

    Parameters
    ----------
    length : float
        The distance moved while the shutter was open, in pixels, 0 to 1 000 000; 0 does not blur.
    angle : float
        Direction in degrees, counter-clockwise from the direction of growing columns as the image
        is seen: 90 points upwards, to smaller rows.
    size : int, sequence of int or None
        Sides in pixels, for both axes or one each. None takes as many as the path touches: where it
        covers e pixels of an axis, ``2 * ceil(e / 2) + 1``. More are filled with zeros, fewer are
        refused.

    Returns
    -------
    ndarray
        2-D, float64, sums to 1, symmetric about the pixel ``size // 2`` of each axis; the first
        line of an even side is empty.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong type or is out of the range above.
    MemoryError
        If the result can't fit into memory.

    Notes
    -----
    MATLAB's ``fspecial("motion", n)`` counts pixels: its horizontal path of n is n equal weights.

    Examples
    --------
    >>> from burnish import psf
    >>> psf.motion(2)
    array([[0.25, 0.5 , 0.25]])
    >>> psf.motion(2, 45).round(3)
    array([[0.   , 0.093, 0.083],
           [0.093, 0.46 , 0.093],
           [0.083, 0.093, 0.   ]])
    """
    extent = as_extent(length, "length", maximum=_LARGEST_EXTENT)
    degrees = as_float(angle, "angle")
    upwards, sideways = _direction(degrees)
    ends = (-upwards * extent / 2, sideways * extent / 2)
    reaches = tuple(max(0, math.ceil(abs(end) - _TOUCHED)) for end in ends)
    shape = _as_roomy_shape(size, reaches, f"a path of length {extent:g} at {degrees:g} degrees")
    return centred(unit_sum(_path(ends, reaches)), shape)


def _direction(angle: float) -> tuple[float, float]:
    """Return the sine and cosine of an angle in degrees up to a half turn, exact on the axes."""
    turned = math.remainder(angle, 180.0)  # there and back is the same path
    if abs(turned) <= 45.0:
        return math.sin(math.radians(turned)), math.cos(math.radians(turned))
    rest = math.radians(90.0 - abs(turned))
    return math.copysign(math.cos(rest), turned), math.sin(rest)


def _path(ends: tuple[float, float], reaches: tuple[int, ...]) -> Array:
    """Return the shares of a path from minus `ends` to `ends`, not yet made to sum to 1."""
    weights = np.zeros([2 * reach + 3 for reach in reaches])  # a margin for shares of nearly 0
    # Between the lines of the grid the shares are polynomials of degree 2: two nodes are exact.
    crossings = [
        np.arange(-reach, reach + 1) / end
        for end, reach in zip(ends, reaches, strict=True)
        if end != 0.0
    ]
    times = np.unique(np.clip(np.concatenate([[-1.0, 1.0], *crossings]), -1.0, 1.0))
    middles, halves = (times[1:] + times[:-1]) / 2, (times[1:] - times[:-1]) / 2
    for node in (-1 / math.sqrt(3), 1 / math.sqrt(3)):
        places = [(middles + node * halves) * end for end in ends]
        row, column = (np.floor(place).astype(np.intp) for place in places)
        below, right = places[0] - row, places[1] - column
        row += reaches[0] + 1
        column += reaches[1] + 1
        np.add.at(weights, (row, column), halves * (1 - below) * (1 - right))
        np.add.at(weights, (row + 1, column), halves * below * (1 - right))
        np.add.at(weights, (row, column + 1), halves * (1 - below) * right)
        np.add.at(weights, (row + 1, column + 1), halves * below * right)
    result: Array = weights + weights[::-1, ::-1]  # symmetric to the last bit
    return result[1:-1, 1:-1]


def _as_roomy_shape(
    size: int | Sequence[int] | None, reaches: tuple[int, ...], what: str
) -> tuple[int, ...]:
    """Return the sides of a PSF that must hold all that it `reaches`."""
    shape = as_shape(size, reaches)
    for side, room, reach in zip(shape, reaches_within(shape), reaches, strict=True):
        if room < reach:
            raise ValueError(f"size is {side}; {what} takes {2 * reach + 1} pixels or more")
    return shape
