"""inpaint_patch: what it leaves alone, what it may copy, and what it restores."""

from __future__ import annotations

import checks
import hypothesis
import levels
import numpy as np
import pytest
import samples
import skimage.data
from hypothesis import strategies as st

import burnish


def hole(shape: tuple[int, ...], rows: slice, columns: slice) -> np.ndarray:
    mask = np.zeros(shape[:2], bool)
    mask[rows, columns] = True
    return mask


def photograph(shape: tuple[int, int] = (90, 110), dtype="uint8") -> np.ndarray:
    """Return a part of a photograph whose colours use the whole range of the dtype."""
    part = skimage.data.coffee()[100 : 100 + shape[0], 60 : 60 + shape[1]].copy()
    part[0, 0], part[0, 1] = 0, 255
    scale = {"uint8": 1, "uint16": 257.0, "float32": 1 / 255, "float64": 1 / 255}[dtype]
    return (part * scale).astype(dtype)


INNER = (slice(30, 50), slice(40, 64))


@st.composite
def _calls(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = draw(st.sampled_from([3, 3, 5, 7, 9, 11]))
    plane = tuple(draw(st.integers(size, 30)) for _ in range(2))
    channels = draw(st.sampled_from([None, 1, 2, 3, 4, 5, 8]))
    axis = None if channels is None else draw(st.integers(-3, 2))
    shape = list(plane)
    if channels is not None:
        shape.insert(axis % 3, channels)
    image = samples.image(rng, shape, draw(st.sampled_from(checks.DTYPES)))
    kind = draw(st.sampled_from(["box", "boxes", "dots", "nothing"]))
    mask = np.zeros(plane, bool)
    if kind == "dots":
        mask |= rng.random(plane) < draw(st.sampled_from([0.01, 0.1]))
    for _ in range({"box": 1, "boxes": 3}.get(kind, 0)):
        top, left = (int(rng.integers(side)) for side in plane)
        mask[top : top + rng.integers(1, 12), left : left + rng.integers(1, 12)] = True
    sources = rng.random(plane) < 0.995 if draw(st.booleans()) else None
    options = {"patch_size": size, "channel_axis": axis, "rng": draw(st.integers(0, 99))}
    options["num_levels"] = draw(st.sampled_from([None, 1, 2, 20]))
    options["num_iter"] = draw(st.sampled_from([None, 1, 4]))
    layouts = [draw(st.sampled_from(sorted(samples.LAYOUTS))) for _ in range(2)]
    return image, mask, sources, options, layouts, draw(st.integers(1, 5))


def _planes(image: np.ndarray, axis: int | None) -> np.ndarray:
    """Return an image with its channels first."""
    return image[None] if axis is None else np.moveaxis(image, axis, 0)


@hypothesis.settings(max_examples=max(60, hypothesis.settings().max_examples // 2))
@hypothesis.given(_calls())
def test_what_is_known_stays_and_bounds_what_is_filled(call):
    image, mask, sources, options, layouts, workers = call
    given_image, given_mask = (
        samples.LAYOUTS[name](each) for name, each in zip(layouts, (image, mask), strict=True)
    )
    before = np.array(given_image, copy=True)
    options = options | {"source_mask": sources}
    try:
        result = burnish.inpaint_patch(given_image, given_mask, workers=workers, **options)
    except ValueError as error:
        assert "no patch of" in str(error)  # noqa: PT017 - any other error is a fault
        whole = ~mask if sources is None else ~mask & sources
        box = (options["patch_size"],) * 2
        assert not np.lib.stride_tricks.sliding_window_view(whole, box).all((2, 3)).any()
        return
    assert type(result) is np.ndarray
    assert result.dtype == checks.result_dtype(image.dtype)
    checks.assert_same_bits(np.array(given_image), before)
    axis = options["channel_axis"]
    native = image.astype(result.dtype)
    for filled, plane in zip(_planes(result, axis), _planes(native, axis), strict=True):
        checks.assert_same_bits(filled[~mask], plane[~mask])
    known = _planes(native, axis)[:, ~mask]
    assert result.min() >= known.min()
    assert result.max() <= known.max()
    checks.assert_same_bits(burnish.inpaint_patch(image, mask, workers=1, **options), result)


@pytest.mark.parametrize("size", [3, 5, 7, 9])
def test_excluded_and_masked_pixels_are_never_copied(size, rng):
    # All that may be copied is about 100; a seam is corrected by a sixteenth of the range at most.
    for seed in range(5):
        mask = hole((50, 70), slice(14, 24), slice(18, 34))
        sources = rng.random(mask.shape) < 0.99
        sources[8:30, 12:40] = True
        sources[:, 44:52] = False
        image = rng.integers(95, 106, mask.shape).astype(np.uint8)
        image[~sources] = rng.choice([0, 255], (~sources).sum())
        image[mask] = 255
        options = {"patch_size": size, "source_mask": sources, "rng": seed}
        result = burnish.inpaint_patch(image, mask, **options)
        assert abs(result[mask].astype(int) - 100).max() <= 5 + 16


def test_no_seam_is_told_by_excluded_pixels():
    # What is copied is all alike, beside the hole too.
    mask = hole((40, 40), slice(15, 22), slice(15, 22))
    sources = np.zeros(mask.shape, bool)
    sources[30:37, 3:10] = True
    image = np.random.default_rng(0).integers(0, 256, mask.shape, np.uint8)
    image[sources] = 100
    image[12:25, 12:25] = 100
    result = burnish.inpaint_patch(image, mask, source_mask=sources)
    assert (result[mask] == 100).all()


def test_masked_pixels_are_never_used(rng):
    image = photograph()
    mask = hole(image.shape, *INNER) | (rng.random(image.shape[:2]) < 0.002)
    expected = burnish.inpaint_patch(image, mask, channel_axis=2)
    for value in (0, 93, 255):
        other = np.where(mask[..., None], value, image).astype(np.uint8)
        checks.assert_same_bits(burnish.inpaint_patch(other, mask, channel_axis=2), expected)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_holes_may_hold_anything(value):
    image = photograph(dtype="float64")
    mask = hole(image.shape, *INNER)
    expected = burnish.inpaint_patch(image, mask, channel_axis=2)
    image[mask] = value
    checks.assert_same_bits(burnish.inpaint_patch(image, mask, channel_axis=2), expected)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_known_pixels_are_finite(value):
    image = photograph(dtype="float32")
    mask = hole(image.shape, *INNER)
    before = image.copy()
    for at in [(0, 0, 0), (29, 45, 2), (89, 109, 1)]:
        image[at] = value
        with pytest.raises(ValueError, match="image holds NaN or infinity"):
            burnish.inpaint_patch(image, mask, channel_axis=2)
        with pytest.raises(ValueError, match="NaN or infinity"):
            burnish.inpaint_patch(before, mask, references=[image], channel_axis=2)
        image[at] = before[at]


# --- repeatable ------------------------------------------------------------------------------


def _varied(rng):
    """Yield images, masks and options of one window, of several, of large ones, of references."""
    colour = photograph((300, 320))
    yield colour, hole(colour.shape, slice(100, 140), slice(120, 160)), {"channel_axis": 2}
    spots = np.zeros((300, 320), bool)
    for y, x in [(10, 10), (20, 250), (150, 20), (280, 300), (200, 150)]:
        spots[y : y + 9, x : x + 12] = True
    yield colour, spots, {"channel_axis": 2, "patch_size": 5}
    grey = colour[..., 1]
    yield grey, spots, {"patch_size": 9, "source_mask": ~hole(grey.shape, slice(40), slice(40))}
    references = [np.ascontiguousarray(grey[::-1]), grey[:100, ::2]]
    yield grey, hole(grey.shape, *INNER), {"references": references, "num_levels": 3}
    for dtype in ("float32", "float64", "int64", "uint16"):
        noise = samples.image(rng, (80, 90), dtype)
        yield noise, hole(noise.shape, *INNER), {}
    yield colour, rng.random(grey.shape) < 0.01, {"channel_axis": 2, "patch_size": 3}


def test_same_bits_for_any_number_of_workers(rng):
    for image, mask, options in _varied(rng):
        expected = burnish.inpaint_patch(image, mask, workers=1, **options)
        for workers in (1, 2, 3, 5):
            result = burnish.inpaint_patch(image, mask, workers=workers, **options)
            checks.assert_same_bits(result, expected)


def save(path: str) -> None:
    """In the child: fill everything at the level that the environment names."""
    rng = np.random.default_rng(5)
    results = [
        burnish.inpaint_patch(image, mask, **options) for image, mask, options in _varied(rng)
    ]
    levels.save(path, results)


def test_same_bits_at_every_level(tmp_path):
    levels.assert_same_bits("test_inpainting_patch", tmp_path)


def test_rng():
    image = photograph()
    mask = hole(image.shape, *INNER)

    def fill(rng):
        return burnish.inpaint_patch(image, mask, rng=rng, channel_axis=2)

    checks.assert_same_bits(fill(0), burnish.inpaint_patch(image, mask, channel_axis=2))
    checks.assert_same_bits(fill(5), fill(5))
    checks.assert_same_bits(fill(5), fill(np.random.default_rng(5)))
    assert not np.array_equal(fill(5), fill(6))
    generator = np.random.default_rng(5)
    first, second = fill(generator), fill(generator)
    checks.assert_same_bits(first, fill(5))
    assert not np.array_equal(first, second)
    assert not np.array_equal(fill(None), fill(None))


def test_all_units_make_the_same_choice():
    fills = {}
    for dtype, unit in [("uint8", 1), ("uint16", 257), ("float32", 1 / 255), ("float64", 1 / 255)]:
        image = photograph(dtype=dtype)
        result = burnish.inpaint_patch(image, hole(image.shape, *INNER), channel_axis=2)
        fills[dtype] = result / np.float64(unit)
    for dtype in ("uint8", "uint16", "float32"):
        # Copies are equal, and what is added to a seam is rounded.
        off = {"uint8": 0.5, "uint16": 0.5 / 257, "float32": 0}[dtype]
        np.testing.assert_allclose(fills[dtype], fills["float64"], rtol=0, atol=off + 1e-4)


# --- what is restored ------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_constants_are_restored(dtype):
    wide = np.dtype(dtype).kind in "iu"
    for value in (0, 1, np.iinfo(dtype).max if wide else 0.1):
        image = np.full((40, 50), value, dtype)
        mask = hole(image.shape, slice(10, 25), slice(0, 20))
        holed = np.where(mask, np.array(77, dtype), image)
        checks.assert_same_bits(
            burnish.inpaint_patch(holed, mask), image.astype(checks.result_dtype(dtype))
        )


@pytest.mark.parametrize("value", [1e308, -1e308, 5e-324, 1e-310])
def test_constants_of_any_magnitude(value):
    image = np.full((30, 30), value)
    mask = hole(image.shape, slice(10, 20), slice(10, 20))
    checks.assert_same_bits(burnish.inpaint_patch(np.where(mask, 3.0, image), mask), image)


def stripes(shape: tuple[int, int], period: int) -> np.ndarray:
    y, x = np.indices(shape)
    return (((x + 2 * y) % period) * 200 // period + 20).astype(np.uint8)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "where",
    [(slice(20, 44), slice(30, 55)), (slice(0, 20), slice(0, 20)), (slice(70, 80), slice(40, 90))],
)
def test_periodic_pictures_are_restored(where, seed):
    for period in (4, 6, 8):
        image = stripes((80, 90), period)
        mask = hole(image.shape, *where)
        holed = np.where(mask, 0, image).astype(np.uint8)
        np.testing.assert_array_equal(burnish.inpaint_patch(holed, mask, rng=seed), image)


@pytest.mark.parametrize(("low", "high"), [(-1.7e308, 1.7e308), (0, 1e-310), (-5e-324, 5e-324)])
def test_ranges_of_any_size(low, high):
    image = np.where(stripes((60, 60), 8) > 100, high, low)
    mask = hole(image.shape, slice(20, 35), slice(20, 35))
    result = burnish.inpaint_patch(np.where(mask, 0.0, image), mask)
    assert np.isin(result, [low, high]).all()
    if high - low > 1e-300:
        np.testing.assert_array_equal(result, image)


def test_large_integers_are_copied_exactly():
    low = 2**62 + 1
    image = stripes((60, 60), 8).astype(np.int64) * 2**54 + low
    mask = hole(image.shape, slice(20, 35), slice(20, 35))
    np.testing.assert_array_equal(burnish.inpaint_patch(np.where(mask, 0, image), mask), image)


# --- references ------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_a_reference_restores_lost_detail(dtype):
    scene = photograph((140, 160), dtype)
    image = scene[:100, :120]
    mask = hole(image.shape, *INNER)
    holed = np.where(mask[..., None], 0, image).astype(dtype)
    full = float(image.max())

    def error(references):
        result = burnish.inpaint_patch(holed, mask, references=references, channel_axis=2)
        return np.abs(result[mask] - image[mask].astype(np.float64)).mean() / full

    alone = error(None)
    for reference in (scene[5:105, 7:127], scene, scene[20:70, 25:85]):
        assert error([reference]) < 0.55 * alone
        assert error([image[::-1], reference]) < 0.55 * alone


def test_references_alone_may_be_sources():
    image = photograph()
    mask = hole(image.shape, *INNER)
    nowhere = np.zeros(mask.shape, bool)
    flat = np.full((20, 25, 3), 33, np.uint8)
    result = burnish.inpaint_patch(
        image, mask, source_mask=nowhere, references=[flat], channel_axis=2
    )
    assert np.ptp(result[mask].astype(int), axis=0).max() <= 2 * 16
    with pytest.raises(ValueError, match="no patch of 7x7"):
        burnish.inpaint_patch(image, mask, source_mask=nowhere, channel_axis=2)


def test_a_reference_smaller_than_a_patch_is_no_source():
    image = photograph()
    mask = hole(image.shape, *INNER)
    expected = burnish.inpaint_patch(image, mask, rng=1, channel_axis=2)
    small = [image[:6, :50], image[:1, :1], image[:50, :3]]
    for others in (small[:1], small):
        result = burnish.inpaint_patch(image, mask, rng=1, references=others, channel_axis=2)
        assert np.isin(result, np.arange(256)).all()
        assert result.shape == expected.shape


def test_references_of_every_layout_and_channel_axis():
    scene = photograph((110, 130))
    image, reference = scene[:90, :110], scene[5:, 7:]
    mask = hole(image.shape, *INNER)
    expected = burnish.inpaint_patch(image, mask, references=[reference], channel_axis=2)
    for layout in samples.LAYOUTS.values():
        result = burnish.inpaint_patch(
            image, mask, references=(layout(reference),), channel_axis=-1
        )
        checks.assert_same_bits(result, expected)
    turned = [np.moveaxis(each, 2, 0) for each in (image, reference, expected)]
    result = burnish.inpaint_patch(turned[0], mask, references=turned[1:2], channel_axis=0)
    np.testing.assert_array_equal(result, turned[2])
