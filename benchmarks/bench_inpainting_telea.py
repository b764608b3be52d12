"""Thin holes filled by fast marching, beside OpenCV, which uses one thread."""

from __future__ import annotations

import numpy as np

import burnish
from benchmarks import common
from benchmarks.bench_inpainting_patch import Inpainting
from benchmarks.common import Array

_RADIUS = 5


def damage_of(kind: str, size: int) -> Array:
    """Return a square mask of ten scratches three pixels wide, of a hole or of text."""
    import cv2

    mask = np.zeros((size, size), np.uint8)
    if kind == "scratches":
        rng = np.random.default_rng(11)
        for _ in range(10):
            middle = rng.uniform(0.04 * size, 0.96 * size, 2)
            angle = rng.uniform(0, np.pi)
            half = 0.27 * size * np.array([np.cos(angle), np.sin(angle)])
            ends = [tuple(int(at) for at in middle + sign * half) for sign in (-1, 1)]
            cv2.line(mask, *ends, 1, 3)
    elif kind == "hole":
        side = 3 * size // 16
        top = int(0.293 * size)
        mask[top : top + side, 10 : 10 + side] = 1  # the flag's stripes
    else:
        for row, baseline in enumerate(range(22, size, 32)):
            text = "Restore the picture under this line of text"
            start = (4 - 7 * (row % 3), baseline)
            cv2.putText(mask, text, start, cv2.FONT_HERSHEY_SIMPLEX, 0.7, 1, 2)
    return mask.astype(bool)


def inpaint_telea(size: int, dtype: str, damage: str) -> Inpainting:
    """Return an RGB square with one kind of damage."""
    from skimage import data

    mask = damage_of(damage, size)
    image = np.where(mask[..., None], 0, data.astronaut()[:size, :size]).astype(dtype)
    in_bytes = mask.astype(np.uint8) * 255

    def ours(threads: int):
        return lambda out: burnish.inpaint_telea(
            image, mask, radius=_RADIUS, channel_axis=-1, out=out, workers=threads
        )

    def opencv(threads: int):
        cv2 = common.opencv(threads)
        return lambda out: cv2.inpaint(image, in_bytes, _RADIUS, cv2.INPAINT_TELEA, dst=out)

    return Inpainting(
        title=f"inpaint_telea, {damage}, RGB {dtype}",
        image=image,
        reach=size,
        magnitude=0.0,
        flops=0.0,
        reference=lambda window: window,
        implementations={"burnish": ours, "cv2": opencv},
        mask=mask,
    )


class InpaintTelea(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "damage")
    params = (["burnish", "cv2"], [1, 2], [512], ["uint8"], ["scratches", "hole", "text"])
    build = staticmethod(inpaint_telea)


class InpaintTeleaRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "damage")
    params = (["cv2"], [1, 2], [512], ["uint8"], ["scratches", "hole", "text"])
    build = staticmethod(inpaint_telea)
