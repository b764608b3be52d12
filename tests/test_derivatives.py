"""laplace and sobel against their oracles and SciPy."""

from __future__ import annotations

import checks
import numpy as np
import pytest
import samples
import scipy.ndimage
from oracles import convolution, derivatives

import burnish


def check(name: str, image, gain: float, **options) -> None:
    answer = getattr(derivatives, name)(image, **options)
    bound = checks.error_bound(image, [gain], options.get("cval", 0.0))
    checks.assert_answer(getattr(burnish, name)(image, **options), answer, image.dtype, bound)


@pytest.mark.parametrize("dtype", checks.DTYPES)
@pytest.mark.parametrize("mode", convolution.MODES)
def test_mode_and_dtype(mode, dtype, rng):
    for shape in [(19, 45), (3, 1), (1, 1), (17,), (4, 5, 21)]:
        image = samples.image(rng, shape, dtype)
        check("laplace", image, 4.0 * image.ndim, mode=mode, cval=3.25)
        for axis in range(-image.ndim, image.ndim):
            gain = 2.0 * 4 ** (image.ndim - 1)
            check("sobel", image, gain, axis=axis, mode=mode, cval=3.25)


@pytest.mark.parametrize("mode", convolution.MODES)
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_scipys_meaning(ndim, mode, rng):
    image = rng.normal(size=(6, 7, 9)[:ndim])
    theirs = scipy.ndimage.laplace(image, mode=mode, cval=1.5)
    ours = burnish.laplace(image, mode=mode, cval=1.5)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)
    for axis in range(-ndim, ndim):
        # With another cval SciPy takes it for the derivative beyond the border too.
        theirs = scipy.ndimage.sobel(image, axis=axis, mode=mode, cval=0.0)
        ours = burnish.sobel(image, axis=axis, mode=mode, cval=0.0)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


def test_channels_axes_and_modes(rng):
    for position in range(3):
        shape = [9, 14]
        shape.insert(position, 3)
        image = samples.image(rng, shape, np.float32)
        check("laplace", image, 8.0, channel_axis=position)
        for axis in set(range(3)) - {position}:
            check("sobel", image, 8.0, axis=axis, channel_axis=position)
        check("laplace", image, 8.0, axes=[a for a in range(3) if a != position])
        check("laplace", image, 4.0, axes=(position,))
    picture = samples.image(rng, (9, 14), np.float64)
    check("laplace", picture, 8.0, mode=["wrap", "nearest"])
    check("sobel", picture, 8.0, mode=["constant", "mirror"], cval=5.0)


def test_sobel_refuses_the_channels():
    with pytest.raises(ValueError, match="axis is 2, which is channel_axis"):
        burnish.sobel(np.ones((5, 5, 3)), axis=2, channel_axis=-1)


@pytest.mark.parametrize("function", [burnish.laplace, burnish.sobel])
def test_negative_values_of_unsigned_integers_are_saturated(function):
    image = np.zeros((5, 7), np.uint8)
    image[2, 3] = 200
    expected = np.clip(function(image.astype(np.float64)), 0, 255)
    np.testing.assert_array_equal(function(image), expected)
    signed = function(image.astype(np.int16))
    assert signed.min() < 0


@pytest.mark.parametrize("function", [burnish.laplace, burnish.sobel])
def test_out_may_be_the_image(function, rng):
    image = samples.image(rng, (50, 70), np.float32)
    expected = function(image)
    function(image, out=image)
    checks.assert_same_bits(image, expected)
