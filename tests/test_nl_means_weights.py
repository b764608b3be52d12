"""The exponential behind denoise_nl_means, seen through pairs of pixels whose mean is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

import burnish

# At this h a weight is exactly 2 to the minus squared difference: pixels are scaled by 1.
_UNIT_H = math.sqrt(1 / math.log(2))
_EXPONENTIAL = {"float32": 4e-7, "float64": 4e-16}
# Half a unit for each of the product, the sum and the quotient.
_ROUNDINGS = {"float32": 3 * 2.0**-24, "float64": 3 * 2.0**-53}
_LEAST = {"float32": 2.0**-125, "float64": 2.0**-1021}


def means(differences: np.ndarray, sigma: float = 0.0) -> np.ndarray:
    """Return what 0 becomes with one pixel beside it, which is mirrored to its other side."""
    pairs = np.stack([np.zeros_like(differences), differences], axis=1)
    return burnish.denoise_nl_means(
        pairs, patch_size=1, patch_distance=1, h=_UNIT_H, sigma=sigma, frames_axis=0
    )[:, 0]


def expected(differences: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return 2 * weights * differences / (1 + 2 * weights)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sweep_of_exponents(dtype, rng):
    # Their squares are exact.
    bits = 11 if dtype == "float32" else 25
    dense = np.arange(1, 2**11) if dtype == "float32" else rng.integers(1, 2**26, 2**11)
    for unit in (2.0**-bits, 2.0 ** (3 - bits)):
        differences = (dense * unit).astype(dtype)
        exact = differences.astype(np.longdouble)
        assert np.array_equal(differences**2, exact**2)
        weights = np.maximum(np.exp2(-(exact**2)), np.longdouble(_LEAST[dtype]))
        right = expected(exact, weights)
        error = np.abs(means(differences) - right) / right
        assert error.max() <= _EXPONENTIAL[dtype] + _ROUNDINGS[dtype]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_noise_alone_costs_no_weight(dtype):
    differences = np.linspace(0.01, 0.99, 99).astype(dtype)
    right = differences.astype(np.longdouble) * 2 / 3
    error = np.abs(means(differences, math.sqrt(0.5)) - right) / right
    assert error.max() <= _ROUNDINGS[dtype]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_weights_below_the_least_are_none(dtype):
    np.testing.assert_array_equal(means(np.array([40.0, 1e9, 2.0**60], dtype)), 0)
