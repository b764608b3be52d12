"""remove_hot_pixels against its oracle, and what photographs keep."""

from __future__ import annotations

import checks
import children
import drawing
import hypothesis
import numpy as np
import pytest
import samples
import skimage.data
from hypothesis import strategies as st
from oracles import hot_pixels as oracle

import burnish

LEVELS = burnish.show_config(mode="dicts")["instruction_sets"]


def check(image, *, out=None, workers=None, **options) -> None:
    before = np.array(image, copy=True)
    expected = oracle.remove_hot_pixels(image, **options)
    result = burnish.remove_hot_pixels(image, out=out, workers=workers, **options)
    assert type(result) is np.ndarray
    assert result.dtype == checks.result_dtype(before.dtype)
    np.testing.assert_array_equal(result, expected)
    if out is None:
        checks.assert_same_bits(np.array(image), before)
    else:
        assert result is out


def with_impulses(rng, image, share, *, low=None, high=None):
    """Return the image with salt and pepper in this share of all pixels, and where it is."""
    low = image.min() if low is None else low
    high = image.max() if high is None else high
    lost = rng.random(image.shape) < share
    spoilt = image.copy()
    spoilt[lost] = rng.choice(np.array([low, high], image.dtype), lost.sum())
    return spoilt, lost


def smooth(rng, shape, dtype):
    """Return an image of some noise on a slope, in a small part of the dtype's range."""
    slopes = sum(np.ix_(*(np.arange(size) for size in shape)))
    values = 60 + slopes * 0.5 + rng.normal(scale=2, size=shape)
    return values.clip(1, 120).astype(dtype)


@pytest.mark.parametrize("dtype", checks.DTYPES)
@pytest.mark.parametrize("shape", [(23, 41), (70,), (6, 7, 9), (1, 67), (30, 1)], ids=str)
def test_dtype_and_shape(shape, dtype, rng):
    for share in (0.0, 0.02, 0.5):
        image, _ = with_impulses(rng, smooth(rng, shape, dtype), share)
        for threshold in (None, 0, 3.7):
            check(image, threshold=threshold)
    check(samples.image(rng, shape, dtype))


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "float64"])
def test_sizes_around_vectors(dtype, rng):
    for size in range(1, 20):
        check(samples.image(rng, (size, 5), dtype))
        check(samples.image(rng, (4, size), dtype), threshold=0)
    for width in (31, 32, 33, 63, 64, 65, 127, 129, 195):
        check(with_impulses(rng, smooth(rng, (5, width), dtype), 0.3)[0])


@pytest.mark.parametrize("max_size", [3, 5, 9, 31])
def test_max_size(max_size, rng):
    image, _ = with_impulses(rng, smooth(rng, (16, 21), np.uint8), 0.7)
    check(image, max_size=max_size)
    check(image, max_size=max_size, threshold=0)
    volume, _ = with_impulses(rng, smooth(rng, (4, 5, 6), np.float32), 0.6)
    check(volume, max_size=min(max_size, 9))


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "int64"])
def test_channel_axis_at_each_position(dtype, ndim, rng):
    for channels in (1, 2, 3, 5, 40 if ndim < 3 else 4):
        for position in range(-ndim - 1, ndim + 1):
            shape = list((4, 9, 11)[-ndim:])
            shape.insert(position % (ndim + 1), channels)
            image, _ = with_impulses(rng, smooth(rng, shape, dtype), 0.2)
            check(image, channel_axis=position)


def test_each_channel_is_filtered_alone(rng):
    image, _ = with_impulses(rng, smooth(rng, (150, 170, 3), np.uint8), 0.1)
    image[..., 1] //= 3
    together = burnish.remove_hot_pixels(image, channel_axis=2)
    for channel in range(3):
        alone = burnish.remove_hot_pixels(image[..., channel])
        np.testing.assert_array_equal(together[..., channel], alone)


@pytest.mark.parametrize("shape", [(260, 300), (64, 9000), (20, 40, 50)], ids=str)
def test_chosen_threshold_of_large_images(shape, rng):
    # Beyond 8192 pixels it is taken from a sample, which the oracle draws too.
    image, _ = with_impulses(rng, smooth(rng, shape, np.float32), 0.05)
    threshold = oracle.chosen_threshold(image)
    expected = burnish.remove_hot_pixels(image, threshold=threshold)
    checks.assert_same_bits(burnish.remove_hot_pixels(image), expected)
    other = burnish.remove_hot_pixels(image, threshold=threshold * 0.9)
    assert not np.array_equal(other, expected)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64", "uint64", "float64"])
def test_differences_of_the_whole_range(dtype):
    # They don't fit into the signed type, nor the last bits of large ones into float64.
    low, high = (
        (-1e308, 1e308)
        if dtype == "float64"
        else (
            np.iinfo(dtype).min,
            np.iinfo(dtype).max,
        )
    )
    image = np.array([[low, low, low + 2], [low + 1, high, low + 3], [low, low, low + 1]], dtype)
    check(image, threshold=0)
    check(image, threshold=min(float(high) - float(low), 1.7e308))
    check(image, threshold=100)


@pytest.mark.parametrize("dtype", ["int64", "uint64"])
def test_wide_integers_are_exact(dtype, rng):
    base = np.array(np.iinfo(dtype).max - 10_000, dtype)
    image = base + rng.integers(0, 5, (40, 50)).astype(dtype)
    image[20, 20] = 0
    check(image)
    check(image, threshold=1)


def test_threshold_is_compared_exactly(rng):
    image = np.array([[10, 11, 12], [11, 17, 12], [10, 11, 13]], np.uint8)
    for threshold, kept in [(6, True), (5.999, False), (6.5, True), (5, False), (1e300, True)]:
        result = burnish.remove_hot_pixels(image, threshold=threshold)
        assert (result[1, 1] == 17) == kept


@pytest.mark.parametrize("dtype", checks.FLOATS)
def test_nan_is_replaced_and_is_no_neighbour(dtype, rng):
    image = smooth(rng, (24, 33), dtype)
    image[rng.random(image.shape) < 0.1] = np.nan
    image[5:8, 5:8] = np.nan
    image[15, 20] = np.inf
    image[17, 3] = -np.inf
    check(image)
    check(image, threshold=0)
    result = burnish.remove_hot_pixels(image)
    assert np.isfinite(result).all()
    volume = smooth(rng, (5, 6, 7), dtype)
    volume[2, 3] = np.nan
    check(volume)


@pytest.mark.parametrize("dtype", checks.FLOATS)
def test_nan_stays_where_there_is_nothing_else(dtype, rng):
    image = np.full((20, 30), np.nan, dtype)
    check(image)
    image[0, 0] = 3
    result = burnish.remove_hot_pixels(image)
    np.testing.assert_array_equal(result[:4, :4], np.float32(3))
    assert np.isnan(result[4:]).all()
    check(image)


def test_flat_and_two_valued_images(rng):
    for image in (
        np.full((30, 40), 7, np.uint8),
        (rng.random((30, 40)) < 0.3).astype(np.uint8) * 255,
        np.pad(np.full((9, 9), 255, np.uint8), 8),
    ):
        check(image)
        check(image, threshold=0)
    block = np.pad(np.full((9, 9), 255, np.uint8), 8)
    assert (burnish.remove_hot_pixels(block) != block).sum() <= 20  # corners


@pytest.mark.parametrize("layout", samples.LAYOUTS)
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "int32", "float64"])
def test_input_layout(dtype, layout, rng):
    plain, _ = with_impulses(rng, smooth(rng, (21, 34, 3), dtype), 0.2)
    for channel in (2, None):
        expected = burnish.remove_hot_pixels(plain, channel_axis=channel)
        result = burnish.remove_hot_pixels(samples.LAYOUTS[layout](plain), channel_axis=channel)
        assert type(result) is np.ndarray
        checks.assert_same_bits(result, expected)


@pytest.mark.parametrize("layout", samples.OUT_LAYOUTS)
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "int32", "float64"])
def test_out(dtype, layout, rng):
    image, _ = with_impulses(rng, smooth(rng, (21, 34), dtype), 0.2)
    out = samples.LAYOUTS[layout](np.zeros(image.shape, checks.result_dtype(dtype)))
    check(image, out=out)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_axes_may_be_exchanged(dtype, rng):
    image, _ = with_impulses(rng, smooth(rng, (60, 90), dtype), 0.2)
    for threshold in (0, 5):
        turned = burnish.remove_hot_pixels(image.T, threshold=threshold).T
        flipped = burnish.remove_hot_pixels(image[::-1], threshold=threshold)[::-1]
        expected = burnish.remove_hot_pixels(image, threshold=threshold)
        np.testing.assert_array_equal(turned, expected)
        np.testing.assert_array_equal(flipped, expected)


@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_workers(dtype, rng):
    image, _ = with_impulses(rng, smooth(rng, (401, 603), dtype), 0.3)
    expected = burnish.remove_hot_pixels(image, workers=1)
    for workers in (2, 3, 7):
        checks.assert_same_bits(burnish.remove_hot_pixels(image, workers=workers), expected)


def save(path: str) -> None:
    """In the child: filter images of each dtype at the level that the environment names."""
    results = {}
    for dtype in checks.DTYPES:
        rng = np.random.default_rng(5)
        for shape, channel in [((37, 91), None), ((19, 31, 3), 2), ((6, 9, 20), None)]:
            image, _ = with_impulses(rng, smooth(rng, shape, dtype), 0.3)
            if image.dtype.kind == "f":
                image[rng.random(shape) < 0.01] = np.nan
            results[f"{dtype} {shape}"] = burnish.remove_hot_pixels(image, channel_axis=channel)
    np.savez(path, **results)


def test_levels_have_the_same_bits(tmp_path):
    loaded = []
    for level in LEVELS:
        path = tmp_path / f"{level}.npz"
        code = "import sys, test_hot_pixels; test_hot_pixels.save(sys.argv[1])"
        children.output(code, str(path), timeout=120, BURNISH_ISA=level)
        with np.load(path) as stored:
            loaded.append(dict(stored))
    for results in loaded[1:]:
        for name, result in results.items():
            checks.assert_same_bits(result, loaded[0][name])


def test_published_filter_without_a_threshold(rng):
    """With threshold 0 it is Hwang's and Haddad's, but where all pixels are alike."""
    image, lost = with_impulses(rng, smooth(rng, (80, 90), np.uint8), 0.4, low=0, high=255)
    result = burnish.remove_hot_pixels(image, threshold=0)
    assert not np.isin(result[lost], (0, 255)).any()


@pytest.mark.parametrize(
    ("name", "share", "least"),
    # PSNR; a 3x3 median reaches 30.6, 30.5 and 29.0, 24.5 and 23.4 of the same images.
    [
        ("camera", 0.001, 38),
        ("camera", 0.01, 36.5),
        ("camera", 0.1, 33.2),
        ("camera", 0.3, 30),
        ("camera", 0.5, 26.8),
        ("camera", 0.7, 20.5),
        ("brick", 0.01, 48),
    ],
)
def test_photographs(name, share, least, rng):
    image = getattr(skimage.data, name)()
    spoilt, lost = with_impulses(rng, image, share, low=0, high=255)
    result = burnish.remove_hot_pixels(spoilt)
    assert burnish.psnr(image, result) > least
    if share <= 0.01:
        assert (result == image)[~lost].mean() > 0.99


def test_clean_photographs_are_left_alone():
    for name in ("camera", "astronaut", "coffee", "grass", "text"):
        image = getattr(skimage.data, name)()
        channel = 2 if image.ndim == 3 else None
        assert (burnish.remove_hot_pixels(image, channel_axis=channel) == image).mean() > 0.985


@hypothesis.given(st.data())
def test_any_call(data):
    draw = data.draw
    shape = drawing.draw_shape(draw, longest=70)
    if len(shape) == 3:  # for the oracle's sake
        shape = [min(size, 9) for size in shape]
    image, channel, rng = drawing.draw_image(draw, shape)
    if draw(st.booleans()):
        layout = samples.LAYOUTS[draw(st.sampled_from([*samples.LAYOUTS]))]
        spoilt, _ = with_impulses(rng, smooth(rng, image.shape, image.dtype), draw(st.floats(0, 1)))
        if image.dtype.kind == "f":
            spoilt[rng.random(spoilt.shape) < draw(st.sampled_from([0, 0.1, 0.9]))] = np.nan
        image = layout(spoilt)
    check(
        image,
        max_size=draw(st.sampled_from([3, 5, 7, 11])),
        threshold=draw(st.none() | st.floats(0, 100)),
        channel_axis=channel,
        workers=draw(st.sampled_from([None, 1, 2, 5])),
    )
