"""Noise levels: the deviation of white noise."""

from __future__ import annotations

import numpy as np

import burnish
from benchmarks import common
from benchmarks.common import Array, Number

_TOLERANCE = 0.1  # of the deviation: each estimates it in its own way


def estimate_sigma(size: int, dtype: str) -> Number:
    """Return the deviation of the noise that a whole square is made of."""
    image = common.random_image((size, size), dtype)

    def ours(threads: int):
        def call(out: Array | None) -> float:
            return burnish.estimate_sigma(image, workers=threads)

        return call

    def skimage(threads: int):
        import pywt  # noqa: F401  # else the call itself would miss it
        from skimage import restoration

        return lambda out: float(restoration.estimate_sigma(image))

    return Number(
        tolerance=_TOLERANCE,
        title=f"noise level, {dtype}",
        image=image,
        reach=0,
        magnitude=0.0,
        flops=14.0 * image.size,
        reference=lambda window: window,
        implementations={"burnish": ours, "skimage": skimage},
        expected=float(image.std(dtype=np.float64)),
    )


class EstimateSigma(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype")
    params = (["burnish", "skimage"], [1, 2], [512, 2048], ["uint8", "float32", "float64"])
    build = staticmethod(estimate_sigma)


class EstimateSigmaRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype")
    params = (["skimage"], [1, 2], [1024], ["float32"])
    build = staticmethod(estimate_sigma)
