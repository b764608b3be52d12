"""The oracle of convolution is SciPy's meaning, in float64."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import samples
import scipy.ndimage
from oracles import convolution as oracle

FUNCTIONS = ("convolve", "correlate")


def beyond_scipy(shape, sizes, origin: int, mode: str) -> bool:
    """Tell whether SciPy 1.17's N-D filters read outside the image (their 1-D ones do not)."""
    reach = [max(size // 2 + origin, (size - 1) // 2 - origin) for size in sizes]
    return mode == "reflect" and any(r >= 4 * n for r, n in zip(reach, shape, strict=True))


@pytest.mark.parametrize("mode", oracle.MODES)
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("shape", [(7,), (1,), (5, 6), (2, 3, 4)])
def test_oracle_is_scipys_meaning(name, mode, shape, rng):
    image = rng.normal(size=shape)
    for size in (1, 2, 3, 4, 7, 16):
        sizes = tuple(max(1, size - axis) for axis in range(len(shape)))
        weights = rng.normal(size=sizes)
        origins = samples.valid_origins(min(sizes))
        for origin in {origins[0], 0, origins[-1]}:
            if beyond_scipy(shape, sizes, origin, mode):
                continue
            options = {"mode": mode, "cval": 2.5, "origin": origin}
            ours = getattr(oracle, name)(image, weights, **options)
            theirs = getattr(scipy.ndimage, name)(image, weights, **options)
            bound = 1e-13 * np.abs(weights).sum() * np.abs(image).max()
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=bound)


@pytest.mark.parametrize("mode", oracle.MODES)
@pytest.mark.parametrize("name", ["convolve1d", "correlate1d"])
def test_oracle_is_scipys_meaning_however_wide_the_pad(name, mode, rng):
    for length in range(1, 7):
        image = rng.normal(size=(2, length))
        for taps in (1, 2, 9, 40, 41):
            weights = rng.normal(size=taps)
            for origin in samples.valid_origins(taps):
                options = {"mode": mode, "cval": 2.5, "origin": origin}
                ours = getattr(oracle, name)(image, weights, **options)
                theirs = getattr(scipy.ndimage, name)(image, weights, **options)
                np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_oracle_takes_scipys_axes(name, rng):
    image = rng.normal(size=(5, 6, 7))
    for count in (1, 2):
        for axes in itertools.combinations(range(3), count):
            weights = rng.normal(size=(3, 4)[:count])
            ours = getattr(oracle, name)(image, weights, axes=axes)
            theirs = getattr(scipy.ndimage, name)(image, weights, axes=axes)
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-13)


def test_oracle_rounds_half_to_even_and_saturates():
    answer = np.array([0.5, 1.5, 2.5, -0.5, -1.5, 254.5, 255.5, 1e30, -1e30, np.inf, -np.inf])
    expected = [0, 2, 2, 0, 0, 254, 255, 255, 0, 255, 0]
    np.testing.assert_array_equal(oracle.as_result(answer, np.uint8), expected)
    edge = np.array([2.0**63, 2.0**63 - 1024, -(2.0**63), -(2.0**64)])
    expected = [2**63 - 1, 2**63 - 1024, -(2**63), -(2**63)]
    np.testing.assert_array_equal(oracle.as_result(edge, np.int64), expected)
