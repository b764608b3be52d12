"""Error bounds where they are hardest to keep, rounding, saturation, NaN and infinity."""

from __future__ import annotations

import checks
import numpy as np
import pytest
import samples
import scipy.ndimage
from checks import check_filter as check
from oracles import convolution as oracle

import burnish

METHODS = ("auto", "direct", "separable")


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8", "uint16", "int16"])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("size", [3, 16, 33, 65])
def test_constant_image_with_box_kernel(size, method, dtype):
    # All products and partial sums are alike, so their rounding errors have one sign and pile up.
    value = 199 if np.dtype(dtype).kind in "iu" else 0.7
    image = np.full((70, 83), value, dtype)
    for weight in (1 / size**2, 0.1 / size**2, 1 / 3 / size**2):
        check("convolve", image, np.full((size, size), weight), method=method)


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint16"])
@pytest.mark.parametrize("taps", [255, 1000, 4097])
@pytest.mark.parametrize("axis", [0, 1])
def test_constant_image_with_long_line(axis, taps, dtype):
    value = 40_009 if np.dtype(dtype).kind in "iu" else 0.7
    image = np.full((37, 45), value, dtype)
    check("convolve1d", image, np.full(taps, 0.9 / taps), axis=axis)
    check("convolve1d", image, np.full(taps, 0.1), axis=axis)


@pytest.mark.parametrize(
    ("image_shape", "shape"), [((450, 430), (401, 401)), ((3000, 60), (1001, 9))]
)
def test_flat_image_in_a_border_of_the_same_value(image_shape, shape):
    # What separable passes make of the border must be as exact as what they make of the image.
    value = np.float32(0.7)
    weights = np.full(shape, 1 / 3)
    result = burnish.convolve(
        np.full(image_shape, value), weights, mode="constant", cval=float(value), method="separable"
    )
    exact = float(value) * weights.sum()
    assert np.abs(result.astype(np.float64) - exact).max() <= 1e-6 * exact


@pytest.mark.parametrize("height", [50, 98, 99, 981, 2353, 2941])
@pytest.mark.parametrize("width", [1, 2])
def test_tall_kernels_in_images_as_tall(height, width, rng):
    # 49 taps to a chunk: these leave one row, or none, beyond a whole number of chunks. The image
    # must be over half as tall, or the kernel is folded.
    image = samples.image(rng, (height // 2 + 20, 33), "float32")
    check("correlate", image, rng.random((height, width)), method="direct")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_large_offset_with_derivative_kernel(dtype, rng):
    image = (1e6 + rng.random((40, 50))).astype(dtype)
    sobel = np.outer([1, 2, 1], [1, 0, -1])
    for method in METHODS:
        check("correlate", image, sobel, method=method)


@pytest.mark.parametrize("dtype", [*checks.NARROW_INTEGERS, *checks.WIDE_INTEGERS])
def test_ties_round_to_even(dtype):
    # Everything here is exact in float32, so there is one right answer and no unit to spare.
    info = np.iinfo(dtype)
    values = np.arange(max(info.min, -100), 100)
    for divisor in (2, 4, 8):
        expected = np.rint(values / divisor).astype(dtype)
        for length in (len(values), 1, 7, 31):
            result = burnish.convolve(values[:length].astype(dtype), [1 / divisor])
            checks.assert_same_bits(result, expected[:length])


@pytest.mark.parametrize("method", ["direct", "separable"])
@pytest.mark.parametrize("dtype", [*checks.NARROW_INTEGERS, *checks.WIDE_INTEGERS])
def test_integers_saturate(dtype, method):
    info = np.iinfo(dtype)
    image = np.array([[info.min, info.max, 0, 1, info.max, info.min]] * 3, dtype)
    for gain in (2.0, -2.0, 1e9, -1e9, 1e30, -1e30):
        result = burnish.convolve(image, [[gain]], method=method)
        checks.assert_same_bits(result, oracle.as_result(image * gain, dtype))


def test_box_sums_of_white_saturate():
    image = np.full((100, 100), 255, np.uint8)
    assert (burnish.convolve(image, np.ones((65, 65))) == 255).all()
    assert (burnish.convolve(image, np.full((65, 65), 1 / 65**2)) == 255).all()


@pytest.mark.parametrize("dtype", ["int32", "uint32"])
def test_32_bit_integers_are_computed_in_float64(dtype, rng):
    info = np.iinfo(dtype)
    image = rng.integers(info.min, info.max, (30, 40), dtype=dtype, endpoint=True)
    checks.assert_same_bits(burnish.convolve(image, [[1.0]]), image)
    weights = samples.kernel(rng, (3, 3)) / 2
    answer = oracle.convolve(image, weights)
    assert np.abs(answer - np.floor(answer) - 0.5).min() > 1e-5  # no tie: exact is exact
    result = burnish.convolve(image, weights, method="direct")
    checks.assert_same_bits(result, oracle.as_result(answer, dtype))


@pytest.mark.parametrize("dtype", ["int64", "uint64"])
def test_64_bit_integers_up_to_2_to_the_53_are_exact(dtype):
    powers = np.arange(45, 54, dtype=dtype)
    image = (np.ones_like(powers) << powers) - np.array([[1], [2], [3]], dtype)
    np.testing.assert_array_equal(burnish.convolve(image, [[1.0]]), image)
    if dtype == "int64":
        np.testing.assert_array_equal(burnish.convolve(-image, [[1.0]]), -image)
    halves = burnish.convolve(image, [[0.5]])
    np.testing.assert_array_equal(halves, np.rint(image * 0.5).astype(dtype))


@pytest.mark.parametrize("dtype", ["int64", "uint64"])
def test_64_bit_integers_beyond_2_to_the_53(dtype):
    # Documented: they are first rounded to what float64 holds, and saturate at the end.
    info = np.iinfo(dtype)
    image = np.array(
        [2**53 - 1, 2**53, 2**53 + 1, 2**53 + 3, 2**60 + 127, 2**60 + 129, info.max, info.min],
        dtype,
    )
    result = burnish.convolve(image, [1.0])
    expected = [2**53 - 1, 2**53, 2**53, 2**53 + 4, 2**60, 2**60 + 256, info.max, info.min]
    np.testing.assert_array_equal(result, np.array(expected, dtype))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("dtype", "scale"),
    [("float32", 1e-20), ("float32", 1e20)]
    + [("float64", scale) for scale in (1e-300, 1e-160, 1e-20, 1e20, 1e160, 1e300)],
)
def test_weights_far_from_one(dtype, scale, method, rng):
    for shape in [(20, 20), (120, 120)]:  # "auto" looks for factors in the larger one alone
        image = samples.image(rng, shape, dtype)
        check("convolve", image, samples.outer_product(rng, (11, 11)) * scale, method=method)


@pytest.mark.parametrize("dtype", checks.FLOATS)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_non_finite_pixels_spread_over_the_box_and_no_further(value, method, dtype, rng):
    for sizes in [(3, 3), (4, 7), (15, 15)]:
        image = rng.random((60, 90)).astype(dtype)
        for at in [(0, 0), (17, 31), (30, 64), (59, 89)]:
            image[at] = value
        weights = samples.outer_product(np.random.default_rng(1), sizes)
        weights = np.abs(weights)  # so that infinities do not cancel to NaN
        reached = scipy.ndimage.maximum_filter(~np.isfinite(image), size=sizes, mode="constant")
        check("correlate", image, weights, method=method, mode="constant")
        result = burnish.correlate(image, weights, method=method, mode="constant")
        np.testing.assert_array_equal(~np.isfinite(result), reached)


@pytest.mark.parametrize("dtype", checks.FLOATS)
@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_non_finite_pixels_in_lines(axis, value, dtype, rng):
    for taps in (2, 3, 17, 65):
        image = rng.random((90, 85, 3)).astype(dtype)
        image[40, 41, 1] = value
        check("convolve1d", image, np.full(taps, 1 / taps), axis=axis)


def test_zero_weights_spread_nan_too(rng):
    # The box counts, not which of its weights are zero: the same for every method and size.
    image = rng.random((30, 30)).astype(np.float32)
    image[15, 15] = np.nan
    weights = np.zeros((5, 5))
    weights[2, 2] = 1.0
    for method in METHODS:
        result = burnish.convolve(image, weights, method=method)
        spread = np.zeros((30, 30), bool)
        spread[13:18, 13:18] = True
        np.testing.assert_array_equal(np.isnan(result), spread)


@pytest.mark.parametrize("dtype", checks.FLOATS)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("cval", [np.nan, np.inf, -3.5, 1e30])
def test_cval(cval, method, dtype, rng):
    image = rng.random((20, 50)).astype(dtype)
    weights = np.abs(samples.outer_product(rng, (4, 5)))
    check("convolve", image, weights, mode="constant", cval=cval, method=method)


@pytest.mark.parametrize("dtype", [*checks.NARROW_INTEGERS, *checks.WIDE_INTEGERS])
def test_cval_beyond_an_integers_range(dtype, rng):
    image = samples.image(rng, (9, 40), dtype)
    weights = np.full((3, 3), 1 / 16)
    for cval in (-0.5, 0.25, 1e9, -1e9, np.inf, -np.inf):
        for method in METHODS:
            check("convolve", image, weights, mode="constant", cval=cval, method=method)


def test_nan_cval_of_an_integer_image_spoils_the_border_alone(rng):
    image = samples.image(rng, (20, 20), np.uint8)
    weights = samples.kernel(rng, (3, 3))
    result = burnish.convolve(image, weights, mode="constant", cval=np.nan)
    inner = np.s_[1:-1, 1:-1]
    np.testing.assert_array_equal(result[inner], burnish.convolve(image, weights)[inner])
    # No integer is a NaN: what stands there must at least be the same for every method and call.
    checks.assert_same_bits(
        burnish.convolve(image, weights, mode="constant", cval=np.nan, workers=2), result
    )
