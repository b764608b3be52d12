"""Pyramids against their oracle, correlate1d and OpenCV; collapsing them is the inverse."""

from __future__ import annotations

import itertools

import checks
import drawing
import hypothesis
import numpy as np
import pytest
import samples
from hypothesis import strategies as st
from oracles import pyramids as oracle
from oracles.convolution import MODES

import burnish

STEPS = {"pyramid_reduce": oracle.reduce, "pyramid_expand": oracle.expand}
SIZES = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 33, 34, 63, 65, 66, 127, 129, 130]


def check(name: str, image, *, out=None, workers=None, **options) -> None:
    before = np.array(image, copy=True)
    answer = STEPS[name](image, **options)
    cval = options.get("cval", 0.0) if "constant" in options.get("mode", "") else 0.0
    bound = checks.error_bound(image, [1.0], cval)
    result = getattr(burnish, name)(image, out=out, workers=workers, **options)
    checks.assert_answer(result, answer, image.dtype, bound)
    if out is None:
        checks.assert_same_bits(np.array(image), before)
    else:
        assert result is out


def shapes_twice_as_fine(shape, axes):
    """Yield every shape that an image of this shape can be expanded to."""
    yield from itertools.product(
        *((2 * n - 1, 2 * n) if axis in axes else (n,) for axis, n in enumerate(shape))
    )


@pytest.mark.parametrize("dtype", checks.DTYPES)
@pytest.mark.parametrize("mode", MODES)
def test_dtype_and_mode(mode, dtype, rng):
    cval = 3.0
    for shape in [(23, 46), (5, 1), (1, 70), (67,), (6, 7, 9)]:
        image = samples.image(rng, shape, dtype)
        check("pyramid_reduce", image, mode=mode, cval=cval)
        check("pyramid_expand", image, mode=mode, cval=cval)
        odd = tuple(2 * n - 1 for n in shape)
        check("pyramid_expand", image, shape=odd, mode=mode, cval=cval)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_size_on_both_axes(dtype, mode, rng):
    for size in SIZES:
        for shape in [(size,), (3, size), (size, 3), (size, size)]:
            image = samples.image(rng, shape, dtype)
            check("pyramid_reduce", image, mode=mode)
            for finer in shapes_twice_as_fine(shape, range(len(shape))):
                check("pyramid_expand", image, shape=finer, mode=mode)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_channel_axis_at_each_position(ndim, dtype, step, rng):
    for channels in (1, 3, 4, 40):
        for position in range(-ndim - 1, ndim + 1):
            shape = list((6, 13, 21)[-ndim:])
            shape.insert(position % (ndim + 1), channels)
            check(step, samples.image(rng, shape, dtype), channel_axis=position)


@pytest.mark.parametrize("step", STEPS)
def test_a_mode_per_axis(step, rng):
    for dtype in ("uint16", "float32"):
        for modes in itertools.permutations(MODES, 2):
            image = samples.image(rng, (9, 14, 3), dtype)
            check(step, image, mode=modes, cval=1.5, channel_axis=2)
            check(step, image.transpose(2, 1, 0), mode=modes, cval=1.5, channel_axis=0)
    check(step, samples.image(rng, (5, 6, 7), "float64"), mode=("wrap", "constant", "nearest"))


# Several tiles along each axis, and rows too long for one.
LARGE = [(300, 700), (70, 4500), (4500, 70), (1, 50_001), (50_001,), (20, 90, 110), (9, 3, 2600)]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("shape", LARGE, ids=str)
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_large_images(dtype, shape, step, rng):
    check(step, samples.image(rng, shape, dtype), mode="mirror")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("shape", [(90, 2600, 3), (3, 90, 2600), (40, 30, 1500)], ids=str)
def test_large_images_with_channels(shape, step, rng):
    image = samples.image(rng, shape, "float32")
    for channel in range(3):
        check(step, image, channel_axis=channel, mode="constant", cval=2.0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("mode", MODES)
def test_reduce_is_correlate1d_and_every_second_pixel(mode, dtype, rng):
    image = samples.image(rng, (45, 78), dtype)
    expected = image
    for axis in (0, 1):
        expected = burnish.correlate1d(expected, oracle.TAPS, axis=axis, mode=mode, cval=0.5)
    result = burnish.pyramid_reduce(image, mode=mode, cval=0.5)
    bound = 2 * checks.error_bound(image, [1.0])
    np.testing.assert_allclose(result, expected[::2, ::2], rtol=0, atol=bound)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(40, 60), (41, 61), (300, 501), (40, 61, 3)], ids=str)
def test_agrees_with_opencv(shape, dtype, rng):
    cv2 = pytest.importorskip("cv2", reason="OpenCV is missing")
    image = samples.image(rng, shape, dtype)
    channel = 2 if len(shape) == 3 else None
    bound = 2 * checks.error_bound(image, [1.0])
    reduced = burnish.pyramid_reduce(image, mode="mirror", channel_axis=channel)
    np.testing.assert_allclose(reduced, cv2.pyrDown(image), rtol=0, atol=bound)
    # Their upper border mirrors, the lower one repeats the last pixel.
    theirs = cv2.pyrUp(image)
    mirror, nearest = (
        burnish.pyramid_expand(image, mode=mode, channel_axis=channel)
        for mode in ("mirror", "nearest")
    )
    rows, columns = (2 * n - 2 for n in shape[:2])
    np.testing.assert_allclose(theirs[:rows, :columns], mirror[:rows, :columns], rtol=0, atol=bound)
    np.testing.assert_allclose(theirs[2:, 2:], nearest[2:, 2:], rtol=0, atol=bound)


@pytest.mark.parametrize("dtype", checks.DTYPES)
@pytest.mark.parametrize("mode", ["reflect", "mirror", "nearest", "wrap"])
def test_a_constant_image_stays_constant(mode, dtype):
    for shape in [(19, 30), (1, 7), (5, 6, 7), (40,)]:
        image = np.full(shape, 77, dtype)
        for step in STEPS:
            result = getattr(burnish, step)(image, mode=mode)
            assert (result == 77).all()


@pytest.mark.parametrize("step", STEPS)
def test_linear(step, rng):
    function = getattr(burnish, step)
    one, other = rng.normal(size=(2, 33, 46))
    both = function(2.5 * one - other)
    separately = 2.5 * function(one) - function(other)
    np.testing.assert_allclose(both, separately, rtol=0, atol=1e-13)


@pytest.mark.parametrize("dtype", checks.FLOATS)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_non_finite_pixels_spread_over_the_taps_and_no_further(value, dtype, rng):
    for at, low, high in (((30, 40), (14, 19), (17, 22)), ((31, 41), (15, 20), (17, 22))):
        image = rng.random((60, 80)).astype(dtype)
        image[at] = value
        expected = np.zeros((30, 40), bool)
        expected[low[0] : high[0], low[1] : high[1]] = True
        np.testing.assert_array_equal(~np.isfinite(burnish.pyramid_reduce(image)), expected)
        expected = np.zeros((120, 160), bool)
        expected[2 * at[0] - 2 : 2 * at[0] + 3, 2 * at[1] - 2 : 2 * at[1] + 3] = True
        np.testing.assert_array_equal(~np.isfinite(burnish.pyramid_expand(image)), expected)


@pytest.mark.parametrize("cval", [np.nan, np.inf])
def test_non_finite_cval(cval, rng):
    for shape in [(20, 31), (3, 70), (5, 6, 70)]:
        image = samples.image(rng, shape, "float32")
        for step in STEPS:
            check(step, image, mode="constant", cval=cval)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("layout", samples.LAYOUTS)
@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_input_layout(dtype, layout, step, rng):
    function = getattr(burnish, step)
    plain = samples.image(rng, (21, 34, 3), dtype)
    for channel in (None, 2):
        expected = function(plain, channel_axis=channel)
        result = function(samples.LAYOUTS[layout](plain), channel_axis=channel)
        assert type(result) is np.ndarray
        checks.assert_same_bits(result, expected)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("layout", samples.OUT_LAYOUTS)
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "int32", "float64"])
def test_out(dtype, layout, step, rng):
    image = samples.image(rng, (21, 34, 3), dtype)
    for channel in (None, 2):
        expected = getattr(burnish, step)(image, channel_axis=channel)
        out = samples.LAYOUTS[layout](np.zeros_like(expected))
        check(step, image, channel_axis=channel, out=out)
        checks.assert_same_bits(out, expected)


def test_out_may_overlap_the_image(rng):
    store = rng.normal(size=(600, 800))
    expected = burnish.pyramid_reduce(store)
    out = store[:300, :400]
    assert burnish.pyramid_reduce(store, out=out) is out
    checks.assert_same_bits(np.ascontiguousarray(out), expected)
    expected = burnish.pyramid_expand(out)
    burnish.pyramid_expand(out, out=store)
    checks.assert_same_bits(store, expected)


# --- pyramids ------------------------------------------------------------------------------------


def test_gaussian_repeats_reduce(rng):
    for dtype in checks.DTYPES:
        image = samples.image(rng, (37, 50, 3), dtype)
        layers = burnish.pyramid_gaussian(image, channel_axis=2, mode="wrap")
        assert layers[-1].shape == (1, 1, 3)
        assert len(layers) == 7
        checks.assert_same_bits(layers[0], image.astype(checks.result_dtype(dtype)))
        for finer, coarser in itertools.pairwise(layers):
            expected = burnish.pyramid_reduce(finer, channel_axis=2, mode="wrap")
            checks.assert_same_bits(coarser, expected)
    assert burnish.pyramid_gaussian(image)[0] is image


@pytest.mark.parametrize("function", ["pyramid_gaussian", "pyramid_laplacian"])
def test_max_layer(function, rng):
    image = samples.image(rng, (9, 30), "float32")
    call = getattr(burnish, function)
    everything = call(image)
    assert len(everything) == 6
    for most in range(8):
        assert [each.shape for each in call(image, max_layer=most)] == [
            each.shape for each in everything[: most + 1]
        ]
    assert len(call(image[:1, :1])) == 1


@pytest.mark.parametrize("shape", [(37, 50), (64, 64), (1, 70), (45,), (9, 14, 21), (300, 401)])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "uint8", "int32"])
def test_laplacian(dtype, shape, rng):
    image = samples.image(rng, shape, dtype)
    layers = burnish.pyramid_laplacian(image, mode="mirror")
    answers = oracle.laplacian(image, mode="mirror")
    # Rounding of each of the layers that are below in the recursion.
    bound = len(layers) * checks.error_bound(image, [2.0])
    for layer, answer in zip(layers, answers, strict=True):
        checks.assert_answer(layer, answer, checks.computing_dtype(dtype), bound)


def test_a_layer_is_what_the_docstring_says(rng):
    image = samples.image(rng, (38, 51), "float64")
    first = burnish.pyramid_laplacian(image)[0]
    expanded = burnish.pyramid_expand(burnish.pyramid_reduce(image), shape=image.shape)
    np.testing.assert_allclose(first, image - expanded, rtol=0, atol=1e-15)


def test_layers_are_not_the_image(rng):
    image = samples.image(rng, (1, 1), "float32")
    (layer,) = burnish.pyramid_laplacian(image)
    assert not np.may_share_memory(layer, image)
    assert not np.may_share_memory(burnish.pyramid_collapse([image]), image)


def assert_reconstructs(image, **options) -> None:
    layers = burnish.pyramid_laplacian(image, **options)
    options.pop("max_layer", None)
    result = burnish.pyramid_collapse(layers, **options)
    assert result.dtype == checks.computing_dtype(image.dtype)
    if image.dtype.kind == "f":
        bound = 1e-14 if result.dtype == np.float64 else 1e-6
        largest = np.abs(image.astype(np.float64)).max()
        difference = np.abs(result.astype(np.float64) - image.astype(np.float64)).max()
        assert difference <= bound * largest
    else:
        np.testing.assert_array_equal(np.rint(result).astype(image.dtype), image)


EXACT = [dtype for dtype in checks.DTYPES if dtype not in ("int64", "uint64")]


@pytest.mark.parametrize("dtype", EXACT)
@pytest.mark.parametrize("mode", MODES)
def test_collapse_reconstructs(mode, dtype, rng):
    for shape in [(37, 50), (64, 64), (1, 1), (1, 70), (45,), (9, 14, 21), (700, 1100)]:
        assert_reconstructs(samples.image(rng, shape, dtype), mode=mode, cval=3.0)
    for channel in (0, 1, 2):
        image = samples.image(rng, (5, 60, 40), dtype)
        assert_reconstructs(image, mode=mode, channel_axis=channel, max_layer=3)


def test_collapse_takes_what_is_not_contiguous(rng):
    image = samples.image(rng, (37, 50, 3), "float32")
    layers = burnish.pyramid_laplacian(image, channel_axis=2)
    expected = burnish.pyramid_collapse(layers, channel_axis=2)
    for layout in samples.LAYOUTS.values():
        awkward = [layout(layer) for layer in layers]
        checks.assert_same_bits(burnish.pyramid_collapse(awkward, channel_axis=2), expected)


def test_collapse_out(rng):
    for shape in [(37, 50), (1, 1)]:
        layers = burnish.pyramid_laplacian(samples.image(rng, shape, "float32"))
        kept = [layer.copy() for layer in layers]
        expected = burnish.pyramid_collapse(layers)
        for layout in samples.OUT_LAYOUTS:
            out = samples.LAYOUTS[layout](np.zeros(shape, np.float32))
            assert burnish.pyramid_collapse(layers, out=out) is out
            checks.assert_same_bits(np.ascontiguousarray(out), expected)
        for layer, before in zip(layers, kept, strict=True):
            checks.assert_same_bits(layer, before)
        assert burnish.pyramid_collapse(layers, out=layers[0]) is layers[0]
        checks.assert_same_bits(layers[0], expected)


def test_collapse_out_may_overlap_the_coarse_layer(rng):
    store = rng.normal(size=(40, 60))
    fine, coarse = rng.normal(size=(40, 60)), store[:20, :30]
    expected = burnish.pyramid_collapse([fine, coarse.copy()])
    burnish.pyramid_collapse([fine, coarse], out=store)
    checks.assert_same_bits(store, expected)


def test_same_bits_for_any_number_of_workers(rng):
    for dtype in ("uint8", "float32", "float64"):
        for shape, channel in [((701, 903), None), ((300, 500, 3), 2), ((31, 150, 170), None)]:
            image = samples.image(rng, shape, dtype)
            layers = burnish.pyramid_laplacian(image, channel_axis=channel, workers=1)
            whole = burnish.pyramid_collapse(layers, channel_axis=channel, workers=1)
            for workers in (2, 3, 7, None):
                options = {"channel_axis": channel, "workers": workers}
                again = burnish.pyramid_laplacian(image, **options)
                for one, other in zip(layers, again, strict=True):
                    checks.assert_same_bits(one, other)
                checks.assert_same_bits(burnish.pyramid_collapse(layers, **options), whole)


@hypothesis.given(st.data())
def test_any_call(data):
    draw = data.draw
    shape = drawing.draw_shape(draw, longest=70)
    image, channel, _ = drawing.draw_image(draw, shape)
    options = {
        "mode": draw(st.sampled_from(MODES)),
        "cval": draw(st.floats(-5, 5)),
        "channel_axis": channel,
    }
    workers = draw(st.sampled_from([None, 1, 2, 5]))
    check("pyramid_reduce", image, workers=workers, **options)
    axes = oracle.filtered(len(shape), channel)
    finer = draw(st.sampled_from([*shapes_twice_as_fine(shape, axes)]))
    check("pyramid_expand", image, shape=finer, workers=workers, **options)
    if image.dtype.name in EXACT:
        assert_reconstructs(image, max_layer=draw(st.integers(-1, 5)), **options)
