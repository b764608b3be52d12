"""How well photographs come back: ``python -m benchmarks.deblurring``, some minutes.

Each photograph is blurred, cut out of its surroundings and given noise, as a camera does. A method
that has parameters shows its best values, chosen for each column with the truth at hand.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

import burnish
from benchmarks.common import Array

PHOTOGRAPHS = ("camera", "coins", "astronaut")  # inside scikit-image's wheel
PSFS = {
    "motion 15": burnish.psf.motion(15, angle=30),
    "disk 4": burnish.psf.disk(4),
    "disk 9": burnish.psf.disk(9),
    "Gaussian 2": burnish.psf.gaussian(2.0),
}
NOISES = (0.005, 0.02)  # of the range
_EDGE = 16  # pixels
_ITERATIONS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 80)
_BALANCES = 10.0 ** np.arange(-5, 1.6, 0.5)


@dataclass(frozen=True)
class Method:
    """A way to deblur: from the image and the PSF to estimates, the best of which counts."""

    name: str
    estimates: Callable[[Array, Array], Iterable[Array]]


def _skimage_wiener(image: Array, psf: Array) -> Iterable[Array]:
    from skimage import restoration

    for balance in _BALANCES:
        yield restoration.wiener(image, psf, balance, clip=False)


def _richardson_lucy(image: Array, psf: Array) -> Iterable[Array]:
    for num_iter in _ITERATIONS:
        yield burnish.richardson_lucy(image, psf, num_iter=num_iter)


def _skimage_richardson_lucy(image: Array, psf: Array) -> Iterable[Array]:
    from skimage import restoration

    narrow = psf.astype(np.float32)
    for num_iter in _ITERATIONS:
        yield restoration.richardson_lucy(image, narrow, num_iter=num_iter, clip=False)


METHODS = (
    Method("blurred", lambda image, psf: [image]),
    Method("burnish.wiener", lambda image, psf: [burnish.wiener(image, psf)]),
    Method(
        "burnish.wiener, best balance",
        lambda image, psf: (burnish.wiener(image, psf, balance=b) for b in _BALANCES),
    ),
    Method("scikit-image's wiener, best balance", _skimage_wiener),
    Method("burnish.richardson_lucy", lambda image, psf: [burnish.richardson_lucy(image, psf)]),
    Method("burnish.richardson_lucy, best number", _richardson_lucy),
    Method("scikit-image's richardson_lucy, best number", _skimage_richardson_lucy),
)


@dataclass(frozen=True)
class Case:
    """A photograph as it was, and as it came out of a camera."""

    title: str
    truth: Array
    image: Array
    psf: Array

    def quality(self, estimate: Array) -> Array:
        """Return PSNR in dB and SSIM over the whole frame, then both near its edges."""
        edges = np.ones(self.truth.shape, bool)
        edges[_EDGE:-_EDGE, _EDGE:-_EDGE] = False
        pair = (self.truth, np.asarray(estimate, np.float64))
        return np.array(
            [
                measure(*pair, data_range=1.0, mask=mask)
                for mask in (None, edges)
                for measure in (burnish.psnr, burnish.ssim)
            ]
        )


def cases(photographs: Iterable[str]) -> Iterable[Case]:
    """Return every photograph with every PSF and noise; the same noise each time."""
    from skimage import color, data

    rng = np.random.default_rng(2026)
    for name in photographs:
        whole = getattr(data, name)()
        whole = whole / 255 if whole.ndim == 2 else color.rgb2gray(whole)
        for psf_name, psf in PSFS.items():
            frame = tuple(slice(side, -side) for side in psf.shape)
            truth = whole[frame]
            blurred = burnish.convolve(whole, psf)[frame]
            for noise in NOISES:
                image = blurred + noise * rng.normal(size=truth.shape)
                title = f"{name}, {psf_name}, noise {noise:.1%}"
                yield Case(title, truth, image.astype(np.float32), psf)


def _cell(quality: Array) -> str:
    return "{:.2f} {:.3f} / {:.2f} {:.3f}".format(*quality)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.deblurring", description=__doc__)
    parser.add_argument("--only", default="", metavar="SUBSTRING", help="rows whose title holds it")
    options = parser.parse_args()

    print(
        "PSNR in dB and SSIM over the whole frame, then both within", _EDGE, "pixels of its edges."
    )
    print()
    print(f"| | {' | '.join(method.name for method in METHODS)} |")
    print("|---" * (1 + len(METHODS)) + "|", flush=True)
    sums = np.zeros((len(METHODS), 4))
    seconds = np.zeros(len(METHODS))
    rows = 0
    for case in cases(PHOTOGRAPHS):
        if options.only not in case.title:
            continue
        cells = []
        for i, method in enumerate(METHODS):
            start = time.perf_counter()
            estimates = list(method.estimates(case.image, case.psf))
            seconds[i] += time.perf_counter() - start
            # scikit-image's richardson_lucy turns some of these images into NaN
            best = np.nanmax([case.quality(each) for each in estimates], axis=0)
            sums[i] += best
            cells.append(_cell(best))
        rows += 1
        print(f"| {case.title} | {' | '.join(cells)} |", flush=True)
    if rows == 0:
        parser.error(f"no row's title holds {options.only!r}")
    print(f"| mean | {' | '.join(map(_cell, sums / rows))} |")
    print(f"| seconds in all | {' | '.join(f'{each:.1f}' for each in seconds)} |")


if __name__ == "__main__":
    main()
