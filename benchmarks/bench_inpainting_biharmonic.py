"""Thin damage filled smoothly, beside scikit-image, which gives the same and uses one thread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import burnish
from benchmarks import common
from benchmarks.common import Array, Workload

_SCRATCHES = 10
_LINE = "Restore the picture under this line of text"


@dataclass(frozen=True, kw_only=True)
class Thin(Workload):
    """A workload whose answer is scikit-image's, but for rounding."""

    mask: Array
    answer: Array

    def check(self, answer: Array) -> None:
        """Raise unless the rest is as it was and the holes are what scikit-image makes of them."""
        if answer.shape != self.image.shape or answer.dtype != self.image.dtype:
            raise AssertionError(f"{self.title}: the answer is {answer.dtype} {answer.shape}")
        if not np.array_equal(answer[~self.mask], self.image[~self.mask]):
            raise AssertionError(f"{self.title}: pixels outside the holes have changed")
        # scikit-image solves for float32 in float32.
        bound = 1e-5 if answer.dtype == np.float64 else 1e-3
        off = np.abs(answer - self.answer).max()
        if not off <= bound:
            raise AssertionError(f"{self.title}: off by {off:.3g}")


def _scratches(size: int) -> Array:
    """Return lines three pixels wide, each half as long as the picture."""
    rng = np.random.default_rng(11)
    rows, columns = np.mgrid[:size, :size].astype(np.float32)
    mask = np.zeros((size, size), bool)
    half = 0.27 * size
    for _ in range(_SCRATCHES):
        row, column = rng.uniform(0.04 * size, 0.96 * size, 2)
        angle = rng.uniform(0, np.pi)
        down, right = np.sin(angle), np.cos(angle)
        along = np.clip((rows - row) * down + (columns - column) * right, -half, half)
        distance = np.hypot(rows - row - along * down, columns - column - along * right)
        mask |= distance <= 1.5
    return mask


def _text(size: int) -> Array:
    """Return lines of text, which cover a tenth of the picture."""
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("L", (size, size), 0)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(size=20)
    for i, row in enumerate(range(6, size - 12, 32)):
        draw.text((4 - 7 * (i % 3), row), _LINE * (1 + size // 512), font=font, fill=255)
    return np.asarray(page) > 96


def _hole(size: int) -> Array:
    """Return one square, 96 pixels a side where the picture has 512."""
    mask = np.zeros((size, size), bool)
    top, left, side = 75 * size // 256, 5 * size // 256, 3 * size // 16
    mask[top : top + side, left : left + side] = True
    return mask


_MASKS = {"scratches": _scratches, "text": _text, "a hole": _hole}


def inpaint_biharmonic(size: int, dtype: str, damage: str) -> Thin:
    """Return an RGB square in [0, 1] with scratches, text or a hole."""
    from skimage import data
    from skimage.restoration import inpaint_biharmonic as peer

    mask = _MASKS[damage](size)
    image = (data.astronaut()[:size, :size] / 255).astype(dtype)
    image[mask] = 0

    def ours(threads: int):
        return lambda out: burnish.inpaint_biharmonic(
            image, mask, channel_axis=-1, out=out, workers=threads
        )

    def skimage(threads: int):
        return lambda out: peer(image, mask, channel_axis=-1)

    return Thin(
        title=f"inpaint_biharmonic, {damage}, RGB {dtype}",
        image=image,
        reach=size,
        magnitude=0.0,
        flops=0.0,
        reference=lambda window: window,
        implementations={"burnish": ours, "skimage": skimage},
        mask=mask,
        answer=peer(image.astype(np.float64), mask, channel_axis=-1),
    )


_CASES = (["float32", "float64"], list(_MASKS))


class InpaintBiharmonic(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "damage")
    params = (["burnish", "skimage"], [1, 2], [512], *_CASES)
    build = staticmethod(inpaint_biharmonic)


class InpaintBiharmonicRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "damage")
    params = (["skimage"], [1, 2], [512], *_CASES)
    build = staticmethod(inpaint_biharmonic)
