"""Finite differences as correlations with their kernels."""

from __future__ import annotations

import functools

import numpy as np

from oracles import convolution


def laplace(image, *, axes=None, channel_axis=None, **border):
    image = np.asarray(image)
    if axes is None:
        channel = None if channel_axis is None else channel_axis % image.ndim
        axes = [axis for axis in range(image.ndim) if axis != channel]
    axes = [axes] if isinstance(axes, int) else axes
    unit = [0, 1, 0]
    kernel = sum(
        functools.reduce(
            np.multiply.outer, [np.array([1, -2, 1] if k == i else unit) for k in range(len(axes))]
        )
        for i in range(len(axes))
    )
    return convolution.correlate(image, kernel, axes=axes, **border)


def sobel(image, *, axis=-1, channel_axis=None, **border):
    image = np.asarray(image)
    channel = None if channel_axis is None else channel_axis % image.ndim
    kernel = functools.reduce(
        np.multiply.outer,
        [
            np.array([-1, 0, 1] if each == axis % image.ndim else [1, 2, 1])
            for each in range(image.ndim)
            if each != channel
        ],
    )
    return convolution.correlate(image, kernel, channel_axis=channel_axis, **border)
