"""Inpainting by fast marching, as Telea (2004) tells it, pixel by pixel."""

from __future__ import annotations

import itertools
import math

import numpy as np

_CROSS = ((-1, 0), (0, -1), (0, 1), (1, 0))


def inpaint_telea(image, mask, *, radius=5, channel_axis=None):
    """Return the image in float64, its holes filled."""
    pixels = np.asarray(image, np.float64)
    pixels = pixels[..., None] if channel_axis is None else np.moveaxis(pixels, channel_axis, -1)
    filled = pixels.copy()
    distances, order = march(mask, radius)
    known = {at for at in distances if not mask[at]}
    for at in order:
        filled[at] = _mean(filled, known, distances, at, radius)
        known.add(at)
    return filled[..., 0] if channel_axis is None else np.moveaxis(filled, -1, channel_axis)


def march(mask, radius):
    """Return distances by place, near the holes and in them, and the holes' places in order."""
    places = [tuple(at) for at in np.argwhere(np.ones_like(mask)).tolist()]
    holes = {at for at in places if mask[at]}
    reach = radius + 1
    near = {
        at
        for at in places
        if mask[
            max(at[0] - reach, 0) : at[0] + reach + 1, max(at[1] - reach, 0) : at[1] + reach + 1
        ].any()
    }
    rim = {at for at in near - holes if any(each in holes for each in _beside(at))}
    outside, _ = _march(rim, near - holes)
    inside, order = _march(rim, holes)
    return {**inside, **{at: 0 - distance for at, distance in outside.items()}}, order


def _beside(at):
    return [(at[0] + y, at[1] + x) for y, x in _CROSS]


def _march(rim, through):
    settled = dict.fromkeys(rim, 0.0)
    trials = {}
    order = []

    def attempt(settled_now):
        for each in _beside(settled_now):
            if each in through and each not in settled:
                trials[each] = min(trials.get(each, math.inf), _solution(settled, each))

    for at in rim:
        attempt(at)
    while trials:
        at = min(trials, key=lambda each: (trials[each], each))
        settled[at] = trials.pop(at)
        order.append(at)
        attempt(at)
    return settled, order


def _solution(settled, at):
    up, left, right, down = (settled.get(each, math.inf) for each in _beside(at))
    across, along = min(left, right), min(up, down)
    if abs(across - along) < 1:
        return (across + along + math.sqrt(2 - (across - along) ** 2)) / 2
    return min(across, along) + 1


def _mean(filled, known, distances, at, radius):
    here = distances[at]
    normal = []
    for y, x in ((1, 0), (0, 1)):
        before = distances.get((at[0] - y, at[1] - x))
        after = distances.get((at[0] + y, at[1] + x))
        ends = [here if each is None else each for each in (before, after)]
        span = 2 if before is not None and after is not None else 1
        normal.append((ends[1] - ends[0]) / span)
    total = np.zeros(filled.shape[-1])
    weights = 0.0
    used = []
    reach = range(-radius, radius + 1)
    for y, x in itertools.product(reach, reach):
        q = (at[0] + y, at[1] + x)
        length = math.hypot(y, x)
        if q not in known or not 0 < y * y + x * x <= radius * radius:
            continue
        direction = max(abs(y * normal[0] + x * normal[1]) / length, 1e-6)
        weight = direction / length**2 / (1 + abs(distances[q] - here))
        down, right = (_gradient(filled, known, q, step) for step in ((1, 0), (0, 1)))
        total += weight * (filled[q] - down * y - right * x)
        weights += weight
        used.append(filled[q])
    return np.clip(total / weights, np.min(used, axis=0), np.max(used, axis=0))


def _gradient(filled, known, at, step):
    before, after = ((at[0] + s * step[0], at[1] + s * step[1]) for s in (-1, 1))
    if before in known and after in known:
        return (filled[after] - filled[before]) / 2
    return np.zeros(filled.shape[-1])
