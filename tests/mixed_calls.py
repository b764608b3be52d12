"""Calls of every public function over mixed sizes, dtypes and layouts, made from its row."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import checks
import faults
import numpy as np
import samples
from contract_table import FUNCTIONS

# From one pixel to more than one tile, so that the pool is called too.
_SHAPES = ((1, 1), (7, 33), (64, 5), (16, 20), (200, 300))


@dataclass(frozen=True)
class Call:
    """One call of a public function; what it gives depends on neither `workers` nor `out`."""

    name: str
    arguments: dict[str, Any]

    def __call__(self, workers: int | None = None, out: np.ndarray | None = None) -> Any:
        row = FUNCTIONS[self.name]
        extra = {"workers": workers, "out": out} if computes(self.name) else {}
        taken = {key: value for key, value in extra.items() if key in row.kinds}
        return row.call(**self.arguments | taken)

    def can_fill(self, result: Any) -> bool:
        """Whether `out=` may take an array like this `result` of the call."""
        return "out" in FUNCTIONS[self.name].kinds and isinstance(result, np.ndarray)


def images(name: str) -> list[str]:
    """Return the parameters that take images."""
    return [
        key
        for key, kind in FUNCTIONS[name].kinds.items()
        if kind.startswith(("image", "one of two"))
    ]


def computes(name: str) -> bool:
    """Whether a function works on arrays, rather than reads or sets a state."""
    return bool(images(name)) or "channel_axis" in FUNCTIONS[name].kinds


def valid(name: str) -> list[Call]:
    """Return calls that must succeed; those of one function share neither dtype nor shape."""
    row = FUNCTIONS[name]
    if not images(name):
        return [Call(name, dict(row.given))]
    rng = np.random.default_rng(11)
    layouts = itertools.cycle(samples.LAYOUTS.values())
    calls = []
    shapes = [shape for shape in _SHAPES if min(shape) >= row.least]
    for dtype, shape in itertools.product(checks.DTYPES, shapes):
        colour = {"channel_axis": -1} if "channel_axis" in row.kinds and rng.random() < 0.3 else {}
        whole = (*shape, 3) if colour else shape
        given = {key: next(layouts)(samples.image(rng, whole, dtype)) for key in images(name)}
        calls.append(Call(name, {**row.given, **colour, **given}))
        # Keeps ten layouts from falling into step with five shapes.
        if shape == shapes[-1]:
            next(layouts)
    return calls


def failing(name: str) -> list[Callable[[], Any]]:
    """Return calls that must raise, one for each fault of each argument."""
    row = FUNCTIONS[name]
    image = np.random.default_rng(7).random((16, 20)).astype(np.float32)
    arguments = {**row.given, **dict.fromkeys(images(name), image)}
    return [
        lambda key=key, make=fault.make: row.call(**arguments | {key: make(image)})
        for key, fault in faults.pairs(row.kinds)
        if fault.raises
    ]


def bits(result: Any) -> Any:
    """Return what two equal results have in common to the last bit."""
    if isinstance(result, list | tuple):
        return [bits(each) for each in result]
    array = np.ascontiguousarray(result)
    return array.dtype.str, array.shape, array.tobytes()
