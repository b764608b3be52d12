"""Hot pixels: salt and pepper on a smooth scene, beside median filters of one size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import burnish
from benchmarks import common
from benchmarks.common import Array, Workload


@dataclass(frozen=True)
class Restored(Workload):
    """Peers remove noise in other ways than we do: what is checked is how near they come."""

    # What of a picture is compared with the scene.
    look: Callable[[Array], Array] = np.asarray

    def check(self, answer: Array) -> None:
        if answer.shape != self.image.shape or answer.dtype != self.image.dtype:
            raise AssertionError(f"{self.title}: the answer is {answer.dtype} {answer.shape}")
        scene = self.look(self.reference(self.image))
        error, before = (
            np.sqrt(np.mean((self.look(each) - scene) ** 2)) for each in (answer, self.image)
        )
        if not error <= 0.3 * before:  # NaN fails too
            raise AssertionError(f"{self.title}: error {error:.2g}, in the image {before:.2g}")


def remove_hot_pixels(size: int, dtype: str, percent: int) -> Workload:
    """Return a square with this share of salt and pepper; peers take the size that it needs."""
    from scipy import ndimage

    full = 1.0 if np.dtype(dtype).kind == "f" else float(np.iinfo(dtype).max)
    rows, columns = np.ogrid[:size, :size]
    waves = 0.5 + 0.2 * np.sin(rows / 19) + 0.2 * np.cos(columns / 13)
    rng = np.random.default_rng(2026)
    scene = ((waves + rng.normal(scale=0.01, size=waves.shape)) * full).astype(dtype)
    lost = rng.random(scene.shape) < percent / 100
    image = np.where(lost, rng.integers(0, 2, scene.shape) * full, scene).astype(dtype)
    side = 3 if percent <= 5 else 5

    def ours(threads: int):
        return lambda out: burnish.remove_hot_pixels(image, out=out, workers=threads)

    def scipy(threads: int):
        return lambda out: ndimage.median_filter(image, side, output=out)

    def cv2(threads: int):
        cv = common.opencv(threads)
        return lambda out: cv.medianBlur(image, side, out)

    return Restored(
        title=f"hot pixels, {percent} %, {dtype}; median {side}x{side}",
        image=image,
        reach=3,
        magnitude=full,
        flops=30.0 * image.size,
        reference=lambda _: scene.astype(np.float64),
        implementations={"burnish": ours, "cv2": cv2, "scipy": scipy},
    )


class HotPixels(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "percent")
    params = (
        ["burnish", "scipy", "cv2"],
        [1, 2],
        [1024],
        ["uint8", "uint16", "float32"],
        [1, 50],
    )
    build = staticmethod(remove_hot_pixels)


class HotPixelsRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "percent")
    params = (["scipy", "cv2"], [1, 2], [1024], ["uint8", "float32"], [1, 50])
    build = staticmethod(remove_hot_pixels)
