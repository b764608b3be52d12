"""edge_taper against MATLAB's way, and that it does what it is for."""

from __future__ import annotations

import checks
import drawing
import hypothesis
import numpy as np
import pytest
import samples
import skimage.data
from hypothesis import strategies as st
from oracles import convolution
from oracles import psf as oracle

import burnish


def check(image, psf, *, workers=None, **options) -> None:
    before = np.array(image, copy=True)
    result = burnish.psf.edge_taper(image, psf, workers=workers, **options)
    answer = oracle.edge_taper(image, psf, **options)
    checks.assert_answer(result, answer, image.dtype, checks.error_bound(image, [1.0]))
    checks.assert_same_bits(np.array(image), before)


@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_matlabs_way(dtype, rng):
    for shape in ((21, 34), (40, 23), (13, 70)):
        image = samples.image(rng, shape, dtype)
        for size in ((5, 5), (4, 6), (1, 3), (6, 1), (2, 2)):
            check(image, rng.random(size))
        check(image, burnish.psf.motion(7, 30))
        check(image, burnish.psf.disk(2.3))


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_lines_and_volumes(dtype, rng):
    check(samples.image(rng, (50,), dtype), burnish.psf.gaussian(1.5, ndim=1))
    check(samples.image(rng, (14, 15, 23), dtype), rng.random((3, 4, 5)))


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_channel_axis_at_each_position(dtype, rng):
    for channels in (1, 3, 4):
        for position in range(-3, 3):
            shape = [20, 31]
            shape.insert(position % 3, channels)
            check(samples.image(rng, shape, dtype), rng.random((5, 4)), channel_axis=position)


@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_pixels_far_from_the_edges_are_kept(dtype, rng):
    image = samples.image(rng, (30, 40), dtype)
    result = burnish.psf.edge_taper(image, rng.random((5, 7)))
    inside = (slice(5, -5), slice(7, -7))
    as_floats = image.astype(np.float64) if dtype in checks.WIDE_INTEGERS else image
    kept = convolution.as_result(as_floats, dtype) if dtype in checks.WIDE_INTEGERS else image
    np.testing.assert_array_equal(result[inside], kept[inside])
    edges = np.ones(image.shape, bool)
    edges[inside] = False
    assert (result[edges] != image[edges]).mean() > 0.5


def test_a_point_leaves_the_image_as_it_is(rng):
    image = samples.image(rng, (9, 10), np.float32)
    for psf in (np.ones((1, 1)), np.pad([[2.0]], 3)):
        np.testing.assert_allclose(burnish.psf.edge_taper(image, psf), image, rtol=1e-6)
    # The axis that the PSF does not blur is not blurred, wherever the PSF has its empty lines.
    line = burnish.psf.motion(3, size=(5, 5))
    check(image.repeat(2, axis=1), line[2:3])
    one, other = (burnish.psf.edge_taper(image, psf) for psf in (line, line[2:3]))
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-6)


def test_the_psf_need_not_sum_to_1(rng):
    image, psf = rng.random((30, 30)), rng.integers(0, 9, (5, 5))
    np.testing.assert_allclose(
        burnish.psf.edge_taper(image, psf),
        burnish.psf.edge_taper(image, burnish.psf.normalize(psf)),
        rtol=0,
        atol=1e-14,
    )


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (3, 3), (5, 20), (8, 8)])
def test_psfs_larger_than_half_the_image(shape, rng):
    """MATLAB refuses them: the share is then below 1 everywhere, or goes on as before."""
    image = rng.random(shape)
    psf = burnish.psf.gaussian(3.0)
    result = burnish.psf.edge_taper(image, psf)
    assert image.min() - 1e-12 <= result.min()
    assert result.max() <= image.max() + 1e-12
    wide = np.pad(rng.random((3, 3)), 20)
    tight = wide[20:-20, 20:-20]
    np.testing.assert_allclose(
        burnish.psf.edge_taper(image, wide),
        burnish.psf.edge_taper(image, tight),
        rtol=0,
        atol=1e-12,
    )


def test_edges_are_the_periodic_blur(rng):
    image, psf = rng.random((30, 40)), rng.random((5, 5))
    result = burnish.psf.edge_taper(image, psf)
    blurred = burnish.convolve(image, burnish.psf.normalize(psf), mode="wrap")
    for edge in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
        np.testing.assert_allclose(result[edge], blurred[edge], rtol=0, atol=1e-14)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_non_finite_pixels_reach_no_kept_pixel(value, dtype, rng):
    image = rng.random((40, 40)).astype(dtype)
    expected = burnish.psf.edge_taper(image, np.ones((5, 5)))
    image[20, 20] = value
    result = burnish.psf.edge_taper(image, np.ones((5, 5)))
    assert not np.isfinite(result[20, 20])
    expected[20, 20] = result[20, 20]
    checks.assert_same_bits(result, expected)


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8", "int64", "uint64"])
def test_the_ends_of_the_range(dtype, rng):
    info = np.finfo(dtype) if np.dtype(dtype).kind == "f" else np.iinfo(dtype)
    scale = 0.5 if info.dtype.kind == "f" else 1  # of floats, sums may round up to infinity
    for value in (info.min * scale, info.max * scale):
        image = np.full((20, 21), value, dtype)
        for size in range(2, 12):
            result = burnish.psf.edge_taper(image, rng.random((size, size)))
            np.testing.assert_allclose(result, image, rtol=1e-6)
            if info.dtype.kind != "f":
                np.testing.assert_allclose(result.astype(float), image.astype(float), rtol=1e-15)


@pytest.mark.parametrize("layout", samples.LAYOUTS)
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "int32", "float64"])
def test_input_layout(dtype, layout, rng):
    plain = samples.image(rng, (21, 34, 3), dtype)
    psf = rng.random((4, 5))
    expected = burnish.psf.edge_taper(plain, psf, channel_axis=2)
    result = burnish.psf.edge_taper(
        samples.LAYOUTS[layout](plain), samples.LAYOUTS[layout](psf), channel_axis=2
    )
    assert result.flags.c_contiguous
    checks.assert_same_bits(result, expected)


def test_workers_change_nothing(rng):
    image, psf = rng.random((300, 500)).astype(np.float32), rng.random((9, 9))
    expected = burnish.psf.edge_taper(image, psf, workers=1)
    for workers in (2, 3, None):
        checks.assert_same_bits(burnish.psf.edge_taper(image, psf, workers=workers), expected)


def _wiener(image, psf) -> np.ndarray:
    """Undo a periodic blur."""
    padded = np.zeros(image.shape)
    padded[: psf.shape[0], : psf.shape[1]] = psf
    padded = np.roll(padded, [-(size // 2) for size in psf.shape], axis=(0, 1))
    transfer = np.fft.rfft2(padded)
    filtered = np.fft.rfft2(image) * transfer.conj() / (abs(transfer) ** 2 + 1e-3)
    return np.fft.irfft2(filtered, image.shape)


@pytest.mark.parametrize(
    "psf", [burnish.psf.disk(3.5), burnish.psf.motion(11, 30), burnish.psf.gaussian(2.0)]
)
def test_periodic_deconvolution_rings_less(psf):
    picture = skimage.data.camera().astype(np.float64)
    window = np.s_[100:356, 60:316]  # dark at the left, bright at the right
    blurred = burnish.convolve(picture, psf, mode="wrap")
    inside = np.s_[20:-20, 20:-20]
    without_edges = _wiener(blurred, psf)[window][inside]
    untouched = _wiener(blurred[window], psf)[inside]
    tapered = _wiener(burnish.psf.edge_taper(blurred[window], psf), psf)[inside]
    ringing = [burnish.mse(each, without_edges) for each in (untouched, tapered)]
    assert ringing[1] < 0.1 * ringing[0]


@hypothesis.given(st.data())
def test_any_call(data):
    draw = data.draw
    ndim = draw(st.integers(1, 3))
    sizes = draw(st.lists(st.integers(1, 4), min_size=ndim, max_size=ndim))
    shape = [2 * size + draw(st.integers(1, 12)) for size in sizes]
    image, channel, rng = drawing.draw_image(draw, shape)
    workers = draw(st.sampled_from([None, 1, 2, 5]))
    check(image, rng.random(sizes) + 0.01, channel_axis=channel, workers=workers)
