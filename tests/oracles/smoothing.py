"""Gaussians, sampled at whole pixels and made to sum to 1, and means over boxes."""

from __future__ import annotations

import math

import numpy as np

from oracles import convolution


def gaussian(sigma: float, truncate: float, radius: int | None = None, order: int = 0):
    """Return the samples at -radius to radius of a derivative of the Gaussian."""
    reach = math.floor(truncate * sigma + 0.5) if radius is None else radius
    if reach == 0 or sigma == 0:
        return np.ones(1)
    places = range(-reach, reach + 1)
    samples = [math.exp(-(x * x) / (2 * sigma * sigma)) for x in places]
    total = math.fsum(samples)
    slopes = {
        0: lambda x: 1.0,
        1: lambda x: -x / sigma**2,
        2: lambda x: x * x / sigma**4 - 1 / sigma**2,
    }
    return np.array([slopes[order](x) * g / total for x, g in zip(places, samples, strict=True)])


def gaussian_kernels(ndim, sigma, *, order=0, truncate=4.0, radius=None, axes=None, **_):
    """Return the filtered axes and the kernel of each, for convolution."""
    axes = _axes(ndim, axes, _.get("channel_axis"))
    sigmas, orders, radii = (_each(value, len(axes)) for value in (sigma, order, radius))
    return axes, [
        gaussian(s, truncate, r, o) for s, r, o in zip(sigmas, radii, orders, strict=True)
    ]


def gaussian_filter(image, sigma, *, mode="reflect", cval=0.0, **options):
    image = np.asarray(image)
    axes, kernels = gaussian_kernels(image.ndim, sigma, **options)
    turned = [kernel[::-1] for kernel in kernels]
    return convolution.correlate_lines(image, turned, mode=mode, cval=cval, axes=axes)


def uniform_filter(
    image, size=3, *, mode="reflect", cval=0.0, origin=0, axes=None, channel_axis=None
):
    image = np.asarray(image)
    axes = _axes(image.ndim, axes, channel_axis)
    lines = [np.full(n, np.longdouble(1) / n) for n in _each(size, len(axes))]
    return convolution.correlate_lines(image, lines, mode=mode, cval=cval, origin=origin, axes=axes)


def _each(value, count: int) -> list:
    return list(value) if isinstance(value, (list, tuple)) else [value] * count


def _axes(ndim: int, axes, channel_axis) -> tuple[int, ...]:
    if axes is not None:
        return (axes,) if isinstance(axes, int) else tuple(axes)
    channel = None if channel_axis is None else channel_axis % ndim
    return tuple(axis for axis in range(ndim) if axis != channel)
