"""Kernels that are outer products."""

from __future__ import annotations

import numpy as np

from burnish._arrays import Array

__all__ = ["TOLERANCE", "separable_factors"]

# A kernel counts as an outer product when the outer product of its factors differs from it by at
# most this fraction of its sum of magnitudes; the answer then moves by at most that fraction of
# sum|weights| * max|image|, a tenth of what rounding in the working dtype may cost.
TOLERANCE = {np.dtype(np.float32): 1e-7, np.dtype(np.float64): 1e-13}


def separable_factors(weights: Array, tolerance: float) -> list[Array] | None:
    """Return one float64 factor per axis whose outer product is `weights`, or None.

    The factors are the leading singular pairs of the kernel's unfoldings. Two steps of power
    iteration from the largest row give them to the last bit wherever the second singular value is
    as small as the tolerance demands; elsewhere the comparison at the end says no.
    """
    magnitudes = np.abs(weights)
    largest = magnitudes.max()
    if largest == 0:
        return [np.zeros(size) for size in weights.shape]
    scaled = weights / largest
    allowed = tolerance * magnitudes.sum() / largest
    if _minor(scaled) > 5 * allowed:
        return None
    factors: list[Array] = []
    rest = scaled
    for size in weights.shape[:-1]:
        matrix = rest.reshape(size, -1)
        right = matrix[np.abs(matrix).sum(axis=1).argmax()]
        for _ in range(2):
            left = (matrix * right).sum(axis=1)
            magnitude = np.abs(left).sum()
            if magnitude == 0:
                return None
            left = left / magnitude
            right = (matrix * left[:, None]).sum(axis=0) / (left * left).sum()
        factors.append(left)
        rest = right
    factors.append(rest.reshape(-1))
    product = factors[0]
    for factor in factors[1:]:
        product = product[..., None] * factor
    if np.abs(product - scaled).sum() > allowed:
        return None
    factors[-1] = factors[-1] * largest
    return factors


def _minor(scaled: Array) -> float:
    """Return the magnitude of one 2x2 minor of a kernel of magnitudes up to 1.

    It is 0 for an outer product, and changes by at most a little over four times what its entries
    change by: a quick no for most kernels.
    """
    matrix = scaled.reshape(scaled.shape[0], -1)
    row, column = divmod(int(np.abs(matrix).argmax()), matrix.shape[1])
    a, b = float(matrix[row, column]), float(matrix[row, column - 1])
    c, d = float(matrix[row - 1, column]), float(matrix[row - 1, column - 1])
    return abs(a * d - b * c)
