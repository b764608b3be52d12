"""The Wiener filter: where the scene repeats beside scikit-image's, and in a frame by default."""

from __future__ import annotations

import math

import numpy as np

import burnish
from benchmarks import common
from benchmarks.common import Array, Workload

_BALANCE = 0.1


def wiener(size: int, dtype: str, side: int) -> Workload:
    """Return the filter over a square that repeats, with a PSF of side x side pixels."""
    image = common.random_image((size, size), dtype)
    psf = burnish.psf.gaussian(side / 6, size=side)

    def ours(threads: int):
        return lambda out: burnish.wiener(
            image, psf, balance=_BALANCE, boundary="wrap", out=out, workers=threads
        )

    def skimage(threads: int):
        from skimage import restoration

        narrow = psf.astype(dtype)
        # It has no out=.
        return lambda out: restoration.wiener(image, narrow, _BALANCE, clip=False)

    def reference(whole: Array) -> Array:
        def transform(kernel: Array) -> Array:
            placed = np.zeros(whole.shape)
            placed[: kernel.shape[0], : kernel.shape[1]] = kernel
            centre = [-(length // 2) for length in kernel.shape]
            return np.fft.rfft2(np.roll(placed, centre, axis=(0, 1)))

        blur = transform(psf)
        penalty = transform(np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]]))
        factor = blur.conj() / (abs(blur) ** 2 + _BALANCE * abs(penalty) ** 2)
        return np.fft.irfft2(factor * np.fft.rfft2(whole), whole.shape)

    return Workload(
        title=f"Wiener filter {side}x{side}, {dtype}",
        image=image,
        reach=size,  # every pixel looks at all others
        magnitude=10 * float(image.max()),
        flops=10.0 * image.size * math.log2(image.size),  # of the image's transforms, four in all
        reference=reference,
        implementations={"burnish": ours, "skimage": skimage},
    )


class Wiener(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "side")
    params = (["burnish", "skimage"], [1, 2], [512, 1024, 2048], ["float32", "float64"], [15])
    build = staticmethod(wiener)


class WienerRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "side")
    params = (["skimage"], [1, 2], [512, 1024, 2048], ["float32"], [15])
    build = staticmethod(wiener)


class WienerOfFrame:
    """All by default: the balance chosen, and what lies beyond the frame found."""

    param_names = ("workers", "size")
    params = ([1, 2], [512, 1024])
    repeat = (3, 15, 3.0)

    def setup(self, workers: int, size: int) -> None:
        rng = np.random.default_rng(2026)
        # Rough as photographs are: spectra that fall with the frequency.
        scene = np.cumsum(np.cumsum(rng.normal(size=(size + 14,) * 2), axis=0), axis=1)
        scene = (scene - burnish.gaussian_filter(scene, size / 16)).astype(np.float32)
        self.psf = burnish.psf.disk(7)
        blurred = burnish.convolve(scene / scene.std(), self.psf)[7:-7, 7:-7]
        noise = 0.03 * rng.normal(size=(size, size))
        self.image = np.ascontiguousarray(blurred + noise, np.float32)

    def time_call(self, workers: int, size: int) -> None:
        burnish.wiener(self.image, self.psf, workers=workers)
