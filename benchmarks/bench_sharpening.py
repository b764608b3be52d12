"""Sharpening: the unsharp mask of a colour image."""

from __future__ import annotations

import numpy as np

import burnish
from benchmarks import common
from benchmarks.common import Array, Workload


def unsharp_mask(size: int, dtype: str, radius: int) -> Workload:
    """Return an unsharp mask of a square of three channels, amount 1."""
    from scipy import ndimage

    image = common.random_image((size, size, 3), dtype)
    taps = 2 * 4 * radius + 1

    def ours(threads: int):
        return lambda out: burnish.unsharp_mask(
            image, radius=radius, channel_axis=2, out=out, workers=threads
        )

    def skimage(threads: int):
        from skimage import filters

        # 2, not -1: with that scikit-image 0.26 returns uninitialised memory (their issue 7264).
        # It has no out=.
        return lambda out: filters.unsharp_mask(
            image, radius=radius, channel_axis=2, preserve_range=True
        )

    def cv2(threads: int):
        cv = common.opencv(threads)
        scratch = np.empty_like(image)

        def call(out: Array | None) -> Array:
            blurred = cv.GaussianBlur(
                image,
                (taps, taps),
                radius,
                None if out is None else scratch,
                borderType=cv.BORDER_REFLECT,
            )
            return cv.addWeighted(image, 2.0, blurred, -1.0, 0.0, out)

        return call

    def reference(window: Array) -> Array:
        sigmas = (radius, radius, 0)
        return 2 * window - ndimage.gaussian_filter(window, sigmas, mode="reflect", truncate=4)

    return Workload(
        title=f"unsharp mask, radius {radius}, RGB {dtype}",
        image=image,
        reach=taps,
        magnitude=3 * float(image.max()),
        flops=(4.0 * taps + 3) * image.size,
        reference=reference,
        implementations={"burnish": ours, "cv2": cv2, "skimage": skimage},
    )


class UnsharpMask(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "radius")
    params = (["burnish", "skimage", "cv2"], [1, 2], [512, 2048], ["float32", "float64"], [2, 8])
    build = staticmethod(unsharp_mask)


class UnsharpMaskRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "radius")
    params = (["skimage", "cv2"], [1, 2], [2048], ["float32"], [2])
    build = staticmethod(unsharp_mask)
