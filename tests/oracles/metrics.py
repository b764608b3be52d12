"""Metrics by their definitions: every window is looked at by itself, in float64."""

from __future__ import annotations

import itertools
import math

import numpy as np

from oracles import convolution


def _doubles(image) -> np.ndarray:
    return np.asarray(image).astype(np.float64)


def _spread(mask, shape, channel_axis) -> np.ndarray:
    if mask is None:
        return np.ones(shape, bool)
    mask = np.asarray(mask)
    if channel_axis is not None:
        mask = np.stack([mask] * shape[channel_axis], axis=channel_axis % len(shape))
    return mask


def mse(image_true, image_test, *, mask=None, channel_axis=None) -> float:
    one, other = _doubles(image_true), _doubles(image_test)
    counted = _spread(mask, one.shape, channel_axis)
    difference = (one.astype(np.longdouble) - other)[counted]
    return float((difference**2).mean())


def psnr(image_true, image_test, *, data_range, mask=None, channel_axis=None) -> float:
    error = mse(image_true, image_test, mask=mask, channel_axis=channel_axis)
    return math.inf if error == 0 else 10 * math.log10(data_range**2 / error)


def gaussian(sigma: float) -> np.ndarray:
    reach = math.floor(3.5 * sigma + 0.5)
    weights = [math.exp(-(i * i) / (2 * sigma * sigma)) for i in range(-reach, reach + 1)]
    return np.array(weights) / math.fsum(weights)


def ssim(
    image_true,
    image_test,
    *,
    data_range,
    win_size=None,
    gaussian_weights=False,
    sigma=1.5,
    use_sample_covariance=True,
    K1=0.01,  # noqa: N803
    K2=0.03,  # noqa: N803
    mask=None,
    channel_axis=None,
):
    """Return the mean and the map."""
    one, other = _doubles(image_true), _doubles(image_test)
    window = gaussian(sigma) if gaussian_weights else np.full(win_size or 7, 1 / (win_size or 7))
    size = win_size or len(window)
    channel = None if channel_axis is None else channel_axis % one.ndim
    axes = [axis for axis in range(one.ndim) if axis != channel]
    pixels = size ** len(axes)
    scale = pixels / (pixels - 1) if use_sample_covariance else 1.0

    reach = len(window) // 2
    widths = [(reach, reach) if axis in axes else (0, 0) for axis in range(one.ndim)]
    padded = [convolution.pad(each, widths, "reflect", 0.0) for each in (one, other)]

    def windows():
        for tap in itertools.product(*[range(len(window))] * len(axes)):
            place = [slice(None)] * one.ndim
            for axis, offset in zip(axes, tap, strict=True):
                place[axis] = slice(offset, offset + one.shape[axis])
            weight = math.prod(window[offset] for offset in tap)
            yield weight, padded[0][tuple(place)], padded[1][tuple(place)]

    # Two passes, means first: variances then do not cancel.
    mean_x = sum(weight * x for weight, x, _ in windows())
    mean_y = sum(weight * y for weight, _, y in windows())
    var_x = scale * sum(weight * (x - mean_x) ** 2 for weight, x, _ in windows())
    var_y = scale * sum(weight * (y - mean_y) ** 2 for weight, _, y in windows())
    covariance = scale * sum(weight * (x - mean_x) * (y - mean_y) for weight, x, y in windows())
    c1, c2 = (K1 * data_range) ** 2, (K2 * data_range) ** 2
    similarity = ((2 * mean_x * mean_y + c1) * (2 * covariance + c2)) / (
        (mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2)
    )
    inside = tuple(
        slice(size // 2, length - size // 2) if axis in axes else slice(None)
        for axis, length in enumerate(one.shape)
    )
    counted = _spread(mask, one.shape, channel_axis)[inside]
    return float(similarity[inside][counted].mean()), similarity
