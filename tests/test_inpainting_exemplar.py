"""inpaint_exemplar against its oracle, and what it leaves alone."""

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
from oracles.inpainting_exemplar import inpaint_exemplar as oracle

import burnish


def hole(shape, rows, columns):
    mask = np.zeros(shape[:2], bool)
    mask[slice(*rows), slice(*columns)] = True
    return mask


def photograph(rows=60, columns=70, dtype="uint8"):
    part = skimage.data.coffee()[100 : 100 + rows, 60 : 60 + columns].copy()
    part[0, 0], part[0, 1] = 0, 255
    scale = {"uint8": 1, "uint16": 257.0, "float32": 1 / 255, "float64": 1 / 255}[dtype]
    return (part * scale).astype(dtype)


# Inside, at a side, in a corner, across, in pieces, one pixel.
HOLES = {
    "inside": lambda shape: hole(shape, (10, 18), (12, 20)),
    "left": lambda shape: hole(shape, (8, 18), (0, 5)),
    "right": lambda shape: hole(shape, (3, 12), (shape[1] - 6, shape[1])),
    "corner": lambda shape: hole(shape, (shape[0] - 8, shape[0]), (0, 7)),
    "across": lambda shape: hole(shape, (0, shape[0]), (14, 16)),
    "pieces": lambda shape: np.random.default_rng(1).random(shape[:2]) < 0.01,
    "pixel": lambda shape: hole(shape, (15, 16), (15, 16)),
}


@pytest.mark.parametrize("size", [3, 5, 9])
@pytest.mark.parametrize("where", HOLES)
def test_oracle(where, size):
    image = photograph(30, 36)
    mask = HOLES[where](image.shape)
    for pixels, axis in [(image, 2), (image[..., 1], None)]:
        result = burnish.inpaint_exemplar(pixels, mask, patch_size=size, channel_axis=axis)
        expected = oracle(pixels, mask, patch_size=size, channel_axis=axis)
        checks.assert_same_bits(result, expected)


@pytest.mark.parametrize("size", [7, 11, 13])
@pytest.mark.parametrize("channels", [1, 2, 4, 5, 9])
def test_oracle_of_channels(channels, size, rng):
    # Smooth, so that edges decide, and of few values, so that many sources are as near.
    image = np.round(2 * np.cumsum(rng.normal(size=(26, 29, channels)), axis=1)).astype(np.float32)
    mask = hole(image.shape, (5, 10), (4, 11))
    result = burnish.inpaint_exemplar(image, mask, patch_size=size, channel_axis=2)
    checks.assert_same_bits(result, oracle(image, mask, patch_size=size, channel_axis=2))


@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_oracle_of_dtypes(dtype, rng):
    image = samples.image(rng, (20, 24), dtype)
    mask = hole(image.shape, (6, 12), (0, 9)) | (rng.random(image.shape) < 0.005)
    result = burnish.inpaint_exemplar(image, mask, patch_size=5)
    expected = oracle(image.astype(checks.result_dtype(dtype)), mask, patch_size=5)
    checks.assert_same_bits(result, expected)


def test_oracle_of_sources(rng):
    image = photograph(30, 40)
    mask = hole(image.shape, (8, 15), (9, 20))
    sources = hole(image.shape, (12, 30), (5, 40)) & (rng.random(mask.shape) < 0.995)
    options = {"patch_size": 5, "source_mask": sources, "channel_axis": 2}
    result = burnish.inpaint_exemplar(image, mask, **options)
    checks.assert_same_bits(result, oracle(image, mask, **options))
    allowed = {tuple(pixel) for pixel in image[sources & ~mask].tolist()}
    assert {tuple(pixel) for pixel in result[mask].tolist()} <= allowed


@pytest.mark.parametrize("size", [3, 7])
def test_even_ground_is_filled_by_confidence(size):
    image = np.full((20, 22), 7, np.uint16)
    image[0] = np.arange(22)  # a range, far from the hole
    mask = hole(image.shape, (9, 18), (6, 17))
    result = burnish.inpaint_exemplar(image, mask, patch_size=size)
    checks.assert_same_bits(result, oracle(image, mask, patch_size=size))


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
    mask = rng.random(plane) < draw(st.sampled_from([0.0, 0.01, 0.1]))
    for _ in range(draw(st.integers(0, 3))):
        top, left = (int(rng.integers(side)) for side in plane)
        mask[top : top + rng.integers(1, 12), left : left + rng.integers(1, 12)] = True
    sources = rng.random(plane) < 0.995 if draw(st.booleans()) else None
    options = {"patch_size": size, "channel_axis": axis, "source_mask": sources}
    layouts = [draw(st.sampled_from(sorted(samples.LAYOUTS))) for _ in range(2)]
    return image, mask, options, layouts, draw(st.integers(1, 5))


def _pixels(image, axis):
    """Return an image with its channels last."""
    return image[..., None] if axis is None else np.moveaxis(image, axis, -1)


@hypothesis.given(_calls())
def test_what_is_known_stays_and_is_copied(call):
    image, mask, options, layouts, workers = call
    given_image, given_mask = (
        samples.LAYOUTS[name](each) for name, each in zip(layouts, (image, mask), strict=True)
    )
    before = np.array(given_image, copy=True)
    sources = ~mask if options["source_mask"] is None else ~mask & options["source_mask"]
    box = (options["patch_size"],) * 2
    whole = np.lib.stride_tricks.sliding_window_view(sources, box).all((2, 3)).any()
    if mask.any() and not whole:
        with pytest.raises(ValueError, match="no patch of"):
            burnish.inpaint_exemplar(given_image, given_mask, workers=workers, **options)
        return
    result = burnish.inpaint_exemplar(given_image, given_mask, workers=workers, **options)
    assert type(result) is np.ndarray
    assert result.dtype == checks.result_dtype(image.dtype)
    checks.assert_same_bits(np.array(given_image), before)
    axis = options["channel_axis"]
    filled, native = _pixels(result, axis), _pixels(image.astype(result.dtype), axis)
    checks.assert_same_bits(filled[~mask], native[~mask])
    known = {pixel.tobytes() for pixel in native[sources]}
    assert all(pixel.tobytes() in known for pixel in filled[mask])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_holes_may_hold_anything(value):
    image = photograph(dtype="float64")
    mask = hole(image.shape, (20, 40), (30, 50))
    expected = burnish.inpaint_exemplar(image, mask, channel_axis=2)
    image[mask] = value
    checks.assert_same_bits(burnish.inpaint_exemplar(image, mask, channel_axis=2), expected)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_known_pixels_are_finite(value):
    image = photograph(dtype="float32")
    mask = hole(image.shape, (20, 40), (30, 50))
    for at in [(0, 0, 0), (19, 35, 2), (59, 69, 1)]:
        bad = image.copy()
        bad[at] = value
        with pytest.raises(ValueError, match="image holds NaN or infinity"):
            burnish.inpaint_exemplar(bad, mask, channel_axis=2)
    wide = np.full((400, 400), 0.5)
    wide[300, 300] = value  # far from the hole it is not read
    mask = hole(wide.shape, (20, 40), (30, 50))
    np.testing.assert_array_equal(burnish.inpaint_exemplar(wide, mask), wide)


@pytest.mark.parametrize("scale", [5e-324, 1e-310, 1e-30, 1e30, 1e308])
def test_magnitudes(scale, rng):
    image = rng.integers(-1, 2, (30, 30)) * scale
    mask = hole(image.shape, (10, 17), (10, 17))
    result = burnish.inpaint_exemplar(image, mask, patch_size=5)
    checks.assert_same_bits(result, oracle(image, mask, patch_size=5))


def test_all_units_make_the_same_choice():
    mask = hole((60, 70), (20, 40), (30, 50))
    expected = burnish.inpaint_exemplar(photograph(), mask, channel_axis=2)
    for dtype, unit in [("uint16", 257), ("float32", 1 / 255), ("float64", 1 / 255)]:
        result = burnish.inpaint_exemplar(photograph(dtype=dtype), mask, channel_axis=2)
        np.testing.assert_allclose(result / unit, expected, rtol=1e-6)


def _varied(rng):
    """Yield images, masks and options of one window, of several, of large ones."""
    colour = photograph(300, 320)
    yield colour, hole(colour.shape, (100, 124), (120, 150)), {"channel_axis": 2}
    spots = np.zeros((300, 320), bool)
    for y, x in [(10, 10), (20, 250), (150, 20), (280, 300), (200, 150)]:
        spots[y : y + 9, x : x + 12] = True
    yield colour, spots, {"channel_axis": 2, "patch_size": 5}
    grey = colour[..., 1]
    yield grey, spots, {"source_mask": ~hole(grey.shape, (0, 40), (0, 40))}
    for dtype in ("float32", "float64", "int64", "uint16"):
        noise = samples.image(rng, (80, 90), dtype)
        yield noise, hole(noise.shape, (20, 40), (30, 50)), {"patch_size": 3}
    yield colour[:90, :99], rng.random((90, 99)) < 0.003, {"channel_axis": 2, "patch_size": 7}


def test_same_bits_for_any_number_of_workers(rng):
    for image, mask, options in _varied(rng):
        expected = burnish.inpaint_exemplar(image, mask, workers=1, **options)
        for workers in (2, 3, 5):
            result = burnish.inpaint_exemplar(image, mask, workers=workers, **options)
            checks.assert_same_bits(result, expected)


def save(path):
    """In the child: fill everything at the level that the environment names."""
    varied = _varied(np.random.default_rng(5))
    results = [burnish.inpaint_exemplar(image, mask, **options) for image, mask, options in varied]
    levels.save(path, results)


def test_same_bits_at_every_level(tmp_path):
    levels.assert_same_bits("test_inpainting_exemplar", tmp_path)


def test_windows_are_filled_alone(rng):
    image = photograph(400, 500)
    first, second = (hole(image.shape, (y, y + 20), (x, x + 20)) for y, x in [(60, 60), (320, 420)])
    both = burnish.inpaint_exemplar(image, first | second, channel_axis=2)
    # The same from a picture that ends where its window does.
    near = burnish.inpaint_exemplar(image[:144, :144], first[:144, :144], channel_axis=2)
    checks.assert_same_bits(both[:144, :144], near)


def test_straight_edges_are_continued():
    rows, columns = np.mgrid[:80, :80]
    for edge in (columns < 37, rows < 41):
        image = np.where(edge, 40, 200).astype(np.uint8)
        mask = hole(image.shape, (25, 55), (25, 55))
        holed = np.where(mask, 0, image).astype(np.uint8)
        checks.assert_same_bits(burnish.inpaint_exemplar(holed, mask), image)


def test_periodic_pictures_are_restored(rng):
    image = np.tile(rng.integers(0, 256, (6, 8, 3), np.uint8), (14, 10, 1))
    mask = hole(image.shape, (20, 50), (0, 33))
    holed = np.where(mask[..., None], 0, image).astype(np.uint8)
    checks.assert_same_bits(burnish.inpaint_exemplar(holed, mask, channel_axis=-1), image)


def test_where_all_around_is_masked_too(rng):
    image = rng.integers(0, 256, (260, 300), np.uint8)
    mask = np.ones(image.shape, bool)
    mask[:9, :9] = False
    mask[200:203, 200:230] = False
    result = burnish.inpaint_exemplar(image, mask, patch_size=9)
    assert np.isin(result[mask], image[:9, :9]).all()


def test_nothing_and_everything_masked():
    image = photograph()
    mask = np.zeros(image.shape[:2], bool)
    checks.assert_same_bits(burnish.inpaint_exemplar(image, mask, channel_axis=2), image)
    with pytest.raises(ValueError, match="mask leaves no patch of 9x9 pixels whole"):
        burnish.inpaint_exemplar(image, ~mask, channel_axis=2)
    mask[20:30, 20:30] = True
    with pytest.raises(ValueError, match="nor does source_mask"):
        burnish.inpaint_exemplar(image, mask, source_mask=mask, channel_axis=2)


def test_out(rng):
    image = photograph()
    mask = hole(image.shape, (20, 40), (30, 50))
    expected = burnish.inpaint_exemplar(image, mask, channel_axis=2)
    outs = [np.empty_like(image), np.asfortranarray(image), image.copy()]
    for out in outs:
        assert burnish.inpaint_exemplar(image, mask, channel_axis=2, out=out) is out
        checks.assert_same_bits(out, expected)
    itself = image.copy()
    assert burnish.inpaint_exemplar(itself, mask, channel_axis=2, out=itself) is itself
    checks.assert_same_bits(itself, expected)
    room = np.zeros((61, 70, 3), np.uint8)
    room[:60] = image
    burnish.inpaint_exemplar(room[:60], mask, channel_axis=2, out=room[1:])
    checks.assert_same_bits(room[1:], expected)


def test_callback():
    image = photograph(200, 200)
    mask = hole(image.shape, (60, 120), (70, 130))
    expected = burnish.inpaint_exemplar(image, mask, channel_axis=2)
    seen = []
    result = burnish.inpaint_exemplar(image, mask, channel_axis=2, callback=seen.append)
    checks.assert_same_bits(result, expected)
    assert seen == sorted(set(seen))
    assert seen[-1] == 1
    assert all(0 < done <= 1 for done in seen)

    large = np.tile(image, (2, 2, 1))
    holes = hole(large.shape, (60, 160), (70, 170))
    seen.clear()
    whole = burnish.inpaint_exemplar(large, holes, channel_axis=2, callback=seen.append)
    assert 50 < len(seen) <= 101
    assert seen == sorted(set(seen))

    def stop(done):
        seen.append(done)
        return done > 0.3

    seen.clear()
    stopped = burnish.inpaint_exemplar(large, holes, channel_axis=2, callback=stop)
    assert sum(done > 0.3 for done in seen) == 1
    assert seen[-1] < 0.5
    checks.assert_same_bits(stopped[~holes], large[~holes])
    same = (stopped == whole).all(axis=-1)[holes].mean()
    assert 0.3 < same < 1
    known = {pixel.tobytes() for pixel in large[~holes]}
    assert all(pixel.tobytes() in known for pixel in stopped[holes])

    def fail(done):
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        burnish.inpaint_exemplar(large, holes, channel_axis=2, callback=fail)


def test_time_grows_with_the_hole_not_the_image():
    image = np.tile(photograph(100, 100), (30, 30, 1))
    mask = hole(image.shape, (1000, 1030), (1000, 1030))
    window = (slice(930, 1100), slice(930, 1100))

    def seconds(image, mask):
        times = []
        for _ in range(3):
            out = image.copy()
            start = time.perf_counter()
            burnish.inpaint_exemplar(out, mask, channel_axis=2, out=out)
            times.append(time.perf_counter() - start)
        return min(times)

    small = np.ascontiguousarray(image[window]), np.ascontiguousarray(mask[window])
    assert seconds(image, mask) < 3 * seconds(*small) + 0.05
