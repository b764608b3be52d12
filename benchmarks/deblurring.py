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
BOUNDARIES = ("unknown", "reflect", "wrap", "zero")
_BALANCES = 10.0 ** np.arange(-5, 1.6, 0.5)


@dataclass(frozen=True)
class Method:
    """A way to deblur: from the image and the PSF to estimates, the best of which counts."""

    name: str
    estimates: Callable[[Array, Array], Iterable[Array]]


def _ours(boundary: str) -> tuple[Method, ...]:
    """Return burnish's methods for what lies beyond the frame."""

    def wiener(image: Array, psf: Array, balance: float | None = None) -> Array:
        return burnish.wiener(image, psf, balance=balance, boundary=boundary)

    def lucy(image: Array, psf: Array, num_iter: int = 50) -> Array:
        return burnish.richardson_lucy(image, psf, num_iter=num_iter, boundary=boundary)

    return (
        Method("burnish.wiener", lambda *pair: [wiener(*pair)]),
        Method("burnish.wiener, best balance", lambda *pair: (wiener(*pair, b) for b in _BALANCES)),
        Method("burnish.richardson_lucy", lambda *pair: [lucy(*pair)]),
        Method(
            "burnish.richardson_lucy, best number",
            lambda *pair: (lucy(*pair, n) for n in _ITERATIONS),
        ),
    )


def _skimage_wiener(image: Array, psf: Array) -> Iterable[Array]:
    from skimage import restoration

    for balance in _BALANCES:
        yield restoration.wiener(image, psf, balance, clip=False)


def _skimage_richardson_lucy(image: Array, psf: Array) -> Iterable[Array]:
    from skimage import restoration

    narrow = psf.astype(np.float32)
    for num_iter in _ITERATIONS:
        yield restoration.richardson_lucy(image, narrow, num_iter=num_iter, clip=False)


METHODS = (
    Method("blurred", lambda image, psf: [image]),
    *_ours("unknown")[:2],
    Method("scikit-image's wiener, best balance", _skimage_wiener),
    *_ours("unknown")[2:],
    Method("scikit-image's richardson_lucy, best number", _skimage_richardson_lucy),
)


@dataclass(frozen=True)
class Case:
    """A photograph as it was, and as it came out of a camera."""

    title: str
    truth: Array
    image: Array
    psf: Array
    noise: float

    def best(self, estimates: Iterable[Array]) -> Array:
        """Return the best of each of these qualities."""
        # scikit-image's richardson_lucy turns some of these images into NaN
        return np.nanmax([self.quality(each) for each in estimates], axis=0)

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
                yield Case(title, truth, image.astype(np.float32), psf, noise)


def _cell(quality: Array) -> str:
    return "{:.2f} {:.3f} / {:.2f} {:.3f}".format(*quality)


def print_methods(chosen: list[Case]) -> None:
    """Print what each method makes of each case."""
    print(
        "PSNR in dB and SSIM over the whole frame, then both within", _EDGE, "pixels of its edges."
    )
    print()
    print(f"| | {' | '.join(method.name for method in METHODS)} |")
    print("|---" * (1 + len(METHODS)) + "|", flush=True)
    sums = np.zeros((len(METHODS), 4))
    seconds = np.zeros(len(METHODS))
    for case in chosen:
        cells = []
        for i, method in enumerate(METHODS):
            start = time.perf_counter()
            estimates = list(method.estimates(case.image, case.psf))
            seconds[i] += time.perf_counter() - start
            best = case.best(estimates)
            sums[i] += best
            cells.append(_cell(best))
        print(f"| {case.title} | {' | '.join(cells)} |", flush=True)
    print(f"| mean | {' | '.join(map(_cell, sums / len(chosen)))} |")
    print(f"| seconds in all | {' | '.join(f'{each:.1f}' for each in seconds)} |")


def print_boundaries(chosen: list[Case]) -> None:
    """Print how well each method does on average with each boundary."""
    print("PSNR in dB over the whole frame / within", _EDGE, "pixels of its edges: means of all.")
    print()
    print(f"| noise, method | {' | '.join(BOUNDARIES)} |")
    print("|---" * (1 + len(BOUNDARIES)) + "|", flush=True)
    for noise in sorted({case.noise for case in chosen}):
        for methods in zip(*map(_ours, BOUNDARIES), strict=True):
            cells = []
            for method in methods:
                mean = np.mean(
                    [
                        case.best(method.estimates(case.image, case.psf))
                        for case in chosen
                        if case.noise == noise
                    ],
                    axis=0,
                )
                cells.append(f"{mean[0]:.2f} / {mean[2]:.2f}")
            print(f"| {noise:.1%}, {methods[0].name} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.deblurring", description=__doc__)
    parser.add_argument("--only", default="", metavar="SUBSTRING", help="rows whose title holds it")
    parser.add_argument("--boundaries", action="store_true", help="also what each boundary makes")
    options = parser.parse_args()

    chosen = [case for case in cases(PHOTOGRAPHS) if options.only in case.title]
    if not chosen:
        parser.error(f"no row's title holds {options.only!r}")
    print_methods(chosen)
    if options.boundaries:
        print()
        print_boundaries(chosen)


if __name__ == "__main__":
    main()
