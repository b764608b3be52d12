"""Non-local means by their definition: every patch against every other, in float64."""

from __future__ import annotations

import itertools

import numpy as np


def denoise_nl_means(
    image,
    *,
    patch_size,
    patch_distance,
    h,
    sigma=0.0,
    patch_kernel="box",
    search_frames=0,
    channel_axis=None,
    frames_axis=None,
):
    """Denoise an image or, with `frames_axis`, a stack of them; all parameters are numbers."""
    image = np.asarray(image).astype(np.float64)
    pixels = _last_axis(image, channel_axis)
    frames = None
    if frames_axis is not None:
        frames = frames_axis % image.ndim
        if channel_axis is not None:
            frames -= frames > channel_axis % image.ndim
        pixels = np.moveaxis(pixels, frames, 0)
    ndim = pixels.ndim - 1
    patch, window = [patch_size] * ndim, [patch_distance] * ndim
    if frames is not None:
        patch[0], window[0] = 1, search_frames
    result = _means(pixels, patch, window, h, sigma, patch_kernel, frames is not None)
    if frames is not None:
        result = np.moveaxis(result, 0, frames)
    if channel_axis is None:
        return result[..., 0]
    return np.moveaxis(result, -1, channel_axis)


def _last_axis(image, channel_axis):
    if channel_axis is None:
        return image[..., np.newaxis]
    return np.moveaxis(image, channel_axis, -1)


def patch_weights(size, kind):
    """How much the pixels of a patch count along one axis; they sum to 1."""
    if kind == "box":
        return np.full(size, 1 / size)
    x = np.arange(size) - size // 2
    deviation = (size - 1) / 4 or 1.0
    weights = np.exp(-(x**2) / (2 * deviation**2))
    return weights / weights.sum()


def _means(pixels, patch, window, h, sigma, kind, frames):
    shape = pixels.shape[:-1]
    reach = [p // 2 + w for p, w in zip(patch, window, strict=True)]
    padded = np.pad(pixels, [(r, r) for r in reach] + [(0, 0)], mode="reflect")
    axes = [patch_weights(size, kind) for size in patch]

    def shifted(by):
        return padded[
            tuple(slice(r + b, r + b + n) for r, b, n in zip(reach, by, shape, strict=True))
        ]

    total = np.zeros(shape)
    sums = np.zeros(pixels.shape)
    for offset in itertools.product(*(range(-w, w + 1) for w in window)):
        distance = np.zeros(shape)
        for place in itertools.product(*(range(size) for size in patch)):
            weight = np.prod([axis[i] for axis, i in zip(axes, place, strict=True)])
            at = [i - size // 2 for i, size in zip(place, patch, strict=True)]
            there = [a + o for a, o in zip(at, offset, strict=True)]
            distance += weight * ((shifted(at) - shifted(there)) ** 2).mean(axis=-1)
        weight = np.exp(-np.maximum(distance - 2 * sigma**2, 0) / h**2)
        if frames:
            other = np.arange(shape[0]) + offset[0]
            weight[(other < 0) | (other >= shape[0])] = 0
        total += weight
        sums += weight[..., np.newaxis] * shifted(offset)
    return sums / total[..., np.newaxis]
