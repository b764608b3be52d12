"""How well large holes of photographs are filled: ``python -m benchmarks.inpainting``, ten minutes.

What was in a hole is one guess among many that look right, so that PSNR and SSIM say little alone:
they fall when a texture is plausible but elsewhere, and smears do well. The gradients say whether
the fill is as rough as the truth, and the seam whether its rim shows. Look at the pictures too.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks import inpainters
from benchmarks.common import Array, interleaved
from benchmarks.inpainters import CLASSIC, OURS, PEERS, THREADS, TIMED_PEERS, Filler, Method

SEEDS = 5
_SIDE = 96  # pixels, of a hole
_MARGIN = 64  # pixels around a hole that a picture of it shows
_SLOW = 60.0  # seconds; a peer that takes longer for one fill is left out
_ENOUGH = 1.0  # seconds of calls without a seed
_LUMA = (0.299, 0.587, 0.114)

# Chosen by looking at the photographs, before any fill: no hole covers what only the truth knows.
# Group, title, photograph inside scikit-image's wheel, its first column, the hole's first row and
# column. The photographs are cut to 512 columns and, where they have so many, 512 rows.
_CASES = (
    ("structure", "flag", "astronaut", 0, 150, 10),
    ("structure", "sleeve", "astronaut", 0, 245, 45),
    ("structure", "helmet", "astronaut", 0, 345, 400),
    ("structure", "tripod", "camera", 0, 350, 230),
    ("structure", "coat", "camera", 0, 330, 120),
    ("structure", "skyline", "camera", 0, 195, 335),
    ("structure", "bricks", "brick", 0, 200, 200),
    ("structure", "nearer bricks", "brick", 0, 370, 60),
    ("structure", "saucer", "coffee", 0, 230, 60),
    ("structure", "cup", "coffee", 0, 60, 140),
    ("structure", "table", "coffee", 0, 30, 40),
    ("structure", "lattice", "rocket", 0, 200, 8),
    ("structure", "rocket", "rocket", 0, 230, 275),
    ("structure", "wheel", "stereo_motorcycle", 229, 350, 351),
    ("texture", "grass, top", "grass", 0, 60, 380),
    ("texture", "grass, left", "grass", 0, 230, 60),
    ("texture", "grass, bottom", "grass", 0, 380, 360),
    ("texture", "gravel, top", "gravel", 0, 50, 60),
    ("texture", "gravel, right", "gravel", 0, 200, 330),
    ("texture", "gravel, bottom", "gravel", 0, 370, 180),
    ("texture", "lawn", "camera", 0, 300, 400),
)
GROUPS = ("structure", "texture")


@dataclass(frozen=True)
class Case:
    """A photograph of three channels of bytes, and where its hole is."""

    group: str
    title: str
    truth: Array
    mask: Array  # true in the hole

    @property
    def holed(self) -> Array:
        """The photograph, black in the hole."""
        return np.where(self.mask[..., None], 0, self.truth).astype(np.uint8)


def cases(only: str = "") -> list[Case]:
    """Return the cases whose group or title holds this."""
    return [
        _case(*case) for case in _CASES if any(only in text for text in (case[0], _title(*case)))
    ]


def _title(group: str, title: str, name: str, left: int, row: int, column: int) -> str:
    return title if title.startswith(name) else f"{name.removeprefix('stereo_')}, {title}"


def _case(group: str, title: str, name: str, left: int, row: int, column: int) -> Case:
    from skimage import data

    photograph = getattr(data, name)()
    if isinstance(photograph, tuple):  # a stereo pair
        photograph = photograph[0]
    if photograph.ndim == 2:
        photograph = np.stack([photograph] * 3, axis=-1)
    truth = np.ascontiguousarray(photograph[:512, left : left + 512])
    mask = np.zeros(truth.shape[:2], bool)
    mask[row : row + _SIDE, column : column + _SIDE] = True
    return Case(group, _title(group, title, name, left, row, column), truth, mask)


class Score(NamedTuple):
    """How near a fill comes to the truth; but for the first two, the smaller the better."""

    psnr: float  # dB, over the hole
    ssim: float  # mean over the hole
    gradients: float  # how far the distribution of their magnitudes is from the truth's
    seam: float  # |log| of how much larger than the truth's the steps across the rim are


def score(truth: Array, fill: Array, mask: Array) -> Score:
    """Return the scores of a fill; colours in units of bytes."""
    from scipy.stats import wasserstein_distance
    from skimage.metrics import structural_similarity

    window = _around(mask, 8)
    hole = mask[window]
    truth, fill = (np.asarray(each[window], np.float64) for each in (truth, fill))
    error = np.mean((fill - truth)[hole] ** 2)
    ssim = structural_similarity(truth, fill, data_range=255, channel_axis=-1, full=True)[1]
    with np.errstate(divide="ignore"):
        psnr = 10 * np.log10(255**2 / error)
        seam = abs(np.log(rim_steps(fill, hole) / rim_steps(truth, hole)))
    gradients = wasserstein_distance(*(_gradients(each)[hole] for each in (fill, truth)))
    return Score(float(psnr), float(ssim[hole].mean()), float(gradients), float(seam))


def _around(mask: Array, margin: int) -> tuple[slice, slice]:
    """Return the rows and columns that are within a margin of the mask."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return (
        slice(max(0, rows[0] - margin), rows[-1] + 1 + margin),
        slice(max(0, columns[0] - margin), columns[-1] + 1 + margin),
    )


def _gradients(image: Array) -> Array:
    luma = image @ _LUMA
    return np.hypot(*(np.diff(luma, axis=axis, append=luma.take([-1], axis)) for axis in (0, 1)))


def rim_steps(image: Array, mask: Array) -> float:
    """Return the mean difference of neighbours on both sides of the mask's rim."""
    steps = [np.abs(np.diff(image, axis=axis))[np.diff(mask, axis=axis)] for axis in (0, 1)]
    return float(np.concatenate(steps).mean())


def summarise(scores: Iterable[Sequence[Score]]) -> Score:
    """Return the means over cases of the medians over seeds."""
    return Score(*np.mean([np.median(of_case, axis=0) for of_case in scores], axis=0).tolist())


_PER_CASE = ("burnish", "burnish inpaint_exemplar", "PyPatchMatch", "patchmatch-cython")
_SHOWN = (*_PER_CASE, "scikit-image biharmonic")


@dataclass(frozen=True)
class Result:
    """What a method makes of a case: a fill for each seed, and the median time of its calls."""

    fills: tuple[Array, ...]
    seconds: float

    def scores(self, case: Case) -> list[Score]:
        """Return the score of every fill."""
        return [score(case.truth, fill, case.mask) for fill in self.fills]

    def changed(self, case: Case) -> int:
        """Return the largest change of a pixel outside the hole."""
        outside = ~case.mask
        return max(int(_difference(fill, case.truth)[outside].max()) for fill in self.fills)


def _difference(fill: Array, truth: Array) -> Array:
    return np.abs(fill.astype(np.int16) - truth)


class TooSlowError(Exception):
    """A fill took longer than anyone would wait."""


def run(method: Method, filler: Filler, case: Case) -> Result:
    """Fill a case's hole with each seed, or often enough to time it where there is none."""
    holed = case.holed
    fills: list[Array] = []
    times: list[float] = []
    for seed in range(SEEDS):
        start = time.perf_counter()
        fill = filler(holed.copy(), case.mask.copy(), seed)
        times.append(time.perf_counter() - start)
        if times[-1] > _SLOW:
            raise TooSlowError(f"one fill took {times[-1]:.0f} s")
        if method.seeded or not fills:
            fills.append(fill)
        if not method.seeded and sum(times) > _ENOUGH:
            break
    return Result(tuple(fills), statistics.median(times))


class Store:
    """Results of peers, kept in a file if one is named."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._arrays: dict[str, Array] = {}
        if path is not None and path.exists():
            with np.load(path) as stored:
                self._arrays = dict(stored)

    def get(self, method: Method, case: Case) -> Result | None:
        """Return what is known of a peer, if anything is."""
        key = f"{method.name}/{case.title}"
        if key not in self._arrays:
            return None
        fills = tuple(change + case.truth for change in self._arrays[key])
        return Result(fills, float(self._arrays[f"{key}/seconds"]))

    def put(self, method: Method, case: Case, result: Result) -> None:
        """Remember a result."""
        key = f"{method.name}/{case.title}"
        # Modulo 256: what has not changed is zeros, which take no room.
        self._arrays[key] = np.stack([fill - case.truth for fill in result.fills])
        self._arrays[f"{key}/seconds"] = np.array(result.seconds)

    def save(self) -> None:
        """Write the file."""
        if self._path is not None:
            partial = self._path.with_suffix(".partial.npz")
            np.savez_compressed(partial, **self._arrays)
            partial.replace(self._path)


Results = Mapping[str, Sequence[Result]]  # of each method, in the order of the cases


def fill_all(chosen: Sequence[Case], methods: Iterable[Method], store: Store) -> Results:
    """Return what every method makes of the cases; say which are missing or take too long."""
    results: dict[str, list[Result]] = {}
    for method in methods:
        known = [None if method in (OURS, CLASSIC) else store.get(method, case) for case in chosen]
        if None not in known:
            results[method.name] = known
            continue
        try:
            filler = method.prepare()
            filled = [
                result or run(method, filler, case)
                for case, result in zip(chosen, known, strict=True)
            ]
        except (ImportError, TooSlowError) as error:
            print(f"{method.name} is left out: {error}.", flush=True)
            continue
        results[method.name] = filled
        if method not in (OURS, CLASSIC):
            for case, result in zip(chosen, filled, strict=True):
                store.put(method, case, result)
            store.save()
    return results


def print_summary(title: str, chosen: Sequence[Case], results: Results) -> None:
    """Print each method's means over the cases."""
    print(f"\n| {title}, {len(chosen)} holes | PSNR | SSIM | gradients | seam | ms | |")
    print("|---" * 7 + "|", flush=True)
    for name, of_cases in results.items():
        pairs = list(zip(of_cases, chosen, strict=True))
        cells = _cells(summarise(result.scores(case) for result, case in pairs))
        milliseconds = 1e3 * statistics.mean(result.seconds for result, _ in pairs)
        changed = max(result.changed(case) for result, case in pairs)
        note = f"changes pixels outside the hole by up to {changed}" if changed else ""
        print(f"| {name} | {' | '.join(cells)} | {milliseconds:.0f} | {note} |", flush=True)


def print_cases(chosen: Sequence[Case], results: Results) -> None:
    """Print some methods' medians for each case."""
    names = [name for name in _PER_CASE if name in results]
    print(f"\n| PSNR, SSIM, gradients, seam | {' | '.join(names)} |")
    print("|---" * (1 + len(names)) + "|", flush=True)
    for i, case in enumerate(chosen):
        cells = [" ".join(_cells(summarise([results[name][i].scores(case)]))) for name in names]
        size = "x".join(map(str, case.truth.shape[:2]))
        print(f"| {case.title}, {size} | {' | '.join(cells)} |", flush=True)


def _cells(scores: Score) -> list[str]:
    return "{:.2f} {:.3f} {:.2f} {:.2f}".format(*scores).split()


def print_times(chosen: Sequence[Case]) -> None:
    """Print how many times faster ours is than what does the same, by mean times over the cases."""
    fillers = {f"burnish, {n} thread(s)": inpainters.burnish(n) for n in range(1, THREADS + 1)}
    ours = list(fillers)
    for peer in TIMED_PEERS:
        try:
            fillers[peer.name] = peer.prepare()
        except ImportError as error:
            print(f"{peer.name} is left out: {error}.", flush=True)
    of_cases = [
        interleaved([_call(filler, case) for filler in fillers.values()]) for case in chosen
    ]
    seconds = dict(zip(fillers, np.mean(of_cases, axis=0), strict=True))
    peers = [name for name in fillers if name not in ours]
    print(f"\n| {' | '.join([f'times faster, {len(chosen)} holes', 'ms', *peers])} |")
    print("|---" * (2 + len(peers)) + "|", flush=True)
    print(f"| | | {' | '.join(f'{1e3 * seconds[peer]:.0f} ms' for peer in peers)} |")
    for name in ours:
        ratios = [f"{seconds[peer] / seconds[name]:.1f}" for peer in peers]
        print(f"| {' | '.join([name, f'{1e3 * seconds[name]:.1f}', *ratios])} |", flush=True)


def _call(filler: Filler, case: Case) -> Callable[[], Array]:
    holed = case.holed
    return lambda: filler(holed, case.mask, 0)


def draw(directory: Path, chosen: Sequence[Case], results: Results) -> None:
    """Write a picture for each case and one for each group: the truth, the hole, some fills."""
    from PIL import Image

    directory.mkdir(parents=True, exist_ok=True)
    names = [name for name in _SHOWN if name in results]
    strips: dict[str, list[Array]] = {}
    for i, case in enumerate(chosen):
        panels = {"truth": case.truth, case.title: case.holed}
        panels |= {name: results[name][i].fills[0] for name in names}
        window = _view(case.mask, _MARGIN)
        file = case.title.replace(", ", "-").replace(" ", "-")
        sheet = _strip({label: panel[window] for label, panel in panels.items()})
        Image.fromarray(sheet).save(directory / f"{case.group}-{file}.png")
        window = _view(case.mask, _MARGIN // 2)
        small = _strip({label: panel[window] for label, panel in panels.items()})
        strips.setdefault(case.group, []).append(small)
    for group, rows in strips.items():
        if len(rows) % 2:
            rows.append(np.full_like(rows[0], 255))
        pairs = [np.hstack(pair) for pair in zip(rows[::2], rows[1::2], strict=True)]
        Image.fromarray(np.vstack(pairs)).save(directory / f"{group}.png")


def _view(mask: Array, margin: int) -> tuple[slice, ...]:
    """Return a square window with the hole, in its middle unless the photograph ends before."""
    side = _SIDE + 2 * margin
    firsts = (int(mask.any(axis=axis).argmax()) for axis in (1, 0))
    starts = (
        min(max(0, first - margin), size - side)
        for first, size in zip(firsts, mask.shape, strict=True)
    )
    return tuple(slice(start, start + side) for start in starts)


def _strip(panels: Mapping[str, Array]) -> Array:
    """Return pictures side by side, each below its label."""
    from PIL import Image, ImageDraw

    columns = []
    for label, panel in panels.items():
        column = Image.new("RGB", (panel.shape[1] + 2, panel.shape[0] + 14), "white")
        column.paste(Image.fromarray(panel), (0, 14))
        ImageDraw.Draw(column).text((2, 1), label, fill="black")
        columns.append(np.asarray(column))
    return np.hstack(columns)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.inpainting", description=__doc__)
    parser.add_argument("--only", default="", metavar="SUBSTRING", help="cases or groups with it")
    parser.add_argument(
        "--per-case", action="store_true", help="also print the cases by themselves"
    )
    parser.add_argument(
        "--times",
        action="store_true",
        help="also time ours and the patch peers in turn: ratios of their mean times, five minutes",
    )
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="write the fills there")
    parser.add_argument(
        "--peers",
        type=Path,
        metavar="FILE",
        help="take the peers' fills from it, or keep them in it",
    )
    options = parser.parse_args()

    chosen = cases(options.only)
    if not chosen:
        parser.error(f"no case's title or group holds {options.only!r}")
    os.environ.setdefault("OMP_NUM_THREADS", str(THREADS))  # before the peers are imported
    results = fill_all(chosen, (OURS, CLASSIC, *PEERS), Store(options.peers))
    for group in GROUPS:
        members = [i for i, case in enumerate(chosen) if case.group == group]
        if members:
            print_summary(
                group,
                [chosen[i] for i in members],
                {name: [fills[i] for i in members] for name, fills in results.items()},
            )
    if options.per_case:
        print_cases(chosen, results)
    if options.times:
        print_times(chosen)
    if options.pictures:
        draw(options.pictures, chosen, results)


if __name__ == "__main__":
    main()
