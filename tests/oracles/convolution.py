"""Correlation and convolution as a sum over taps of a padded array.

The image is taken to float64 first, as the dtype rule says; sums run in long double, so that the
truth is better than what it judges.
"""

from __future__ import annotations

import itertools

import numpy as np

MODES = ("reflect", "mirror", "nearest", "wrap", "constant")
_OUTSIDE = -1


def border_indices(size: int, before: int, after: int, mode: str) -> np.ndarray:
    """Tell where each position from -before to size+after-1 takes its value; -1 is cval."""
    position = np.arange(-before, size + after)
    if mode == "constant":
        return np.where((position < 0) | (position >= size), _OUTSIDE, position)
    if mode == "nearest":
        return np.minimum(np.maximum(position, 0), size - 1)
    if mode == "wrap":
        return position % size
    if mode == "reflect":  # one period: 0 .. n-1, n-1 .. 0
        period = np.concatenate([np.arange(size), np.arange(size)[::-1]])
    elif mode == "mirror":  # one period: 0 .. n-1, n-2 .. 1
        period = np.concatenate([np.arange(size), np.arange(size)[1:-1][::-1]])
    else:
        raise ValueError(mode)
    return period[position % len(period)]


def pad(image: np.ndarray, widths: list[tuple[int, int]], mode, cval: float) -> np.ndarray:
    """Extend each axis by its widths, as the mode says, or as its own mode does."""
    modes = [mode] * image.ndim if isinstance(mode, str) else mode
    for axis, (before, after) in enumerate(widths):
        index = border_indices(image.shape[axis], before, after, modes[axis])
        image = np.take(image, np.maximum(index, 0), axis=axis)
        outside = [slice(None)] * image.ndim
        outside[axis] = index == _OUTSIDE
        image[tuple(outside)] = cval
    return image


def correlate(image, weights, *, mode="reflect", cval=0.0, origin=0, axes=None, channel_axis=None):
    """Return result[i] = sum_j image[i + j - (size // 2 + origin)] * weights[j] in float64."""
    image = np.asarray(image).astype(np.float64)
    weights = np.asarray(weights, dtype=np.float64)
    axes = _filtered_axes(image.ndim, axes, channel_axis)
    assert weights.ndim == len(axes)
    origins = (origin,) * len(axes) if isinstance(origin, int) else tuple(origin)
    padded = _padded(image, axes, weights.shape, origins, mode, cval)

    total = np.zeros(image.shape, np.longdouble)
    with np.errstate(invalid="ignore", over="ignore"):  # 0 * inf and inf - inf are NaN on purpose
        for tap in itertools.product(*map(range, weights.shape)):
            window = [slice(None)] * image.ndim
            for axis, offset in zip(axes, tap, strict=True):
                window[axis] = slice(offset, offset + image.shape[axis])
            total += padded[tuple(window)] * np.longdouble(weights[tap])
        return total.astype(np.float64)


def correlate_in_float64(image, weights, *, mode, origin):
    """Return the same along all axes, summed in float64: faster, for methods that repeat it."""
    padded = _padded(image, range(image.ndim), weights.shape, origin, mode, 0.0)
    windows = np.lib.stride_tricks.sliding_window_view(padded.astype(np.float64), weights.shape)
    return windows.reshape(*image.shape, weights.size) @ weights.ravel()


def convolve(image, weights, *, origin=0, **options):
    """Return result[i] = sum_j image[i - j + size // 2 + origin] * weights[j] in float64."""
    weights = np.asarray(weights, dtype=np.float64)
    origins = (origin,) * weights.ndim if isinstance(origin, int) else tuple(origin)
    # The turned kernel's tap j stands at size - 1 - j; for an even size its centre moves by one.
    turned = [
        (size - 1) - (size // 2 + shift) - size // 2
        for size, shift in zip(weights.shape, origins, strict=True)
    ]
    return correlate(image, np.flip(weights), origin=turned, **options)


def correlate1d(image, weights, *, axis=-1, **options):
    return correlate(image, weights, axes=axis, **options)


def convolve1d(image, weights, *, axis=-1, **options):
    return convolve(image, weights, axes=axis, **options)


def as_result(answer: np.ndarray, dtype) -> np.ndarray:
    """Deliver a float64 answer as the dtype rule says: integers half to even and saturated."""
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return answer.astype(np.float32 if dtype == np.float16 else dtype.newbyteorder("="))
    info = np.iinfo(dtype)
    rounded = np.rint(answer)  # half to even
    # float(info.max) of 64 bits is 2**63 or 2**64, one too many: compare before the cast.
    high, low = rounded >= float(info.max), rounded <= float(info.min)
    result = np.where(high | low, 0, rounded).astype(info.dtype.newbyteorder("="))
    result[high] = info.max
    result[low] = info.min
    return result


def correlate_lines(image, lines, *, mode="reflect", cval=0.0, origin=0, axes):
    """Return what `correlate` gives with the outer product of the 1-D kernels `lines`."""
    image = np.asarray(image).astype(np.float64)
    axes = _filtered_axes(image.ndim, axes, None)
    origins = (origin,) * len(axes) if isinstance(origin, int) else tuple(origin)
    total = _padded(image, axes, [len(line) for line in lines], origins, mode, cval)
    with np.errstate(invalid="ignore", over="ignore"):
        for axis, line in zip(axes, lines, strict=True):
            windows = [
                np.take(total, np.arange(image.shape[axis]) + tap, axis=axis)
                * np.longdouble(weight)
                for tap, weight in enumerate(line)
            ]
            total = sum(windows[1:], windows[0])
        return total.astype(np.float64)


def _padded(image, axes, sizes, origins, mode, cval) -> np.ndarray:
    modes = [mode] * len(axes) if isinstance(mode, str) else mode
    widths, borders = [(0, 0)] * image.ndim, ["reflect"] * image.ndim
    for axis, size, shift, border in zip(axes, sizes, origins, modes, strict=True):
        centre = size // 2 + shift
        widths[axis] = (centre, size - 1 - centre)
        borders[axis] = border
    return pad(image, widths, borders, cval).astype(np.longdouble)


def _filtered_axes(ndim, axes, channel_axis) -> tuple[int, ...]:
    if axes is None:
        channel = None if channel_axis is None else channel_axis % ndim
        return tuple(axis for axis in range(ndim) if axis != channel)
    return tuple(axis % ndim for axis in ([axes] if isinstance(axes, int) else axes))
