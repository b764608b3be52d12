"""The adaptive median filter of Hwang and Haddad with a threshold, pixel by pixel."""

from __future__ import annotations

import itertools

import numpy as np

_LENGTH, _MOST_RUNS = 64, 128


def remove_hot_pixels(image, *, max_size=7, threshold=None, channel_axis=None):
    image = np.asarray(image)
    image = image.astype(image.dtype.newbyteorder("="))
    if image.dtype == np.float16:
        image = image.astype(np.float32)
    if channel_axis is None:
        return _one_channel(image, max_size, threshold)
    channels = np.moveaxis(image, channel_axis, 0)
    filtered = [_one_channel(channel, max_size, threshold) for channel in channels]
    return np.moveaxis(np.stack(filtered), 0, channel_axis)


def chosen_threshold(image):
    """Return what a threshold of None stands for in an image of one channel."""
    padded = np.pad(image, 1, mode="symmetric")
    ordinary, extreme, count = [], [], 0
    for index in _sampled(image.shape):
        pixel = image[index]
        low, median, high = _ranks(_window(padded, 1, index, 3))
        distance = _distance(pixel, median)
        count += 1
        if low < pixel < high and low < median < high:
            ordinary.append(distance)
        elif pixel in (low, high) and low < high:
            extreme.append(distance)
    if not ordinary:
        return 0.0
    ordinary.sort()

    def bound(share):
        rank = int((1 - share) * (len(ordinary) - 1))
        return 1.5 * (float(ordinary[rank]) + (image.dtype.kind in "iu"))

    beyond = sum(float(distance) > bound(0.01) for distance in extreme)
    return bound(max(0.01, beyond / count))


def _sampled(shape):
    """Yield the indices of up to 128 runs of 64 pixels, by steps and the golden ratio."""
    runs = list(
        itertools.product(*(range(size) for size in shape[:-1]), range(0, shape[-1], _LENGTH))
    )
    count = min(len(runs), _MOST_RUNS)
    for i in range(count):
        step = len(runs) // count
        *row, first = runs[i * step + (i * 2654435769 % 2**32 * step >> 32)]
        for column in range(first, min(first + _LENGTH, shape[-1])):
            yield (*row, column)


def _one_channel(image, max_size, threshold):
    bound = chosen_threshold(image) if threshold is None else float(threshold)
    if image.dtype.kind == "f":
        with np.errstate(over="ignore"):
            bound = image.dtype.type(bound)
    reach = max_size // 2
    padded = np.pad(image, reach, mode="symmetric")
    result = image.copy()
    for index in np.ndindex(image.shape):
        result[index] = _filtered(image[index], padded, reach, index, bound)
    return result


def _filtered(pixel, padded, reach, index, bound):
    for size in range(3, 2 * reach + 2, 2):
        low, median, high = _ranks(_window(padded, reach, index, size))
        if low < pixel < high:
            return pixel
        if _distance(high, low) <= bound and pixel == pixel:
            return pixel
        if low < median < high:
            break
    return pixel if _distance(pixel, median) <= bound else median


def _window(padded, reach, index, size):
    first = reach - size // 2
    return padded[tuple(slice(i + first, i + first + size) for i in index)].ravel()


def _ranks(window):
    if window.dtype.kind == "f":
        window = window[~np.isnan(window)]
        if window.size == 0:
            return (window.dtype.type(np.nan),) * 3
    window = np.sort(window)
    return window[0], window[(window.size - 1) // 2], window[-1]


def _distance(one, other):
    if one.dtype.kind == "f":
        with np.errstate(over="ignore", invalid="ignore"):
            return abs(one - other)
    return abs(int(one) - int(other))
