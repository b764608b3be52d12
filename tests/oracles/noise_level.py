"""The noise of an image, from its cells: one level of the wavelet transform at a time."""

from __future__ import annotations

import itertools

import numpy as np

_ROOT = np.sqrt(3.0)
SMOOTH = np.array([1 + _ROOT, 3 + _ROOT, 3 - _ROOT, 1 - _ROOT]) / (4 * np.sqrt(2.0))
DETAIL = SMOOTH[::-1] * [1, -1, 1, -1]
LEAST = 32


def part(values: np.ndarray, axis: int, taps: np.ndarray) -> np.ndarray:
    """Every other sum of four neighbours, as far as there are four."""
    lines = np.moveaxis(values, axis, -1)
    windows = np.lib.stride_tricks.sliding_window_view(lines, 4, axis=-1)[..., ::2, :]
    return np.moveaxis(windows @ taps, -1, axis)


def in_cells(band: np.ndarray) -> np.ndarray:
    """Return the coefficients of each cell: one row for each."""
    for axis in range(band.ndim):
        side = min(4, band.shape[2 * axis])
        count = band.shape[2 * axis] // side
        band = np.take(band, range(count * side), 2 * axis)
        shape = band.shape
        band = band.reshape(*shape[: 2 * axis], count, side, *shape[2 * axis + 1 :])
    counts, sides = band.shape[::2], band.shape[1::2]
    order = [*range(0, band.ndim, 2), *range(1, band.ndim, 2)]
    return band.transpose(order).reshape(np.prod(counts, dtype=int), np.prod(sides, dtype=int))


def cells(image: np.ndarray):
    """Return the noise, the texture and the mean of each cell that has details, and their counts.

    The counts: how many squares make up the noise and the texture of one cell.
    """
    image = np.asarray(image).astype(np.float64)
    image = image.reshape([size for size in image.shape if size > 1])
    mirrored = [(0, 4 - size if size < 4 else 0) for size in image.shape]
    image = np.pad(image, mirrored, mode="symmetric")
    noise = texture = mean = 0.0
    for which in itertools.product((False, True), repeat=image.ndim):
        band = image - image.flat[0]  # what a constant leaves would be rounding
        for axis, is_detail in enumerate(which):
            band = part(band, axis, DETAIL if is_detail else SMOOTH)
        coefficients = in_cells(band)
        squares = (coefficients**2).sum(axis=1)
        if all(which):
            noise = squares
        elif any(which):
            texture = texture + squares
        else:
            mean = coefficients.mean(axis=1) / np.sqrt(2.0) ** image.ndim + image.flat[0]
    size = coefficients.shape[1]
    texture = np.broadcast_to(texture, noise.shape)
    unit = 2.0 ** np.floor(np.log2(np.abs(image).max() or 1.0))
    shows = noise > 2.0**-80 * unit**2
    counts = size, (2**image.ndim - 2) * size
    return noise[shows], texture[shows], mean[shows], counts


def chi_square(squares: int, z: float) -> float:
    """Wilson and Hilferty's approximation of a quantile."""
    if squares == 0:
        return 0.0
    return squares * (1 - 2 / (9 * squares) + z * np.sqrt(2 / (9 * squares))) ** 3


def sigma(image: np.ndarray) -> float:
    image = np.asarray(image)
    if image.size == 1:
        return 0.0
    all_cells = cells(image)
    count = all_cells[0].size
    if count == 0:
        return 0.0
    levels = []
    for share in (1, 5, 10, 20, 40):
        least = min(max(LEAST, count * share // 100), count)
        deviation, scatter = level(image, all_cells, least)
        if scatter <= 1.3:
            return deviation
        levels.append(deviation)
    return levels[0]


def level(image: np.ndarray, all_cells, least: int) -> tuple[float, float]:
    """Return the noise of the smoothest cells, and how it scatters beside noise alone."""
    noise, texture, mean, (size, details) = all_cells
    lowest, highest = float(image.min()), float(image.max())
    deviation = 0.0
    for _ in range(20):
        clear = (mean > lowest + 2 * deviation) & (mean < highest - 2 * deviation)
        if clear.sum() < least:
            clear[:] = True
        allowed = chi_square(details, -0.5) * deviation**2
        most = max(np.sort(texture[clear])[least - 1], allowed)
        chosen = np.sort(noise[clear & (texture <= most)])
        before, deviation = deviation, np.sqrt(np.median(chosen) / chi_square(size, 0.0))
        if abs(deviation - before) <= 1e-3 * deviation:
            break
    lower, upper = chosen[(chosen.size - 1) // 4], chosen[3 * (chosen.size - 1) // 4]
    apart = chi_square(size, 0.67448975) - chi_square(size, -0.67448975)
    with np.errstate(all="ignore"):
        scatter = (upper - lower) / (deviation**2 * apart) if upper > 0 else 0.0
    return float(deviation), float(scatter)


def trust(excess: float, error: float) -> float:
    ratio = abs(excess) / error
    if ratio <= 1:
        return 1.0
    return ratio**-2 if excess > 0 else 1 / ratio


def line(image: np.ndarray) -> tuple[float, float]:
    """Return slope and intercept of the variance over the mean."""
    noise, texture, mean, (size, details) = cells(image)
    if noise.size == 0:
        return 0.0, 0.0
    order = np.argsort(mean, kind="stable")
    noise, texture, mean = noise[order], texture[order], mean[order]
    count = noise.size
    pieces = min(max(count // 32, 1), 32)
    lowest, highest = float(image.min()), float(image.max())
    slope, intercept = 0.0, sigma(image) ** 2
    if mean[count // 2] > lowest:
        slope = intercept / (mean[count // 2] - lowest)
        intercept = -slope * lowest
    for _ in range(10):
        groups = []
        for k in range(pieces):
            part_of = slice(count * k // pieces, count * (k + 1) // pieces)
            e, t, m = noise[part_of], texture[part_of], mean[part_of]
            variance = np.maximum(slope * m + intercept, 0)
            in_black, in_white = (
                np.sqrt(max(slope * each + intercept, 0)) for each in (lowest, highest)
            )
            clear = (m > lowest + 2 * in_black) & (m < highest - 2 * in_white)
            if not clear.any():
                continue
            e, t, m, variance = e[clear], t[clear], m[clear], variance[clear]
            least = min(max(16, e.size // 10), e.size)
            most = np.maximum(np.sort(t)[least - 1], chi_square(details, -0.5) * variance)
            chosen = t <= most
            typical = np.median(e[chosen]) / chi_square(size, 0.0)
            groups.append((m[chosen].mean(), typical, chosen.sum()))
        if not groups:
            break
        means, variances, numbers = np.array(groups).T
        if variances.sum() == 0:
            return 0.0, 0.0
        before = np.maximum(slope * means + intercept, 0)
        expected = np.maximum(before, 0.01 * variances.mean())
        errors = 3 * np.sqrt(3 / (size * numbers)) + 0.05
        weights = numbers / expected**2
        weights *= [trust(*each) for each in zip(variances / expected - 1, errors, strict=True)]
        middle = np.average(means, weights=weights)
        square = (weights * (means - middle) ** 2).sum()
        product = (weights * (means - middle) * variances).sum()
        tells = len(groups) > 1 and square > 0
        slope = max(product / square, 0.0) if tells else 0.0
        intercept = np.average(variances, weights=weights) - slope * middle
        after = np.maximum(slope * means + intercept, 0)
        if (np.abs(after - before) <= 1e-2 * after).all():
            break
    return float(slope), float(intercept)


def model(image: np.ndarray) -> tuple[float, float, float]:
    """Return gain, sigma and offset."""
    image = np.asarray(image)
    if image.size == 1:
        return 0.0, 0.0, 0.0
    slope, intercept = line(image)
    if intercept < 0:
        return slope, 0.0, -intercept / slope
    return slope, float(np.sqrt(intercept)), 0.0
