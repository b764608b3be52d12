"""The Wiener filter in float64: periodic scenes by NumPy's transforms, frames by dense matrices."""

from __future__ import annotations

import itertools

import numpy as np

BOUNDARIES = ("unknown", "reflect", "zero", "wrap")


def laplacian(ndim):
    """Return the discrete Laplacian."""
    kernel = np.zeros((3,) * ndim)
    for axis in range(ndim):
        line = np.zeros((3,) * ndim)
        line[(1,) * axis + (slice(None),) + (1,) * (ndim - axis - 1)] = [-1, 2, -1]
        kernel += line
    return kernel


def _next_fast(size, unit=1):
    """Return the least product of `unit`, factors 2, 3, 5 and one 11 that is not below `size`."""
    number = -(-size // unit)
    while True:
        rest = number // 11 if number % 11 == 0 else number
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return number * unit
        number += 1


def scene_shape(shape, psf_shape, reg_shape, boundary):
    """Return the period of the scene along each axis."""
    if boundary == "wrap":
        return tuple(shape)
    if boundary == "reflect":
        return tuple(2 * size for size in shape)
    least = [n + max(p, r - 1) for n, p, r in zip(shape, psf_shape, reg_shape, strict=True)]
    row = least[-1]
    return (
        *map(_next_fast, least[:-1]),
        _next_fast(row, 1 if row < 16 else 8 if row < 128 else 32),
    )


def place(kernel, shape):
    """Return a kernel as an image of one period, its centre in the first pixel."""
    placed = np.zeros(shape)
    for index, weight in np.ndenumerate(kernel):
        where = (
            (i - size // 2) % period
            for i, size, period in zip(index, kernel.shape, shape, strict=True)
        )
        placed[tuple(where)] += weight
    return placed


def _extended(image, shape, boundary):
    widths = [(0, period - size) for period, size in zip(shape, image.shape, strict=True)]
    return np.pad(image, widths, mode="symmetric" if boundary == "reflect" else "constant")


def _circulant(placed):
    """Return the matrix that convolves with what is placed."""
    positions = list(itertools.product(*map(range, placed.shape)))
    axes = tuple(range(placed.ndim))
    return np.stack([np.roll(placed, at, axes).ravel() for at in positions], axis=1)


def responses(shape, psf, reg, boundary):
    """Return the transforms of PSF and penalty over the scene of an image of this shape."""
    period = scene_shape(shape, psf.shape, reg.shape, boundary)
    return np.fft.fftn(place(psf, period)), np.fft.fftn(place(reg, period))


def filtered(image, psf, reg, balance, boundary):
    """Return the estimate of one volume."""
    period = scene_shape(image.shape, psf.shape, reg.shape, boundary)
    frame = tuple(slice(size) for size in image.shape)
    if boundary == "unknown":
        inside = np.zeros(period, bool)
        inside[frame] = True
        blur = _circulant(place(psf, period))[inside.ravel()]
        penalty = _circulant(place(reg, period))
        normal = blur.T @ blur + balance * (penalty.T @ penalty)
        scene = np.linalg.solve(normal, blur.T @ image.ravel())
        return scene.reshape(period)[frame]
    h, r = responses(image.shape, psf, reg, boundary)
    divisor = np.abs(h) ** 2 + balance * np.abs(r) ** 2
    factor = np.where(divisor > 0, h.conj(), 0) / np.where(divisor > 0, divisor, 1)
    spectrum = np.fft.fftn(_extended(image, period, boundary))
    return np.fft.ifftn(factor * spectrum).real[frame]


def _volumes(image, channel_axis):
    image = np.asarray(image).astype(np.float64)
    return [image] if channel_axis is None else list(np.moveaxis(image, channel_axis, 0))


def wiener(image, psf, *, balance, reg=None, boundary="unknown", channel_axis=None):
    """Return the estimate for a PSF of any sum."""
    psf = np.asarray(psf, np.float64) / np.sum(psf, dtype=np.float64)
    reg = laplacian(psf.ndim) if reg is None else np.asarray(reg, np.float64)
    done = [
        filtered(volume, psf, reg, balance, boundary) for volume in _volumes(image, channel_axis)
    ]
    return done[0] if channel_axis is None else np.stack(done, axis=channel_axis)


def best_balance(image, psf, *, reg=None, boundary="wrap"):
    """Return what generalised cross-validation chooses for a periodic scene, to 1e-3."""
    psf = np.asarray(psf, np.float64) / np.sum(psf, dtype=np.float64)
    reg = laplacian(psf.ndim) if reg is None else np.asarray(reg, np.float64)
    h, r = (np.abs(each) ** 2 for each in responses(image.shape, psf, reg, boundary))
    period = scene_shape(image.shape, psf.shape, reg.shape, boundary)
    power = np.abs(np.fft.fftn(_extended(image, period, boundary))) ** 2

    def error(exponent):
        loss = 2.0**exponent * r / (h + 2.0**exponent * r)
        return (loss**2 * power).sum() / loss.sum() ** 2

    middle, step = 0.0, 40.0
    exponents = np.arange(-40.0, 61)
    while step > 1e-3:
        middle = min(exponents, key=error)
        step = exponents[1] - exponents[0]
        exponents = middle + np.linspace(-step, step, 21)
    return 2.0**middle
