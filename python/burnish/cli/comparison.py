"""The demo's table: our time beside each peer's, and the largest difference of the answers."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.table import Table

from burnish.cli.operations import OPERATIONS, PACKAGES, Scene
from burnish.cli.pictures import Picture

__all__ = ["compare", "make_scene"]

_SECONDS = 0.3  # for one pair of calls
_FEWEST_ROUNDS = 3

Array = NDArray[Any]


def make_scene(picture: Picture, size: int, workers: int) -> Scene:
    """Return a picture's middle as a scene of `size` x `size` pixels, mirrored out if need be."""
    cut = picture.middle(size).in_8_bits()
    missing = [size - length for length in cut.shape[:2]]
    pad = [(0, length) for length in missing] + [(0, 0)] * (cut.ndim - 2)
    square = np.pad(cut, pad, mode="symmetric")
    colour = square if square.ndim == 3 else np.repeat(square[..., None], 3, axis=2)
    grey = np.rint(colour.mean(axis=2)).astype(np.uint8)
    return Scene(_as_float(grey), grey, _as_float(colour), workers)


def _as_float(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    return image.astype(np.float32) / np.float32(255)


def compare(scene: Scene, progress: Callable[[str], None]) -> tuple[Table, Sequence[str]]:
    """Time every operation beside its peers.

    Returns
    -------
    table : Table
        Fits into 80 columns; in fewer its cells break into lines.
    notes : sequence of str
        A line for each peer that is not installed, to go below the table.
    """
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for heading in ("operation", "peer"):
        table.add_column(heading, overflow="fold")
    for heading in ("burnish\nms", "peer\nms", "times\nfaster", "answers\ndiffer by"):
        table.add_column(heading, justify="right", overflow="fold")
    missing: dict[str, None] = {}  # a set that keeps the order
    for operation in OPERATIONS:
        progress(operation.name)
        ours = operation.ours(scene)
        name = operation.name
        for peer, prepare in operation.peers.items():
            try:
                theirs = prepare(scene)
            except ImportError:
                missing[peer] = None
            else:
                answers = ours(), theirs()  # the warm-up too
                difference = _difference(*answers) if operation.agree else "-"
                our_time, their_time = _interleaved(ours, theirs)
                table.add_row(
                    name,
                    peer,
                    _milliseconds(our_time),
                    _milliseconds(their_time),
                    f"{their_time / our_time:.1f}x",
                    difference,
                )
                name = ""
    return table, [
        f"{peer} is not installed: pip install {PACKAGES[peer]} adds its rows" for peer in missing
    ]


def _interleaved(ours: Callable[[], Array], theirs: Callable[[], Array]) -> tuple[float, float]:
    """Return both medians; taking turns, both meet the same state of the machine."""
    samples: tuple[list[float], list[float]] = ([], [])
    end = time.perf_counter() + _SECONDS
    while len(samples[0]) < _FEWEST_ROUNDS or time.perf_counter() < end:
        for call, times in zip((ours, theirs), samples, strict=True):
            start = time.perf_counter()
            result = call()
            times.append(time.perf_counter() - start)
            del result  # freeing it is not part of the call
    return statistics.median(samples[0]), statistics.median(samples[1])


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.{1 if seconds >= 0.01 else 2 if seconds >= 0.001 else 3}f}"


def _difference(ours: Array, theirs: Array) -> str:
    exact = theirs.astype(np.float64)
    if ours.dtype.kind != "u":
        return f"{np.abs(ours - exact).max():.0e}"
    rounded = np.rint(exact).clip(0, np.iinfo(ours.dtype).max)
    return f"{np.abs(ours - rounded).max():.0f} of {np.iinfo(ours.dtype).max}"
