"""Non-local means of squares, colours and volumes; all know the noise, but OpenCV, which can't."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

import burnish
from benchmarks import common
from benchmarks.common import Array, Workload

_PATCH = 7
_STRENGTH = 0.8  # h, in standard deviations of the noise
_PLANES = 64
_LEFT = 0.7  # of the noise, at most: each weighs patches in its own way


@dataclass(frozen=True, kw_only=True)
class Denoising(Workload):
    """A workload whose answer is nearer to a scene without noise."""

    scene: Array

    def check(self, answer: Array) -> None:
        """Raise unless much of the noise is gone; OpenCV's answers are bytes."""
        if answer.shape != self.image.shape or answer.dtype not in (self.image.dtype, np.uint8):
            raise AssertionError(f"{self.title}: the answer is {answer.dtype} {answer.shape}")
        left = _deviation(answer, self.scene) / _deviation(self.image, self.scene)
        if not left < _LEFT:
            raise AssertionError(f"{self.title}: {left:.2g} of the noise is left")


def _deviation(image: Array, scene: Array) -> float:
    return float(np.sqrt(np.mean((image - scene) ** 2)))


def grey(size: int, dtype: str, distance: int) -> Denoising:
    """Return a square, patches of 7 pixels, windows that reach so far."""
    return _workload((size, size), dtype, _PATCH, distance, None)


def color(size: int, dtype: str, distance: int) -> Denoising:
    """Return a square of three channels, patches of 7 pixels, windows that reach so far."""
    return _workload((size, size, 3), dtype, _PATCH, distance, -1)


def volume(size: int, dtype: str, side: int) -> Denoising:
    """Return 64 planes, patches of so many pixels a side, windows that reach as far."""
    return _workload((_PLANES, size, size), dtype, side, side, None)


def _scene(shape: tuple[int, ...], channel_axis: int | None) -> Array:
    """Return a photograph, or one that moves from plane to plane, from 0 to 1."""
    from skimage import data

    if channel_axis is not None:
        picture = data.astronaut()
    elif len(shape) == 2:
        picture = data.camera()
    else:
        whole = np.pad(data.camera(), shape[0], mode="reflect")
        picture = np.stack([whole[z : z + 512, z : z + 512] for z in range(shape[0])])
    reach = [(0, max(size - have, 0)) for size, have in zip(shape, picture.shape, strict=True)]
    picture = np.pad(picture, reach, mode="reflect")
    return picture[tuple(slice(size) for size in shape)] / 255


def _workload(
    shape: tuple[int, ...], dtype: str, patch: int, distance: int, channel_axis: int | None
) -> Denoising:
    # As floats the units are those of bytes too.
    peak = np.iinfo(dtype).max if np.dtype(dtype).kind == "u" else 255
    sigma = peak / 13
    scene = peak * _scene(shape, channel_axis)
    noisy = scene + np.random.default_rng(2026).normal(0, sigma, shape)
    if np.dtype(dtype).kind == "u":
        noisy = np.clip(noisy.round(), 0, peak)
    image = noisy.astype(dtype)
    h = _STRENGTH * sigma

    def ours(threads: int):
        return lambda out: burnish.denoise_nl_means(
            image,
            patch_size=patch,
            patch_distance=distance,
            h=h,
            sigma=sigma,
            channel_axis=channel_axis,
            out=out,
            workers=threads,
        )

    def skimage(threads: int):
        from skimage import restoration

        # It has no out=.
        return lambda out: restoration.denoise_nl_means(
            image,
            patch_size=patch,
            patch_distance=distance,
            h=h,
            sigma=sigma,
            fast_mode=True,
            preserve_range=True,
            channel_axis=channel_axis,
        )

    def cv2(threads: int):
        cv = common.opencv(threads)
        # It takes no floats: bytes in their stead.
        pixels = image if image.dtype.kind == "u" else np.clip(image.round(), 0, 255).astype("u1")
        scratch = np.empty_like(pixels)
        sizes = (patch, 2 * distance + 1)

        def call(out: Array | None) -> Any:
            target = None if out is None else out if out.dtype == pixels.dtype else scratch
            if channel_axis is not None:
                return cv.fastNlMeansDenoisingColored(pixels, target, h, h, *sizes)
            if pixels.dtype == np.uint8:
                return cv.fastNlMeansDenoising(pixels, target, h, *sizes)
            return cv.fastNlMeansDenoising(pixels, [h], target, *sizes, cv.NORM_L1)

        return call

    implementations = {"burnish": ours}
    if dtype == "float32":  # it makes floats of integers, in units of its own
        implementations["skimage"] = skimage
    if len(shape) == 2 or (channel_axis is not None and dtype != "uint16"):
        implementations["cv2"] = cv2
    axes = len(shape) - (channel_axis is not None)
    of = f"{_PLANES} planes " if axes == 3 else "" if channel_axis is None else "RGB "
    return Denoising(
        title=f"non-local means {patch}/{2 * distance + 1}, {of}{dtype}",
        image=image,
        reach=distance + patch // 2,
        magnitude=0.0,
        flops=6.0 * (2 * distance + 1) ** axes * image.size,
        reference=lambda window: window,
        implementations=implementations,
        scene=scene,
    )


class NlMeans(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "distance")
    params = (
        ["burnish", "skimage", "cv2"],
        [1, 2],
        [512],
        ["uint8", "uint16", "float32", "float64"],
        [10],
    )
    build = staticmethod(grey)


class NlMeansRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "distance")
    params = (["skimage", "cv2"], [1, 2], [512], ["float32"], [10])
    build = staticmethod(grey)


class NlMeansColorRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "distance")
    params = (["skimage", "cv2"], [1, 2], [512], ["float32"], [10])
    build = staticmethod(color)


class NlMeansVolumeRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "side")
    params = (["skimage"], [1, 2], [128], ["float32"], [3])
    build = staticmethod(volume)
