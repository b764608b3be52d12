"""inpaint_biharmonic against a sparse direct solution and scikit-image; what it leaves alone."""

from __future__ import annotations

import time

import checks
import hypothesis
import levels
import numpy as np
import pytest
import samples
import skimage.data
from hypothesis import strategies as st
from oracles.inpainting_biharmonic import inpaint_biharmonic as oracle
from scipy import ndimage
from skimage import restoration

import burnish


def hole(shape, rows, columns):
    mask = np.zeros(shape[:2], bool)
    mask[slice(*rows), slice(*columns)] = True
    return mask


def photograph(rows=120, columns=140):
    return skimage.data.coffee()[100 : 100 + rows, 60 : 60 + columns] / 255


def blobs(shape, size, share):
    noise = ndimage.gaussian_filter(np.random.default_rng(3).normal(size=shape), size)
    return noise > np.quantile(noise, 1 - share)


def scratches(shape, width=3):
    rows, columns = np.indices(shape)
    return (
        (np.abs(rows - 0.7 * columns - 5) < width)
        | (np.abs(rows + columns - 90) < width / 2)
        | (np.abs(columns - 40) < width / 4)
    )


# What is factored, and what multigrid solves: inside, at sides, in corners, in pieces.
HOLES = {
    "pixel": lambda shape: hole(shape, (15, 16), (15, 16)),
    "inside": lambda shape: hole(shape, (10, 30), (12, 40)),
    "left": lambda shape: hole(shape, (8, 38), (0, 5)),
    "corner": lambda shape: hole(shape, (shape[0] - 8, shape[0]), (0, 7)),
    "across": lambda shape: hole(shape, (0, shape[0]), (14, 16)),
    "column": lambda shape: ~hole(shape, (0, shape[0]), (shape[1] - 1, shape[1])),
    "one known": lambda shape: ~hole(shape, (7, 8), (9, 10)),
    "specks": lambda shape: np.random.default_rng(1).random(shape) < 0.1,
    "half": lambda shape: np.random.default_rng(1).random(shape) < 0.5,
    "few known": lambda shape: np.random.default_rng(1).random(shape) < 0.98,
    "scratches": scratches,
    "blobs": lambda shape: blobs(shape, 3, 0.4),
    "wide": lambda shape: hole(shape, (9, 112), (10, 125)),
    "wide, ragged": lambda shape: blobs(shape, 14, 0.7),
    "wide, at a side": lambda shape: hole(shape, (0, 101), (33, shape[1])),
    "wide, three sides": lambda shape: hole(shape, (0, shape[0]), (25, shape[1])),
    "ring": lambda shape: hole(shape, (5, 115), (5, 135)) & ~hole(shape, (55, 58), (60, 64)),
}


@pytest.mark.parametrize("where", HOLES)
def test_oracle(where, rng):
    image = rng.random((120, 139, 2))
    mask = HOLES[where](image.shape[:2])
    result = burnish.inpaint_biharmonic(image, mask, channel_axis=2)
    expected = oracle(image, mask, channel_axis=2)
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-6)
    checks.assert_same_bits(result[~mask], image[~mask])


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5, 9])
@pytest.mark.parametrize("columns", [1, 2, 3, 4, 5, 64])
def test_oracle_of_small_images(rows, columns, rng):
    image = rng.normal(size=(rows, columns))
    for share in (0.2, 0.5, 0.9):
        mask = rng.random(image.shape) < share
        mask[rng.integers(rows), rng.integers(columns)] = False
        result = burnish.inpaint_biharmonic(image, mask)
        np.testing.assert_allclose(result, oracle(image, mask), rtol=0, atol=1e-8)


@pytest.mark.parametrize("where", ["scratches", "specks", "corner", "wide, at a side"])
def test_scikit_image(where):
    image = photograph()
    mask = HOLES[where](image.shape[:2])
    result = burnish.inpaint_biharmonic(image, mask, channel_axis=2)
    expected = restoration.inpaint_biharmonic(image, mask, channel_axis=2)
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-6)
    narrow = image.astype(np.float32)
    result = burnish.inpaint_biharmonic(narrow, mask, channel_axis=2)
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_oracle_of_dtypes(dtype, rng):
    image = samples.image(rng, (40, 44), dtype)
    mask = hole(image.shape, (16, 32), (0, 19)) | (rng.random(image.shape) < 0.1)
    result = burnish.inpaint_biharmonic(image, mask)
    assert result.dtype == checks.result_dtype(dtype)
    expected = oracle(image, mask)
    off = np.abs(result.astype(np.float64) - expected)
    rounding = 0.5 if result.dtype.kind in "iu" else 0
    magnitude = np.abs(expected).max()
    assert off.max() <= rounding + 2e-7 * magnitude
    checks.assert_same_bits(result[~mask], image.astype(result.dtype)[~mask])


@pytest.mark.parametrize("dtype", ["int64", "uint64", "int32", "uint8"])
def test_saturated_integers(dtype):
    image = np.full((20, 20), np.iinfo(dtype).max, dtype)
    image[:, 12:] = np.iinfo(dtype).min
    mask = hole(image.shape, (4, 16), (6, 14))
    result = burnish.inpaint_biharmonic(image, mask)
    checks.assert_same_bits(result[~mask], image[~mask])
    assert result[10, 6] > result[10, 9] > result[10, 13]
    whole = np.full((20, 20), np.iinfo(dtype).max, dtype)
    checks.assert_same_bits(burnish.inpaint_biharmonic(whole, mask), whole)


@pytest.mark.parametrize("where", ["specks", "scratches", "corner", "wide", "ring"])
@pytest.mark.parametrize("value", [0.0, 0.1, -1e-310, 5e-324, 1e308, 1 / 3])
def test_constants_are_restored(where, value):
    image = np.full((120, 140), value)
    mask = HOLES[where](image.shape)
    holed = np.where(mask, np.nan, image)
    checks.assert_same_bits(burnish.inpaint_biharmonic(holed, mask), image)


@pytest.mark.parametrize("where", ["inside", "wide", "blobs", "specks"])
def test_planes_are_restored(where):
    rows, columns = np.indices((120, 140))
    plane = 2.0 * rows - 0.7 * columns
    mask = HOLES[where](plane.shape) & hole(plane.shape, (2, -2), (2, -2))
    result = burnish.inpaint_biharmonic(np.where(mask, 0, plane), mask)
    np.testing.assert_allclose(result, plane, rtol=0, atol=1e-4 if where == "wide" else 1e-9)


@pytest.mark.parametrize("share", [0.9, 1])
def test_cubics_are_restored_in_large_holes(share):
    # Of them the five-point Laplacian, taken twice, is 0.
    down, across = np.mgrid[-1:1:400j, -1:1:400j]
    cubic = across**3 - 2 * across * down**2 + 0.7 * down**3 - 0.3 * across * down
    mask = hole(cubic.shape, (2, -2), (2, -2)) & (np.hypot(down, across) < share * 1.4)
    result = burnish.inpaint_biharmonic(np.where(mask, 0, cubic), mask)
    np.testing.assert_allclose(result, cubic, rtol=0, atol=1e-6)


def test_results_stay_in_the_range(rng):
    image = (rng.random((60, 70, 2)) < 0.5) * np.array([1, 100.0])
    mask = blobs((60, 70), 2, 0.5)
    result = burnish.inpaint_biharmonic(image, mask, channel_axis=2)
    assert result.min() == 0
    np.testing.assert_array_equal(result.max(axis=(0, 1)), [1, 100])


@pytest.mark.parametrize("scale", [2.0**-1060, 2.0**-300, 2.0**-20, 2.0**30, 2.0**1020])
def test_magnitudes(scale, rng):
    # Whole numbers: their multiples are exact also where they are subnormal.
    image = rng.integers(-8, 8, (120, 140)).astype(np.float64)
    for where in ("blobs", "wide"):
        mask = HOLES[where](image.shape)
        expected = burnish.inpaint_biharmonic(image, mask)
        result = burnish.inpaint_biharmonic(image * scale, mask)
        checks.assert_same_bits(result, expected * scale)


@st.composite
def _calls(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    plane = tuple(draw(st.integers(1, 40)) for _ in range(2))
    channels = draw(st.sampled_from([None, 1, 2, 3, 4, 5]))
    axis = None if channels is None else draw(st.integers(-3, 2))
    shape = list(plane)
    if channels is not None:
        shape.insert(axis % 3, channels)
    image = samples.image(rng, shape, draw(st.sampled_from(checks.DTYPES)))
    mask = rng.random(plane) < draw(st.sampled_from([0.0, 0.05, 0.4, 0.9]))
    for _ in range(draw(st.integers(0, 3))):
        top, left = (int(rng.integers(side)) for side in plane)
        mask[top : top + rng.integers(1, 20), left : left + rng.integers(1, 20)] = True
    layouts = [draw(st.sampled_from(sorted(samples.LAYOUTS))) for _ in range(2)]
    return image, mask, axis, layouts, draw(st.integers(1, 5))


def _pixels(image, axis):
    """Return an image with its channels last."""
    return image[..., None] if axis is None else np.moveaxis(image, axis, -1)


@hypothesis.given(_calls())
def test_what_is_known_stays(call):
    image, mask, axis, layouts, workers = call
    given_image, given_mask = (
        samples.LAYOUTS[name](each) for name, each in zip(layouts, (image, mask), strict=True)
    )
    before = np.array(given_image, copy=True)
    options = {"channel_axis": axis, "workers": workers}
    if mask.all():
        with pytest.raises(ValueError, match="mask is True everywhere"):
            burnish.inpaint_biharmonic(given_image, given_mask, **options)
        return
    result = burnish.inpaint_biharmonic(given_image, given_mask, **options)
    assert type(result) is np.ndarray
    assert result.dtype == checks.result_dtype(image.dtype)
    checks.assert_same_bits(np.array(given_image), before)
    filled, native = _pixels(result, axis), _pixels(image.astype(result.dtype), axis)
    checks.assert_same_bits(filled[~mask], native[~mask])
    known, computed = native[~mask].astype(np.float64), filled[mask].astype(np.float64)
    assert (computed <= known.max(axis=0)).all()
    assert (computed >= known.min(axis=0)).all()
    for channel in range(filled.shape[-1]):
        alone = burnish.inpaint_biharmonic(_pixels(image, axis)[..., channel], mask)
        checks.assert_same_bits(filled[..., channel], alone)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_holes_may_hold_anything(value):
    image = photograph()[..., 0]
    for where in ("inside", "wide"):
        mask = HOLES[where](image.shape)
        expected = burnish.inpaint_biharmonic(image, mask)
        image[mask] = value
        checks.assert_same_bits(burnish.inpaint_biharmonic(image, mask), expected)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_known_pixels_are_finite(value):
    image = photograph(60, 70).astype(np.float32)
    mask = hole(image.shape, (20, 40), (30, 50))
    for at in [(0, 0, 0), (19, 35, 2), (59, 69, 1)]:
        bad = image.copy()
        bad[at] = value
        before = bad.copy()
        with pytest.raises(ValueError, match="image holds NaN or infinity"):
            burnish.inpaint_biharmonic(bad, mask, channel_axis=2, out=bad)
        checks.assert_same_bits(bad, before)


def _varied(rng):
    """Yield images, masks and channel axes, factored and by multigrid, small and large."""
    image = photograph(200, 220)
    shape = image.shape[:2]
    for mask in (scratches(shape), blobs(shape, 3, 0.3), blobs(shape, 20, 0.5)):
        yield image, mask, 2
    yield image[..., 0], hole(shape, (20, 190), (40, 220)), None
    for dtype in ("uint8", "float32", "int64"):
        noise = samples.image(rng, (150, 160), dtype)
        yield noise, blobs(noise.shape, 5, 0.6), None


def test_same_bits_for_any_number_of_workers(rng):
    for image, mask, axis in _varied(rng):
        expected = burnish.inpaint_biharmonic(image, mask, channel_axis=axis, workers=1)
        for workers in (2, 5):
            result = burnish.inpaint_biharmonic(image, mask, channel_axis=axis, workers=workers)
            checks.assert_same_bits(result, expected)


def save(path):
    """In the child: fill everything at the level that the environment names."""
    varied = _varied(np.random.default_rng(5))
    results = [
        burnish.inpaint_biharmonic(image, mask, channel_axis=axis) for image, mask, axis in varied
    ]
    levels.save(path, results)


def test_same_bits_at_every_level(tmp_path):
    levels.assert_same_bits("test_inpainting_biharmonic", tmp_path)


def test_holes_are_filled_alone(rng):
    image = rng.random((90, 200))
    image[0, :2] = 0, 1  # one range for all
    first, second = hole(image.shape, (20, 40), (20, 40)), hole(image.shape, (5, 75), (43, 190))
    both = burnish.inpaint_biharmonic(image, first | second)
    alone = [burnish.inpaint_biharmonic(image, mask) for mask in (first, second)]
    checks.assert_same_bits(both[first], alone[0][first])
    checks.assert_same_bits(both[second], alone[1][second])


def test_nothing_and_everything_masked():
    image = photograph(60, 70)
    mask = np.zeros(image.shape[:2], bool)
    checks.assert_same_bits(burnish.inpaint_biharmonic(image, mask, channel_axis=2), image)
    with pytest.raises(ValueError, match="mask is True everywhere"):
        burnish.inpaint_biharmonic(image, ~mask, channel_axis=2)


def test_volumes_are_refused(rng):
    with pytest.raises(ValueError, match=r"image has shape \(4, 5, 6, 3\)"):
        burnish.inpaint_biharmonic(
            rng.random((4, 5, 6, 3)), np.zeros((4, 5, 6), bool), channel_axis=3
        )


def test_out():
    image = photograph(60, 70)
    mask = hole(image.shape, (20, 40), (30, 50))
    expected = burnish.inpaint_biharmonic(image, mask, channel_axis=2)
    for out in (np.empty_like(image), np.asfortranarray(image), image.copy()):
        assert burnish.inpaint_biharmonic(image, mask, channel_axis=2, out=out) is out
        checks.assert_same_bits(out, expected)
    itself = image.copy()
    assert burnish.inpaint_biharmonic(itself, mask, channel_axis=2, out=itself) is itself
    checks.assert_same_bits(itself, expected)
    room = np.zeros((61, 70, 3))
    room[:60] = image
    burnish.inpaint_biharmonic(room[:60], mask, channel_axis=2, out=room[1:])
    checks.assert_same_bits(room[1:], expected)


def test_time_is_linear_in_the_holes():
    image = np.tile(photograph(100, 100)[..., 0], (6, 6))

    def seconds(mask):
        times = []
        for _ in range(3):
            start = time.perf_counter()
            burnish.inpaint_biharmonic(image, mask, workers=1)
            times.append(time.perf_counter() - start)
        return min(times)

    small, large = (hole(image.shape, (9, 9 + side), (9, 9 + side)) for side in (125, 500))
    assert seconds(large) < 3 * 16 * seconds(small)
