"""convolve and correlate at every size: below a vector, beyond it, and beyond a tile."""

from __future__ import annotations

import itertools

import checks
import numpy as np
import pytest
import samples
import scipy.ndimage
from checks import check_filter as check

import burnish

# One of each kind: the usual squares, even, of one row, of one column.
SWEPT = [(3, 3), (2, 5), (7, 7), (5, 1), (1, 9)]


def _sweep(shapes, weights, dtype, method, rng) -> None:
    for shape in shapes:
        check("correlate", samples.image(rng, shape, dtype), weights, method=method)


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8", "uint16"])
@pytest.mark.parametrize("sizes", SWEPT)
def test_sizes_1_to_70(sizes, dtype, rng):
    lengths = np.arange(1, 71)
    shapes = [*zip(lengths, rng.permutation(lengths), strict=True)]
    _sweep(shapes, samples.kernel(rng, sizes), dtype, "direct", rng)
    _sweep(shapes[::3], samples.outer_product(rng, sizes), dtype, "separable", rng)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8", "uint16", "int32"])
@pytest.mark.parametrize("sizes", SWEPT)
@pytest.mark.parametrize("method", ["direct", "separable"])
def test_every_size_1_to_70(method, sizes, dtype, rng):
    shapes = itertools.product(range(1, 71), repeat=2)
    _sweep(shapes, samples.outer_product(rng, sizes), dtype, method, rng)


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8"])
def test_line_lengths_and_taps_1_to_70(dtype, rng):
    for length, taps in zip(range(1, 71), rng.permutation(70) + 1, strict=True):
        image = samples.image(rng, (3, length), dtype)
        weights = samples.kernel(rng, taps)
        for axis, picture in ((1, image), (0, image.T), (0, np.ascontiguousarray(image.T))):
            check("correlate1d", picture, weights, axis=axis, mode="wrap")


@pytest.mark.parametrize("size", range(1, 20))
def test_kernel_heights_and_widths(size, rng):
    image = samples.image(rng, (31, 37), np.float32)
    for other in (1, 2, 3, 5, 7, 12, 19):
        weights = samples.kernel(rng, (size, other))
        check("convolve", image, weights, method="direct")
        check("convolve", image[0], weights[:, 0], method="direct")


def test_volume_sizes(rng):
    for _ in range(60):
        shape = tuple(rng.integers(1, (9, 20, 70)))
        sizes = tuple(rng.integers(1, 6, size=3))
        image = samples.image(rng, shape, np.float32)
        check("convolve", image, samples.kernel(rng, sizes), method="direct")
        check("convolve", image, samples.outer_product(rng, sizes), method="separable")


# Long, wide, deep and plain: each crosses borders of tiles, bands and vectors.
LARGE = [(300, 5000), (1, 100_000), (100_000, 1), (40, 60, 70), (1500, 700), (100_003,)]


@pytest.mark.parametrize("dtype", ["float32", "uint8", "float64"])
@pytest.mark.parametrize("shape", LARGE, ids=str)
def test_large_images(shape, dtype, rng):
    image = samples.image(rng, shape, dtype)
    double = image.astype(np.float64)
    for size, method in [(3, "direct"), (7, "direct"), (17, "separable")]:
        if len(shape) == 3 and size == 7:
            size = 4  # SciPy takes seconds for 343 taps
        sizes = (size,) * len(shape)
        make = samples.outer_product if method == "separable" else samples.kernel
        weights = make(rng, sizes)
        bound = checks.error_bound(image, weights)
        if method == "separable":
            answer = double
            for axis, factor in enumerate(_factors(weights)):
                answer = scipy.ndimage.correlate1d(answer, factor, axis=axis, mode="nearest")
        else:
            answer = scipy.ndimage.correlate(double, weights, mode="nearest")
        result = burnish.correlate(image, weights, mode="nearest", method=method)
        checks.assert_answer(result, answer, dtype, bound)


@pytest.mark.parametrize("size", [15, 31])
def test_large_image_with_large_dense_kernel(size, rng):
    image = samples.image(rng, (3000, 1000), np.float32)
    weights = samples.kernel(rng, (size, size))
    result = burnish.correlate(image, weights, mode="wrap", method="direct")
    # A periodic correlation in float64 by FFT; its own error is of the order of 1e-15.
    shifted = np.roll(
        np.pad(weights, [(0, 3000 - size), (0, 1000 - size)]), (-(size // 2),) * 2, axis=(0, 1)
    )
    spectrum = np.fft.rfft2(image.astype(np.float64)) * np.fft.rfft2(shifted).conj()
    answer = np.fft.irfft2(spectrum, s=image.shape)
    checks.assert_answer(result, answer, np.float32, checks.error_bound(image, weights))


@pytest.mark.parametrize("taps", [17, 65])
@pytest.mark.parametrize("method", ["auto", "separable"])
def test_large_image_with_large_separable_kernel(method, taps, rng):
    image = samples.image(rng, (3000, 1000), np.float32)
    column, row = samples.kernel(rng, taps), samples.kernel(rng, taps)
    answer = scipy.ndimage.correlate1d(image.astype(np.float64), column, axis=0)
    answer = scipy.ndimage.correlate1d(answer, row, axis=1)
    weights = np.outer(column, row)
    result = burnish.correlate(image, weights, method=method)
    checks.assert_answer(result, answer, np.float32, checks.error_bound(image, weights))


def _factors(weights):
    """Split an exact outer product."""
    peak = np.unravel_index(np.abs(weights).argmax(), weights.shape)
    for axis in range(weights.ndim):
        line = tuple(slice(None) if other == axis else at for other, at in enumerate(peak))
        factor = weights[line]
        yield factor if axis == 0 else factor / weights[peak]
