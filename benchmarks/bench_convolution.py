"""Convolution: dense and separable kernels, large images and small ones."""

from __future__ import annotations

import numpy as np

import burnish
from benchmarks import common
from benchmarks.common import Array, Workload


def random_kernel(taps: int) -> Array:
    """Return the same square kernel each time, which is no outer product and sums to 1."""
    kernel = np.random.default_rng(taps).random((taps, taps))
    return kernel / kernel.sum()


def dense(size: int, dtype: str, taps: int) -> Workload:
    """Return a convolution of a square with a random kernel."""
    from scipy import ndimage

    image = common.random_image((size, size), dtype)
    kernel = random_kernel(taps)

    def ours(threads: int):
        return lambda out: burnish.convolve(image, kernel, mode="mirror", out=out, workers=threads)

    def scipy(threads: int):
        return lambda out: ndimage.convolve(image, kernel, out, mode="mirror")

    def cv2(threads: int):
        cv = common.opencv(threads)
        turned = np.ascontiguousarray(
            kernel[::-1, ::-1], np.float64 if dtype == "float64" else np.float32
        )
        return lambda out: cv.filter2D(image, -1, turned, out, borderType=cv.BORDER_REFLECT_101)

    return Workload(
        title=f"{taps}x{taps} {dtype}",
        image=image,
        reach=taps,
        magnitude=float(image.max()),
        flops=2.0 * taps**2 * image.size,
        reference=lambda window: ndimage.convolve(window, kernel, mode="mirror"),
        implementations={"burnish": ours, "cv2": cv2, "scipy": scipy},
    )


def separable(size: int, dtype: str, taps: int) -> Workload:
    """Return a convolution of a square with a Gaussian, given to us as a dense kernel."""
    from scipy import ndimage

    image = common.random_image((size, size), dtype)
    sigma = (taps - 1) / 8  # 4 standard deviations to either side
    line = np.exp(-0.5 * ((np.arange(taps) - taps // 2) / sigma) ** 2)
    line /= line.sum()
    kernel = np.outer(line, line)

    def ours(threads: int):
        return lambda out: burnish.convolve(image, kernel, mode="mirror", out=out, workers=threads)

    def scipy(threads: int):
        return lambda out: ndimage.gaussian_filter(
            image, sigma, output=out, mode="mirror", truncate=4
        )

    def skimage(threads: int):
        from skimage.filters import gaussian

        return lambda out: gaussian(
            image, sigma, mode="mirror", truncate=4, preserve_range=True, out=out
        )

    def cv2(threads: int):
        cv = common.opencv(threads)
        return lambda out: cv.sepFilter2D(
            image, -1, line, line, out, borderType=cv.BORDER_REFLECT_101
        )

    def reference(window: Array) -> Array:
        rows = ndimage.convolve1d(window, line, axis=0, mode="mirror")
        return ndimage.convolve1d(rows, line, axis=1, mode="mirror")

    return Workload(
        title=f"Gaussian {taps}+{taps} {dtype}",
        image=image,
        reach=taps,
        magnitude=float(image.max()),
        flops=4.0 * taps * image.size,
        reference=reference,
        implementations={"burnish": ours, "cv2": cv2, "scipy": scipy, "skimage": skimage},
    )


class Dense(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "taps")
    params = (
        ["burnish", "scipy", "cv2"],
        [1, 2],
        [512, 2048],
        ["uint8", "uint16", "float32", "float64"],
        [3, 7, 15],
    )
    build = staticmethod(dense)


class Separable(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "taps")
    params = (
        ["burnish", "scipy", "skimage", "cv2"],
        [1, 2],
        [512, 2048],
        ["float32", "float64"],
        [17, 65],
    )
    build = staticmethod(separable)


class Small(common.TimeSuite):
    """The overhead of a call."""

    param_names = ("implementation", "workers", "size", "dtype", "taps")
    params = (["burnish", "scipy", "cv2"], [1, 2], [32], ["uint8", "float32", "float64"], [3])
    build = staticmethod(dense)


class DenseRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "taps")
    params = (
        ["scipy", "cv2"],
        [1, 2],
        [2048],
        ["uint8", "uint16", "float32", "float64"],
        [3, 7, 15],
    )
    build = staticmethod(dense)


class SeparableRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "taps")
    params = (["scipy", "cv2"], [1, 2], [2048], ["float32", "float64"], [17, 65])
    build = staticmethod(separable)


class SmallRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "taps")
    params = (["scipy", "cv2"], [1, 2], [32], ["uint8", "float32", "float64"], [3])
    build = staticmethod(dense)
