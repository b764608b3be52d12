"""Unsupervised Wiener deconvolution with a point-spread function of 15x15 pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import burnish
from benchmarks import common
from benchmarks.common import Array, Workload

_NOISE = 1e-3


@dataclass(frozen=True, kw_only=True)
class Restoration(Workload):
    """A workload whose answer is drawn: it must come near what was blurred."""

    scene: Array

    def check(self, answer: Array) -> None:
        """Raise unless much of the blur is undone, everywhere, and the noise has not grown."""
        if answer.shape != self.image.shape or answer.dtype != self.image.dtype:
            raise AssertionError(f"{self.title}: the answer is {answer.dtype} {answer.shape}")
        left = np.abs(answer.astype(np.float64) - self.scene)
        blurred = np.abs(self.image.astype(np.float64) - self.scene)
        if not (left.mean() < blurred.mean() / 3 and left.max() < blurred.max() / 2):
            raise AssertionError(f"{self.title}: the error is {left.mean():.2g} on average")


def unsupervised_wiener(size: int, dtype: str, iterations: int) -> Restoration:
    """Return so many iterations over a square that repeats, the first 16 as burn-in."""
    rng = np.random.default_rng(2026)
    psf = burnish.psf.gaussian(2.5, size=15)
    scene = burnish.gaussian_filter(rng.standard_normal((size, size)), 2.5, mode="wrap")
    scene /= scene.std()
    blurred = burnish.convolve(scene, psf, mode="wrap")
    image = (blurred + _NOISE * rng.standard_normal(scene.shape)).astype(dtype)

    def ours(threads: int):
        return lambda out: burnish.unsupervised_wiener(
            image, psf, threshold=0, max_num_iter=iterations, rng=0, out=out, workers=threads
        )

    def skimage(threads: int):
        from skimage import restoration

        narrow = psf.astype(dtype)
        settings = {"threshold": 0, "max_num_iter": iterations}
        # It has no out=.
        return lambda out: restoration.unsupervised_wiener(
            image, narrow, user_params=settings, clip=False, rng=0
        )[0]

    return Restoration(
        title=f"unsupervised Wiener 15x15, {iterations} iterations, {dtype}",
        image=image,
        reach=0,
        magnitude=0.0,
        # Of each pixel, half a frequency: two normals of 70 each, of which 40 are the generator's,
        # and 60 of the sample.
        flops=100.0 * iterations * image.size,
        reference=lambda window: window,
        implementations={"burnish": ours, "skimage": skimage},
        scene=scene,
    )


class UnsupervisedWiener(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "iterations")
    params = (["burnish", "skimage"], [1, 2], [512, 1024, 2048], ["float32", "float64"], [40])
    build = staticmethod(unsupervised_wiener)


class UnsupervisedWienerRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "iterations")
    params = (["skimage"], [1, 2], [512, 1024, 2048], ["float32"], [40])
    build = staticmethod(unsupervised_wiener)
