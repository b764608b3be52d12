"""Richardson-Lucy in squares and in a volume, with zeros around as scikit-image has them."""

from __future__ import annotations

import math

import numpy as np

import burnish
from benchmarks import common
from benchmarks.common import Array, Workload


def richardson_lucy(size: int, dtype: str, iterations: int, taps: int = 15) -> Workload:
    """Return so many iterations over a square."""
    return _workload((size, size), (taps, taps), dtype, iterations)


def richardson_lucy_volume(planes: int, dtype: str, iterations: int) -> Workload:
    """Return so many iterations over a stack of pictures, four times as wide as it is deep."""
    return _workload((planes, 4 * planes, 4 * planes), (15, 31, 31), dtype, iterations)


def _workload(
    shape: tuple[int, ...], sizes: tuple[int, ...], dtype: str, iterations: int
) -> Workload:
    from scipy import signal

    image = common.random_image(shape, dtype) + np.asarray(0.1, dtype)
    psf = burnish.psf.gaussian(tuple(taps / 6 for taps in sizes), size=sizes)

    def ours(threads: int):
        return lambda out: burnish.richardson_lucy(
            image, psf, num_iter=iterations, boundary="zero", out=out, workers=threads
        )

    def skimage(threads: int):
        from skimage import restoration

        narrow = psf.astype(dtype)
        # It has no out=.
        return lambda out: restoration.richardson_lucy(
            image, narrow, num_iter=iterations, clip=False
        )

    def reference(window: Array) -> Array:
        estimate = np.ones_like(window)
        for _ in range(iterations):
            blurred = signal.fftconvolve(estimate, psf, mode="same")
            estimate *= signal.fftconvolve(window / blurred, psf, mode="same")  # it is even
        return estimate

    by = "x".join(map(str, sizes))
    of = "x".join(map(str, shape))
    return Workload(
        title=f"Richardson-Lucy {by}, {iterations} iterations, {of} {dtype}",
        image=image,
        # What a pixel hears from farther away than this is no part in 1e12.
        reach=min((max(sizes) - 1) * iterations, 10 * max(sizes)),
        magnitude=30 * float(image.max()),  # scikit-image adds 1e-12 thirty times
        flops=10.0 * iterations * image.size * math.log2(image.size),  # of four transforms each
        reference=reference,
        implementations={"burnish": ours, "skimage": skimage},
    )


class RichardsonLucy(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "iterations")
    params = (["burnish", "skimage"], [1, 2], [512, 1024, 2048], ["float32", "float64"], [30])
    build = staticmethod(richardson_lucy)


class RichardsonLucyRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "iterations", "taps")
    params = (["skimage"], [1, 2], [512, 1024, 2048], ["float32"], [30], [15, 31])
    build = staticmethod(richardson_lucy)


class RichardsonLucyVolumeRatio(common.RatioSuite):
    param_names = ("peer", "workers", "planes", "dtype", "iterations")
    params = (["skimage"], [1, 2], [64], ["float32"], [10])
    build = staticmethod(richardson_lucy_volume)
