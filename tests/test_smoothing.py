"""gaussian_filter and uniform_filter against their oracles and SciPy."""

from __future__ import annotations

import itertools
import math

import checks
import drawing
import hypothesis
import numpy as np
import pytest
import samples
import scipy.ndimage
from hypothesis import strategies as st
from oracles import convolution, smoothing

import burnish

FLOATS = ["float32", "float64"]


def magnitude(image, kernels) -> float:
    return math.prod(float(np.abs(kernel).sum()) for kernel in kernels)


def check_gaussian(image, sigma, *, out=None, workers=None, **options) -> None:
    answer = smoothing.gaussian_filter(image, sigma, **options)
    _, kernels = smoothing.gaussian_kernels(image.ndim, sigma, **options)
    bound = checks.error_bound(image, [magnitude(image, kernels)], options.get("cval", 0.0))
    check(burnish.gaussian_filter, image, sigma, answer, bound, out, workers, options)


def check_uniform(image, size, *, out=None, workers=None, **options) -> None:
    answer = smoothing.uniform_filter(image, size, **options)
    bound = checks.error_bound(image, [1.0], options.get("cval", 0.0))
    check(burnish.uniform_filter, image, size, answer, bound, out, workers, options)


def check(function, image, value, answer, bound, out, workers, options) -> None:
    before = np.array(image, copy=True)
    result = function(image, value, out=out, workers=workers, **options)
    checks.assert_answer(result, answer, image.dtype, bound)
    if out is None:
        checks.assert_same_bits(np.array(image), before)
    else:
        assert result is out


@pytest.mark.parametrize("dtype", checks.DTYPES)
@pytest.mark.parametrize("mode", convolution.MODES)
def test_mode_and_dtype(mode, dtype, rng):
    for shape in [(19, 45), (70, 3), (1, 67), (5, 1)]:
        image = samples.image(rng, shape, dtype)
        for sigma in (0.1, 0.7, 2.3):
            check_gaussian(image, sigma, mode=mode, cval=3.25)
        for size in (1, 2, 5, 16, 33):
            check_uniform(image, size, mode=mode, cval=3.25)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("orders", [*itertools.product([0, 1, 2], repeat=2)])
def test_derivatives(orders, dtype, rng):
    image = samples.image(rng, (23, 40), dtype)
    for sigma in (0.4, 1.0, (2.5, 0.6)):
        for mode in convolution.MODES:
            check_gaussian(image, sigma, order=orders, mode=mode, cval=2.0)


@pytest.mark.parametrize("dtype", FLOATS)
def test_derivatives_of_a_polynomial_are_its_own(dtype):
    y, x = np.mgrid[:40, :50].astype(dtype)
    middle = (slice(15, 25), slice(15, 35))
    kept = {"rtol": 0, "atol": 2e-3 if dtype == "float32" else 1e-3}  # the Gaussian is cut off
    slope = burnish.gaussian_filter(x * 3 - y, 1.5, order=(0, 1))
    np.testing.assert_allclose(slope[middle], 3, **kept)
    bend = burnish.gaussian_filter(x * x / 2, 2.0, order=(0, 2), truncate=6)
    np.testing.assert_allclose(bend[middle], 1, **kept)
    mixed = burnish.gaussian_filter(x * y, 2.0, order=1, truncate=6)
    np.testing.assert_allclose(mixed[middle], 1, **kept)


def test_truncate_and_radius(rng):
    image = samples.image(rng, (30, 31), np.float64)
    for truncate in (0.5, 2.0, 3.7, 8.0):
        check_gaussian(image, 1.3, truncate=truncate)
    for radius in (0, 1, 4, 60, (2, 7)):
        check_gaussian(image, (1.3, 2.0), radius=radius)
        check_gaussian(image, (0.0, 2.0), radius=radius)


def any_mode(rng, count):
    return [str(mode) for mode in rng.choice(convolution.MODES, count)]


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_scipys_meaning(ndim, rng):
    for _ in range(60):
        image = rng.normal(size=rng.integers(1, 24, ndim))
        count = int(rng.integers(1, ndim + 1))
        axes = tuple(int(axis) for axis in rng.permutation(ndim)[:count])
        place = {"mode": any_mode(rng, count), "axes": axes}
        sigma = rng.uniform(0.3, 3, count)
        order = [int(n) for n in rng.integers(0, 3, count)]
        # With derivatives SciPy's own answer for a cval beyond the border is another.
        options = {"order": order, "cval": 0.0 if any(order) else 1.5, **place}
        ours = burnish.gaussian_filter(image, sigma, **options)
        theirs = scipy.ndimage.gaussian_filter(image, sigma, **options)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-11)
        size = [int(n) for n in rng.integers(1, 12, count)]
        origin = [int(rng.choice(samples.valid_origins(n))) for n in size]
        options = {"origin": origin, "cval": 1.5, **place}
        ours = burnish.uniform_filter(image, size, **options)
        theirs = scipy.ndimage.uniform_filter(image, size, **options)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


@pytest.mark.parametrize("sizes", [(1, 1), (2, 2), (4, 3), (1, 6), (7, 1), (20, 9)])
def test_origin(sizes, rng):
    image = samples.image(rng, (11, 37), np.float32)
    for origin in itertools.product(*map(samples.valid_origins, sizes)):
        check_uniform(image, sizes, origin=origin, mode="mirror")


@pytest.mark.parametrize("mode", convolution.MODES)
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_every_small_width(dtype, mode, rng):
    """Widths around one and two vectors and one group of lines, on both axes."""
    for width in range(1, 71):
        image = samples.image(rng, (3, width), dtype)
        check_uniform(image, (2, 5), mode=mode)
        check_uniform(image.T, (5, 2), mode=mode)


@pytest.mark.parametrize("mode", convolution.MODES)
@pytest.mark.parametrize(
    ("ndim", "every"), [(1, 1), (2, 1), (3, 4), pytest.param(3, 1, marks=pytest.mark.slow)]
)
def test_boxes_around_and_beyond_the_image(ndim, every, mode, rng):
    # Up to four times the image by running sums, beyond it folded.
    boxes = [
        (size, origin)
        for size in (2, 3, 8, 27, 28, 29, 30, 101)
        for origin in (-(size // 2), 0, (size - 1) // 2)
    ]
    for number, shape in enumerate(itertools.product([1, 2, 7], repeat=ndim)):
        image = samples.image(rng, shape, np.float64)
        for size, origin in boxes[number % every :: every]:
            check_uniform(image, size, mode=mode, origin=origin, cval=-1.5)


@pytest.mark.parametrize("mode", convolution.MODES)
def test_boxes_of_any_length_are_folded(mode):
    image = np.arange(12.0).reshape(3, 4)
    near = burnish.uniform_filter(image, 24 * 1000 + 1, mode=mode, cval=2.0)
    far = burnish.uniform_filter(image, 2**31 - 1, mode=mode, cval=2.0)
    np.testing.assert_allclose(far, near, rtol=0, atol=2e-2)
    if mode in ("reflect", "wrap"):
        np.testing.assert_allclose(far, image.mean(), rtol=1e-6)


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_channel_axis_at_each_position(dtype, ndim, rng):
    for channels in (1, 3, 4, 5):
        for position in range(-ndim - 1, ndim + 1):
            shape = list((6, 13, 40)[-ndim:])
            shape.insert(position % (ndim + 1), channels)
            image = samples.image(rng, shape, dtype)
            check_gaussian(image, 1.2, channel_axis=position)
            check_uniform(image, 4, channel_axis=position)


def test_one_value_per_axis(rng):
    image = samples.image(rng, (9, 20, 31), np.float32)
    for axes in [(0, 1, 2), (1, 2), (0, 2), (2,)]:
        sigma, size = (0.5, 1.5, 2.5)[: len(axes)], (2, 3, 9)[: len(axes)]
        for modes in itertools.product(["wrap", "constant", "mirror"], repeat=len(axes)):
            check_gaussian(image, sigma, axes=axes, mode=modes, cval=1.0)
            check_uniform(image, size, axes=axes, mode=modes, cval=1.0)
    turned = burnish.gaussian_filter(
        image, (2.5, 0.5), order=(1, 0), axes=(2, 0), mode=("wrap", "mirror")
    )
    straight = burnish.gaussian_filter(
        image, (0.5, 2.5), order=(0, 1), axes=(0, 2), mode=("mirror", "wrap")
    )
    checks.assert_same_bits(turned, straight)


@pytest.mark.parametrize("size", [2, 5, 40, 101, 300, 700])
@pytest.mark.parametrize("shape", [(900, 130), (130, 900), (3, 5000), (5000,), (40, 50, 60)])
def test_large_images(shape, size, rng):
    for dtype in FLOATS:
        image = samples.image(rng, shape, dtype)
        theirs = scipy.ndimage.uniform_filter(image.astype(np.float64), size)
        ours = burnish.uniform_filter(image, size)
        checks.assert_answer(ours, theirs, dtype, checks.error_bound(image, [1.0]))


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_boxes_around_where_the_axes_are_filtered_apart(dtype, rng):
    shapes = {
        (300, 140): (255, 256, 257),
        (40, 90, 70): (63, 64, 65, 150),
        (3, 5, 90): (19, 20, 21),
    }
    for shape, sizes in shapes.items():
        image = samples.image(rng, shape, dtype)
        for size in sizes:
            for mode in convolution.MODES:
                exact = image.astype(np.float64)
                answer = scipy.ndimage.uniform_filter(exact, size, mode=mode, cval=2.0)
                result = burnish.uniform_filter(image, size, mode=mode, cval=2.0)
                bound = checks.error_bound(image, [1.0], 2.0)
                checks.assert_answer(result, answer, image.dtype, bound)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    ("shape", "size", "axes"),
    [
        ((200_000,), 30_001, (0,)),
        ((200_000,), 700_001, (0,)),  # beyond the image
        ((60_000, 3), 50_001, (0,)),
        ((3, 60_000), 50_001, (1,)),
        ((40, 70_000), (41, 9_001), (0, 1)),
        ((33, 140_000), 3_001, (1,)),  # lines too long to be turned into columns
        ((900, 700), (899, 3), (0, 1)),
    ],
    ids=str,
)
def test_long_axes(shape, size, axes, dtype, rng):
    image = samples.image(rng, shape, dtype)
    theirs = scipy.ndimage.uniform_filter(image.astype(np.float64), size, axes=axes)
    ours = burnish.uniform_filter(image, size, axes=axes)
    checks.assert_answer(ours, theirs, dtype, checks.error_bound(image, [1.0]))
    checks.assert_same_bits(burnish.uniform_filter(image, size, axes=axes, workers=2), ours)


@pytest.mark.parametrize("rows", [1, 2, 7, 40])
@pytest.mark.parametrize("dtype", FLOATS)
def test_few_rows_longer_than_a_tile(dtype, rows, rng):
    """Rows that are cut into stretches, at pixels and between their channels."""
    image = samples.image(rng, (rows, 7001, 3), dtype)
    for size in (2, 9, 300):
        theirs = scipy.ndimage.uniform_filter(image.astype(np.float64), size, axes=(0, 1))
        ours = burnish.uniform_filter(image, size, channel_axis=2)
        checks.assert_answer(ours, theirs, dtype, checks.error_bound(image, [1.0]))
        for shift in range(8):  # how the output is aligned must not matter
            out = np.full(image.size + 8, np.nan, dtype)[shift : shift + image.size]
            out = out.reshape(image.shape)
            burnish.uniform_filter(image, size, channel_axis=2, out=out)
            checks.assert_same_bits(out, ours)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", [3, 7, 100, 1001])
def test_nothing_drifts(size, dtype):
    """What is summed far away leaves no trace."""
    image = np.full((4, 5000), 0.7, dtype)
    image[:, :1000] = 1e6
    result = burnish.uniform_filter(image, size, axes=1)
    np.testing.assert_allclose(result[:, 1000 + size :], 0.7, rtol=1e-6, atol=0)
    result = burnish.uniform_filter(image.T, size, axes=0)
    np.testing.assert_allclose(result[1000 + size :], 0.7, rtol=1e-6, atol=0)


@pytest.mark.parametrize("dtype", [*FLOATS, "uint8", "uint16", "int16"])
def test_constant_image_stays_constant(dtype):
    value = np.asarray(1000 / 7).astype(dtype)
    image = np.full((90, 1100), value, dtype)
    for size in (2, 3, 50, 101, 1001):
        result = burnish.uniform_filter(image, size)
        slack = 0 if image.dtype.kind != "f" else checks.error_bound(image, [1.0])
        np.testing.assert_allclose(result.astype(float), float(value), rtol=0, atol=slack)


@pytest.mark.parametrize("dtype", FLOATS)
def test_sums_do_not_overflow(dtype):
    largest = np.finfo(dtype).max
    image = np.full((40, 50), largest, dtype)
    image[::2] *= -1
    for size in (3, 64, 101):
        assert np.isfinite(burnish.uniform_filter(image, size)).all()
    np.testing.assert_allclose(burnish.uniform_filter(abs(image), 8), largest, rtol=1e-6)


@pytest.mark.parametrize("dtype", checks.FLOATS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("size", [3, 10, 41])
def test_non_finite_pixels_spread_over_the_box_and_no_further(size, value, dtype, rng):
    image = rng.random((200, 230)).astype(dtype)
    image[100, 120] = value
    box = [
        slice(100 - (size - 1) // 2, 101 + size // 2),
        slice(120 - (size - 1) // 2, 121 + size // 2),
    ]
    expected = np.zeros(image.shape, bool)
    expected[tuple(box)] = True
    result = burnish.uniform_filter(image, size)
    np.testing.assert_array_equal(~np.isfinite(result), expected)
    np.testing.assert_array_equal(result[expected], np.float32(value))
    volume = np.ones((30, 40, 50), dtype)
    volume[15, 20, 25] = value
    result = burnish.uniform_filter(volume, 5)
    assert (~np.isfinite(result)).sum() == 125
    result = burnish.gaussian_filter(image, size / 8)
    reach = int(size / 2 + 0.5)
    expected[...] = False
    expected[100 - reach : 101 + reach, 120 - reach : 121 + reach] = True
    np.testing.assert_array_equal(~np.isfinite(result), expected)


def test_infinities_of_both_signs_give_nan():
    image = np.zeros((1, 40))
    image[0, 10], image[0, 12] = np.inf, -np.inf
    result = burnish.uniform_filter(image, (1, 5))[0]
    assert np.isnan(result[10:13]).all()
    assert (result[8:10] == np.inf).all()
    assert (result[13:15] == -np.inf).all()
    assert np.isfinite(result[:8]).all()
    assert np.isfinite(result[15:]).all()


def test_means_of_integers_are_rounded_once(rng):
    image = rng.integers(0, 256, (64, 80), np.uint8)
    for size in (2, 3, 4, 6, 9, 16):
        exact = scipy.ndimage.convolve(image.astype(np.int64), np.ones((size, size), np.int64))
        quotient, rest = np.divmod(exact, size * size)
        up = (2 * rest > size * size) | ((2 * rest == size * size) & (quotient % 2 == 1))
        # SciPy's convolution turns the kernel: an even box then lies one to the right.
        ours = burnish.uniform_filter(image, size, origin=0 if size % 2 else -1)
        np.testing.assert_array_equal(ours, quotient + up)


@pytest.mark.parametrize("layout", samples.LAYOUTS)
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "int32", "float64"])
def test_input_layout(dtype, layout, rng):
    plain = samples.image(rng, (21, 34, 3), dtype)
    for function, value in ((burnish.gaussian_filter, 1.5), (burnish.uniform_filter, 6)):
        expected = function(plain, value, channel_axis=2)
        result = function(samples.LAYOUTS[layout](plain), value, channel_axis=2)
        assert type(result) is np.ndarray
        checks.assert_same_bits(result, expected)


@pytest.mark.parametrize("layout", samples.OUT_LAYOUTS)
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "int32", "float64"])
def test_out(dtype, layout, rng):
    image = samples.image(rng, (21, 34), dtype)
    out = samples.LAYOUTS[layout](np.zeros(image.shape, checks.result_dtype(dtype)))
    check_gaussian(image, 1.5, out=out)
    checks.assert_same_bits(out, burnish.gaussian_filter(image, 1.5))
    check_uniform(image, 6, out=out)
    checks.assert_same_bits(out, burnish.uniform_filter(image, 6))


def test_out_may_be_the_image(rng):
    for function, value in ((burnish.gaussian_filter, 2.0), (burnish.uniform_filter, 9)):
        image = samples.image(rng, (100, 130), np.float32)
        expected = function(image, value)
        function(image, value, out=image)
        checks.assert_same_bits(image, expected)


def test_sigma_0_leaves_the_image_as_it_is(rng):
    image = samples.image(rng, (9, 10), np.float32)
    checks.assert_same_bits(burnish.gaussian_filter(image, 0), image)
    checks.assert_same_bits(burnish.gaussian_filter(image, 0, radius=3), image)
    checks.assert_same_bits(burnish.uniform_filter(image, 1), image)


@pytest.mark.parametrize(
    "options",
    [{"sigma": 0, "order": 1}, {"sigma": 0.1, "order": 2}, {"sigma": 2, "order": 1, "radius": 0}],
    ids=str,
)
def test_a_derivative_wants_pixels_beside_the_centre(options):
    with pytest.raises(ValueError, match="order is"):
        burnish.gaussian_filter(np.ones((5, 5)), **options)


@hypothesis.given(st.data())
def test_any_call(data):
    draw = data.draw
    shape = drawing.draw_shape(draw, longest=90)
    ndim = len(shape)
    image, channel, _ = drawing.draw_image(draw, shape)
    options = {
        "mode": draw(st.lists(st.sampled_from(convolution.MODES), min_size=ndim, max_size=ndim)),
        "cval": draw(st.sampled_from([0.0, -2.5, 100.0])),
        "channel_axis": channel,
        "workers": draw(st.sampled_from([None, 1, 2, 5])),
    }
    check_gaussian(image, draw(st.lists(st.floats(0, 4), min_size=ndim, max_size=ndim)), **options)
    sizes = draw(st.lists(st.integers(1, 60), min_size=ndim, max_size=ndim))
    origin = [draw(st.sampled_from(samples.valid_origins(size))) for size in sizes]
    check_uniform(image, sizes, origin=origin, **options)
