"""The two steps of an image pyramid, axis by axis in float64, and the Laplacian pyramid of them."""

from __future__ import annotations

import numpy as np

from oracles import convolution

TAPS = np.array([1, 4, 6, 4, 1]) / 16


def filtered(ndim: int, channel_axis: int | None) -> list[int]:
    channel = None if channel_axis is None else channel_axis % ndim
    return [axis for axis in range(ndim) if axis != channel]


def _modes(mode, axes) -> list[str]:
    return [mode] * len(axes) if isinstance(mode, str) else list(mode)


def reduce(image, *, mode="reflect", cval=0.0, channel_axis=None):
    image = np.asarray(image).astype(np.float64)
    axes = filtered(image.ndim, channel_axis)
    for axis, border in zip(axes, _modes(mode, axes), strict=True):
        image = convolution.correlate1d(image, TAPS, axis=axis, mode=border, cval=cval)
        image = image[(slice(None),) * axis + (slice(None, None, 2),)]
    return image


def expand(image, *, shape=None, mode="reflect", cval=0.0, channel_axis=None):
    image = np.asarray(image).astype(np.float64)
    axes = filtered(image.ndim, channel_axis)
    if shape is None:
        shape = [2 * n if axis in axes else n for axis, n in enumerate(image.shape)]
    for axis, border in zip(axes, _modes(mode, axes), strict=True):
        widths = [(1, 1) if each == axis else (0, 0) for each in range(image.ndim)]
        padded = np.moveaxis(convolution.pad(image, widths, border, cval), axis, 0)
        wide = np.empty((shape[axis], *padded.shape[1:]))
        for i in range(len(wide)):
            before, here, after = padded[i // 2], padded[i // 2 + 1], padded[i // 2 + 2]
            with np.errstate(invalid="ignore", over="ignore"):
                even = before / 8 + here * 0.75 + after / 8
                odd = here / 2 + after / 2
            wide[i] = odd if i % 2 else even
        image = np.moveaxis(wide, 0, axis)
    return image


def laplacian(image, *, max_layer=-1, **options):
    layer = np.asarray(image).astype(np.float64)
    axes = filtered(layer.ndim, options.get("channel_axis"))
    layers = []
    while len(layers) != max_layer and any(layer.shape[axis] > 1 for axis in axes):
        coarser = reduce(layer, **options)
        layers.append(layer - expand(coarser, shape=layer.shape, **options))
        layer = coarser
    return [*layers, layer]
