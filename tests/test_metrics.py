"""mse, psnr and ssim against their oracle and scikit-image."""

from __future__ import annotations

import itertools
import math
import sys

import checks
import children
import hypothesis
import numpy as np
import pytest
import samples
import skimage.metrics
from hypothesis import strategies as st
from oracles import metrics as oracle

import burnish
from burnish import _core

LEVELS = burnish.show_config(mode="dicts")["instruction_sets"]
SHAPES = [(61,), (23, 45), (9, 14, 21)]


def pair(rng, shape, dtype, other_dtype=None):
    """Return a photograph-like image and a disturbed one, floats within [0, 1]."""
    image = rng.random(shape).cumsum(axis=-1) % 1.0
    disturbed = np.clip(image + rng.normal(0, 0.1, shape), 0, 1)

    def of(values, dtype):
        dtype = np.dtype(dtype)
        if dtype.kind == "f":
            return values.astype(dtype)
        info = np.iinfo(dtype)
        return (values * (float(info.max) - info.min) * 0.999 + info.min).astype(dtype)

    return of(image, dtype), of(disturbed, other_dtype or dtype)


def full_range(dtype) -> float:
    dtype = np.dtype(dtype)
    return 1.0 if dtype.kind == "f" else float(np.iinfo(dtype).max - np.iinfo(dtype).min)


def close(ours: float, exact: float, tolerance: float = 1e-12) -> None:
    assert type(ours) is float
    assert ours == pytest.approx(exact, rel=tolerance, abs=tolerance, nan_ok=True)


def check_ssim(one, other, *, tolerance=1e-10, workers=None, **options) -> None:
    span = options.pop("data_range", None) or full_range(one.dtype)
    mean, similarities = oracle.ssim(one, other, data_range=span, **options)
    ours = burnish.ssim(one, other, data_range=span, workers=workers, **options)
    close(ours, mean, tolerance)
    again, our_map = burnish.ssim(one, other, data_range=span, full=True, **options)
    assert again == ours
    assert our_map.dtype == np.float64
    assert our_map.shape == np.shape(one)
    np.testing.assert_allclose(our_map, similarities, rtol=0, atol=tolerance)


@pytest.mark.parametrize(("one", "other"), [*itertools.product(checks.DTYPES, repeat=2)])
def test_mse_and_psnr_of_any_two_dtypes(one, other, rng):
    for shape in SHAPES:
        images = pair(rng, shape, one, other)
        close(burnish.mse(*images), oracle.mse(*images))
        span = full_range(one)
        close(burnish.psnr(*images, data_range=span), oracle.psnr(*images, data_range=span))


@pytest.mark.parametrize("dtype", checks.DTYPES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_ssim_of_each_dtype(shape, dtype, rng):
    check_ssim(*pair(rng, shape, dtype))


@pytest.mark.parametrize(("one", "other"), [("uint8", "float64"), ("float16", "int32")])
def test_ssim_of_two_dtypes(one, other, rng):
    check_ssim(*pair(rng, (20, 31), one, other), data_range=200.0)


@pytest.mark.parametrize("sample", [True, False])
@pytest.mark.parametrize(
    "window",
    [{}, {"win_size": 3}, {"win_size": 9}]
    + [{"gaussian_weights": True, "sigma": sigma} for sigma in (0.3, 1.2)]
    + [{"gaussian_weights": True, "sigma": 3.0, "win_size": 5}],
    ids=str,
)
@pytest.mark.parametrize("shape", [(41,), (19, 33), (11, 12, 13)], ids=str)
def test_ssim_windows(shape, window, sample, rng):
    images = pair(rng, shape, "float64")
    check_ssim(*images, use_sample_covariance=sample, **window)
    check_ssim(*images, use_sample_covariance=sample, K1=0.3, K2=0.0, data_range=7.0, **window)


@pytest.mark.parametrize("sample", [True, False])
@pytest.mark.parametrize("gaussian", [True, False])
@pytest.mark.parametrize("shape", [(200,), (45, 67), (13, 14, 15)], ids=str)
@pytest.mark.parametrize("scale", [1.0, 255.0])
def test_ssim_is_scikit_images(scale, shape, gaussian, sample, rng):
    for one, other in (pair(rng, shape, "float64"), rng.normal(size=(2, *shape))):
        options = {
            "gaussian_weights": gaussian,
            "use_sample_covariance": sample,
            "data_range": scale,
        }
        for extra in ({}, {"win_size": 5}, {"sigma": 1.1}, {"K1": 0.2, "K2": 0.1}):
            args = (one * scale, other * scale)
            theirs = skimage.metrics.structural_similarity(*args, **options, **extra, full=True)
            mean, similarities = burnish.ssim(*args, **options, **extra, full=True)
            close(mean, theirs[0], 1e-10)
            np.testing.assert_allclose(similarities, theirs[1], rtol=0, atol=1e-10)


@pytest.mark.parametrize("channel", [0, 1, 2, -1, 3])
def test_channels_are_scikit_images(channel, rng):
    shape = [12, 17]
    shape.insert(2 if channel in (-1, 3) else channel, 3)
    if channel == 3:
        shape = [9, 10, 11, 3]
    one, other = pair(rng, shape, "float64")
    options = {"data_range": 1.0, "channel_axis": channel, "full": True}
    theirs = skimage.metrics.structural_similarity(one, other, **options)
    mean, similarities = burnish.ssim(one, other, **options)
    close(mean, theirs[0], 1e-10)
    np.testing.assert_allclose(similarities, theirs[1], rtol=0, atol=1e-10)


@pytest.mark.parametrize("shape", [(45, 67), (1, 5), (3, 4, 5)], ids=str)
def test_mse_and_psnr_are_scikit_images(shape, rng):
    one, other = rng.random((2, *shape))
    close(burnish.mse(one, other), skimage.metrics.mean_squared_error(one, other))
    theirs = skimage.metrics.peak_signal_noise_ratio(one, other)
    close(burnish.psnr(one, other), theirs)
    one, other = pair(rng, shape, "uint8")
    close(burnish.psnr(one, other), skimage.metrics.peak_signal_noise_ratio(one, other))


@pytest.mark.parametrize("dtype", checks.DTYPES)
@pytest.mark.parametrize("shape", [(300, 400), (9, 14, 21), (50, 60, 3)], ids=str)
def test_identical_images(shape, dtype, rng):
    image = samples.image(rng, shape, dtype)
    assert burnish.mse(image, image.copy()) == 0.0
    assert burnish.psnr(image, image) == math.inf
    channel = 2 if shape[-1] == 3 else None
    for gaussian in (False, True) if min(shape[:2]) >= 11 else (False,):
        options = {"gaussian_weights": gaussian, "channel_axis": channel}
        mean, similarities = burnish.ssim(image, image, full=True, **options)
        assert mean == 1.0
        assert (similarities == 1.0).all()


def test_flat_images():
    one, other = np.full((30, 40), 0.25), np.full((30, 40), 0.75)
    check_ssim(one, other)
    close(burnish.mse(one, other), 0.25)
    assert math.isnan(burnish.ssim(one * 0, one * 0, K1=0.0, K2=0.0))


def test_ssim_far_from_zero(rng):
    # float32 would lose the variance altogether.
    one, other = pair(rng, (40, 50), "float64")
    shifted = [(each + 1000).astype(np.float32) for each in (one, other)]
    check_ssim(*shifted, tolerance=1e-8)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize("shape", [(40, 50), (40, 50, 3), (3, 40, 50), (12, 13, 14), (90,)])
def test_masks(shape, dtype, rng):
    one, other = pair(rng, shape, dtype)
    channel = shape.index(3) if 3 in shape else None
    pixels = [size for axis, size in enumerate(shape) if axis != channel]
    for share in (0.02, 0.5, 1.0):
        mask = rng.random(pixels) < share
        mask[tuple(size // 2 for size in pixels)] = True
        options = {"mask": mask, "channel_axis": channel}
        close(burnish.mse(one, other, **options), oracle.mse(one, other, **options))
        check_ssim(one, other, **options)
        for layout in ("Fortran", "strided", "negative strides", "inside a larger one"):
            awkward = {**options, "mask": samples.LAYOUTS[layout](mask)}
            assert burnish.mse(one, other, **awkward) == burnish.mse(one, other, **options)
            assert burnish.ssim(one, other, **awkward) == burnish.ssim(one, other, **options)


def test_a_mask_hides_non_finite_pixels(rng):
    one, other = pair(rng, (40, 50), "float64")
    hidden = one.copy()
    hidden[20, 30] = np.nan
    mask = np.ones(one.shape, bool)
    mask[17:24, 27:34] = False  # all windows that read it
    assert burnish.mse(hidden, other, mask=mask) == burnish.mse(one, other, mask=mask)
    assert burnish.ssim(hidden, other, mask=mask) == burnish.ssim(one, other, mask=mask)
    mask[17, 27] = True
    assert math.isfinite(burnish.mse(hidden, other, mask=mask))
    assert math.isnan(burnish.ssim(hidden, other, mask=mask))


@pytest.mark.parametrize("dtype", checks.FLOATS)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_non_finite_pixels(value, dtype, rng):
    one, other = pair(rng, (40, 50), dtype)
    one[20, 30] = value
    assert not math.isfinite(burnish.mse(one, other))
    assert burnish.psnr(one, other) == pytest.approx(-value, nan_ok=True)
    mean, similarities = burnish.ssim(one, other, full=True)
    assert math.isnan(mean)
    expected = np.zeros(one.shape, bool)
    expected[17:24, 27:34] = True
    np.testing.assert_array_equal(np.isnan(similarities), expected)


@pytest.mark.parametrize("layout", samples.LAYOUTS)
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "int32", "float64"])
def test_input_layout(dtype, layout, rng):
    for shape, channel in [((21, 34), None), ((13, 21, 3), 2), ((3, 13, 21), 0)]:
        one, other = pair(rng, shape, dtype)
        options = {"channel_axis": channel}
        awkward = samples.LAYOUTS[layout](one)
        assert burnish.mse(awkward, other) == burnish.mse(one, other)
        mean, similarities = burnish.ssim(one, other, full=True, **options)
        again, other_map = burnish.ssim(other, awkward, full=True, **options)
        checks.assert_same_bits(other_map, similarities)
        # The mean of interleaved channels is added up in another order than that of planes.
        assert again == pytest.approx(mean, rel=1e-14) if channel == 2 else again == mean


@pytest.mark.parametrize("layout", samples.OUT_LAYOUTS)
def test_the_core_takes_any_map_and_mask_beside_interleaved_images(layout, rng):
    # Its sums are over rows of channels only where the map has such rows and the mask no channels.
    one, other = pair(rng, (20, 41, 3), "float32")
    _, answer = oracle.ssim(one, other, data_range=1.0, use_sample_covariance=False, channel_axis=2)
    mask = rng.integers(0, 2, one.shape, np.uint8)
    window = (np.full(7, 1 / 7), (0, 1), 3, 1.0, 0.01**2, 0.03**2)
    for counts in (mask, mask[..., :1].repeat(3, axis=2)):
        expected = (answer * counts)[3:-3, 3:-3].sum()
        placed = samples.LAYOUTS[layout](counts)
        out = samples.LAYOUTS[layout](np.zeros(one.shape))
        for target in (None, out, np.zeros(one.shape)):
            total = _core.structural_similarity(one, other, *window, placed, target, 1)
            close(total, expected, 1e-10)
        np.testing.assert_allclose(out, answer, rtol=0, atol=1e-10)


def test_same_bits_for_any_number_of_workers(rng):
    for shape, channel in [((701, 903), None), ((200, 300, 3), 2), ((31, 90, 110), None)]:
        one, other = pair(rng, shape, "float32")
        pixels = shape[:2] if channel else shape
        mask = rng.random(pixels) < 0.5
        for options in ({}, {"mask": mask}):
            options = options | {"channel_axis": channel}
            for workers in (2, 3, 7, None):
                alone = burnish.mse(one, other, workers=1, **options)
                assert burnish.mse(one, other, workers=workers, **options) == alone
                alone, its_map = burnish.ssim(one, other, workers=1, full=True, **options)
                mean, similarities = burnish.ssim(one, other, workers=workers, full=True, **options)
                assert mean == alone
                checks.assert_same_bits(similarities, its_map)


@pytest.mark.parametrize("shape", [(7, 7), (7, 300), (300, 7), (8, 9), (7, 7, 7), (7,), (15,)])
def test_small_sides(shape, rng):
    check_ssim(*pair(rng, shape, "float64"))
    for win_size in (3, 5, 7):
        check_ssim(*pair(rng, shape, "float32"), win_size=win_size)


def test_every_width(rng):
    for width in range(7, 80):
        check_ssim(*pair(rng, (8, width), "float64"))
        images = pair(rng, (3, width), "float32")
        close(burnish.mse(*images), oracle.mse(*images))


def test_sizes_around_tiles(rng):
    for shape in [(49, 129), (96, 255), (97, 384), (130, 7), (7, 9, 270), (13, 25, 129)]:
        one, other = pair(rng, shape, "float32")
        theirs = skimage.metrics.structural_similarity(
            one.astype(float), other.astype(float), data_range=1.0, full=True
        )
        mean, similarities = burnish.ssim(one, other, full=True)
        close(mean, theirs[0], 1e-10)
        np.testing.assert_allclose(similarities, theirs[1], rtol=0, atol=1e-10)
    for size in (1535, 1536, 1537, 128 * 1536 + 1):
        images = pair(rng, (size,), "uint8")
        close(burnish.mse(*images), oracle.mse(*images))


@pytest.mark.parametrize("shape", [(300, 310), (90, 91, 92)], ids=str)
def test_large_windows(shape, rng):
    one, other = pair(rng, shape, "float64")
    for options in ({"win_size": 89}, {"win_size": 255}, {"gaussian_weights": True, "sigma": 12.0}):
        if options.get("win_size", 0) > min(shape):
            continue
        theirs = skimage.metrics.structural_similarity(one, other, data_range=1.0, **options)
        close(burnish.ssim(one, other, **options), theirs, 1e-10)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"win_size": 4}, "win_size"),
        ({"win_size": 1}, "win_size"),
        ({"win_size": 21}, "win_size"),
        ({"win_size": -7}, "win_size"),
        ({"data_range": 1e80}, "data_range"),
        ({"gaussian_weights": True, "sigma": 0.1}, "win_size"),
        ({"gaussian_weights": True, "sigma": 5}, "win_size"),
        ({"channel_axis": 0, "mask": np.ones((16, 20), bool)}, "mask"),
        ({"mask": np.zeros((16, 20), bool)}, "mask"),
        ({"mask": np.pad([[True]], ((2, 13), (10, 9)))}, "3 pixels from the edge"),
    ],
    ids=str,
)
def test_what_ssim_refuses(options, word, rng):
    one, other = rng.random((2, 16, 20))
    if options.get("channel_axis") == 0:
        options = options | {"win_size": 3}
    with pytest.raises(ValueError, match=word):
        burnish.ssim(one, other, **options)


@pytest.mark.parametrize("function", [burnish.mse, burnish.psnr, burnish.ssim])
def test_shapes_must_agree(function, rng):
    with pytest.raises(ValueError, match=r"image_true has shape \(16, 20\) and image_test \(20, "):
        function(rng.random((16, 20)), rng.random((20, 16)))


@pytest.mark.parametrize("function", [burnish.psnr, burnish.ssim])
def test_data_range_is_that_of_the_dtype(function, rng):
    for dtype in checks.DTYPES:
        one, other = pair(rng, (16, 20), dtype)
        assert function(one, other) == function(one, other, data_range=full_range(dtype))
    one, other = pair(rng, (16, 20), "float32", "float64")
    assert function(one, other) == function(one, other, data_range=1)
    one, other = pair(rng, (16, 20), "uint8", "float64")
    with pytest.raises(ValueError, match="pass data_range"):
        function(one, other)


@pytest.mark.parametrize("options", [{}, {"gaussian_weights": True}], ids=str)
def test_variances_far_from_0_do_not_cancel(options, rng):
    for dtype, offset, span in [("int32", 2_000_000_000, 10), ("float64", 1e6, 0.01)]:
        one, other = (offset + span * rng.random((2, 30, 31))).astype(dtype)
        other[:, :9] = offset
        mean, similarities = burnish.ssim(one, other, data_range=span, full=True, **options)
        true_mean, truth = oracle.ssim(one, other, data_range=span, **options)
        np.testing.assert_allclose(similarities, truth, rtol=0, atol=1e-5)
        assert mean == pytest.approx(true_mean, abs=1e-6)
        assert burnish.ssim(one, one, data_range=span) == 1.0


@hypothesis.given(st.data())
def test_any_call(data):
    draw = data.draw
    ndim = draw(st.integers(1, 3))
    win_size = draw(st.sampled_from([3, 5, 7]))
    shape = draw(st.lists(st.integers(win_size, 14), min_size=ndim, max_size=ndim))
    shape[draw(st.integers(0, ndim - 1))] = draw(st.integers(win_size, 70))
    channel = draw(st.none() | st.integers(0, ndim))
    pixels = list(shape)
    if channel is not None:
        shape.insert(channel, draw(st.integers(1, 5)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    one, other = pair(rng, shape, draw(st.sampled_from(checks.DTYPES)))
    layouts = [samples.LAYOUTS[draw(st.sampled_from([*samples.LAYOUTS]))] for _ in range(2)]
    images = layouts[0](one), layouts[1](other)
    mask = None
    if draw(st.booleans()):
        mask = rng.random(pixels) < 0.5
        mask[tuple(size // 2 for size in pixels)] = True
    options = {"mask": mask, "channel_axis": channel}
    workers = draw(st.sampled_from([None, 1, 2, 5]))
    close(burnish.mse(*images, workers=workers, **options), oracle.mse(one, other, **options))
    options |= {"win_size": win_size, "data_range": full_range(one.dtype)}
    mean = burnish.ssim(*images, workers=workers, **options)
    close(mean, oracle.ssim(one, other, **options)[0], 1e-10)
    # Symmetry, one for the same image, at most one, and no matter what the unit is.
    assert burnish.ssim(*images[::-1], **options) == mean
    assert burnish.ssim(images[0], one, **options) == 1.0
    assert mean <= 1.0
    doubled = [image.astype(np.float64) * 2 for image in (one, other)]
    options["data_range"] *= 2
    close(burnish.ssim(*doubled, **options), mean)


def save(path: str) -> None:
    """In the child: compute at the level that the environment names."""
    rng = np.random.default_rng(3)
    results = {}
    for dtype in checks.DTYPES:
        for shape in SHAPES:
            one, other = pair(rng, shape, dtype)
            results[f"mse {shape} {dtype}"] = np.array(burnish.mse(one, other))
            results[f"ssim {shape} {dtype}"] = burnish.ssim(one, other, full=True)[1]
    np.savez(path, **results)


def test_every_level_agrees(tmp_path):
    loaded = {}
    for level in LEVELS:
        path = tmp_path / f"{level}.npz"
        code = "import sys, test_metrics; test_metrics.save(sys.argv[1])"
        children.output(code, str(path), BURNISH_ISA=level)
        with np.load(path) as stored:
            loaded[level] = dict(stored)
    rng = np.random.default_rng(3)
    for dtype in checks.DTYPES:
        for shape in SHAPES:
            one, other = pair(rng, shape, dtype)
            exact = oracle.ssim(one, other, data_range=full_range(dtype))[1]
            for level in LEVELS:
                # The windows' means may be contracted, what is done to them may not.
                ours = loaded[level][f"ssim {shape} {dtype}"]
                np.testing.assert_allclose(ours, exact, rtol=0, atol=1e-10, err_msg=level)
                checks.assert_same_bits(
                    loaded[level][f"mse {shape} {dtype}"],
                    loaded["baseline"][f"mse {shape} {dtype}"],
                )


def try_guarded() -> None:
    """In the child: a byte beside images or mask that is touched ends the process by a signal."""
    from test_guard_pages import against_a_page

    rng = np.random.default_rng(3)
    shapes = [(8, width) for width in range(7, 40)] + [(40,), (7, 8, 9), (50, 520)]
    for shape, dtype in itertools.product(shapes, ("uint8", "float16", "float32", "float64")):
        one, other = pair(rng, shape, dtype)
        mask = np.ones(shape, bool)
        expected = burnish.mse(one, other), burnish.ssim(one, other)
        for end in (False, True):
            images = [against_a_page(each, end) for each in (one, other)]
            for each in (None, against_a_page(mask, end)):
                assert burnish.mse(*images, mask=each) == expected[0]
                assert burnish.ssim(*images, mask=each) == expected[1]


@pytest.mark.skipif(sys.platform != "linux", reason="protects pages as Linux does")
@pytest.mark.parametrize("level", LEVELS)
def test_no_byte_beside_the_arrays_is_touched(level):
    children.output("import test_metrics; test_metrics.try_guarded()", BURNISH_ISA=level)
