"""What patches are compared by, how far they are apart, and what they propose, pixel by pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

HOLE, BARRED = 1, 2
_TEXTURE = 5.0  # what textures are multiplied by
_SHARPNESS, _FADE = 0.52, 0.68
_KNOWN = 2  # what differences from known pixels are multiplied by


@dataclass(frozen=True)
class Field:
    """Pictures, one below the other: pixels of `items` numbers, and what is marked of them."""

    pixels: np.ndarray
    marks: np.ndarray
    first_rows: int  # of the picture with holes
    first_columns: int
    size: int

    @property
    def reach(self) -> int:
        return self.size // 2

    def whole(self, bits: int) -> np.ndarray:
        """Return where patches have their middles that hold none of these marks."""
        reach = self.reach
        marked = np.pad((self.marks & bits) != 0, reach, constant_values=True)
        windows = np.lib.stride_tricks.sliding_window_view(marked, (self.size, self.size))
        return ~windows.any((-2, -1))

    def sources(self) -> np.ndarray:
        """Return where patches may come from: nothing in them is marked, nor beyond a picture."""
        return self.whole(HOLE | BARRED)

    def targets(self) -> np.ndarray:
        """Return where the patches of the first picture are that hold a pixel of the hole."""
        inside = np.zeros(self.marks.shape, bool)
        reach = self.reach
        inside[reach : self.first_rows - reach, reach : self.first_columns - reach] = True
        return inside & ~self.whole(HOLE)

    def patch(self, array: np.ndarray, place: int) -> np.ndarray:
        y, x = divmod(place, array.shape[1])
        reach = self.reach
        return array[y - reach : y + reach + 1, x - reach : x + reach + 1]

    def distance(self, target: int, source: int) -> int:
        """Return how far two patches are apart, given by the places of their middles."""
        difference = self.patch(self.pixels, target) - self.patch(self.pixels, source)
        hole = (self.patch(self.marks, target) & HOLE) != 0
        return int(((difference * np.where(hole, 1, _KNOWN)[..., None]) ** 2).sum())

    def least_distance(self, target: int) -> int:
        """Return how far the nearest of all sources is."""
        windows = np.lib.stride_tricks.sliding_window_view(
            self.pixels, (self.size, self.size), (0, 1)
        )
        reach = self.reach
        where = self.sources()[reach : len(self.marks) - reach]
        candidates = windows[where[:, reach : self.marks.shape[1] - reach]]
        hole = (self.patch(self.marks, target) & HOLE) != 0
        difference = candidates - np.moveaxis(self.patch(self.pixels, target), 2, 0)
        return int(((difference * np.where(hole, 1, _KNOWN)) ** 2).sum((1, 2, 3)).min())

    def depths(self) -> np.ndarray:
        """Return how far pixels lie within the hole, by steps along rows and columns; 0: beside."""
        left = ((self.marks & HOLE) != 0)[: self.first_rows, : self.first_columns]
        depth = np.zeros(self.marks.shape, np.int64)
        while left.any():
            around = np.pad(left, 1, constant_values=True)
            inner = left & around[:-2, 1:-1] & around[2:, 1:-1]
            inner &= around[1:-1, :-2] & around[1:-1, 2:]
            if (inner == left).all():
                break
            depth[: self.first_rows, : self.first_columns] += left
            left = inner
        return depth


def field(image, mask, patch_size, *, allowed=None, references=()) -> Field:
    """Quantise images (rows, columns, channels) and measure their texture."""
    parts = [np.asarray(each, np.float64) for each in (image, *references)]
    columns, channels = max(part.shape[1] for part in parts), image.shape[2]
    items = -(-(channels + 1) // 4) * 4
    pages, marks = [], []
    known = [parts[0][~mask], *(part.reshape(-1, channels) for part in parts[1:])]
    low, high = (getattr(np.concatenate(known), name)() for name in ("min", "max"))
    highest = highest_for(patch_size, channels)
    for number, part in enumerate(parts):
        where = np.full((len(part), columns), BARRED, np.uint8)
        where[:, : part.shape[1]] = 0
        if number == 0:
            where[:, : part.shape[1]] |= mask
            if allowed is not None:
                where[:, : part.shape[1]][~allowed] |= BARRED
        page = np.zeros((len(part), columns, items), np.int64)
        hole = (where[:, : part.shape[1]] & HOLE) != 0
        if high > low:
            values = np.where(hole[..., None], low, part)
            levels = (values - low) * (highest / (high - low))
            page[:, : part.shape[1], :channels] = np.floor(levels + 0.5)
        page[:, : part.shape[1], channels] = texture(
            page[:, : part.shape[1], :channels], hole, highest
        )
        pages.append(page)
        marks.append(where)
    return Field(
        np.concatenate(pages), np.concatenate(marks), len(image), image.shape[1], patch_size
    )


def highest_for(size: int, channels: int) -> int:
    """Return the largest of at most 1020 that keeps distances below 2^31."""
    # Of channels, and of a texture of twice that size; differences from known pixels count twice.
    of_one = 4 * size * size * (channels + 4)
    return max(n for n in range(1021) if of_one * n * n < 2**31 - 1)


def texture(levels: np.ndarray, hole: np.ndarray, highest: int) -> np.ndarray:
    """Return how much neighbours differ on average, over boxes of 3 by 3."""
    channels = levels.shape[2]
    sums, counts = np.zeros(hole.shape), np.zeros(hole.shape)
    down = np.abs(np.diff(levels, axis=0)).sum(2)[:, :-1]
    right = np.abs(np.diff(levels, axis=1)).sum(2)[:-1]
    known = ~(hole[:-1, :-1] | hole[1:, :-1] | hole[:-1, 1:])
    sums[:-1, :-1] = np.where(known, down + right, 0)
    counts[:-1, :-1] = known

    def boxes(values: np.ndarray) -> np.ndarray:
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, 1), (3, 3))
        return windows.sum((2, 3))

    means = _TEXTURE / channels * boxes(sums) / np.maximum(boxes(counts), 1)
    return np.floor(np.minimum(means, 2 * highest) + 0.5).astype(np.int64)


@dataclass(frozen=True)
class Proposals:
    """What the patches that cover a pixel propose for it."""

    places: np.ndarray
    losses: np.ndarray  # their weights are 2 to the power of minus these


def proposals(at: Field, hole: int, matches: dict[int, int], distances: dict[int, int], depths):
    stride, reach = at.marks.shape[1], at.reach
    around = [
        hole + dy * stride + dx
        for dy in range(-reach, reach + 1)
        for dx in range(-reach, reach + 1)
        if hole + dy * stride + dx in matches
    ]
    found = np.array([distances[place] for place in around])
    beyond = found - found.min()
    loss = _SHARPNESS * beyond / (beyond.mean() + 1)
    loss = loss + _FADE * np.array([depths.flat[place] for place in around])
    return Proposals(np.array([matches[place] + hole - place for place in around]), loss)


def vote(at: Field, proposed: Proposals) -> np.ndarray:
    """Return the mean of what is proposed for a pixel, before rounding."""
    weights = 2.0 ** -(proposed.losses - proposed.losses.min())
    colors = at.pixels.reshape(-1, at.pixels.shape[2])[proposed.places]
    return (weights[:, None] * colors).sum(0) / weights.sum()
