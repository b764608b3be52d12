"""Region filling by exemplars, as Criminisi, Perez and Toyama (2004) tell it, pixel by pixel."""

from __future__ import annotations

import itertools
import math

import numpy as np


def inpaint_exemplar(image, mask, *, patch_size=9, source_mask=None, channel_axis=None):
    """Return an image of one window, filled, and where each of its pixels comes from."""
    image = np.asarray(image)
    pixels = image[..., None] if channel_axis is None else np.moveaxis(image, channel_axis, -1)
    places = filled_places(pixels, mask, patch_size, source_mask)
    filled = pixels[places[..., 0], places[..., 1]]
    return filled[..., 0] if channel_axis is None else np.moveaxis(filled, -1, channel_axis)


def quantised(pixels, mask, patch_size):
    """Return the pixels in whole numbers, 0 in the hole, and the largest of the range."""
    channels = pixels.shape[-1]
    highest = min(1020, math.isqrt(2147483646 // (4 * patch_size**2 * (channels + 4))))
    pixels = np.where(mask[..., None], 0, pixels).astype(np.float64)
    known = pixels[~mask]
    low, high = known.min(), known.max()
    if low == high:
        return np.zeros(pixels.shape, int), highest
    with np.errstate(over="ignore", divide="ignore"):
        scale = min(highest / (high / 2 - low / 2), 1e300)
    whole = np.floor(np.minimum((pixels / 2 - low / 2) * scale, highest) + 0.5).astype(int)
    return np.where(mask[..., None], 0, whole), highest


def filled_places(pixels, mask, patch_size, source_mask=None):
    """Return the row and column that each pixel is a copy of."""
    reach = patch_size // 2
    unknown = mask.copy()
    original, highest = quantised(pixels, mask, patch_size)
    numbers = original.copy()
    barred = mask if source_mask is None else mask | ~source_mask
    rows, columns = mask.shape
    middles = list(itertools.product(range(reach, rows - reach), range(reach, columns - reach)))
    sources = [at for at in middles if not barred[_patch(at, reach)].any()]
    confidence = np.where(mask, 0.0, 1.0)
    places = np.stack(np.indices(mask.shape), axis=-1)
    while unknown.any():
        candidates = []
        for front in _front(unknown):
            middle = tuple(
                min(max(at, reach), size - 1 - reach)
                for at, size in zip(front, mask.shape, strict=True)
            )
            sums = itertools.accumulate(confidence[_patch(middle, reach)].ravel().tolist())
            *_, total = sums
            sure = total / patch_size**2
            data = _data(original, mask, unknown, front, _patch(middle, reach), highest)
            candidates.append((-sure * (data + 0.001), front, middle, sure))
        _, _, middle, sure = min(candidates)
        target = _patch(middle, reach)
        known = ~unknown[target]

        def distance(source, target=target, known=known):
            return ((numbers[_patch(source, reach)] - numbers[target])[known] ** 2).sum()

        source = min(sources, key=distance)  # the first of several
        holes = unknown[target].copy()
        for array in (numbers, places):
            array[target][holes] = array[_patch(source, reach)][holes]
        confidence[target][holes] = sure
        unknown[target] = False
    return places


def _patch(middle, reach):
    return tuple(slice(at - reach, at + reach + 1) for at in middle)


def _front(unknown):
    """Yield the unknown pixels with a known one right beside them."""
    padded = np.pad(unknown, 1, constant_values=True)
    beside = ~(padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:])
    yield from (tuple(at) for at in np.argwhere(unknown & beside).tolist())


def _data(numbers, mask, unknown, front, patch, highest):
    """Return the strength along the front of the patch's largest gradient in the image given."""
    strongest, down, right = 0, 0, 0
    for y, x in itertools.product(*(range(each.start, each.stop) for each in patch)):
        if not (0 < y < unknown.shape[0] - 1 and 0 < x < unknown.shape[1] - 1):
            continue
        cross = [(y, x), (y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
        if any(mask[at] for at in cross):
            continue
        for channel in range(numbers.shape[-1]):
            dy = int(numbers[y + 1, x, channel] - numbers[y - 1, x, channel])
            dx = int(numbers[y, x + 1, channel] - numbers[y, x - 1, channel])
            if dy * dy + dx * dx > strongest:
                strongest, down, right = dy * dy + dx * dx, dy, dx
    edged = np.pad(unknown, 1, mode="edge").astype(int)
    y, x = front[0] + 1, front[1] + 1
    smooth = (1, 2, 1)
    normal_down = sum(w * (edged[y + 1, x + i] - edged[y - 1, x + i]) for w, i in _around(smooth))
    normal_right = sum(w * (edged[y + i, x + 1] - edged[y + i, x - 1]) for w, i in _around(smooth))
    # The isophote is at right angles to the gradient.
    along = abs(int(down * normal_right - right * normal_down))
    length = int(normal_down**2 + normal_right**2)
    return along / (math.sqrt(length) * 2 * highest) if along else 0.0


def _around(weights):
    return zip(weights, (-1, 0, 1), strict=True)
