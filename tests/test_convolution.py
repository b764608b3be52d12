"""What convolve and correlate mean: borders, origins, axes, channels, dtypes, methods."""

from __future__ import annotations

import itertools

import checks
import numpy as np
import pytest
import samples
import scipy.ndimage
from checks import check_filter as check
from oracles import convolution as oracle

import burnish

FUNCTIONS = ("convolve", "correlate")
METHODS = ("auto", "direct", "separable")


@pytest.mark.parametrize("dtype", checks.DTYPES)
@pytest.mark.parametrize("mode", oracle.MODES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_mode_and_dtype(name, mode, dtype, rng):
    image = samples.image(rng, (19, 23), dtype)
    for shape in [(3, 3), (4, 5), (1, 6), (7, 1)]:
        check(name, image, samples.kernel(rng, shape), mode=mode, cval=3.25)


@pytest.mark.parametrize("mode", oracle.MODES)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_image_smaller_than_the_kernel(ndim, method, mode, rng):
    for shape in itertools.product([1, 2, 5], repeat=ndim):
        image = samples.image(rng, shape, np.float64)
        weights = samples.outer_product(rng, (12, 9, 5)[:ndim])
        check("correlate", image, weights, mode=mode, cval=-1.5, method=method)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("sizes", [(3, 3), (2, 2), (4, 3), (1, 5), (6, 1), (5, 8)])
def test_origin(sizes, method, name, rng):
    image = samples.image(rng, (11, 13), np.float32)
    weights = samples.outer_product(rng, sizes)
    for origin in itertools.product(*map(samples.valid_origins, sizes)):
        check(name, image, weights, origin=origin, method=method, mode="mirror")


def test_one_origin_is_for_every_axis(rng):
    image = samples.image(rng, (9, 9), np.float64)
    weights = samples.kernel(rng, (4, 3))
    both = burnish.convolve(image, weights, origin=(-1, -1))
    checks.assert_same_bits(burnish.convolve(image, weights, origin=-1), both)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_channel_axis_at_each_position(ndim, dtype, rng):
    weights = samples.kernel(rng, (3, 4, 5)[:ndim])
    for channels in (1, 2, 3, 4, 5):
        for position in range(-ndim - 1, ndim + 1):
            shape = list((6, 9, 20)[:ndim])
            shape.insert(position % (ndim + 1), channels)
            image = samples.image(rng, shape, dtype)
            check("convolve", image, weights, channel_axis=position, mode="wrap")


def test_channels_are_filtered_as_if_alone(rng):
    image = samples.image(rng, (17, 21, 3), np.float32)
    weights = samples.kernel(rng, (5, 5))
    together = burnish.convolve(image, weights, channel_axis=-1)
    for channel in range(3):
        alone = burnish.convolve(image[..., channel], weights)
        np.testing.assert_allclose(together[..., channel], alone, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("method", METHODS)
def test_axes(method, name, rng):
    image = samples.image(rng, (7, 8, 9), np.float64)
    for count in (1, 2, 3):
        weights = samples.outer_product(rng, (3, 4, 2)[:count])
        for axes in itertools.combinations(range(3), count):
            check(name, image, weights, axes=axes, method=method)
            negative = tuple(axis - 3 for axis in axes)
            check(name, image, weights, axes=negative, method=method)
    check(name, image, samples.kernel(rng, 5), axes=1, method=method)


def test_axes_out_of_order_take_their_own_part_of_the_kernel(rng):
    image = samples.image(rng, (7, 8, 9), np.float64)
    weights = samples.kernel(rng, (2, 5))
    checks.assert_same_bits(
        burnish.convolve(image, weights, axes=(2, 0), origin=(0, 1), method="direct"),
        burnish.convolve(image, weights.T, axes=(0, 2), origin=(1, 0), method="direct"),
    )


def test_axes_and_channel_axis_together(rng):
    image = samples.image(rng, (4, 7, 3, 9), np.float32)
    check("correlate", image, samples.kernel(rng, (3, 5)), axes=(1, 3), channel_axis=2)
    check("correlate", image, samples.kernel(rng, 5), axes=3, channel_axis=2)


@pytest.mark.parametrize("name", ["convolve1d", "correlate1d"])
@pytest.mark.parametrize("ndim", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "float64", "int32"])
def test_one_axis(dtype, ndim, name, rng):
    image = samples.image(rng, (4, 5, 6, 21)[-ndim:], dtype)
    for axis in range(-ndim, ndim):
        for size in (1, 2, 3, 8, 17):
            weights = samples.kernel(rng, size)
            for origin in {samples.valid_origins(size)[0], 0, samples.valid_origins(size)[-1]}:
                mode = oracle.MODES[(axis + size) % 5]
                check(name, image, weights, axis=axis, origin=origin, mode=mode, cval=7.0)


@pytest.mark.parametrize("name", ["convolve1d", "correlate1d"])
def test_one_axis_has_scipys_meaning(name, rng):
    image = rng.normal(size=(6, 7, 8))
    weights = samples.kernel(rng, 4)
    for axis in range(3):
        ours = getattr(burnish, name)(image, weights, axis=axis, origin=-2, mode="mirror")
        theirs = getattr(scipy.ndimage, name)(image, weights, axis=axis, origin=-2, mode="mirror")
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


def test_separable_refuses_what_is_no_outer_product(rng):
    image = samples.image(rng, (9, 9), np.float64)
    with pytest.raises(ValueError, match="method is 'separable'"):
        burnish.convolve(image, samples.kernel(rng, (3, 3)), method="separable")


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-7), ("float64", 1e-13)])
def test_separable_tolerance_is_as_stated(dtype, tolerance, rng):
    image = samples.image(rng, (9, 9), dtype)
    weights = np.outer(np.ones(8), np.ones(8))
    total = weights.sum()
    weights[3, 4] += 0.2 * tolerance * total
    burnish.convolve(image, weights, method="separable")
    weights[3, 4] += 4 * tolerance * total
    with pytest.raises(ValueError, match="weights is not an outer product"):
        burnish.convolve(image, weights, method="separable")


@pytest.mark.parametrize("size", [3, 65, 1001, 2001])
@pytest.mark.parametrize("value", [1.0, 1 / 3])
def test_boxes_are_outer_products(value, size):
    image = np.ones((3, 4))
    result = burnish.convolve(image, np.full((size, size), value / size**2), method="separable")
    np.testing.assert_allclose(result, np.full((3, 4), value), rtol=1e-12)


@pytest.mark.parametrize("shape", [(9, 9), (300, 300)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_nearly_separable_kernels_stay_within_the_bound(dtype, shape, rng):
    image = samples.image(rng, shape, dtype)
    for excess in (1e-17, 1e-15, 1e-13, 1e-9, 1e-7, 1e-5, 1e-3):
        weights = samples.outer_product(rng, (11, 11))
        weights += excess * rng.normal(size=weights.shape) / weights.size
        check("convolve", image, weights)


@pytest.mark.parametrize("method", METHODS)
def test_all_zero_kernel_gives_zeros(method, rng):
    for shape in [(9, 9), (400, 400)]:
        image = samples.image(rng, shape, np.float32)
        result = burnish.convolve(image, np.zeros((9, 9)), method=method)
        np.testing.assert_array_equal(result, np.zeros(shape, np.float32))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8"])
def test_methods_agree_in_3d(dtype, method, rng):
    image = samples.image(rng, (12, 25, 40), dtype)
    weights = samples.outer_product(rng, (5, 6, 7))
    for mode in oracle.MODES:
        check("convolve", image, weights, method=method, mode=mode, cval=1.0, origin=(1, -3, 2))
