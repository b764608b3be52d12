"""inpaint_telea against its oracle, what it promises, and beside OpenCV."""

from __future__ import annotations

import time

import checks
import cv2
import hypothesis
import levels
import numpy as np
import pytest
import samples
import skimage.data
from hypothesis import strategies as st
from oracles.inpainting_telea import inpaint_telea as oracle

import burnish


def hole(shape, rows, columns):
    mask = np.zeros(shape[:2], bool)
    mask[slice(*rows), slice(*columns)] = True
    return mask


def scratches(shape, width=3):
    """Return a mask of lines, of which two cross."""
    mask = np.zeros(shape[:2], np.uint8)
    bottom, right = shape[0] - 1, shape[1] - 1
    for first, last in [((0, 5), (right, bottom - 9)), ((9, bottom), (right - 20, 0))]:
        cv2.line(mask, first, last, 1, width)
    cv2.line(mask, (right - 5, bottom), (right - 3, bottom // 2), 1, 1)
    return mask.astype(bool)


def writing(shape):
    mask = np.zeros(shape[:2], np.uint8)
    for row, y in enumerate(range(20, shape[0], 34)):
        text = "Restore the picture under this line"
        cv2.putText(mask, text, (4 - 9 * row, y), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 1, 2)
    return mask.astype(bool)


# Inside, at a side, in a corner, across, in pieces, one pixel, and all but a pixel.
HOLES = {
    "inside": lambda shape: hole(shape, (6, 16), (7, 17)),
    "left": lambda shape: hole(shape, (8, 18), (0, 5)),
    "right": lambda shape: hole(shape, (3, 12), (shape[1] - 6, shape[1])),
    "corner": lambda shape: hole(shape, (shape[0] - 8, shape[0]), (0, 7)),
    "across": lambda shape: hole(shape, (0, shape[0]), (14, 16)),
    "pieces": lambda shape: np.random.default_rng(1).random(shape[:2]) < 0.05,
    "dense": lambda shape: np.random.default_rng(1).random(shape[:2]) < 0.7,
    "pixel": lambda shape: hole(shape, (15, 16), (15, 16)),
    "scratches": scratches,
    "all but one": lambda shape: ~hole(shape, (3, 4), (20, 21)),
}


def assert_close(result, expected, mask):
    """Compare with an oracle of finite numbers, in units of their range."""
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-12 * max(np.ptp(expected), 1e-300))
    checks.assert_same_bits(result[~mask], expected[~mask])


@pytest.mark.parametrize("radius", [1, 3, 5])
@pytest.mark.parametrize("where", HOLES)
def test_oracle(where, radius, rng):
    image = samples.image(rng, (24, 27, 2), "float64")
    mask = HOLES[where](image.shape)
    result = burnish.inpaint_telea(image, mask, radius=radius, channel_axis=2)
    assert_close(result, oracle(image, mask, radius=radius, channel_axis=2), mask)


@pytest.mark.parametrize("shape", [(1, 2), (2, 1), (1, 30), (30, 1), (2, 2), (3, 40), (17, 5)])
def test_oracle_of_small_images(shape, rng):
    for radius in (1, 2, 4, 9):
        image = rng.normal(size=shape)
        mask = rng.random(shape) < 0.5
        mask[-1, -1], mask[0, 0] = False, True
        result = burnish.inpaint_telea(image, mask, radius=radius)
        assert_close(result, oracle(image, mask, radius=radius), mask)


@pytest.mark.parametrize("radius", [7, 8, 9, 16, 100])
def test_oracle_of_radii(radius, rng):
    image = rng.normal(size=(25, 21))
    mask = hole(image.shape, (5, 9), (8, 14)) | hole(image.shape, (18, 20), (2, 3))
    assert_close(
        burnish.inpaint_telea(image, mask, radius=radius), oracle(image, mask, radius=radius), mask
    )


@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_oracle_of_dtypes(dtype, rng):
    image = samples.image(rng, (20, 24), dtype)
    mask = hole(image.shape, (6, 12), (0, 9)) | (rng.random(image.shape) < 0.02)
    result = burnish.inpaint_telea(image, mask)
    assert result.dtype == checks.result_dtype(dtype)
    checks.assert_same_bits(result[~mask], image[~mask].astype(result.dtype))
    expected = oracle(image, mask)
    if result.dtype.kind == "f":
        tolerance = 1e-12 if result.dtype == np.float64 else 1e-6
        np.testing.assert_allclose(result, expected, rtol=0, atol=tolerance * np.ptp(expected))
    else:  # to what a tie may be rounded
        assert np.abs(result[mask].astype(float) - expected[mask]).max() <= max(
            0.5 + 1e-4, 1e-12 * np.ptp(expected)
        )


@st.composite
def _calls(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    plane = tuple(draw(st.integers(1, 40)) for _ in range(2))
    channels = draw(st.sampled_from([None, 1, 2, 3, 5]))
    axis = None if channels is None else draw(st.integers(-3, 2))
    shape = list(plane)
    if channels is not None:
        shape.insert(axis % 3, channels)
    image = samples.image(rng, shape, draw(st.sampled_from(checks.DTYPES)))
    mask = rng.random(plane) < draw(st.sampled_from([0.0, 0.01, 0.1, 0.9]))
    for _ in range(draw(st.integers(0, 3))):
        top, left = (int(rng.integers(side)) for side in plane)
        mask[top : top + rng.integers(1, 12), left : left + rng.integers(1, 12)] = True
    options = {"radius": draw(st.integers(1, 12)), "channel_axis": axis}
    layouts = [draw(st.sampled_from(sorted(samples.LAYOUTS))) for _ in range(2)]
    return image, mask, options, layouts, draw(st.integers(1, 5))


def _pixels(image, axis):
    """Return an image with its channels last."""
    return image[..., None] if axis is None else np.moveaxis(image, axis, -1)


@hypothesis.given(_calls())
def test_what_is_known_stays_and_bounds_the_rest(call):
    image, mask, options, layouts, workers = call
    given_image, given_mask = (
        samples.LAYOUTS[name](each) for name, each in zip(layouts, (image, mask), strict=True)
    )
    before = np.array(given_image, copy=True)
    if mask.all():
        with pytest.raises(ValueError, match="mask is True everywhere"):
            burnish.inpaint_telea(given_image, given_mask, workers=workers, **options)
        return
    result = burnish.inpaint_telea(given_image, given_mask, workers=workers, **options)
    assert type(result) is np.ndarray
    assert result.dtype == checks.result_dtype(image.dtype)
    checks.assert_same_bits(np.array(given_image), before)
    axis = options["channel_axis"]
    filled, native = _pixels(result, axis), _pixels(image.astype(result.dtype), axis)
    checks.assert_same_bits(filled[~mask], native[~mask])
    if mask.any():
        # Wide integers are rounded to double.
        known, new = (each.astype(np.result_type(each, 1.0)) for each in (native[~mask], filled))
        assert (new[mask] >= known.min(axis=0)).all()
        assert (new[mask] <= known.max(axis=0)).all()


@pytest.mark.parametrize("width", [1, 3, 9])
def test_what_is_filled_lies_within_the_range_of_its_rim(width, rng):
    # Far from the scratches all is beyond it.
    mask = scratches((90, 80), width)
    near = cv2.dilate(mask.astype(np.uint8), np.ones((13, 13), np.uint8)).astype(bool)
    image = np.where(near, rng.uniform(0.25, 0.5, mask.shape), rng.choice([0, 1.0], mask.shape))
    image[mask] = np.nan
    filled = burnish.inpaint_telea(image, mask)[mask]
    assert image[near & ~mask].min() <= filled.min()
    assert filled.max() <= image[near & ~mask].max()


@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_constants_are_restored_to_the_bit(dtype):
    for value in (0.1, 1 / 3, 7e-310, 1.7e308) if np.dtype(dtype) == np.float64 else (1 / 3, 97):
        image = np.full((50, 60), value).astype(dtype)
        for mask in (scratches(image.shape), hole(image.shape, (5, 45), (0, 50))):
            result = burnish.inpaint_telea(np.where(mask, image.dtype.type(9), image), mask)
            checks.assert_same_bits(result, image.astype(result.dtype))


def test_regions_of_one_colour_keep_it(rng):
    image = np.zeros((40, 90, 3))
    image[:, :45], image[:, 45:] = rng.random((2, 3))
    mask = hole(image.shape, (10, 13), (5, 30)) | hole(image.shape, (20, 30), (60, 65))
    holed = np.where(mask[..., None], np.nan, image)
    checks.assert_same_bits(burnish.inpaint_telea(holed, mask, channel_axis=2), image)


def test_ramps_go_on_across_scratches():
    y, x = np.mgrid[:60, :70]
    ramp = 0.3 * y + 1.0 * x
    mask = hole(ramp.shape, (0, 60), (30, 32)) | hole(ramp.shape, (20, 21), (40, 69))
    errors = np.abs(burnish.inpaint_telea(np.where(mask, 0, ramp), mask) - ramp)[mask]
    assert errors.max() < 1  # where the last one is continued along the scratch
    assert errors.mean() < 0.35


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_holes_may_hold_anything(value, rng):
    image = rng.random((60, 70, 3))
    mask = scratches(image.shape)
    expected = burnish.inpaint_telea(image, mask, channel_axis=2)
    image[mask] = value
    checks.assert_same_bits(burnish.inpaint_telea(image, mask, channel_axis=2), expected)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_known_pixels_near_a_hole_are_finite(value, rng):
    image = rng.random((60, 70, 3)).astype(np.float32)
    mask = hole(image.shape, (20, 40), (30, 50))
    for at in [(16, 26, 0), (19, 35, 2), (43, 53, 1)]:
        bad = image.copy()
        bad[at] = value
        with pytest.raises(ValueError, match="NaN or infinity within 4 rows and columns"):
            burnish.inpaint_telea(bad, mask, radius=3, channel_axis=2)
    image[15, 35, 0] = image[30, 54, 1] = value  # farther away it is not read
    filled = burnish.inpaint_telea(image, mask, radius=3, channel_axis=2)
    assert np.isfinite(filled[mask]).all()


@pytest.mark.parametrize("scale", [5e-324, 1e-310, 1e-30, 1e30, 1e300, 1e308])
def test_magnitudes(scale, rng):
    image = rng.integers(-1, 2, (30, 30)) * scale
    mask = scratches(image.shape)
    result = burnish.inpaint_telea(image, mask)
    unit = burnish.inpaint_telea(image / scale, mask)
    np.testing.assert_allclose(result, unit * scale, rtol=1e-9, atol=1e-12 * scale + 1e-321)
    assert np.isfinite(result).all()


def test_powers_of_two_are_units(rng):
    image = rng.random((40, 50)).astype(np.float32)
    mask = scratches(image.shape)
    expected = burnish.inpaint_telea(image, mask)
    result = burnish.inpaint_telea(image * np.float32(2.0**40), mask)
    checks.assert_same_bits(result, expected * np.float32(2.0**40))


def test_channels_share_one_march_and_nothing_else(rng):
    image = rng.random((50, 60, 4))
    mask = scratches(image.shape)
    result = burnish.inpaint_telea(image, mask, channel_axis=2)
    for channel in range(4):
        checks.assert_same_bits(
            result[..., channel], burnish.inpaint_telea(image[..., channel], mask)
        )


def test_holes_that_are_far_apart_do_not_see_each_other(rng):
    image = rng.random((40, 90))
    first, second = (hole(image.shape, (10, 30), (x, x + 20)) for x in (10, 60))
    both = burnish.inpaint_telea(image, first | second)
    alone = [burnish.inpaint_telea(image, each) for each in (first, second)]
    checks.assert_same_bits(both, np.where(first, *alone))


def _varied(rng):
    """Yield images, masks and options of one group of holes and of many."""
    colour = rng.integers(0, 256, (200, 210, 3), np.uint8)
    yield colour, scratches(colour.shape), {"channel_axis": 2}
    yield colour, rng.random((200, 210)) < 0.002, {"channel_axis": 2, "radius": 3}
    yield colour[..., 1], writing(colour.shape), {}
    for dtype in ("float32", "float64", "int64", "uint16"):
        noise = samples.image(rng, (80, 90), dtype)
        yield noise, hole(noise.shape, (20, 40), (30, 50)), {"radius": 11}


def test_same_bits_for_any_number_of_workers(rng):
    for image, mask, options in _varied(rng):
        expected = burnish.inpaint_telea(image, mask, workers=1, **options)
        for workers in (2, 3, 5):
            result = burnish.inpaint_telea(image, mask, workers=workers, **options)
            checks.assert_same_bits(result, expected)


def save(path):
    """In the child: fill everything at the level that the environment names."""
    varied = _varied(np.random.default_rng(5))
    results = [burnish.inpaint_telea(image, mask, **options) for image, mask, options in varied]
    levels.save(path, results)


def test_same_bits_at_every_level(tmp_path):
    levels.assert_same_bits("test_inpainting_telea", tmp_path)


def test_nothing_and_everything_masked(rng):
    image = rng.integers(0, 256, (30, 40, 3), np.uint8)
    mask = np.zeros(image.shape[:2], bool)
    result = burnish.inpaint_telea(image, mask, channel_axis=2)
    checks.assert_same_bits(result, image)
    assert result is not image
    with pytest.raises(ValueError, match="mask is True everywhere"):
        burnish.inpaint_telea(image, ~mask, channel_axis=2)


def test_out(rng):
    image = rng.integers(0, 256, (60, 70, 3), np.uint8)
    mask = scratches(image.shape)
    expected = burnish.inpaint_telea(image, mask, channel_axis=2)
    outs = [np.empty_like(image), np.asfortranarray(image), image.copy()]
    for out in outs:
        assert burnish.inpaint_telea(image, mask, channel_axis=2, out=out) is out
        checks.assert_same_bits(out, expected)
    itself = image.copy()
    assert burnish.inpaint_telea(itself, mask, channel_axis=2, out=itself) is itself
    checks.assert_same_bits(itself, expected)
    room = np.zeros((61, 70, 3), np.uint8)
    room[:60] = image
    burnish.inpaint_telea(room[:60], mask, channel_axis=2, out=room[1:])
    checks.assert_same_bits(room[1:], expected)


def error(filled, image, mask):
    """Return the root mean square of the holes' errors."""
    difference = filled[mask].astype(np.float64) - image[mask]
    return np.sqrt((difference**2).mean())


@pytest.mark.parametrize("name", ["astronaut", "brick", "camera", "chelsea", "grass"])
def test_photographs_come_back_better_than_with_opencv(name):
    image = getattr(skimage.data, name)()[:256, :256]
    image = np.ascontiguousarray(np.dstack([image] * 3) if image.ndim == 2 else image)
    for mask in (scratches(image.shape), writing(image.shape)):
        holed = np.where(mask[..., None], 0, image).astype(np.uint8)
        ours = burnish.inpaint_telea(holed, mask, channel_axis=2)
        theirs = cv2.inpaint(holed, mask.astype(np.uint8), 5, cv2.INPAINT_TELEA)
        assert error(ours, image, mask) < error(theirs, image, mask)


def test_smooth_pictures_agree_with_opencv():
    y, x = np.mgrid[:120, :130]
    image = np.rint(127 + 80 * np.sin(y / 30) * np.cos(x / 40)).astype(np.uint8)
    mask = scratches(image.shape) | hole(image.shape, (60, 66), (20, 26))
    holed = np.where(mask, 0, image).astype(np.uint8)
    ours = burnish.inpaint_telea(holed, mask)
    theirs = cv2.inpaint(holed, mask.astype(np.uint8), 5, cv2.INPAINT_TELEA)
    assert np.abs(ours.astype(int) - theirs).max() <= 8  # 5 % of the range
    assert error(ours, image, mask) < error(theirs, image, mask) / 2


def test_time_grows_with_the_hole_not_the_image(rng):
    image = rng.integers(0, 256, (3000, 3000, 3), np.uint8)
    mask = np.zeros(image.shape[:2], bool)
    cv2.line(mask.view(np.uint8), (100, 100), (2900, 2800), 1, 1)

    def seconds(image, mask):
        times = []
        for _ in range(3):
            start = time.perf_counter()
            burnish.inpaint_telea(image, mask, channel_axis=2, out=image)
            times.append(time.perf_counter() - start)
        return min(times)

    line = np.zeros((12, 3 * 2800), bool)
    line[6, ::3] = line[6, 1::3] = True
    small = np.ascontiguousarray(image.reshape(-1, 3)[: line.size].reshape(*line.shape, 3))
    assert seconds(image, mask) < 3 * seconds(small, line) + 0.05
