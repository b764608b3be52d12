"""What normalize takes, and point-spread functions cut out of images."""

from __future__ import annotations

import math

import checks
import hypothesis
import numpy as np
import pytest
import samples
import scipy.ndimage
from hypothesis import strategies as st
from oracles import psf as oracle
from test_psf import centroid, check_promises

import burnish

EXACT = {"rtol": 0, "atol": 1e-13}


@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_normalize(dtype, rng):
    for shape in ((7,), (4, 5), (3, 2, 6)):
        weights = abs(samples.image(rng, shape, dtype).astype(np.float64)) / 2
        weights = weights.astype(dtype)
        before = weights.copy()
        psf = burnish.psf.normalize(weights)
        check_promises(psf, symmetric=False)
        exact = weights.astype(np.longdouble)
        np.testing.assert_allclose(psf, (exact / exact.sum()).astype(np.float64), rtol=1e-14)
        checks.assert_same_bits(weights, before)
        np.testing.assert_allclose(burnish.psf.normalize(psf), psf, rtol=1e-15)


@pytest.mark.parametrize("layout", samples.LAYOUTS)
def test_layouts_of_weights(layout, rng):
    weights = rng.random((6, 7, 5))
    psf = burnish.psf.normalize(samples.LAYOUTS[layout](weights))
    checks.assert_same_bits(psf, burnish.psf.normalize(weights))
    check_promises(psf, symmetric=False)


@pytest.mark.parametrize("value", [5e-324, 1e-310, 1e-200, 1e200, np.finfo(float).max])
def test_no_weight_is_too_small_or_too_large(value):
    check_promises(burnish.psf.normalize(np.full((9, 9), value)), symmetric=False)
    np.testing.assert_array_equal(burnish.psf.normalize([0, value, value]), [0, 0.5, 0.5])


def test_the_sum_is_1_to_the_last_bits(rng):
    for size in range(1, 400):
        for power in (1, 20):
            psf = burnish.psf.normalize(rng.random(size) ** power)
            assert abs(math.fsum(psf) - 1) <= 2.3e-16


def test_what_is_wrong_with_the_weights_is_said():
    for weights, message in (
        ([1, np.nan, 1], "NaN or infinity"),
        ([3, -0.5, -2], "2 negative weight.*least -2"),
        ([0, 0], "sums to 0"),
        (np.ones((2, 2, 2, 2)), r"4 dimension.*1 to 3"),
        ([], "psf is empty"),
    ):
        with pytest.raises(ValueError, match=message):
            burnish.psf.normalize(weights)


def bead(shape, place, *, sigma=1.2, height=1000.0, dark=0.0) -> np.ndarray:
    grids = np.meshgrid(*map(np.arange, shape), indexing="ij")
    square = sum((grid - middle) ** 2 for grid, middle in zip(grids, place, strict=True))
    light = np.exp(-square / (2 * sigma**2))
    light[square > (3 * sigma) ** 2] = 0
    return dark + height * light


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_a_bead_is_centred_to_a_fraction_of_a_pixel(ndim, rng):
    for _ in range(10):
        place = rng.uniform(9, 13, ndim)
        image = bead((23,) * ndim, place, dark=50.0)
        for size in (11, 12, 15, [13, 12, 11][:ndim]):
            psf = burnish.psf.from_image(image, size=size)
            check_promises(psf, symmetric=False)
            np.testing.assert_allclose(centroid(psf), 0, rtol=0, atol=1e-12)
            light = image - 50.0
            middle = scipy.ndimage.center_of_mass(light)
            answer = oracle.from_image(image, shape=psf.shape, center=middle, background=50.0)
            np.testing.assert_allclose(psf, answer, rtol=0, atol=1e-12)
            for side, line in zip(psf.shape, psf.nonzero(), strict=True):
                assert side % 2 or 0 not in line  # an even side begins with an empty line


@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_dtypes(dtype, rng):
    image = np.rint(bead((20, 22), (9, 12), height=100)).astype(dtype)
    image[2, 3] = 7  # outside the window
    psf = burnish.psf.from_image(image, size=9)
    answer = oracle.from_image(image, shape=(9, 9), center=(9, 12), background=0)
    np.testing.assert_allclose(psf, answer, **EXACT)


@pytest.mark.parametrize("center", [(9, 12), (8.5, 12), (9.001, 11.625), (5, 17.5)])
@pytest.mark.parametrize("background", [-3.0, 0.0, 0.5, 0.9])
@pytest.mark.parametrize("size", [(7, 7), (8, 5), (1, 6)])
def test_center_and_background(size, background, center, rng):
    image = rng.normal(size=(20, 24))
    image[4:14, 8:20] += 1
    psf = burnish.psf.from_image(image, size=size, center=center, background=background)
    check_promises(psf, symmetric=False)
    answer = oracle.from_image(image, shape=size, center=center, background=background)
    np.testing.assert_allclose(psf, answer, **EXACT)


def test_the_background_is_the_median_of_the_rim(rng):
    image = rng.random((9, 9))
    image[3:6, 3:6] += 5
    rim = np.concatenate([image[1, 1:8], image[7, 1:8], image[2:7, 1], image[2:7, 7]])
    given = {"size": 7, "center": (4, 4)}
    checks.assert_same_bits(
        burnish.psf.from_image(image, **given),
        burnish.psf.from_image(image, **given, background=np.median(rim)),
    )


def test_the_shift_is_scipys():
    image = bead((15, 15), (7, 7))
    psf = burnish.psf.from_image(image, size=11, center=(7.3, 6.6), background=0)
    theirs = scipy.ndimage.shift(image, (-0.3, 0.4), order=1)[2:13, 2:13]
    np.testing.assert_allclose(psf, theirs / theirs.sum(), **EXACT)


def test_neither_a_scale_nor_an_offset_matters():
    image = bead((15, 15), (7.2, 6.9), dark=3.0)
    psf = burnish.psf.from_image(image, size=9)
    for scale, offset in ((1e-300, 0.0), (1e300, 0.0), (2.0, -1000.0), (1.0, 1e6)):
        other = burnish.psf.from_image(image * scale + offset, size=9)
        np.testing.assert_allclose(other, psf, rtol=0, atol=1e-9)


def test_the_whole_range_may_be_used():
    image = np.full((9, 9), np.finfo(float).min)
    image[4, 4:6] = np.finfo(float).max
    psf = burnish.psf.from_image(image, size=5, center=(4, 4))
    assert psf[2].tolist() == [0, 0, 0.5, 0.5, 0]


@pytest.mark.parametrize("layout", samples.LAYOUTS)
def test_layouts_of_images(layout):
    image = bead((15, 16, 17), (7.2, 7.9, 8.1), dark=3.0)
    psf = burnish.psf.from_image(samples.LAYOUTS[layout](image), size=9)
    checks.assert_same_bits(psf, burnish.psf.from_image(image, size=9))


def test_only_the_window_is_read():
    image = bead((21, 21), (10, 10))
    expected = burnish.psf.from_image(image, size=9, center=(10, 10))
    image[[0, 5, 15, 10, 10], [0, 10, 10, 5, 15]] = np.nan, np.inf, np.nan, -np.inf, np.nan
    checks.assert_same_bits(burnish.psf.from_image(image, size=9, center=(10, 10)), expected)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": 9, "center": (3.9, 10)}, r"center is 3.9 along axis 0.*size takes 4.*0 to 20"),
        ({"size": 9, "center": (10, 16.1)}, r"center is 16.1 along axis 1"),
        ({"size": (3, 23)}, r"along axis 1"),
        ({"size": 9, "background": 1000.5}, "brighter than the background of 1000.5"),
        ({"size": 1}, "brighter than the background"),
    ],
    ids=str,
)
def test_what_is_wrong_with_the_window_is_said(options, message):
    with pytest.raises(ValueError, match=message):
        burnish.psf.from_image(bead((21, 21), (10, 10)), **options)


def test_a_window_may_touch_the_edge():
    image = bead((11, 11), (5, 5))
    for size in (11, 12):
        psf = burnish.psf.from_image(image, size=size)
        assert psf.shape == (size, size)
    with pytest.raises(ValueError, match="center"):
        burnish.psf.from_image(image, size=11, center=(5, 5.01))


def test_a_blurred_point_gives_its_psf_back(rng):
    for psf in (burnish.psf.disk(3.3, size=11), burnish.psf.airy(1.7, size=13)):
        image = np.full((40, 50), 20.0)
        image[19, 23] += 1e4
        image = burnish.convolve(image, psf)
        measured = burnish.psf.from_image(image, size=[n + 4 for n in psf.shape], background=20)
        np.testing.assert_allclose(measured[2:-2, 2:-2], psf, rtol=0, atol=1e-9)


@hypothesis.given(st.data())
def test_any_window(data):
    draw = data.draw
    ndim = draw(st.integers(1, 3))
    size = draw(st.lists(st.integers(1, 6), min_size=ndim, max_size=ndim))
    center = draw(st.lists(st.floats(4, 6), min_size=ndim, max_size=ndim))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    image = rng.random((11,) * ndim)
    psf = burnish.psf.from_image(image, size=size, center=center, background=-0.5)
    check_promises(psf, symmetric=False)
    answer = oracle.from_image(image, shape=size, center=center, background=-0.5)
    np.testing.assert_allclose(psf, answer, **EXACT)
    assert math.isclose(psf.sum(), 1)
