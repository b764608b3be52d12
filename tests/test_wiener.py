"""The Wiener filter: the oracle, scikit-image, photographs, and what must always hold."""

from __future__ import annotations

import math

import checks
import children
import drawing
import hypothesis
import numpy as np
import pytest
import samples
from hypothesis import strategies as st
from oracles import wiener as oracle

import burnish

PERIODIC = ("reflect", "zero", "wrap")
# Relative L2: a frame's estimate is where conjugate gradients stop.
_ERROR_IN_FRAMES = 0.05


def blurred(rng: np.random.Generator, shape, psf, dtype, channel_axis=None) -> np.ndarray:
    """Return a blurred picture, some dark and some light in it, and a little noise."""
    light = rng.random(shape) * (rng.random(shape) < 0.7) + 0.05
    image = burnish.convolve(light, psf / psf.sum(), channel_axis=channel_axis)
    image += 0.01 * rng.normal(size=shape)
    return samples.pixels(image, dtype)


def random_penalty(rng: np.random.Generator, ndim: int) -> np.ndarray:
    """Return a penalty that leaves the mean, as those do that one would choose."""
    reg = rng.normal(size=(2,) * ndim)
    return reg - reg.mean()


def check(image, psf, *, workers=None, out=None, **options) -> None:
    before = np.array(image, copy=True)
    result = burnish.wiener(image, psf, workers=workers, out=out, **options)
    answer = oracle.wiener(image, psf, **options)
    bound = checks.DECONVOLVED[checks.computing_dtype(image.dtype)]
    if options.get("boundary", "unknown") == "unknown":
        bound = _ERROR_IN_FRAMES
    checks.assert_near(result, answer, image.dtype, bound)
    checks.assert_same_bits(np.array(image), before)


@pytest.mark.parametrize("boundary", PERIODIC)
@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_periodic_scenes_against_the_oracle(dtype, boundary, rng):
    for shape, size in [
        ((40, 53), (5, 7)),
        ((31, 20), (4, 6)),
        ((200,), (9,)),
        ((9, 17, 20), (3, 4, 5)),
    ]:
        psf = rng.random(size) + 0.05
        image = blurred(rng, shape, psf, dtype)
        for balance in (0.01, 1.0):
            check(image, psf, balance=balance, boundary=boundary)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_frames_against_the_oracle(dtype, rng):
    for shape, size in [
        ((20, 17), (3, 4)),
        ((23, 14), (1, 5)),
        ((14, 9), (4, 1)),
        ((11, 12), (1, 1)),
        ((200,), (9,)),
        ((5, 6, 9), (2, 3, 2)),
        ((1, 40), (1, 5)),
        ((40, 1), (5, 1)),
    ]:
        psf = rng.random(size) + 0.05
        image = blurred(rng, shape, psf, dtype)
        for balance in (0.1, 1.0):
            check(image, psf, balance=balance)
        check(image, psf, balance=0.3, reg=random_penalty(rng, len(shape)))


@pytest.mark.parametrize("boundary", oracle.BOUNDARIES)
def test_a_psf_larger_than_the_image(boundary, rng):
    for shape in [(6, 9), (1, 3)]:
        psf = burnish.psf.gaussian(3.0, size=(23, 20))
        image = blurred(rng, shape, psf, np.float64)
        check(image, psf, balance=1.0, boundary=boundary)
        check(image, np.ones((9, 6)), balance=1.0, boundary=boundary, reg=random_penalty(rng, 2))
        if boundary != "unknown":
            check(image, psf, balance=1.0, boundary=boundary, reg=rng.normal(size=(23, 20)))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(60, 71), (24, 30, 25), (64,)])
def test_scikit_image(shape, dtype, rng):
    restoration = pytest.importorskip("skimage.restoration", reason="scikit-image is missing")
    psf = rng.random((7, 4, 5)[: len(shape)])
    psf /= psf.sum()
    image = blurred(rng, shape, psf, dtype)
    allowed = {"float32": 1e-4, "float64": 1e-9}[dtype]
    for balance in (0.003, 0.1, 10.0):
        ours = burnish.wiener(image, psf, balance=balance, boundary="wrap")
        theirs = restoration.wiener(image, psf.astype(dtype), balance, clip=False)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=allowed * np.abs(theirs).max())


@pytest.mark.parametrize("shape", [(31, 40), (33,), (8, 9, 10)])
def test_a_transfer_function_is_a_psf_of_any_sum(shape, rng):
    psf = rng.random((3, 4, 5)[: len(shape)])
    image = blurred(rng, shape, psf, np.float64)
    response = np.fft.rfftn(oracle.place(psf / psf.sum(), shape))
    options = {"balance": 0.1, "boundary": "wrap"}
    expected = burnish.wiener(image, psf, **options)
    for gain in (1.0, -3.0, 1e-100, 1e100):
        ours = burnish.wiener(
            image, transfer_function=gain * response, balance=0.1 * gain**2, boundary="wrap"
        )
        np.testing.assert_allclose(ours * gain, expected, rtol=0, atol=1e-12)
    for gain in (1e-300, 1e300):
        ours = burnish.wiener(image, transfer_function=gain * response, boundary="wrap")
        narrow = burnish.wiener(
            image.astype(np.float32), transfer_function=gain * response, boundary="wrap"
        )
        assert np.isfinite(ours).all()
        assert not np.isnan(narrow).any()
    together = np.stack([image, 2 * image])
    ours = burnish.wiener(together, transfer_function=response, channel_axis=0, **options)
    np.testing.assert_allclose(ours[1], 2 * expected, rtol=0, atol=1e-12)


def test_what_a_transfer_function_may_be(rng):
    image = rng.random((6, 8))
    right = {"transfer_function": np.ones((6, 5)), "boundary": "wrap"}
    np.testing.assert_allclose(burnish.wiener(image, balance=0, **right), image, rtol=1e-12)
    for match, wrong in {
        "boundary is 'unknown'": {"boundary": "unknown"},
        r"transfer_function has shape \(6, 8\); accepted is \(6, 5\)": {
            "transfer_function": np.ones((6, 8))
        },
        "transfer_function holds NaN": {"transfer_function": np.full((6, 5), np.nan)},
        "all zero": {"transfer_function": np.zeros((6, 5))},
    }.items():
        with pytest.raises(ValueError, match=match):
            burnish.wiener(image, **right | wrong)
    with pytest.raises(TypeError, match="psf and transfer_function: both"):
        burnish.wiener(image, np.ones((3, 3)), **right)
    with pytest.raises(TypeError, match="psf and transfer_function: neither"):
        burnish.wiener(image)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("boundary", PERIODIC)
def test_the_chosen_balance_is_that_of_cross_validation(boundary, dtype, rng):
    for shape in [(60, 71), (300,), (12, 14, 16)]:
        psf = rng.random((3,) * len(shape)) + 0.1
        smooth = burnish.gaussian_filter(rng.normal(size=shape), 1.5, mode="wrap")
        image = burnish.convolve(smooth / smooth.std(), psf / psf.sum(), mode="wrap")
        image = (image + 0.02 * rng.normal(size=shape)).astype(dtype)
        ours = burnish.wiener(image, psf, boundary=boundary)
        balance = oracle.best_balance(image, psf, boundary=boundary)
        answer = oracle.wiener(image, psf, balance=balance, boundary=boundary)
        assert np.linalg.norm(ours - answer) < 1e-3 * np.linalg.norm(answer)


def test_no_unit_of_the_penalty_changes_the_chosen_balance(rng):
    psf = burnish.psf.gaussian(1.5)
    image = blurred(rng, (40, 50), psf, np.float32)
    expected = burnish.wiener(image, psf)
    for scale in (2.0**-300, 2.0**300, -1.0):
        ours = burnish.wiener(image, psf, reg=scale * oracle.laplacian(2))
        checks.assert_same_bits(ours, expected)


def psnr_at_edges(truth: np.ndarray, estimate: np.ndarray) -> float:
    error = (truth - estimate) ** 2
    error[16:-16, 16:-16] = 0
    share = 1 - (error.shape[0] - 32) * (error.shape[1] - 32) / error.size
    return -10 * math.log10(error.mean() / share)


@pytest.mark.parametrize("noise", [0.005, 0.02])
@pytest.mark.parametrize(
    "psf", [burnish.psf.motion(15, angle=30), burnish.psf.disk(4), burnish.psf.gaussian(2.0)]
)
def test_defaults_on_a_photograph_beat_what_is_best_where_it_repeats(psf, noise, rng):
    data = pytest.importorskip("skimage.data", reason="scikit-image is missing")
    whole = data.camera()[:300, 150:400] / 255
    frame = np.s_[20:-20, 20:-20]
    truth = whole[frame]
    image = burnish.convolve(whole, psf)[frame] + noise * rng.normal(size=truth.shape)
    ours = burnish.wiener(image, psf)
    grid = 10.0 ** np.arange(-4, 2)
    given = [burnish.wiener(image, psf, balance=balance) for balance in grid]
    periodic = [burnish.wiener(image, psf, balance=b, boundary="wrap") for b in grid]

    def psnr(estimate):
        return burnish.psnr(truth, estimate, data_range=1)

    assert psnr(ours) > max(map(psnr, given)) - 0.3
    assert psnr(ours) > max(map(psnr, periodic)) + 0.5
    edges = [psnr_at_edges(truth, estimate) for estimate in periodic]
    assert psnr_at_edges(truth, ours) > max(edges) + 0.5


@pytest.mark.parametrize("balance", [None, 0.1])
@pytest.mark.parametrize("boundary", oracle.BOUNDARIES)
def test_channels(boundary, balance, rng):
    for shape in [(41,), (30, 41), (7, 9, 11)]:
        psf = rng.random((3, 4, 5)[: len(shape)])
        image = blurred(rng, (*shape, 3), psf, np.float32, -1)
        image *= np.float32([1, 1e-20, 1e30])
        options = {"boundary": boundary, "balance": balance}
        together = burnish.wiener(image, psf, channel_axis=-1, **options)
        for channel in range(3):
            alone = burnish.wiener(image[..., channel], psf, **options)
            checks.assert_same_bits(np.ascontiguousarray(together[..., channel]), alone)


@pytest.mark.parametrize("balance", [None, 0.1])
@pytest.mark.parametrize("boundary", oracle.BOUNDARIES)
@pytest.mark.parametrize("scale", [2.0**-100, 2.0**100])
def test_a_power_of_two_comes_out_again(scale, boundary, balance, rng):
    psf = burnish.psf.gaussian(1.5)
    image = blurred(rng, (40, 50), psf, np.float32)
    options = {"boundary": boundary, "balance": balance}
    ours = burnish.wiener(image * np.float32(scale), psf, **options)
    checks.assert_same_bits(ours, burnish.wiener(image, psf, **options) * np.float32(scale))


@pytest.mark.parametrize("boundary", oracle.BOUNDARIES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_ends_of_the_range(dtype, boundary):
    psf = burnish.psf.gaussian(1.5)
    info = np.finfo(dtype)
    for value in (info.max, info.max / 3, info.tiny, -info.max / 3):
        image = np.full((50, 70), value, dtype)
        for balance in (None, 0.1):
            estimate = burnish.wiener(image, psf, boundary=boundary, balance=balance)
            if boundary == "zero":  # which has an edge
                continue
            fits = np.isfinite(estimate)
            assert fits.all() or value == info.max  # which rounding may go beyond
            np.testing.assert_allclose(estimate[fits], value, rtol=1e-4)


@pytest.mark.parametrize("balance", [0.0, 5e-324, 1e-30, 1e30, 1.7e308])
@pytest.mark.parametrize("boundary", oracle.BOUNDARIES)
def test_any_balance_gives_numbers(boundary, balance, rng):
    psf = burnish.psf.disk(3)
    for dtype in (np.float32, np.float64):
        image = blurred(rng, (30, 41), psf, dtype)
        estimate = burnish.wiener(image, psf, boundary=boundary, balance=balance)
        assert np.isfinite(estimate).all()
    if balance > 1 and boundary != "zero":
        # All but what the Laplacian does not see is gone.
        np.testing.assert_allclose(estimate, estimate.mean(), rtol=1e-3)


@pytest.mark.parametrize("balance", [None, 0.1])
@pytest.mark.parametrize("boundary", oracle.BOUNDARIES)
@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8"])
def test_zeros_stay_zeros(dtype, boundary, balance):
    black = np.zeros((40, 50), dtype)
    estimate = burnish.wiener(black, burnish.psf.disk(3), boundary=boundary, balance=balance)
    assert not estimate.any()


@pytest.mark.parametrize("balance", [None, 0.1])
@pytest.mark.parametrize("boundary", oracle.BOUNDARIES)
def test_one_value_that_is_not_finite_is_refused_wherever_it_is(boundary, balance, rng):
    for value, place in [(np.nan, (0, 0)), (np.inf, (39, 49)), (-np.inf, (17, 1))]:
        for dtype in ("float16", "float32", "float64"):
            image = rng.random((40, 50)).astype(dtype)
            image[place] = value
            with pytest.raises(ValueError, match="image holds NaN or infinity"):
                burnish.wiener(image, burnish.psf.disk(2), boundary=boundary, balance=balance)
    with pytest.raises(ValueError, match="image holds NaN or infinity"):
        burnish.wiener(np.full((5, 6), np.nan), np.ones((3, 3)), boundary=boundary, balance=balance)


@pytest.mark.parametrize("boundary", oracle.BOUNDARIES)
def test_no_blur_and_no_penalty_to_speak_of_give_the_image(boundary, rng):
    image = rng.random((33, 47))
    for shape in [(1, 1), (1, 3), (3, 1)]:
        psf = np.zeros(shape)
        psf[shape[0] // 2, shape[1] // 2] = 5
        ours = burnish.wiener(image, psf, balance=1e-13, boundary=boundary)
        np.testing.assert_allclose(ours, image, rtol=0, atol=1e-11)


@pytest.mark.parametrize("boundary", oracle.BOUNDARIES)
def test_out(boundary, rng):
    psf = burnish.psf.gaussian(1.0)
    image = blurred(rng, (50, 60, 3), psf, np.float32, -1)
    options = {"balance": 0.1, "boundary": boundary, "channel_axis": 2}
    expected = burnish.wiener(image, psf, **options)
    for layout in samples.OUT_LAYOUTS:
        out = samples.LAYOUTS[layout](np.zeros_like(image))
        assert burnish.wiener(image, psf, out=out, **options) is out
        checks.assert_same_bits(out, expected)


def test_every_small_size(rng):
    for size in (*range(1, 35), 64, 67):
        for shape in ((size,), (size, 5), (3, size), (2, 3, size)):
            psf = rng.random((3, 2, 4)[: len(shape)]) + 0.1
            for boundary in PERIODIC:
                check(rng.random(shape), psf, balance=0.1, boundary=boundary)
            if np.prod(shape) < 60:
                check(rng.random(shape), psf, balance=1.0)


_LEVEL = """
    import numpy as np
    import test_wiener

    rng = np.random.default_rng(20261122)
    for dtype in ("float32", "float64"):
        for boundary in test_wiener.PERIODIC:
            test_wiener.test_periodic_scenes_against_the_oracle(dtype, boundary, rng)
            test_wiener.test_one_value_that_is_not_finite_is_refused_wherever_it_is(
                boundary, None, rng
            )
            test_wiener.test_the_chosen_balance_is_that_of_cross_validation(boundary, dtype, rng)
        test_wiener.test_frames_against_the_oracle(dtype, rng)
    for boundary in test_wiener.oracle.BOUNDARIES:
        test_wiener.test_a_psf_larger_than_the_image(boundary, rng)
        test_wiener.test_zeros_stay_zeros("float32", boundary, None)
    test_wiener.test_every_small_size(rng)
"""


@pytest.mark.parametrize("level", children.other_levels())
def test_levels(level):
    children.output(_LEVEL, timeout=120, BURNISH_ISA=level)


@pytest.mark.parametrize("shape", [(61, 67), (300, 500), (20, 40, 50), (3000,)])
@pytest.mark.parametrize("balance", [None, 0.1])
@pytest.mark.parametrize("boundary", oracle.BOUNDARIES)
def test_same_bits_for_any_number_of_workers(boundary, balance, shape, rng):
    psf = rng.random([5] * len(shape))
    image = blurred(rng, shape, psf, np.float32)
    results = [
        burnish.wiener(image, psf, balance=balance, boundary=boundary, workers=workers)
        for workers in (1, 2, 3, 7)
    ]
    for result in results[1:]:
        checks.assert_same_bits(result, results[0])


@hypothesis.given(st.data())
def test_any_call(data):
    draw = data.draw
    boundary = draw(st.sampled_from(oracle.BOUNDARIES))
    # Frames are judged by dense matrices.
    longest = 60 if boundary != "unknown" else 8
    shape = drawing.draw_shape(draw, longest=longest)
    if boundary == "unknown":
        shape = [min(size, (40, 9, 5)[len(shape) - 1]) for size in shape]
    ndim = len(shape)
    drawn, channel, rng = drawing.draw_image(draw, shape)
    psf = rng.random(draw(st.lists(st.integers(1, 4), min_size=ndim, max_size=ndim))) + 0.1
    image = samples.LAYOUTS[draw(st.sampled_from([*samples.LAYOUTS]))](
        blurred(rng, drawn.shape, psf, drawn.dtype, channel)
    )
    hypothesis.assume(image.any())
    check(
        image,
        psf,
        balance=draw(st.sampled_from([0.3, 1.0, 10.0])),
        reg=draw(st.none() | st.just(random_penalty(rng, ndim))),
        boundary=boundary,
        channel_axis=channel,
        workers=draw(st.sampled_from([None, 1, 2, 5])),
    )


def test_memory_is_little_more_than_the_image():
    # What Notes promise, in a child whose peak is its own.
    call = """
        import resource
        import numpy as np
        import burnish

        image = np.random.default_rng(0).random((4000, 4000), dtype=np.float32)
        out = np.ones_like(image)
        psf = burnish.psf.gaussian(2.0)
        burnish.wiener(image[:99, :99], psf)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        burnish.wiener(image, psf, balance=0.1, boundary="wrap", out=out)
        periodic = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        burnish.clear_cache()
        burnish.wiener(image, psf, balance=10.0, out=out)
        frame = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        size = image.nbytes / 1024
        print((periodic - before) / size, (frame - before) / size)
    """
    periodic, frame = map(float, children.output(call, timeout=60).split())
    assert periodic < 1.3
    assert frame < 2.0
