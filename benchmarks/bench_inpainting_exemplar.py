"""Holes filled by exemplars; no package that we know does the same."""

from __future__ import annotations

import burnish
from benchmarks import common
from benchmarks.bench_inpainting_patch import Inpainting, holed


def inpaint_exemplar(size: int, dtype: str, holes: int) -> Inpainting:
    """Return an RGB square with one hole or twenty: 96 or 24 pixels a side where it has 512."""
    title, image, mask = holed(size, dtype, holes)

    def ours(threads: int):
        return lambda out: burnish.inpaint_exemplar(
            image, mask, channel_axis=-1, out=out, workers=threads
        )

    return Inpainting(
        title=f"inpaint_exemplar, {title}",
        image=image,
        reach=size,
        magnitude=0.0,
        flops=0.0,
        reference=lambda window: window,
        implementations={"burnish": ours},
        mask=mask,
    )


class InpaintExemplar(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "holes")
    params = (["burnish"], [1, 2], [512], ["uint8", "float32"], [1, 20])
    build = staticmethod(inpaint_exemplar)
