"""Pictures that hypothesis draws: apart from samples.py, since child processes need not load it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import checks
import numpy as np
import samples
from hypothesis import strategies as st


def draw_shape(draw: Callable[..., Any], longest: int) -> list[int]:
    """Draw one to three short sides, one of them up to `longest` pixels."""
    ndim = draw(st.integers(1, 3))
    shape = draw(st.lists(st.integers(1, 12), min_size=ndim, max_size=ndim))
    shape[draw(st.integers(0, ndim - 1))] = draw(st.integers(1, longest))
    return shape


def draw_image(
    draw: Callable[..., Any], shape: list[int]
) -> tuple[np.ndarray, int | None, np.random.Generator]:
    """Draw an image of any dtype and layout: it, its channel axis, and the noise that it came of.

    A channel axis is put into `shape`.
    """
    channel = draw(st.none() | st.integers(0, len(shape)))
    if channel is not None:
        shape.insert(channel, draw(st.integers(1, 5)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    plain = samples.image(rng, shape, draw(st.sampled_from(checks.DTYPES)))
    return samples.LAYOUTS[draw(st.sampled_from([*samples.LAYOUTS]))](plain), channel, rng
