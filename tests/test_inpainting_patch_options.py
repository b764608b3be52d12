"""inpaint_patch: sizes, windows, callbacks and where the result goes."""

from __future__ import annotations

import time

import checks
import numpy as np
import pytest
import samples

import burnish


def hole(shape: tuple[int, ...], rows: slice, columns: slice) -> np.ndarray:
    mask = np.zeros(shape[:2], bool)
    mask[rows, columns] = True
    return mask


def weave(shape: tuple[int, int], dtype="uint8") -> np.ndarray:
    y, x = np.indices(shape)
    light = 120 + 60 * np.sin(x / 2 + y / 5) + 30 * np.sin(y)
    return (light + np.random.default_rng(0).normal(scale=4, size=shape)).astype(dtype)


# --- sizes -------------------------------------------------------------------------------------


def test_nothing_masked():
    for dtype in checks.DTYPES:
        image = samples.image(np.random.default_rng(0), (9, 8), dtype)
        result = burnish.inpaint_patch(image, np.zeros(image.shape, bool))
        checks.assert_same_bits(result, image.astype(checks.result_dtype(dtype)))
        assert not np.may_share_memory(result, image)


def test_everything_masked():
    image = weave((30, 40))
    for workers in (1, 2):
        with pytest.raises(ValueError, match="mask leaves no patch of 7x7"):
            burnish.inpaint_patch(image, np.ones(image.shape, bool), workers=workers)
    result = burnish.inpaint_patch(image, np.ones(image.shape, bool), references=[image * 0 + 9])
    assert (result == 9).all()


@pytest.mark.parametrize("size", [3, 5, 7, 9, 51])
def test_an_image_as_small_as_a_patch(size):
    image = weave((size, size))
    mask = hole(image.shape, slice(1), slice(1))
    with pytest.raises(ValueError, match=f"mask leaves no patch of {size}x{size}"):
        burnish.inpaint_patch(image, mask, patch_size=size)
    wider = weave((size, size + 1))
    result = burnish.inpaint_patch(wider, hole(wider.shape, slice(1), slice(1)), patch_size=size)
    np.testing.assert_array_equal(result[1:], wider[1:])
    assert result[0, 0] in range(wider.min(), wider.max() + 1)


@pytest.mark.parametrize("shape", [(6, 40), (40, 6), (1, 40), (40, 1), (1, 1)])
def test_an_image_smaller_than_a_patch(shape):
    image = weave(shape)
    for mask in (np.zeros(shape, bool), np.ones(shape, bool)):
        with pytest.raises(ValueError, match="patch_size is 7"):
            burnish.inpaint_patch(image, mask)
        with pytest.raises(ValueError, match="patch_size is 7"):
            burnish.inpaint_patch(image, mask, references=[weave((40, 40))])


@pytest.mark.parametrize("shape", [(3, 200), (200, 3), (4, 4), (11, 300)])
def test_narrow_images(shape):
    image = weave(shape)
    for start in (0, 1, shape[1] // 2):
        mask = hole(shape, slice(1, 3), slice(start, start + 9))
        mask[:, shape[1] // 2 + 10 :] = False
        if shape == (4, 4):
            mask = hole(shape, slice(3, 4), slice(1))
        result = burnish.inpaint_patch(image, mask, patch_size=3)
        np.testing.assert_array_equal(result[~mask], image[~mask])


@pytest.mark.parametrize(
    "where",
    [
        (slice(0, 12), slice(0, 12)),
        (slice(48, 60), slice(68, 80)),
        (slice(0, 60), slice(30, 45)),
        (slice(20, 33), slice(0, 80)),
        (slice(0, 60), slice(0, 60)),
        (slice(1, 59), slice(1, 66)),
    ],
)
def test_holes_at_the_border(where):
    y, x = np.indices((60, 80))
    image = ((x + y) % 6 * 40).astype(np.uint8)
    mask = hole(image.shape, *where)
    result = burnish.inpaint_patch(np.where(mask, 0, image).astype(np.uint8), mask)
    checks.assert_same_bits(result[~mask], image[~mask])
    assert set(np.unique(result)) <= set(range(201))
    if mask.mean() < 0.3:
        np.testing.assert_array_equal(result, image)


def test_one_patch_is_enough():
    image = weave((30, 30))
    mask = np.ones(image.shape, bool)
    mask[11:18, 4:11] = False
    for workers in (1, 2):
        result = burnish.inpaint_patch(image, mask, workers=workers)
        assert result.min() >= image[~mask].min()
        assert result.max() <= image[~mask].max()
    mask[11, 4] = True
    with pytest.raises(ValueError, match="mask leaves no patch of 7x7"):
        burnish.inpaint_patch(image, mask)


# --- windows -----------------------------------------------------------------------------------


def test_what_is_far_away_is_not_read():
    image = weave((700, 900), "float32")
    near = np.zeros(image.shape, bool)
    mask = np.zeros(image.shape, bool)
    for top, left in [(0, 0), (300, 400), (690, 880), (40, 500)]:
        mask[top : top + 10, left : left + 20] = True
        near[max(top - 64, 0) : top + 74, max(left - 64, 0) : left + 84] = True
    expected = burnish.inpaint_patch(image, mask)
    spoilt = np.where(near, image, np.nan).astype(np.float32)
    result = burnish.inpaint_patch(spoilt, mask)
    checks.assert_same_bits(result[mask], expected[mask])
    checks.assert_same_bits(result[~near], spoilt[~near])


def test_each_hole_is_filled_from_its_surroundings():
    # Four regions of their own brightness: nothing of one comes into another.
    image = np.zeros((600, 800), np.uint8)
    image[:300, :400], image[:300, 400:] = 10, 60
    image[300:, :400], image[300:, 400:] = 110, 160
    image += np.random.default_rng(0).integers(0, 20, image.shape, np.uint8)
    mask = np.zeros(image.shape, bool)
    for top in (100, 450):
        for left in (150, 600):
            mask[top : top + 20, left : left + 25] = True
    result = burnish.inpaint_patch(image, mask)
    for top, left, low in [(100, 150, 10), (100, 600, 60), (450, 150, 110), (450, 600, 160)]:
        filled = result[top : top + 20, left : left + 25]
        assert filled.min() >= low
        assert filled.max() <= low + 19


def test_hundreds_of_holes():
    image = weave((1500, 1600))
    mask = np.zeros(image.shape, bool)
    mask[60::160, 70::160] = True
    mask[61::160, 70::160] = True
    expected = burnish.inpaint_patch(image, mask, workers=1)
    np.testing.assert_array_equal(expected[~mask], image[~mask])
    checks.assert_same_bits(burnish.inpaint_patch(image, mask, workers=3), expected)


def dense(shape: tuple[int, int]) -> np.ndarray:
    """Return a mask that leaves no patch around most of it whole, and a corner free."""
    mask = np.zeros(shape, bool)
    mask[::4, ::4] = True
    mask[: shape[0] // 8, : shape[1] // 8] = False
    return mask


def test_sources_far_away_where_there_are_none_around():
    image = weave((400, 400), "float32")
    mask = hole(image.shape, slice(200, 390), slice(200, 390))
    mask[200:390:5, 5:200:5] = True
    far = dense((400, 400)) | mask
    for options in ({}, {"patch_size": 5}):
        result = burnish.inpaint_patch(image, far, **options)
        checks.assert_same_bits(result[~far], image[~far])
    lone = np.zeros((300, 300), bool)
    lone[::3, ::3] = True
    lone[:, 60:] |= hole((300, 240), slice(None), slice(0, 180))
    lone[:20, 280:] = False
    image = weave(lone.shape)
    result = burnish.inpaint_patch(image, lone)
    np.testing.assert_array_equal(result[~lone], image[~lone])


def test_time_grows_with_the_hole_not_with_the_image():
    def seconds(side: int) -> float:
        image = np.ones((side, side), np.uint8)
        image[:400, :400] = weave((400, 400))
        mask = hole(image.shape, slice(150, 200), slice(150, 200))
        times = []
        for _ in range(5):
            start = time.perf_counter()
            burnish.inpaint_patch(image, mask, out=image, workers=1)
            times.append(time.perf_counter() - start)
        return min(times)

    # A hundred times as many pixels; the mask is looked through, which takes a few milliseconds.
    assert seconds(4000) < 2 * seconds(400) + 0.05


# --- callback ----------------------------------------------------------------------------------


def _pictures():
    large = weave((400, 420))
    yield large, hole(large.shape, slice(150, 220), slice(150, 230))
    scattered = np.zeros(large.shape, bool)
    for at in (20, 200, 380):
        scattered[at : at + 6, at : at + 6] = True
    yield large, scattered
    # A window that is filled, and one without a source: all is filled anew, from the whole frame.
    apart = np.zeros((300, 700), bool)
    apart[140:145, 100:105] = True
    apart[::5, 300::5] = True
    apart[290:, 690:] = True
    yield weave(apart.shape), apart


def test_callback_counts_up_to_one():
    for image, mask in _pictures():
        expected = burnish.inpaint_patch(image, mask)
        for workers in (1, 2):
            seen: list[float] = []
            result = burnish.inpaint_patch(image, mask, callback=seen.append, workers=workers)
            checks.assert_same_bits(result, expected)
            assert all(type(done) is float for done in seen)
            assert seen == sorted(seen)
            assert min(seen) > 0
            assert seen[-1] == 1
            assert len(set(seen)) == len(seen)


def test_a_callback_that_stops_gets_a_whole_fill():
    for image, mask in _pictures():
        holed = np.where(mask, 255, image).astype(np.uint8)
        for last in (1, 2, 5):
            seen: list[float] = []

            def stop(done, seen=seen, last=last):
                seen.append(done)
                return len(seen) >= last

            result = burnish.inpaint_patch(holed, mask, callback=stop)
            assert len(seen) <= last
            np.testing.assert_array_equal(result[~mask], image[~mask])
            assert result[mask].max() <= image[~mask].max() < 255


def test_an_exception_in_the_callback_comes_through():
    class EnoughError(Exception):
        pass

    def refuse(done):
        raise EnoughError(done)

    for image, mask in _pictures():
        for workers in (1, 2):
            with pytest.raises(EnoughError):
                burnish.inpaint_patch(image, mask, callback=refuse, workers=workers)
        expected = burnish.inpaint_patch(image, mask, workers=1)
        checks.assert_same_bits(burnish.inpaint_patch(image, mask), expected)


def test_nothing_is_called_where_nothing_is_masked():
    calls: list[float] = []
    image = weave((20, 20))
    burnish.inpaint_patch(image, np.zeros(image.shape, bool), callback=calls.append)
    assert not calls


# --- num_levels and num_iter ---------------------------------------------------------------------


def test_levels_and_iterations():
    image = weave((280, 290))
    mask = hole(image.shape, slice(100, 140), slice(100, 145))
    steps = {}
    for levels in (1, 2, 20):
        for rounds in (1, 3, 10_000):
            seen: list[float] = []
            options = {"num_levels": levels, "num_iter": rounds, "callback": seen.append}
            options["source_mask"] = ~mask  # one window, large enough to be told of each round
            result = burnish.inpaint_patch(image, mask, **options)
            np.testing.assert_array_equal(result[~mask], image[~mask])
            steps[levels, rounds] = len(seen)
            # It ends at one also where nothing changes any more.
            assert seen[-1] == 1
    assert steps[1, 1] == 1
    assert steps[2, 1] == 2
    assert 3 <= steps[20, 1] <= 6
    assert steps[1, 3] == 3


# --- out -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", [None, 0, 1, 2])
def test_out(axis):
    image = weave((60, 70))
    mask = hole(image.shape, slice(20, 40), slice(30, 45))
    if axis is not None:
        image = np.stack([image, 255 - image, image // 2], axis)
    expected = burnish.inpaint_patch(image, mask, channel_axis=axis)
    for layout in samples.OUT_LAYOUTS:
        out = samples.LAYOUTS[layout](np.full_like(image, 7))
        assert burnish.inpaint_patch(image, mask, channel_axis=axis, out=out) is out
        np.testing.assert_array_equal(out, expected)
        own = samples.LAYOUTS[layout](image)
        assert burnish.inpaint_patch(own, mask, channel_axis=axis, out=own) is own
        np.testing.assert_array_equal(own, expected)


def test_out_overlaps():
    store = weave((90, 70))
    image, out = store[:60], store[30:]
    mask = hole(image.shape, slice(20, 50), slice(30, 45))
    expected = burnish.inpaint_patch(image.copy(), mask)
    assert burnish.inpaint_patch(image, mask, out=out) is out
    np.testing.assert_array_equal(out, expected)


def test_out_overlaps_the_image_turned():
    image = weave((60, 60))
    mask = hole(image.shape, slice(20, 50), slice(30, 45))
    expected = burnish.inpaint_patch(image.copy(), mask)
    out = image[::-1].T
    assert burnish.inpaint_patch(image, mask, out=out) is out
    np.testing.assert_array_equal(out, expected)


def test_out_overlaps_a_reference_or_a_mask():
    scene = weave((90, 70))
    image = scene[:60].copy()
    mask = hole(image.shape, slice(20, 40), slice(30, 45))
    expected = burnish.inpaint_patch(image, mask, references=[scene.copy()])
    out = scene[10:70]
    assert burnish.inpaint_patch(image, mask, references=[scene], out=out) is out
    np.testing.assert_array_equal(out, expected)
    # The image is a reference too.
    both = image.copy()
    expected = burnish.inpaint_patch(image, mask, references=[image.copy()])
    assert burnish.inpaint_patch(both, mask, references=[both], out=both) is both
    np.testing.assert_array_equal(both, expected)
    store = np.zeros(image.shape, np.uint8)
    own = store.view(bool)
    own[...] = mask
    expected = burnish.inpaint_patch(image, mask)
    assert burnish.inpaint_patch(image, own, out=store) is store
    np.testing.assert_array_equal(store, expected)


def test_float16_becomes_float32():
    image = weave((60, 70)).astype(np.float16)
    mask = hole(image.shape, slice(20, 40), slice(30, 45))
    result = burnish.inpaint_patch(image, mask)
    checks.assert_same_bits(result, burnish.inpaint_patch(image.astype(np.float32), mask))
    out = np.empty(image.shape, np.float32)
    assert burnish.inpaint_patch(image, mask, out=out) is out
    checks.assert_same_bits(out, result)


def test_filled_values_stay_within_the_range_of_their_channel():
    rng = np.random.default_rng(0)
    image = np.stack([rng.normal(-50, 20, (60, 60)), 20 * rng.random((60, 60)) + 0.5], axis=-1)
    mask = np.zeros((60, 60), bool)
    mask[20:40, 20:40] = True
    filled = burnish.inpaint_patch(image, mask, channel_axis=-1)
    known = image[~mask]
    assert (filled[mask] >= known.min(axis=0)).all()
    assert (filled[mask] <= known.max(axis=0)).all()
    assert filled[mask][:, 1].min() > 0
