"""What a test file computes at each level, each in a child, compared bit for bit."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import checks
import children
import numpy as np

import burnish

LEVELS = burnish.show_config(mode="dicts")["instruction_sets"]


def save(path: str, results: Iterable[np.ndarray]) -> None:
    """In the child: store results, and the level that the environment named."""
    level = burnish.show_config(mode="dicts")["instruction_set"]
    np.savez(path, *results, level=np.array(level))


def assert_same_bits(module: str, folder: Path) -> None:
    """Compare what a module's ``save(path)`` stores at every level."""
    stored = {}
    for level in LEVELS:
        path = folder / f"{level}.npz"
        children.output(
            f"import sys, {module} as t; t.save(sys.argv[1])", str(path), BURNISH_ISA=level
        )
        with np.load(path) as results:
            stored[level] = dict(results)
        assert stored[level].pop("level") == level
    for results in stored.values():
        for name, expected in stored["baseline"].items():
            checks.assert_same_bits(results[name], expected)
