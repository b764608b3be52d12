"""Richardson-Lucy: the oracle, scikit-image, and what must always hold."""

from __future__ import annotations

import checks
import children
import drawing
import hypothesis
import numpy as np
import pytest
import samples
from hypothesis import strategies as st
from oracles import richardson_lucy as oracle

import burnish

BOUNDARIES = oracle.BOUNDARIES


def scene(rng: np.random.Generator, shape, dtype) -> np.ndarray:
    """Return a picture with nothing negative in it, some of it dark."""
    light = rng.random(shape) * (rng.random(shape) < 0.7) + 0.05
    return samples.pixels(light, dtype)


def blurred_scene(rng: np.random.Generator, shape, psf, dtype, **options) -> np.ndarray:
    return burnish.convolve(scene(rng, shape, dtype), psf / psf.sum(), mode="reflect", **options)


def shares(rng: np.random.Generator, shape) -> np.ndarray:
    """Return weights, some of them 0."""
    return (rng.random(shape) > 0.1) * (rng.random(shape) * 0.75 + 0.25)


def check(image, psf, *, workers=None, out=None, magnified=1, **options) -> None:
    before = np.array(image, copy=True)
    result = burnish.richardson_lucy(image, psf, workers=workers, out=out, **options)
    kind = checks.computing_dtype(image.dtype)
    least = {"float32": 1e-6, "float64": 1e-12}[kind]
    answer = oracle.richardson_lucy(image, psf, least=least, **options)
    checks.assert_near(result, answer, image.dtype, magnified * checks.DECONVOLVED[kind])
    checks.assert_same_bits(np.array(image), before)


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_thirty_iterations_against_the_oracle(dtype, boundary, rng):
    for shape, size in [
        ((40, 53), (5, 7)),
        ((31, 20), (4, 6)),
        ((200,), (9,)),
        ((9, 17, 20), (3, 4, 5)),
        ((9, 17, 20), (3, 3, 5)),
    ]:
        psf = rng.random(size) + 0.05
        check(blurred_scene(rng, shape, psf, dtype), psf, num_iter=30, boundary=boundary)
        # With an odd number of taps its transform is real.
        even = psf + np.flip(psf)
        check(blurred_scene(rng, shape, even, dtype), even, num_iter=30, boundary=boundary)


def test_what_lies_beyond_the_frame(rng):
    # A picture cut out of a scene: the estimate is right up to the edge only where more of the
    # scene is looked for.
    data = pytest.importorskip("skimage.data", reason="scikit-image is missing")
    scenery = data.camera().astype(np.float32)[100:350, 100:350]
    psf = burnish.psf.disk(5)
    cut = np.s_[20:-20, 20:-20]
    blurred = burnish.convolve(scenery, psf)[cut]
    edge = np.ones(blurred.shape, bool)
    edge[16:-16, 16:-16] = False
    psnr = {
        boundary: burnish.psnr(
            scenery[cut],
            burnish.richardson_lucy(blurred, psf, boundary=boundary),
            data_range=255,
            mask=edge,
        )
        for boundary in BOUNDARIES
    }
    before = burnish.psnr(scenery[cut], blurred, data_range=255, mask=edge)
    assert sorted(psnr, key=psnr.get) == ["zero", "wrap", "reflect", "unknown"]
    assert psnr["unknown"] > before + 3
    assert psnr["zero"] < before


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_psf_larger_than_the_image(boundary, rng):
    psf = burnish.psf.gaussian(6.0, size=(35, 40))
    check(scene(rng, (12, 15), np.float64), psf, num_iter=5, boundary=boundary)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("ndim", [2, 3])
def test_scikit_image(ndim, dtype, rng):
    restoration = pytest.importorskip("skimage.restoration", reason="scikit-image is missing")
    psf = rng.random((7, 9, 5)[:ndim])
    psf /= psf.sum()
    image = blurred_scene(rng, (60, 71, 24)[:ndim], psf, dtype)
    ours = burnish.richardson_lucy(image, psf, num_iter=30, boundary="zero")
    theirs = restoration.richardson_lucy(image, psf.astype(dtype), num_iter=30, clip=False)
    allowed = {"float32": 1e-4, "float64": 1e-9}[dtype] * np.abs(theirs).max()
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=allowed)


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_channels(boundary, rng):
    for shape in [(41,), (30, 41), (7, 9, 11)]:
        psf = rng.random((3, 4, 5)[: len(shape)])
        image = scene(rng, (*shape, 3), np.float32)
        image *= np.float32([1, 1e-20, 1e30])
        options = {"num_iter": 4, "boundary": boundary}
        together = burnish.richardson_lucy(image, psf, channel_axis=-1, **options)
        for channel in range(3):
            alone = burnish.richardson_lucy(image[..., channel], psf, **options)
            checks.assert_same_bits(np.ascontiguousarray(together[..., channel]), alone)


def test_flux_is_conserved_where_the_image_repeats(rng):
    psf = burnish.psf.motion(9, angle=30)
    image = scene(rng, (61, 48), np.float64)
    for num_iter in (1, 2, 20):
        estimate = burnish.richardson_lucy(image, psf, num_iter=num_iter, boundary="wrap")
        assert estimate.sum() == pytest.approx(image.sum(), rel=1e-12)


@pytest.mark.parametrize("scale", [2.0**-100, 2.0**100, 0.7])
def test_a_constant_factor_comes_out_again(scale, rng):
    psf = burnish.psf.gaussian(1.5)
    image = scene(rng, (40, 50), np.float32)
    image[:20, :20] = 0
    ours = burnish.richardson_lucy(image * np.float32(scale), psf, num_iter=10)
    expected = burnish.richardson_lucy(image, psf, num_iter=10) * np.float32(scale)
    if scale == 0.7:
        np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-5 * expected.max())
    else:
        checks.assert_same_bits(ours, expected)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_ends_of_the_range(dtype):
    # What has no room for a sum, and what is next to 0, with few digits or none.
    psf = burnish.psf.gaussian(1.5)
    info = np.finfo(dtype)
    for value in (info.max, info.max / 3, info.tiny, info.smallest_subnormal):
        image = np.full((50, 70), value, dtype)
        estimate = burnish.richardson_lucy(image, psf, num_iter=5, boundary="wrap")
        fits = np.isfinite(estimate)
        assert fits.all() or value == info.max  # which rounding may go beyond
        np.testing.assert_allclose(estimate[fits], value, rtol=1e-6)
        image[:20, :20] = 0
        estimate = burnish.richardson_lucy(image, psf, num_iter=5)
        assert not np.isnan(estimate).any()
        np.testing.assert_allclose(estimate[5:10, 5:10], 0, atol=1e-5 * value)


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8"])
def test_zeros_in_no_nan_out(dtype, boundary):
    psf = burnish.psf.disk(3)
    black = np.zeros((40, 50), dtype)
    assert not burnish.richardson_lucy(black, psf, num_iter=20, boundary=boundary).any()
    for options in ({"total_variation": 0.01}, {"acceleration": True, "damping": 1.0}):
        assert not burnish.richardson_lucy(black, psf, boundary=boundary, **options).any()
    star = black.copy()
    star[20, 25] = 100
    estimate = burnish.richardson_lucy(star, psf, num_iter=50, boundary=boundary)
    assert np.isfinite(estimate).all()
    assert (estimate >= 0).all()


def test_a_blurred_photograph_gets_better(rng):
    data = pytest.importorskip("skimage.data", reason="scikit-image is missing")
    photograph = data.camera()[100:400, 150:450].astype(np.float32)
    psf = burnish.psf.disk(4)
    blurred = burnish.convolve(photograph, psf)
    restored = burnish.richardson_lucy(blurred, psf, num_iter=30)
    inside = np.s_[20:-20, 20:-20]
    before = burnish.psnr(photograph[inside], blurred[inside], data_range=255)
    after = burnish.psnr(photograph[inside], restored[inside], data_range=255)
    assert after > before + 3


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_is_refused(value, rng):
    image = scene(rng, (40, 50), np.float32)
    image[7, 8] = value
    with pytest.raises(ValueError, match="image holds NaN or infinity"):
        burnish.richardson_lucy(image, burnish.psf.disk(2))


def test_one_nan_is_refused_wherever_it_is(rng):
    # With this PSF no pixel of the estimate reaches the first ones of the image.
    psf = np.zeros((1, 5))
    psf[0, 4] = 1
    for place in [(0, 0), (39, 49), (17, 1)]:
        for dtype in ("float16", "float32", "float64"):
            image = scene(rng, (40, 50), dtype)
            burnish.richardson_lucy(image, psf, num_iter=1)
            image[place] = np.nan
            with pytest.raises(ValueError, match="image holds NaN or infinity"):
                burnish.richardson_lucy(image, psf, num_iter=1)


def test_an_image_of_nothing_but_nan_is_refused():
    with pytest.raises(ValueError, match="image holds NaN or infinity"):
        burnish.richardson_lucy(np.full((5, 6), np.nan), np.ones((3, 3)))


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_negative_pixels_count_as_nothing(boundary, rng):
    image = rng.normal(size=(30, 40)).astype(np.float32)
    psf = burnish.psf.disk(2)
    for num_iter in (1, 10, 300):
        options = {"num_iter": num_iter, "boundary": boundary}
        estimate = burnish.richardson_lucy(image, psf, **options)
        assert np.isfinite(estimate).all()
        clipped = np.maximum(image, 0)
        expected = burnish.richardson_lucy(clipped, psf, **options)
        np.testing.assert_allclose(estimate, expected, rtol=0, atol=1e-3 * expected.max())


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_psf_of_one_pixel_gives_the_image(boundary, rng):
    image = scene(rng, (33, 47), np.float64)
    for shape in [(1, 1), (1, 3), (3, 1)]:
        psf = np.zeros(shape)
        psf[shape[0] // 2, shape[1] // 2] = 5
        ours = burnish.richardson_lucy(image, psf, num_iter=3, boundary=boundary)
        np.testing.assert_allclose(ours, image, rtol=1e-12)


def test_out(rng):
    psf = burnish.psf.gaussian(1.0)
    image = scene(rng, (50, 60, 3), np.float32)
    expected = burnish.richardson_lucy(image, psf, num_iter=3, channel_axis=2)
    for layout in samples.OUT_LAYOUTS:
        out = samples.LAYOUTS[layout](np.zeros_like(image))
        assert burnish.richardson_lucy(image, psf, num_iter=3, channel_axis=2, out=out) is out
        checks.assert_same_bits(out, expected)


def test_every_small_size(rng):
    for size in (*range(1, 35), 64, 67):
        for shape in ((size,), (size, 5), (3, size), (2, 3, size)):
            psf = rng.random((3, 2, 4)[: len(shape)])
            check(rng.random(shape), psf, num_iter=2)


_LEVEL = """
    import numpy as np
    import test_richardson_lucy

    rng = np.random.default_rng(20261122)
    for dtype in ("float32", "float64"):
        for boundary in test_richardson_lucy.BOUNDARIES:
            test_richardson_lucy.test_thirty_iterations_against_the_oracle(dtype, boundary, rng)
            test_richardson_lucy.test_zeros_in_no_nan_out(dtype, boundary)
    for boundary in test_richardson_lucy.BOUNDARIES:
        test_richardson_lucy.test_a_psf_larger_than_the_image(boundary, rng)
    test_richardson_lucy.test_every_small_size(rng)
    for scale in (2.0**-100, 0.7):
        test_richardson_lucy.test_a_constant_factor_comes_out_again(scale, rng)
    test_richardson_lucy.test_one_nan_is_refused_wherever_it_is(rng)
"""


@pytest.mark.parametrize("level", children.other_levels())
def test_levels(level):
    children.output(_LEVEL, timeout=120, BURNISH_ISA=level)


@pytest.mark.parametrize("num_iter", [0, -1, 2**31])
def test_the_number_of_iterations(num_iter):
    with pytest.raises(ValueError, match="num_iter"):
        burnish.richardson_lucy(np.ones((5, 5)), np.ones((3, 3)), num_iter=num_iter)


@pytest.mark.parametrize("shape", [(61, 67), (300, 500), (20, 40, 50)])
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_same_bits_for_any_number_of_workers(boundary, shape, rng):
    psf = rng.random([5] * len(shape))
    image = scene(rng, shape, np.float32)
    results = [
        burnish.richardson_lucy(image, psf, num_iter=5, boundary=boundary, workers=workers)
        for workers in (1, 2, 3, 7)
    ]
    for result in results[1:]:
        checks.assert_same_bits(result, results[0])


@hypothesis.given(st.data())
def test_any_call(data):
    draw = data.draw
    shape = drawing.draw_shape(draw, longest=60)
    ndim = len(shape)
    drawn, channel, rng = drawing.draw_image(draw, shape)
    image = samples.LAYOUTS[draw(st.sampled_from([*samples.LAYOUTS]))](
        scene(rng, drawn.shape, drawn.dtype)
    )
    check(
        image,
        rng.random(draw(st.lists(st.integers(1, 8), min_size=ndim, max_size=ndim))) + 0.01,
        num_iter=draw(st.integers(1, 6)),
        boundary=draw(st.sampled_from(BOUNDARIES)),
        weights=draw(st.sampled_from([None, shares(rng, image.shape)])),
        background=draw(st.sampled_from([0.0, 0.1])),
        channel_axis=channel,
        workers=draw(st.sampled_from([None, 1, 2, 5])),
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_psf_beside_its_centre(dtype, rng):
    # Zeros come in from outside, and nothing is divided by what transforms leave of them.
    psf = np.zeros((5, 5))
    psf[:2, :2] = 1
    check(scene(rng, (40, 53), dtype), psf, num_iter=30)
