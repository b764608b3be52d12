"""The Anscombe transform of counts, and its inverse, beside NumPy's arithmetic."""

from __future__ import annotations

import numpy as np

import burnish
from benchmarks import common
from benchmarks.common import Array, Workload

_MOST = 40.0  # stabilised; 400 counts


def anscombe(size: int, dtype: str, sigma: float) -> Workload:
    """Return the transform of a square of up to 400 counts."""
    image = common.random_image((size, size), dtype) * 400
    added = 3 / 8 + sigma**2

    def ours(threads: int):
        return lambda out: burnish.anscombe(image, sigma=sigma, out=out, workers=threads)

    def numpy(threads: int):
        constant = image.dtype.type(added)
        return lambda out: 2 * np.sqrt(np.maximum(image + constant, 0), out=out)

    return Workload(
        title=f"Anscombe, sigma {sigma:g}, {dtype}",
        image=image,
        reach=0,
        magnitude=_MOST,
        flops=4.0 * image.size,
        reference=lambda window: 2 * np.sqrt(window + added),
        implementations={"burnish": ours, "numpy": numpy},
    )


def inverse_anscombe(size: int, dtype: str, sigma: float) -> Workload:
    """Return the unbiased inverse; NumPy's is the published closed form, which is not exact."""
    image = common.random_image((size, size), dtype) * _MOST

    def ours(threads: int):
        return lambda out: burnish.inverse_anscombe(image, sigma=sigma, out=out, workers=threads)

    def numpy(threads: int):
        root, shift = np.sqrt(1.5), 1 / 8 + sigma**2

        def call(out: Array | None) -> Array:
            d = np.maximum(image, 2 * np.sqrt(3 / 8 + sigma**2))
            return d**2 / 4 + root / 4 / d - 11 / 8 / d**2 + 5 / 8 * root / d**3 - shift

        return call

    return Workload(
        title=f"inverse Anscombe, sigma {sigma:g}, {dtype}",
        image=image,
        reach=0,
        magnitude=_MOST**2,
        flops=12.0 * image.size,
        reference=lambda window: burnish.inverse_anscombe(window, sigma=sigma, workers=1),
        implementations={"burnish": ours, "numpy": numpy},
    )


class Anscombe(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "sigma")
    params = (["burnish"], [1, 2], [512, 2048], ["float32", "float64"], [0.0])
    build = staticmethod(anscombe)


class InverseAnscombe(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "sigma")
    params = (["burnish"], [1, 2], [512, 2048], ["float32", "float64"], [0.0, 2.0])
    build = staticmethod(inverse_anscombe)
