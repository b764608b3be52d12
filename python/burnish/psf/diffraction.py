"""Diffraction: the image of a point by a perfect lens."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from burnish._arrays import Array
from burnish.psf._grid import (
    as_extent,
    as_shape,
    centred,
    from_quadrant,
    reaches_within,
    unit_sum,
)

__all__ = ["airy"]

_FIRST_ZERO = 3.8317059702075125  # of the Bessel function J1: the first dark ring
_FIFTH_ZERO = 16.470630050877634
# Below a tenth of a pixel the whole pattern lies in one; finer nodes would cost and show nothing.
_LEAST_RADIUS = 0.1
_LARGEST_RADIUS = 200_000.0  # pixels

# Where J1 changes from its integral to its asymptotic series; both are exact to the last digits
# there: the first alias of 72 nodes is J71(32) = 1e-17, the first term left out 2e-17.
_FAR = 32.0
_NODES = np.sin((np.arange(18) + 0.5) * np.pi / 36)
_TERMS = np.cumprod([1.0, *((4 - (2 * k - 1) ** 2) / (8 * k) for k in range(1, 16))])
_TERMS *= [1, 1, -1, -1] * 4


def airy(radius: float, *, size: int | Sequence[int] | None = None) -> Array:
    """Return an Airy pattern: diffraction by a circular aperture, in focus and without aberrations.

    Its intensity ``(2 * J1(v) / v)**2``, with v of 3.83 at the first dark ring, is integrated over
    each pixel, as a sensor does: samples at the pixels' centres would miss the rings where those
    are as narrow as pixels, as they are in most cameras.

    Parameters
    ----------
    radius : float
        The first dark ring's in pixels, 0.1 to 200 000: ``0.61 * wavelength / NA`` divided by the
        width of a pixel in the object (a microscope), ``1.22 * wavelength * f_number`` divided by
        that on the sensor (a camera).
    size : int, sequence of int or None
        Sides in pixels, for both axes or one each. None takes those that hold the fifth dark ring,
        ``2 * ceil(4.3 * radius) + 1``: up to 4 % of the light fall outside. Whatever the size, what
        is inside is made to sum to 1.

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
    The error is below 1e-12 of the largest weight.

    References
    ----------
    .. [1] M. Born, E. Wolf, Principles of Optics, 7th edition, 1999, section 8.5.2.

    See Also
    --------
    disk : A lens far out of focus.

    Examples
    --------
    >>> from burnish import psf
    >>> psf.airy(1.5, size=(1, 7)).round(3)
    array([[0.002, 0.009, 0.155, 0.667, 0.155, 0.009, 0.002]])
    """
    ring = as_extent(radius, "radius", minimum=_LEAST_RADIUS, maximum=_LARGEST_RADIUS)
    reach = math.ceil(ring * _FIFTH_ZERO / _FIRST_ZERO)
    shape = as_shape(size, (reach, reach))
    nodes, weights = np.polynomial.legendre.leggauss(_nodes_per_pixel(ring))
    rows, columns = (np.arange(reach + 1.0) for reach in reaches_within(shape))
    quadrant = np.zeros((len(rows), len(columns)))
    across = columns[:, None] + nodes / 2
    for node, weight in zip(nodes / 2, weights, strict=True):
        distance = np.hypot((rows + node)[:, None, None], across)
        quadrant += weight * (_amplitude(distance * (_FIRST_ZERO / ring)) ** 2 @ weights)
    return centred(unit_sum(from_quadrant(quadrant)), shape)


def _nodes_per_pixel(radius: float) -> int:
    """Return how many nodes of Gauss and Legendre along a pixel's side give 1e-12."""
    return 4 + math.ceil(6 / radius)


def _amplitude(v: Array) -> Array:
    """Return ``2 * J1(v) / v`` for `v` not below 0."""
    result = np.empty_like(v)
    far = v > _FAR
    distant, near = v[far], np.maximum(v[~far], 1e-100)  # where it is 1 to the last bit
    result[far] = 2 * _bessel_far(distant) / distant
    result[~far] = 2 * _bessel_near(near) / near
    return result


def _bessel_near(v: Array) -> Array:
    """Return J1 as the mean of sin(t) * sin(v * sin(t)) over a turn, whose four quarters are equal.

    The mean over equal steps converges faster than any power of their number.
    """
    total = np.zeros_like(v)
    for node in _NODES:
        total += node * np.sin(v * node)
    return total / len(_NODES)


def _bessel_far(v: Array) -> Array:
    """Return J1 by Hankel's asymptotic series."""
    even = np.polyval(_TERMS[::2][::-1], 1 / v**2)
    odd = np.polyval(_TERMS[1::2][::-1], 1 / v**2) / v
    phase = v - 0.75 * np.pi
    result: Array = np.sqrt(2 / (np.pi * v)) * (even * np.cos(phase) - odd * np.sin(phase))
    return result
