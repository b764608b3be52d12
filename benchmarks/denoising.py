"""How well photographs are denoised: ``python -m benchmarks.denoising``, some minutes.

burnish gets the noisy photograph and nothing else. scikit-image and OpenCV are told the noise, and
show the best of a grid of parameters, chosen for each photograph with the truth at hand.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Iterable

import numpy as np

import burnish
from benchmarks.common import Array

NOISES = (10, 25, 50)  # standard deviations, in 255ths of the range
_SIDE = 256  # pixels: the middle of each photograph
GREY = [
    "camera",
    "coins",
    "brick",
    "grass",
    "gravel",
    "moon",
    "page",
    "astronaut",
    "coffee",
    "chelsea",
]
COLOR = ["astronaut", "coffee", "chelsea", "rocket", "immunohistochemistry"]

_PEAK = 5  # photons

_PATCHES = (3, 5, 7)
_DISTANCES = (6, 10)
_STRENGTHS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)  # h, in sigmas


def photograph(name: str, *, grey: bool) -> Array:
    """Return the middle of one of scikit-image's photographs, from 0 to 1."""
    from skimage import color, data

    picture = getattr(data, name)()
    picture = color.rgb2gray(picture) if grey and picture.ndim == 3 else picture / 255
    top, left = ((side - _SIDE) // 2 for side in picture.shape[:2])
    return picture[top : top + _SIDE, left : left + _SIDE]


def _burnish(noisy: Array, sigma: float) -> Iterable[Array]:
    del sigma  # it is estimated
    yield burnish.denoise_nl_means(noisy, channel_axis=-1 if noisy.ndim == 3 else None)


def _skimage(noisy: Array, sigma: float) -> Iterable[Array]:
    from skimage.restoration import denoise_nl_means

    for patch, distance, strength in itertools.product(_PATCHES, _DISTANCES, _STRENGTHS):
        yield denoise_nl_means(
            noisy,
            patch_size=patch,
            patch_distance=distance,
            h=strength * sigma,
            sigma=sigma,
            preserve_range=True,
            channel_axis=-1 if noisy.ndim == 3 else None,
        )


def _opencv(noisy: Array, sigma: float) -> Iterable[Array]:
    import cv2

    image = (np.clip(noisy, 0, 1) * 255).round().astype(np.uint8)
    for patch, distance, strength in itertools.product(_PATCHES, _DISTANCES, _STRENGTHS):
        h = (strength + 0.2) * sigma * 255  # it does not take the noise off the distances
        yield cv2.fastNlMeansDenoising(image, None, h, patch, 2 * distance + 1) / 255


def _opencv_colored(noisy: Array, sigma: float) -> Iterable[Array]:
    import cv2

    image = (np.clip(noisy, 0, 1) * 255).round().astype(np.uint8)
    for patch, distance, strength in itertools.product(_PATCHES, _DISTANCES, _STRENGTHS):
        h = (strength + 0.2) * sigma * 255
        yield cv2.fastNlMeansDenoisingColored(image, None, h, h, patch, 2 * distance + 1) / 255


Denoiser = Callable[[Array, float], Iterable[Array]]
GREY_METHODS: dict[str, Denoiser] = {
    "noisy": lambda noisy, sigma: [noisy],
    "burnish": _burnish,
    "scikit-image, best": _skimage,
    "OpenCV, best": _opencv,
}
COLOR_METHODS = GREY_METHODS | {"OpenCV Colored, best": _opencv_colored}


def quality(truth: Array, estimates: Iterable[Array]) -> float:
    """Return the best PSNR in dB; what is beyond the range is clipped, as in a picture file."""
    return max(
        burnish.psnr(truth, np.clip(each, 0, 1).astype(truth.dtype), data_range=1.0)
        for each in estimates
    )


def print_table(names: Iterable[str], methods: dict[str, Denoiser], *, grey: bool) -> None:
    """Print what each method makes of each photograph, and the means."""
    print(f"| {'grey' if grey else 'colour'}, PSNR in dB | {' | '.join(methods)} |")
    print("|---" * (1 + len(methods)) + "|", flush=True)
    for noise in NOISES:
        rng = np.random.default_rng(2026)
        sigma = noise / 255
        rows = []
        for name in names:
            truth = photograph(name, grey=grey)
            noisy = (truth + rng.normal(0, sigma, truth.shape)).astype(np.float32)
            rows.append([quality(truth, method(noisy, sigma)) for method in methods.values()])
            cells = " | ".join(f"{each:.2f}" for each in rows[-1])
            print(f"| {noise}, {name} | {cells} |", flush=True)
        print(f"| **{noise}, mean** | {' | '.join(f'{m:.2f}' for m in np.mean(rows, axis=0))} |")


COUNTS: dict[str, Callable[[Array], Array]] = {
    "counts": lambda counts: counts,
    "denoise_nl_means": burnish.denoise_nl_means,
    "denoise_poisson, gain known": lambda counts: burnish.denoise_poisson(
        counts, gain=1.0, sigma=0.0, offset=0.0
    ),
    "denoise_poisson, gain estimated": burnish.denoise_poisson,
}


def print_counts(names: Iterable[str]) -> None:
    """Print how well photographs come back from counts of few photons."""
    print(f"| Poisson, peak {_PEAK}, PSNR in dB | {' | '.join(COUNTS)} |")
    print("|---" * (1 + len(COUNTS)) + "|", flush=True)
    rng = np.random.default_rng(2026)
    rows = []
    for name in names:
        truth = photograph(name, grey=True)
        truth /= truth.max()
        counts = rng.poisson(_PEAK * truth).astype(np.float32)
        rows.append([quality(truth, [method(counts) / _PEAK]) for method in COUNTS.values()])
        print(f"| {name} | {' | '.join(f'{each:.2f}' for each in rows[-1])} |", flush=True)
    print(f"| **mean** | {' | '.join(f'{each:.2f}' for each in np.mean(rows, axis=0))} |")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.denoising", description=__doc__)
    parser.add_argument("--only", default="", metavar="SUBSTRING", help="photographs that hold it")
    options = parser.parse_args()

    print_counts([name for name in GREY if options.only in name])
    print()
    for names, methods, grey in ((GREY, GREY_METHODS, True), (COLOR, COLOR_METHODS, False)):
        chosen = [name for name in names if options.only in name]
        if chosen:
            print_table(chosen, methods, grey=grey)
            print()


if __name__ == "__main__":
    main()
