"""Smoothing: Gaussians and boxes."""

from __future__ import annotations

import burnish
from benchmarks import common
from benchmarks.common import Array, Workload


def gaussian(size: int, dtype: str, sigma: int) -> Workload:
    """Return a Gaussian filter of a square, cut off at 4 standard deviations by all."""
    from scipy import ndimage

    image = common.random_image((size, size), dtype)
    taps = 2 * 4 * sigma + 1

    def ours(threads: int):
        return lambda out: burnish.gaussian_filter(image, sigma, out=out, workers=threads)

    def scipy(threads: int):
        return lambda out: ndimage.gaussian_filter(image, sigma, output=out)

    def skimage(threads: int):
        from skimage import filters

        return lambda out: filters.gaussian(
            image, sigma, mode="reflect", truncate=4, preserve_range=True, out=out
        )

    def cv2(threads: int):
        cv = common.opencv(threads)
        return lambda out: cv.GaussianBlur(
            image, (taps, taps), sigma, out, borderType=cv.BORDER_REFLECT
        )

    return Workload(
        title=f"gaussian_filter, sigma {sigma}, {dtype}",
        image=image,
        reach=taps,
        magnitude=float(image.max()),
        flops=4.0 * taps * image.size,
        reference=lambda window: ndimage.gaussian_filter(window, sigma),
        implementations={"burnish": ours, "cv2": cv2, "scipy": scipy, "skimage": skimage},
    )


def uniform(size: int, dtype: str, radius: int) -> Workload:
    """Return the means over boxes of 2 * radius + 1 pixels a side."""
    from scipy import ndimage

    image = common.random_image((size, size), dtype)
    box = 2 * radius + 1

    def ours(threads: int):
        return lambda out: burnish.uniform_filter(image, box, out=out, workers=threads)

    def scipy(threads: int):
        return lambda out: ndimage.uniform_filter(image, box, output=out)

    def cv2(threads: int):
        cv = common.opencv(threads)
        return lambda out: cv.boxFilter(image, -1, (box, box), out, borderType=cv.BORDER_REFLECT)

    def reference(window: Array) -> Array:
        return ndimage.uniform_filter(window, box)

    return Workload(
        title=f"uniform_filter, radius {radius}, {dtype}",
        image=image,
        reach=box,
        magnitude=float(image.max()),
        flops=12.0 * image.size,
        reference=reference,
        implementations={"burnish": ours, "cv2": cv2, "scipy": scipy},
    )


class Gaussian(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "sigma")
    params = (
        ["burnish", "scipy", "skimage", "cv2"],
        [1, 2],
        [512, 2048],
        ["uint8", "float32", "float64"],
        [2, 8],
    )
    build = staticmethod(gaussian)


class Uniform(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "radius")
    params = (
        ["burnish", "scipy", "cv2"],
        [1, 2],
        [512, 2048],
        ["uint8", "float32", "float64"],
        [2, 50],
    )
    build = staticmethod(uniform)


class GaussianRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "sigma")
    params = (["scipy", "cv2"], [1, 2], [2048], ["float32"], [2, 8])
    build = staticmethod(gaussian)


class UniformRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "radius")
    params = (["scipy", "cv2"], [1, 2], [2048], ["float32"], [2, 50])
    build = staticmethod(uniform)
