"""Linear and circular convolution as sums over all pairs, in long double."""

from __future__ import annotations

import itertools

import numpy as np

from oracles import convolution


def fftconvolve(in1, in2, *, mode="full"):
    """Return result[i] = sum_j in1[i - j] * in2[j] in float64."""
    one = np.asarray(in1).astype(np.longdouble)
    other = np.asarray(in2).astype(np.longdouble)
    full = np.zeros([n + k - 1 for n, k in zip(one.shape, other.shape, strict=True)], np.longdouble)
    for tap in itertools.product(*map(range, other.shape)):
        place = tuple(slice(j, j + n) for j, n in zip(tap, one.shape, strict=True))
        full[place] += one * other[tap]
    if mode == "full":
        return full.astype(np.float64)
    if mode == "same":
        shape = one.shape
    else:
        shape = tuple(abs(n - k) + 1 for n, k in zip(one.shape, other.shape, strict=True))
    first = [(m - n) // 2 for m, n in zip(full.shape, shape, strict=True)]
    inside = tuple(slice(i, i + n) for i, n in zip(first, shape, strict=True))
    return full[inside].astype(np.float64)


def circular_correlate(image, weights):
    """Return the correlation of an image that repeats with a kernel no larger, in float64."""
    return convolution.correlate(image, weights, mode="wrap")
