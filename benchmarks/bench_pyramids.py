"""Pyramids: one step down, one step up, and the bands of detail."""

from __future__ import annotations

import numpy as np

import burnish
from benchmarks import common
from benchmarks.common import Array, Workload

_TAPS = np.array([1, 4, 6, 4, 1]) / 16


def _reduced(window: Array) -> Array:
    from scipy import ndimage

    for axis in (0, 1):
        window = ndimage.convolve1d(window, _TAPS, axis=axis, mode="mirror")
    return window[::2, ::2]


def _expanded(window: Array) -> Array:
    from scipy import ndimage

    for axis in (0, 1):
        padded = np.pad(
            window, [(int(each == axis),) * 2 for each in range(window.ndim)], "reflect"
        )
        spread = np.zeros([n * (1 + (each == axis)) for each, n in enumerate(padded.shape)])
        before = (slice(None),) * axis
        spread[(*before, slice(None, None, 2))] = 2 * padded
        window = ndimage.convolve1d(spread, _TAPS, axis=axis)[(*before, slice(2, -2))]
    return window


def _image(size: int, dtype: str, channels: int) -> Array:
    shape = (size, size) if channels == 1 else (size, size, channels)
    image = common.random_image(shape, dtype)
    # cv2.pyrUp mirrors before the first pixel but repeats the last: the same for such an image.
    image[-2], image[:, -2] = image[-1], image[:, -1]
    return image


def reduce(size: int, dtype: str, channels: int) -> Workload:
    """Return the reduction of a square to half its size."""
    image = _image(size, dtype, channels)
    channel_axis = None if channels == 1 else 2

    def ours(threads: int):
        return lambda out: burnish.pyramid_reduce(
            image, mode="mirror", channel_axis=channel_axis, out=out, workers=threads
        )

    def cv2(threads: int):
        cv = common.opencv(threads)
        return lambda out: cv.pyrDown(image, out)

    return Workload(
        title=f"pyramid_reduce, {channels} channel(s), {dtype}",
        image=image,
        reach=4,
        magnitude=float(image.max()),
        flops=(5 + 2.5) * image.size,
        reference=_reduced,
        implementations={"burnish": ours, "cv2": cv2},
        shape=(size // 2, size // 2, *image.shape[2:]),
    )


def expand(size: int, dtype: str, channels: int) -> Workload:
    """Return the expansion of a square of half the size to this size."""
    image = _image(size // 2, dtype, channels)
    channel_axis = None if channels == 1 else 2

    def ours(threads: int):
        return lambda out: burnish.pyramid_expand(
            image, mode="mirror", channel_axis=channel_axis, out=out, workers=threads
        )

    def cv2(threads: int):
        cv = common.opencv(threads)
        return lambda out: cv.pyrUp(image, out)

    return Workload(
        title=f"pyramid_expand, {channels} channel(s), {dtype}",
        image=image,
        reach=4,
        magnitude=float(image.max()),
        flops=(5 + 10) * image.size,
        reference=_expanded,
        implementations={"burnish": ours, "cv2": cv2},
        shape=(2 * image.shape[0], 2 * image.shape[1], *image.shape[2:]),
    )


def laplacian(size: int, dtype: str, channels: int) -> Workload:
    """Return the finest layer of a Laplacian pyramid of a square, of which all are made."""
    image = _image(size, dtype, channels)
    channel_axis = None if channels == 1 else 2

    def ours(threads: int):
        return lambda out: burnish.pyramid_laplacian(
            image, mode="mirror", channel_axis=channel_axis, workers=threads
        )[0]

    return Workload(
        title=f"pyramid_laplacian, {channels} channel(s), {dtype}",
        image=image,
        reach=8,
        magnitude=2 * float(image.max()),
        flops=4 / 3 * (7.5 + 15 / 4 + 1) * image.size,
        reference=lambda window: window - _expanded(_reduced(window)),
        implementations={"burnish": ours},
    )


class Reduce(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "channels")
    params = (["burnish", "cv2"], [1, 2], [512, 2048], ["float32", "float64"], [1, 3])
    build = staticmethod(reduce)


class Expand(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "channels")
    params = (["burnish", "cv2"], [1, 2], [512, 2048], ["float32", "float64"], [1, 3])
    build = staticmethod(expand)


class Laplacian(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "channels")
    params = (["burnish"], [1, 2], [512, 2048], ["float32", "float64"], [1, 3])
    build = staticmethod(laplacian)


class ReduceRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "channels")
    params = (["cv2"], [1, 2], [2048], ["float32"], [1, 3])
    build = staticmethod(reduce)


class ExpandRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "channels")
    params = (["cv2"], [1, 2], [2048], ["float32"], [1, 3])
    build = staticmethod(expand)
