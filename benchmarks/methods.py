"""How well ``convolve`` chooses its method: ``python -m benchmarks.methods``, under a minute."""

from __future__ import annotations

import argparse
import functools
import math

import numpy as np

import burnish
from benchmarks import common
from benchmarks.common import Array, interleaved

SIZES = (64, 256, 1024, 2048)
KERNELS = (
    *((taps, taps) for taps in (3, 7, 11, 15, 19, 23, 31, 63, 127)),
    (1, 63),
    (63, 1),
    (5, 101),
    (101, 5),
)
_METHODS = ("direct", "separable", "fft")
_TOLERATED = 1.15  # times the best method's time
_TOO_LONG = 1.0  # seconds of a call with method="direct"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.methods", description=__doc__)
    parser.add_argument("--dtype", default="float32", help="of the image (default: %(default)s)")
    parser.add_argument("--separable", action="store_true", help="kernels that are outer products")
    parser.add_argument(
        "--threads",
        type=int,
        default=burnish.get_num_threads(),
        help="how many to use (default: %(default)s)",
    )
    options = parser.parse_args()

    print(
        f"ms of convolve's methods, {options.dtype}, {options.threads} thread(s); last the best "
        f'one where "auto" takes more than {_TOLERATED} times as long.\n'
    )
    headings = ["image", "kernel", *_METHODS, "auto", "auto / best", ""]
    print(f"| {' | '.join(headings)} |")
    print("|---" * len(headings) + "|", flush=True)
    worst = (0.0, "")
    for size in SIZES:
        image = common.random_image((size, size), options.dtype)
        per_tap = 0.0  # seconds of the latest direct call
        for shape in sorted(KERNELS, key=math.prod):
            skipped = {"direct"} if per_tap * math.prod(shape) > _TOO_LONG else set()
            times = _times(image, _kernel(shape, options.separable), options.threads, skipped)
            per_tap = times.get("direct", math.inf) / math.prod(shape)
            auto = times.pop("auto")
            best = min(times, key=times.__getitem__)
            ratio = auto / times[best]
            title = [f"{size}x{size}", f"{shape[0]}x{shape[1]}"]
            worst = max(worst, (ratio, ", ".join(title)))
            cells = [f"{times[method] * 1e3:.3g}" if method in times else "" for method in _METHODS]
            mark = best if ratio > _TOLERATED else ""
            columns = [*title, *cells, f"{auto * 1e3:.3g}", f"{ratio:.2f}", mark]
            print(f"| {' | '.join(columns)} |", flush=True)
    print(f"\nWorst: {worst[0]:.2f} times the best, {worst[1]}")


def _kernel(shape: tuple[int, int], separable: bool) -> Array:
    random = np.random.default_rng(math.prod(shape)).random
    kernel = np.outer(random(shape[0]), random(shape[1])) if separable else random(shape)
    return kernel / kernel.sum()


def _times(image: Array, kernel: Array, threads: int, skipped: set[str]) -> dict[str, float]:
    """Return the median seconds of the methods that can do it, and of "auto"."""
    calls = {
        method: functools.partial(burnish.convolve, image, kernel, method=method, workers=threads)
        for method in (*_METHODS, "auto")
        if method not in skipped
    }
    try:
        calls["separable"]()
    except ValueError:  # no outer product
        del calls["separable"]
    medians = interleaved(list(calls.values()), rounds=7, seconds=0.25)
    return dict(zip(calls, medians, strict=True))


if __name__ == "__main__":
    main()
