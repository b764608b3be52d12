"""Point-spread functions by what they mean, in small steps; places are counted from the centre."""

from __future__ import annotations

import itertools
import math

import numpy as np

from oracles import convolution, smoothing


def places(size: int) -> range:
    """Return how far each pixel of a side is from the centre."""
    return range(-(size // 2), size - size // 2)


def gaussian(sigmas, shape) -> np.ndarray:
    """Return the outer product of the samples; the first line of an even side is empty."""
    lines = []
    for sigma, size in zip(sigmas, shape, strict=True):
        samples = smoothing.gaussian(sigma, 0.0, radius=(size - 1) // 2)
        room = (size - len(samples) + 1) // 2
        lines.append(np.pad(samples, (room, size - len(samples) - room)))
    product = np.ones(())
    for line in lines:
        product = product[..., None] * line
    return product


def disk(radius: float, shape, steps: int = 4000) -> np.ndarray:
    """Return the mean length of the disk's chords inside each pixel, over many of them."""
    areas = np.zeros(shape)
    for i, y in enumerate(places(shape[0])):
        for j, x in enumerate(places(shape[1])):
            across = x + (np.arange(steps) + 0.5) / steps - 0.5
            half = np.sqrt(np.maximum(radius**2 - across**2, 0))
            inside = np.minimum(half, y + 0.5) - np.maximum(-half, y - 0.5)
            areas[i, j] = np.maximum(inside, 0).mean()
    return areas / areas.sum()


def motion(length: float, angle: float, shape, steps: int = 20_000) -> np.ndarray:
    """Return the mean, over many points of the path, of each one's shares in four pixels."""
    weights = np.zeros(shape)
    along = ((np.arange(steps) + 0.5) / steps - 0.5) * length
    y, x = -along * math.sin(math.radians(angle)), along * math.cos(math.radians(angle))
    for i, row in enumerate(places(shape[0])):
        for j, column in enumerate(places(shape[1])):
            tent = np.maximum(1 - abs(y - row), 0) * np.maximum(1 - abs(x - column), 0)
            weights[i, j] = tent.mean()
    return weights / weights.sum()


def airy(radius: float, shape) -> np.ndarray:
    """Return the light in each pixel: the squared Fourier transform of a disk, sampled finely."""
    nodes, parts = np.polynomial.legendre.leggauss(16 + int(6 / radius))
    weights = np.zeros(shape)
    for i, y in enumerate(places(shape[0])):
        for j, x in enumerate(places(shape[1])):
            distance = np.hypot((y + nodes / 2)[:, None], x + nodes / 2)
            v = distance * 3.8317059702075125 / radius
            weights[i, j] = parts @ aperture_transform(v) ** 2 @ parts
    return weights / weights.sum()


def aperture_transform(v: np.ndarray) -> np.ndarray:
    """Return the Fourier transform of a disk of radius 1 at the frequency v, 1 where that is 0."""
    # Chords of length 2 cos(t) across the aperture, at sin(t) from its middle; the sum over equal
    # steps is exact as soon as they are finer than the waves.
    steps = 40 + int(v.max())
    t = (np.arange(steps) + 0.5) * math.pi / steps
    total = sum(math.cos(each) ** 2 * np.cos(v * math.sin(each)) for each in t)
    return total * 2 / steps


def from_image(image, *, shape, center, background) -> np.ndarray:
    """Read each pixel by linear interpolation around it."""
    light = np.maximum(np.asarray(image).astype(np.float64) - background, 0)
    reaches = [(size - 1) // 2 for size in shape]
    result = np.zeros(shape)
    for index in itertools.product(*map(range, shape)):
        offsets = [i - size // 2 for i, size in zip(index, shape, strict=True)]
        if any(abs(k) > reach for k, reach in zip(offsets, reaches, strict=True)):
            continue  # the first line of an even side
        for corner in itertools.product((0, 1), repeat=light.ndim):
            place, weight = [], 1.0
            for middle, offset, step in zip(center, offsets, corner, strict=True):
                low = math.floor(middle + offset)
                share = middle + offset - low
                place.append(low + step)
                weight *= share if step else 1 - share
            if weight:
                result[index] += weight * light[tuple(place)]
    return result / result.sum()


def edge_taper(image, psf, *, channel_axis=None) -> np.ndarray:
    """Blend as MATLAB's edgetaper does, by Fourier transforms one shorter than the image."""
    image = np.asarray(image).astype(np.float64)
    psf = np.asarray(psf).astype(np.float64)
    psf = psf / psf.sum()
    channel = None if channel_axis is None else channel_axis % image.ndim
    axes = [axis for axis in range(image.ndim) if axis != channel]
    blurred = convolution.convolve(image, psf, mode="wrap", channel_axis=channel_axis)
    share = np.ones(image.shape)
    for i, axis in enumerate(axes):
        if psf.shape[i] == 1:
            continue
        line = psf.sum(axis=tuple(j for j in range(psf.ndim) if j != i))
        power = np.abs(np.fft.fft(line, image.shape[axis] - 1)) ** 2
        overlap = np.fft.ifft(power).real
        along = 1 - np.append(overlap, overlap[0]) / overlap.max()
        share *= along.reshape([-1 if each == axis else 1 for each in range(image.ndim)])
    return share * image + (1 - share) * blurred
