"""unsharp_mask against its oracle and scikit-image."""

from __future__ import annotations

import checks
import drawing
import hypothesis
import numpy as np
import pytest
import samples
import skimage.filters
from hypothesis import strategies as st
from oracles import sharpening as oracle
from oracles import smoothing
from oracles.convolution import as_result

import burnish


def check(image, *, amount=1.0, out=None, workers=None, **options) -> None:
    before = np.array(image, copy=True)
    answer = oracle.unsharp_mask(image, amount=amount, **options)
    # The magnitudes of the kernel that does the same in one step sum to at most this.
    bound = checks.error_bound(image, [1.0 + 2.0 * abs(amount)])
    result = burnish.unsharp_mask(image, amount=amount, out=out, workers=workers, **options)
    checks.assert_answer(result, answer, image.dtype, bound)
    if out is None:
        checks.assert_same_bits(np.array(image), before)
    else:
        assert result is out


@pytest.mark.parametrize("dtype", checks.DTYPES)
@pytest.mark.parametrize("radius", [0.1, 0.5, 1.0, 2.3, 6.0])
def test_dtype_and_radius(radius, dtype, rng):
    for shape in [(23, 45), (5, 1), (1, 67)]:
        image = samples.image(rng, shape, dtype)
        for amount in (0.3, 1.0, 2.5):
            check(image, radius=radius, amount=amount)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("radius", [0, 0.5, 1, 2.3, 5])
@pytest.mark.parametrize("amount", [0.5, 1.0, 3.0, 0.0, -0.7])
def test_agrees_with_scikit_image(amount, radius, dtype, rng):
    image = rng.normal(100, 40, size=(31, 42, 3)).astype(dtype)
    # Their 0.26 returns uninitialised memory at channel_axis=-1: give the axis from the front.
    for picture, channel in ((image, 2), (image.transpose(2, 0, 1), 0), (image[..., 0], None)):
        options = {"radius": radius, "amount": amount, "channel_axis": channel}
        theirs = skimage.filters.unsharp_mask(picture, preserve_range=True, **options)
        ours = burnish.unsharp_mask(picture, **options)
        bound = 2 * checks.error_bound(image, [1.0 + 2.0 * abs(amount)])  # each errs once
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=bound)


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_channel_axis_at_each_position(dtype, ndim, rng):
    for channels in (1, 3, 4, 5):
        for position in range(-ndim - 1, ndim + 1):
            shape = list((6, 13, 20)[:ndim])
            shape.insert(position % (ndim + 1), channels)
            check(samples.image(rng, shape, dtype), radius=1.2, channel_axis=position)


def test_volume(rng):
    check(samples.image(rng, (9, 20, 31), np.float32), radius=1.5, amount=2.0)


def test_image_smaller_than_the_gaussian(rng):
    for shape in [(1,), (3,), (2, 3), (1, 1), (1, 2, 3)]:
        check(samples.image(rng, shape, np.float64), radius=4.0)


@pytest.mark.parametrize("radius", [1.0, 7.0])
@pytest.mark.parametrize("shape", [(1500, 700), (300, 5000), (40, 60, 70), (50_001,)], ids=str)
def test_large_images(shape, radius, rng):
    image = samples.image(rng, shape, np.float32)
    theirs = skimage.filters.unsharp_mask(
        image.astype(np.float64), radius=radius, amount=1.5, preserve_range=True
    )
    ours = burnish.unsharp_mask(image, radius=radius, amount=1.5)
    checks.assert_answer(ours, theirs, np.float32, checks.error_bound(image, [4.0]))


@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_radius_0_leaves_the_image_as_it_is(dtype, rng):
    image = samples.image(rng, (20, 33), dtype)
    expected = image.astype(checks.result_dtype(dtype))
    if dtype in ("int64", "uint64"):  # as float64 holds them
        expected = as_result(image.astype(np.float64), dtype)
    for amount in (0.0, 1.0, -3.0):
        checks.assert_same_bits(burnish.unsharp_mask(image, radius=0, amount=amount), expected)


@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_amount_0_leaves_the_image_as_it_is(dtype, rng):
    image = samples.image(rng, (20, 33), dtype)
    expected = as_result(image.astype(np.float64), dtype)
    np.testing.assert_array_equal(burnish.unsharp_mask(image, amount=0), expected)


def test_amount_minus_1_is_the_blur(rng):
    image = samples.image(rng, (20, 33), np.float64)
    gaussian = smoothing.gaussian(2.0, 4.0)
    blurred = burnish.convolve(image, np.outer(gaussian, gaussian))
    result = burnish.unsharp_mask(image, radius=2.0, amount=-1.0)
    np.testing.assert_allclose(result, blurred, rtol=0, atol=1e-12 * 10)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_constant_image_stays_constant(dtype):
    image = np.full((40, 50), 0.7, dtype)
    for radius in (1.0, 5.0, 30.0):
        check(image, radius=radius, amount=2.0)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32"])
def test_integers_saturate_at_an_edge(dtype):
    info = np.iinfo(dtype)
    image = np.full((9, 40), info.min, dtype)
    image[:, 20:] = info.max
    result = burnish.unsharp_mask(image, radius=2.0, amount=5.0)
    np.testing.assert_array_equal(result, image)


@pytest.mark.parametrize("dtype", checks.FLOATS)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_non_finite_pixels_spread_over_the_gaussian_and_no_further(value, dtype, rng):
    image = rng.random((60, 80)).astype(dtype)
    image[30, 40] = value
    result = burnish.unsharp_mask(image, radius=2.0)
    expected = np.zeros(image.shape, bool)
    expected[22:39, 32:49] = True
    np.testing.assert_array_equal(~np.isfinite(result), expected)


@pytest.mark.parametrize("layout", samples.LAYOUTS)
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "int32", "float64"])
def test_input_layout(dtype, layout, rng):
    plain = samples.image(rng, (21, 34, 3), dtype)
    expected = burnish.unsharp_mask(plain, channel_axis=2)
    result = burnish.unsharp_mask(samples.LAYOUTS[layout](plain), channel_axis=2)
    assert type(result) is np.ndarray
    checks.assert_same_bits(result, expected)


@pytest.mark.parametrize("layout", samples.OUT_LAYOUTS)
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "int32", "float64"])
def test_out(dtype, layout, rng):
    image = samples.image(rng, (21, 34), dtype)
    out = samples.LAYOUTS[layout](np.zeros(image.shape, checks.result_dtype(dtype)))
    check(image, out=out)
    checks.assert_same_bits(out, burnish.unsharp_mask(image))


@pytest.mark.parametrize("shift", [0, 1, 700])
def test_out_may_overlap_the_image(shift, rng):
    size = 300 * 700
    store = rng.normal(size=size + 700).astype(np.float32)
    image = store[:size].reshape(300, 700)
    out = store[shift : shift + size].reshape(300, 700)
    expected = burnish.unsharp_mask(image.copy())
    burnish.unsharp_mask(image, out=out)
    checks.assert_same_bits(out, expected)


@hypothesis.given(st.data())
def test_any_call(data):
    draw = data.draw
    shape = drawing.draw_shape(draw, longest=70)
    image, channel, _ = drawing.draw_image(draw, shape)
    check(
        image,
        radius=draw(st.floats(0, 5)),
        amount=draw(st.floats(-3, 5)),
        channel_axis=channel,
        workers=draw(st.sampled_from([None, 1, 2, 5])),
    )
