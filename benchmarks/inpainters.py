"""The ways to fill holes that benchmarks.inpainting compares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.common import Array, opencv

THREADS = 2

Filler = Callable[[Array, Array, int], Array]  # from the holed image, the mask, a seed


@dataclass(frozen=True)
class Method:
    """A way to fill holes; `prepare` imports what it needs."""

    name: str
    prepare: Callable[[], Filler]
    seeded: bool = False


def burnish(workers: int) -> Filler:
    """Return our way, with so many threads."""
    from burnish import inpaint_patch

    return lambda image, mask, seed: inpaint_patch(
        image, mask, rng=seed, channel_axis=-1, workers=workers
    )


def _burnish_exemplar() -> Filler:
    from burnish import inpaint_exemplar

    return lambda image, mask, seed: inpaint_exemplar(image, mask, channel_axis=-1, workers=THREADS)


def _opencv(flag: str) -> Callable[[], Filler]:
    def prepare() -> Filler:
        cv = opencv(THREADS)
        return lambda image, mask, seed: cv.inpaint(image, _bytes(mask), 5, getattr(cv, flag))

    return prepare


def _xphoto(flag: str) -> Callable[[], Filler]:
    def prepare() -> Filler:
        cv = opencv(THREADS)
        in_lab = flag == "INPAINT_SHIFTMAP"

        def fill(image: Array, mask: Array, seed: int) -> Array:
            source = cv.cvtColor(image, cv.COLOR_RGB2Lab) if in_lab else image
            out = np.zeros_like(source)
            cv.xphoto.inpaint(source, _bytes(~mask), out, getattr(cv.xphoto, flag))
            return cv.cvtColor(out, cv.COLOR_Lab2RGB) if in_lab else out

        return fill

    return prepare


def _biharmonic(split: bool) -> Callable[[], Filler]:
    def prepare() -> Filler:
        from skimage.restoration import inpaint_biharmonic

        def fill(image: Array, mask: Array, seed: int) -> Array:
            filled = inpaint_biharmonic(image, mask, channel_axis=-1, split_into_regions=split)
            return (np.clip(filled, 0, 1) * 255).round().astype(np.uint8)

        return fill

    return prepare


def _gmic(command: str) -> Callable[[], Filler]:
    def prepare() -> Filler:
        import gmic

        interpreter = gmic.Gmic()

        def fill(image: Array, mask: Array, seed: int) -> Array:
            pair = (image, _bytes(mask)[..., None])
            images = gmic.ImageList(
                [gmic.Image.from_yxc(np.ascontiguousarray(each, np.float32)) for each in pair]
            )
            interpreter.run(f"v - srand {seed} {command}", images)
            return np.clip(np.asarray(images[0].yxc), 0, 255).round().astype(np.uint8)

        return fill

    return prepare


def _pypatchmatch(patch_size: int) -> Callable[[], Filler]:
    def prepare() -> Filler:
        import patchmatch

        def fill(image: Array, mask: Array, seed: int) -> Array:
            patchmatch.set_random_seed(seed)
            return patchmatch.inpaint(image, _bytes(mask), patch_size=patch_size)

        return fill

    return prepare


def _patchmatch_cython(patch_size: int) -> Callable[[], Filler]:
    def prepare() -> Filler:
        opencv(THREADS)  # which it uses
        from patchmatch_cython import inpaint_pyramid

        return lambda image, mask, seed: inpaint_pyramid(
            image, mask, patch_size=patch_size, seed=seed
        )

    return prepare


def _bytes(mask: Array) -> Array:
    return mask.astype(np.uint8) * 255


OURS = Method("burnish", lambda: burnish(THREADS), seeded=True)
CLASSIC = Method("burnish inpaint_exemplar", _burnish_exemplar)
# Its patch_size is what a patch reaches: 5 means 11 pixels a side, 3 means 7.
_PYPATCHMATCH = Method("PyPatchMatch", _pypatchmatch(5), seeded=True)
_PATCHMATCH_CYTHON = Method("patchmatch-cython", _patchmatch_cython(5), seeded=True)
TIMED_PEERS = (_PYPATCHMATCH, _PATCHMATCH_CYTHON)  # they do what ours does, in one thread
PEERS = (
    _PYPATCHMATCH,
    Method("PyPatchMatch, patch_size=3", _pypatchmatch(3), seeded=True),
    _PATCHMATCH_CYTHON,
    Method("patchmatch-cython, patch_size=7", _patchmatch_cython(7), seeded=True),
    Method("G'MIC inpaint_matchpatch", _gmic("inpaint_matchpatch[0] [1]"), seeded=True),
    Method("G'MIC inpaint", _gmic("inpaint[0] [1],7,22,0.5,1,0")),
    Method("G'MIC inpaint_pde", _gmic("inpaint_pde[0] [1]")),
    Method("OpenCV xphoto SHIFTMAP", _xphoto("INPAINT_SHIFTMAP")),
    Method("OpenCV xphoto FSR_FAST", _xphoto("INPAINT_FSR_FAST")),
    Method("OpenCV Telea", _opencv("INPAINT_TELEA")),
    Method("OpenCV NS", _opencv("INPAINT_NS")),
    Method("scikit-image biharmonic", _biharmonic(False)),
    Method("scikit-image biharmonic, split", _biharmonic(True)),
    Method("OpenCV xphoto FSR_BEST", _xphoto("INPAINT_FSR_BEST")),
)
