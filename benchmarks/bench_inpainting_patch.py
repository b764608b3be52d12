"""Holes filled with patches, beside the two packages that do the same; both use one thread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import burnish
from benchmarks import common
from benchmarks.common import Array, Workload
from benchmarks.inpainting import rim_steps

# Of the peers, as benchmarks.inpainting has them first: what a patch of PyPatchMatch reaches, and
# the side of one of patchmatch-cython. Ours is its default.
_PATCH = 5
# Where holes begin, in shares of the side.
_ONE = [(0.293, 0.02)]  # the flag's stripes
_TWENTY = [
    ((row + down) / 4, (column + right) / 5)
    for (row, column), (down, right) in zip(
        np.ndindex(4, 5), np.random.default_rng(2026).uniform(0, 0.7, (20, 2)), strict=True
    )
]


@dataclass(frozen=True, kw_only=True)
class Inpainting(Workload):
    """A workload whose answer is the image but in the holes, where it is no longer black."""

    mask: Array

    def check(self, answer: Array) -> None:
        """Raise unless the rest is as it was and the holes' rims are no cliffs."""
        if answer.shape != self.image.shape or answer.dtype != self.image.dtype:
            raise AssertionError(f"{self.title}: the answer is {answer.dtype} {answer.shape}")
        if not np.array_equal(answer[~self.mask], self.image[~self.mask]):
            raise AssertionError(f"{self.title}: pixels outside the holes have changed")
        filled, black = (
            rim_steps(each.astype(np.float64), self.mask) for each in (answer, self.image)
        )
        if not filled < black / 2:
            raise AssertionError(f"{self.title}: steps of {filled:.3g} at the rims")


def holed(size: int, dtype: str, holes: int) -> tuple[str, Array, Array]:
    """Return the title, a photograph and a mask of one hole or twenty."""
    from skimage import data

    side = 3 * size // (16 if holes == 1 else 64)
    mask = np.zeros((size, size), bool)
    for row, column in _ONE if holes == 1 else _TWENTY:
        top, left = int(row * size), int(column * size)
        mask[top : top + side, left : left + side] = True
    image = np.where(mask[..., None], 0, data.astronaut()[:size, :size]).astype(dtype)
    number = "one hole" if holes == 1 else f"{holes} holes"
    return f"{number} of {side}x{side}, RGB {dtype}", image, mask


def inpaint_patch(size: int, dtype: str, holes: int) -> Inpainting:
    """Return an RGB square with one hole or twenty: 96 or 24 pixels a side where it has 512."""
    title, image, mask = holed(size, dtype, holes)
    in_bytes = mask.astype(np.uint8) * 255

    def ours(threads: int):
        return lambda out: burnish.inpaint_patch(
            image, mask, channel_axis=-1, out=out, workers=threads
        )

    def patchmatch(threads: int):
        import patchmatch

        return lambda out: patchmatch.inpaint(image, in_bytes, patch_size=_PATCH)

    def patchmatch_cython(threads: int):
        common.opencv(threads)  # which it uses
        from patchmatch_cython import inpaint_pyramid

        return lambda out: inpaint_pyramid(image, mask, patch_size=_PATCH, seed=0)

    return Inpainting(
        title=f"inpaint_patch, {title}",
        image=image,
        reach=size,
        magnitude=0.0,
        flops=0.0,
        reference=lambda window: window,
        implementations={
            "burnish": ours,
            "patchmatch": patchmatch,
            "patchmatch_cython": patchmatch_cython,
        },
        mask=mask,
    )


class InpaintPatch(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "holes")
    params = (["burnish", "patchmatch", "patchmatch_cython"], [1, 2], [512], ["uint8"], [1, 20])
    build = staticmethod(inpaint_patch)


class InpaintPatchRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "holes")
    params = (["patchmatch", "patchmatch_cython"], [1, 2], [512], ["uint8"], [1, 20])
    build = staticmethod(inpaint_patch)
