"""How far estimates of noise are off: ``python -m benchmarks.noise``, about a minute.

Photographs get noise of known strength. Their own is left in them, and told in the first table's
row of 0; halving a picture averages it away, but makes texture finer.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence

import numpy as np

import burnish
from benchmarks.common import Array

# Inside scikit-image's wheel; with texture nearly everywhere:
TEXTURED = ("grass", "gravel", "brick")
PHOTOGRAPHS = (
    *("astronaut", "camera", "chelsea", "coffee", "coins", "hubble_deep_field"),
    *("immunohistochemistry", "moon", "page", "retina", "rocket", *TEXTURED),
)
SIGMAS = (0, 1, 2, 5, 10, 20, 50)  # of 255
# Gain and sigma, of 255.
MODELS = ((0.5, 0.0), (2.0, 2.0), (2.0, 5.0), (5.0, 2.0), (13.0, 0.0), (0.0, 5.0), (0.0, 20.0))


def photographs(*, halved: bool = False) -> Iterable[tuple[str, Array]]:
    """Return names and pictures, 0 to 255, in colour where they are."""
    from skimage import data

    for name in PHOTOGRAPHS:
        image = getattr(data, name)().astype(np.float64)
        if halved:
            image = image[: image.shape[0] // 2 * 2, : image.shape[1] // 2 * 2]
            image = (image[::2, ::2] + image[1::2, ::2] + image[::2, 1::2] + image[1::2, 1::2]) / 4
        yield name, image


def grey(image: Array) -> Array:
    return image if image.ndim == 2 else image @ [0.2125, 0.7154, 0.0721]


def clipped(image: Array) -> Array:
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def _sigmas(image: Array, estimate: Callable[..., float | list[float]]) -> list[float]:
    if image.ndim == 2:
        return [float(estimate(image))]
    return [float(each) for each in estimate(image, channel_axis=2)]


def _skimage(image: Array, **options: int) -> float | list[float]:
    from skimage import restoration

    return restoration.estimate_sigma(image.astype(np.float64), **options)


METHODS = {"burnish": burnish.estimate_sigma, "scikit-image": _skimage}
VARIANTS: dict[str, Callable[[Array], Array]] = {
    "grey": lambda image: image,
    "colour": lambda image: image,
    "grey, clipped to uint8": clipped,
}


def deviations() -> None:
    """Print errors in per cent of the deviation: the median of all, the worst of ten, textured."""
    print("Errors of the deviation in %: median / ninth of ten / median of textured pictures.\n")
    print(f"| | {' | '.join(f'{sigma} of 255' for sigma in SIGMAS[1:])} |")
    print("|---" * len(SIGMAS) + "|", flush=True)
    for halved in (False, True):
        for variant, finish in VARIANTS.items():
            errors = _errors(halved, variant, finish)
            for method, cells in errors.items():
                title = f"{method}, {variant}{', halved' if halved else ''}"
                print(f"| {title} | {' | '.join(cells)} |", flush=True)
    print("\nDeviations that are found without noise, of 255: burnish, scikit-image.\n")
    for name, image in photographs():
        found = [_sigmas(grey(image), estimate)[0] for estimate in METHODS.values()]
        print(f"- {name}: {found[0]:.2f}, {found[1]:.2f}")


def _errors(halved: bool, variant: str, finish: Callable[[Array], Array]) -> dict[str, list[str]]:
    cells: dict[str, list[str]] = {method: [] for method in METHODS}
    for sigma in SIGMAS[1:]:
        rng = np.random.default_rng(2026)
        errors: dict[str, list[float]] = {method: [] for method in METHODS}
        textured: dict[str, list[float]] = {method: [] for method in METHODS}
        for name, whole in photographs(halved=halved):
            if variant == "colour" and whole.ndim == 2:
                continue
            image = whole if variant == "colour" else grey(whole)
            noisy = finish(image + rng.normal(0, sigma, image.shape))
            for method, estimate in METHODS.items():
                for found in _sigmas(noisy, estimate):
                    error = 100 * abs(found / sigma - 1)
                    errors[method].append(error)
                    if name in TEXTURED:
                        textured[method].append(error)
        for method in METHODS:
            middle, ninth = np.quantile(errors[method], (0.5, 0.9))
            last = f" / {np.median(textured[method]):.1f}" if textured[method] else ""
            cells[method].append(f"{middle:.1f} / {ninth:.1f}{last}")
    return cells


def models() -> None:
    """Print errors of the noise model."""
    print("\nNoise models: median and ninth of ten, of the error of the gain in %, of sigma in")
    print(
        "units of 255, and of the deviation at a tenth, half and nine tenths of the range in %.\n"
    )
    print("| gain, sigma | gain | sigma | deviation | clipped to uint8: gain | deviation |")
    print("|---" * 6 + "|", flush=True)
    for gain, sigma in MODELS:
        rng = np.random.default_rng(2026)
        rows = []
        for _, whole in photographs():
            image = grey(whole)
            counted = gain * rng.poisson(image / gain) if gain > 0 else image
            noisy = counted + rng.normal(0, sigma, image.shape)
            rows.append(
                (*_model_errors(noisy, gain, sigma), *_model_errors(clipped(noisy), gain, sigma))
            )
        middle, ninth = np.quantile(rows, (0.5, 0.9), axis=0)
        cells = [f"{middle[i]:.1f} / {ninth[i]:.1f}" for i in (0, 1, 2, 3, 5)]
        if gain == 0:
            cells[0] = cells[3] = "-"
        print(f"| {gain:g}, {sigma:g} | {' | '.join(cells)} |", flush=True)


def _model_errors(image: Array, gain: float, sigma: float) -> tuple[float, float, float]:
    model = burnish.estimate_noise_model(image)
    levels = 255 * np.array([0.1, 0.5, 0.9])
    found = np.sqrt(np.maximum(model.gain * (levels - model.offset) + model.sigma**2, 0))
    exact = np.sqrt(gain * levels + sigma**2)
    return (
        100 * abs(float(model.gain) / gain - 1) if gain > 0 else 0.0,
        abs(float(model.sigma) - sigma),
        100 * float(np.median(np.abs(found / exact - 1))),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.noise", description=__doc__)
    parser.parse_args(arguments)
    deviations()
    models()


if __name__ == "__main__":
    main()
