"""Metrics: numbers that compare a square image with a noisy one."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import burnish
from benchmarks import common
from benchmarks.common import Array, Number, Prepare

_TOLERANCE = 1e-4  # of the number: scikit-image computes float32 images in float32


@functools.lru_cache(maxsize=4)
def _images(size: int, dtype: str) -> tuple[Array, Array]:
    image = common.random_image((size, size), dtype)
    noise = np.random.default_rng(7).normal(0, 0.1, image.shape)
    scale = _data_range(dtype)
    return image, np.clip(image + noise * scale, 0, scale).astype(dtype)


def _data_range(dtype: str) -> float:
    return 1.0 if np.dtype(dtype).kind == "f" else float(np.iinfo(dtype).max)


def _measure(
    name: str,
    size: int,
    dtype: str,
    flops: float,
    exact: Callable[[Array, Array], float],
    implementations: Mapping[str, Callable[[Array, Array, int], Callable[[], Any]]],
) -> Number:
    image, noisy = _images(size, dtype)

    def prepare(make: Callable[[Array, Array, int], Callable[[], Any]]) -> Prepare:
        def prepared(threads: int) -> Callable[[Array | None], Any]:
            call = make(image, noisy, threads)
            return lambda out: call()

        return prepared

    return Number(
        tolerance=_TOLERANCE,
        title=f"{name}, {dtype}",
        image=image,
        reach=0,
        magnitude=0.0,
        flops=flops * image.size,
        reference=lambda window: window,
        implementations={peer: prepare(make) for peer, make in implementations.items()},
        expected=exact(image.astype(np.float64), noisy.astype(np.float64)),
    )


def mse(size: int, dtype: str) -> Number:
    """Return the mean squared error."""

    def ours(image: Array, noisy: Array, threads: int) -> Callable[[], float]:
        return lambda: burnish.mse(image, noisy, workers=threads)

    def skimage(image: Array, noisy: Array, threads: int) -> Callable[[], float]:
        from skimage import metrics

        return lambda: metrics.mean_squared_error(image, noisy)

    def exact(image: Array, noisy: Array) -> float:
        return float(((image - noisy) ** 2).mean())

    return _measure("mse", size, dtype, 3.0, exact, {"burnish": ours, "skimage": skimage})


def psnr(size: int, dtype: str) -> Number:
    """Return the peak signal-to-noise ratio."""
    span = _data_range(dtype)

    def ours(image: Array, noisy: Array, threads: int) -> Callable[[], float]:
        return lambda: burnish.psnr(image, noisy, data_range=span, workers=threads)

    def skimage(image: Array, noisy: Array, threads: int) -> Callable[[], float]:
        from skimage import metrics

        return lambda: metrics.peak_signal_noise_ratio(image, noisy, data_range=span)

    def cv2(image: Array, noisy: Array, threads: int) -> Callable[[], float]:
        cv = common.opencv(threads)
        return lambda: cv.PSNR(image, noisy, span)

    def exact(image: Array, noisy: Array) -> float:
        return float(10 * np.log10(span**2 / ((image - noisy) ** 2).mean()))

    implementations = {"burnish": ours, "skimage": skimage, "cv2": cv2}
    return _measure("psnr", size, dtype, 3.0, exact, implementations)


def ssim(size: int, dtype: str) -> Number:
    """Return the mean structural similarity over windows of 7x7."""
    from skimage import metrics

    span = _data_range(dtype)

    def ours(image: Array, noisy: Array, threads: int) -> Callable[[], float]:
        return lambda: burnish.ssim(image, noisy, data_range=span, workers=threads)

    def skimage(image: Array, noisy: Array, threads: int) -> Callable[[], float]:
        return lambda: float(metrics.structural_similarity(image, noisy, data_range=span))

    def exact(image: Array, noisy: Array) -> float:
        return float(metrics.structural_similarity(image, noisy, data_range=span))

    flops = 2.0 * 4 * 14 + 20  # four quantities, 7 + 7 taps
    return _measure("ssim", size, dtype, flops, exact, {"burnish": ours, "skimage": skimage})


class Mse(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype")
    params = (["burnish", "skimage"], [1, 2], [512, 2048], ["uint8", "float32", "float64"])
    build = staticmethod(mse)


class Psnr(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype")
    params = (["burnish", "skimage", "cv2"], [1, 2], [512, 2048], ["uint8", "float32"])
    build = staticmethod(psnr)


class Ssim(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype")
    params = (["burnish", "skimage"], [1, 2], [512, 2048], ["uint8", "float32", "float64"])
    build = staticmethod(ssim)


class SsimRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype")
    params = (["skimage"], [1, 2], [2048], ["uint8", "float32"])
    build = staticmethod(ssim)
