"""Colour noise: a picture of smooth colours, beside OpenCV's non-local means in Lab."""

from __future__ import annotations

import numpy as np

import burnish
from benchmarks import common
from benchmarks.bench_hot_pixels import Restored
from benchmarks.common import Array, Workload


def denoise_color(size: int, dtype: str, strength: int) -> Workload:
    """Return a square with white noise of a tenth of its range; `strength` is that of luma."""
    rows, columns = np.ogrid[:size, :size]
    waves = [0.5 + 0.2 * np.sin(rows / 19 + k) + 0.2 * np.cos(columns / 13) for k in range(3)]
    full = 1.0 if np.dtype(dtype).kind == "f" else float(np.iinfo(dtype).max)
    scene = np.stack(waves, -1) * full
    noise = np.random.default_rng(2026).normal(0, 0.1 * full, scene.shape)
    image = (scene + noise).clip(0, full).astype(dtype)

    def ours(threads: int):
        return lambda out: burnish.denoise_color(image, luma=strength, out=out, workers=threads)

    def cv2(threads: int):
        cv = common.opencv(threads)
        # At its defaults for the windows; it takes bytes alone.
        return lambda out: cv.fastNlMeansDenoisingColored(image, out, 25, 25)

    def chroma(picture: Array) -> Array:
        """Return what is judged: differences of channels, luma aside."""
        wide = picture.astype(np.float64)
        return np.stack([wide[..., 0] - wide[..., 1], wide[..., 2] - wide[..., 1]], -1)

    return Restored(
        title=f"denoise_color, luma {strength}, {dtype}",
        image=image,
        reach=12,
        magnitude=full,
        flops=3000.0 * image.size,
        reference=lambda _: scene,
        implementations={"burnish": ours, "cv2": cv2} if dtype == "uint8" else {"burnish": ours},
        look=chroma,
    )


class ColorNoise(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "luma")
    params = (["burnish", "cv2"], [1, 2], [512], ["uint8"], [0, 1])
    build = staticmethod(denoise_color)


class ColorNoiseRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "luma")
    params = (["cv2"], [1, 2], [512], ["uint8"], [0, 1])
    build = staticmethod(denoise_color)
