"""Unsupervised Wiener: the oracle, scikit-image, and what must always hold."""

from __future__ import annotations

import checks
import children
import drawing
import hypothesis
import numpy as np
import pytest
import samples
from hypothesis import strategies as st
from oracles import unsupervised_wiener as oracle

import burnish
from burnish import _core

LEVELS = burnish.show_config(mode="dicts")["instruction_sets"]
_EPSILON = {"float32": 2.0**-23, "float64": 2.0**-52}


def scene(rng: np.random.Generator, shape, dtype=np.float64) -> np.ndarray:
    """Return a smooth picture on a bright ground, with noise."""
    dtype = np.dtype(dtype)
    light = rng.normal(size=shape)
    for axis in range(light.ndim):
        light = sum(np.roll(light, shift, axis) for shift in range(-2, 3)) / 2
    light = light + 3 + 0.05 * rng.normal(size=shape)
    if dtype.kind == "f":
        return light.astype(dtype)
    return np.clip(light * 10, 0, 100).astype(dtype)


def settings(image, psf, seed, reg=None) -> dict:
    """Return what the oracle needs to draw what we draw from a seed."""
    in_double = checks.computing_dtype(image.dtype) == "float64"
    rng = np.random.default_rng(seed)
    key = int(rng.integers(2**64, dtype=np.uint64))
    most = float(np.abs(image.astype(np.float64)).max())
    unit = 2.0 ** np.floor(np.log2(most)) if most else 1.0
    kernel = oracle.laplacian(image.ndim) if reg is None else np.asarray(reg, np.float64)
    kernel_unit = 2.0 ** np.floor(np.log2(np.abs(kernel).max()))
    epsilon = _EPSILON[checks.computing_dtype(image.dtype)]
    start = np.clip(1e4 * unit**2 / max(image.var(dtype=np.float64), 1e-300), epsilon, epsilon**-2)
    start /= unit**2

    def draw_normals(iteration):
        return oracle.normals(image.shape, key, iteration, in_double=in_double)

    return {
        "psf": psf,
        # The oracle keeps both within the same bounds.
        "reg": kernel / kernel_unit,
        "start": (start, start),
        "draw_gamma": rng.standard_gamma,
        "draw_normals": draw_normals,
        "precisions": (epsilon / unit**2, epsilon**-2 / unit**2),
    }


def check(image, psf, *, seed=0, reg=None, bound=None, **options) -> None:
    before = np.array(image, copy=True)
    own = {key: options.pop(key) for key in ("workers", "out") if key in options}
    ours, chains = burnish.unsupervised_wiener(
        image, psf, rng=seed, reg=reg, return_chains=True, **own, **options
    )
    checks.assert_same_bits(np.array(image), before)
    image = np.array(image, image.dtype.newbyteorder("="))
    expected, theirs = oracle.unsupervised_wiener(
        image, **settings(image, psf, seed, reg), **options
    )
    kind = checks.computing_dtype(image.dtype)
    bound = checks.DECONVOLVED[kind] if bound is None else bound
    assert len(chains["noise"]) == len(theirs["noise"])
    np.testing.assert_allclose(chains["noise"], theirs["noise"], rtol=10 * bound)
    kernel = oracle.laplacian(image.ndim) if reg is None else np.asarray(reg)
    unit = 2.0 ** np.floor(np.log2(np.abs(kernel).max()))
    np.testing.assert_allclose(chains["prior"] * unit**2, theirs["prior"], rtol=10 * bound)
    checks.assert_answer(ours, expected, image.dtype, bound * np.abs(expected).max())


def skimages_weights(shape):
    """Return how scikit-image counts frequencies."""
    count = np.full((*shape[:-1], shape[-1] // 2 + 1), 2.0)
    count[..., 0] = 1
    return count if shape[0] != count.shape[1] else np.ones_like(count)


def blurred(rng, shape) -> tuple[np.ndarray, np.ndarray]:
    psf = burnish.psf.gaussian(1.5, size=(7, 5))
    light = np.cumsum(np.cumsum(rng.normal(size=shape), 0), 1)
    light -= light.mean()
    light = burnish.convolve(light / light.std(), psf, mode="wrap")
    image = light + 0.05 * rng.normal(size=shape)
    return (image - image.mean()) / image.std() + 1, psf


@pytest.mark.parametrize("shape", [(40, 51), (33, 64), (31, 31), (17, 32)])
def test_the_oracle_means_what_scikit_image_means(shape, rng):
    restoration = pytest.importorskip("skimage.restoration", reason="scikit-image is missing")
    image, psf = blurred(rng, shape)
    theirs, chains = restoration.unsupervised_wiener(image, psf, clip=False, rng=7)
    draws = np.random.default_rng(7)
    half = (shape[0], shape[1] // 2 + 1)
    expected, own = oracle.unsupervised_wiener(
        image,
        psf,
        start=(1, 1),
        weights=skimages_weights,
        draw_gamma=draws.standard_gamma,
        draw_normals=lambda _: draws.standard_normal(half) + 1j * draws.standard_normal(half),
    )
    np.testing.assert_allclose(own["noise"], chains["noise"], rtol=1e-9)
    np.testing.assert_allclose(own["prior"], chains["prior"], rtol=1e-9)
    np.testing.assert_allclose(expected, theirs, rtol=0, atol=1e-10)


@pytest.mark.parametrize("shape", [(40, 51), (34, 65), (64, 31)])
def test_scikit_image_with_its_draws(shape, rng, monkeypatch):
    # An odd width, which has no middle column; a Laplacian of scale 1 and an image of 100, so that
    # our chains start where theirs do.
    restoration = pytest.importorskip("skimage.restoration", reason="scikit-image is missing")
    image, psf = blurred(rng, shape)
    image *= 100
    reg = oracle.laplacian(2) / 4
    draws = np.random.default_rng(7)
    half = (2, shape[0], shape[1] // 2 + 1)
    step = _core.unsupervised_wiener_step

    def step_with_their_draws(chain, noise, prior, key, iteration, counts, compares, _, workers):
        normals = np.stack([draws.standard_normal(half[1:]) for _ in range(2)])
        return step(chain, noise, prior, key, iteration, counts, compares, normals, workers)

    monkeypatch.setattr(_core, "unsupervised_wiener_step", step_with_their_draws)
    ours, own = burnish.unsupervised_wiener(image, psf, reg=reg, rng=draws, return_chains=True)
    again = np.random.default_rng(7)
    again.integers(2**64, dtype=np.uint64)  # our key
    theirs, chains = restoration.unsupervised_wiener(image, psf, reg=reg, clip=False, rng=again)
    assert len(own["noise"]) == len(chains["noise"]) > 32
    np.testing.assert_allclose(own["noise"], chains["noise"], rtol=1e-9)
    np.testing.assert_allclose(own["prior"], chains["prior"], rtol=1e-9)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9 * np.abs(theirs).max())


@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_the_oracle(dtype, rng):
    options = {"threshold": 0, "burnin": 3, "max_num_iter": 9}
    for shape, size in [
        ((40, 53), (5, 7)),
        ((31, 64), (4, 6)),
        ((200,), (9,)),
        ((6, 10, 24), (3, 4, 5)),
        ((5, 9, 17), (2, 3, 3)),
    ]:
        psf = rng.random(size) + 0.05
        check(scene(rng, shape, dtype), psf, **options)
    reg = rng.normal(size=(3, 2))
    check(scene(rng, (24, 30), dtype), np.ones((3, 3)), reg=reg * 1e9, **options)


def test_the_end_is_that_of_the_oracle(rng):
    image, psf = blurred(rng, (48, 50))
    for options in ({}, {"threshold": 1e-2, "min_num_iter": 0, "burnin": 0}, {"threshold": 3e-5}):
        check(image, psf, seed=3, **options)


def test_a_psf_larger_than_the_image(rng):
    psf = burnish.psf.gaussian(4.0, size=(35, 40))
    check(scene(rng, (12, 15)), psf, threshold=0, max_num_iter=20)


def z_scores(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return by how many standard errors the means of two sets of runs differ, pixel by pixel."""
    error = np.sqrt(one.var(0, ddof=1) / len(one) + other.var(0, ddof=1) / len(other))
    return (one.mean(0) - other.mean(0)) / error


def test_twenty_seeds_against_scikit_image(rng):
    # Both means are of the same distribution: of 20 and 20 runs the differences over their
    # standard errors follow Student's t, with a variance of 38 / 36.
    restoration = pytest.importorskip("skimage.restoration", reason="scikit-image is missing")
    image, psf = blurred(rng, (36, 45))
    options = {"burnin": 40, "min_num_iter": 150, "max_num_iter": 150}
    reg = oracle.laplacian(2)
    ours, noise = zip(
        *(
            burnish.unsupervised_wiener(
                image, psf, rng=seed, reg=reg, return_chains=True, **options
            )
            for seed in range(20)
        ),
        strict=True,
    )
    theirs, chains = zip(
        *(
            restoration.unsupervised_wiener(
                image, psf, clip=False, rng=100 + seed, reg=reg, user_params=options
            )
            for seed in range(20)
        ),
        strict=True,
    )
    z = z_scores(np.array(ours), np.array(theirs))
    assert abs(np.mean(z**2) - 38 / 36) < 0.3
    assert np.abs(z).max() < 6
    assert np.mean(np.abs(z) > 3) < 0.02
    for name in ("noise", "prior"):
        our_means, their_means = (
            np.array([np.mean(each[name][41:]) for each in runs]) for runs in (noise, chains)
        )
        assert abs(z_scores(our_means, their_means)) < 3


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(30, 36), (45,), (4, 9, 10)])
def test_the_exact_posterior_where_the_precisions_are_known(shape, dtype, rng):
    image = scene(rng, shape, dtype)
    psf = rng.random((3, 4, 3)[: len(shape)])
    psf /= psf.sum()
    reg = oracle.laplacian(len(shape))
    origins = (0,) * len(shape)
    turned = np.flip(psf).copy()
    turned_origins = tuple(-((size + 1) % 2) for size in psf.shape)
    chain = _core.unsupervised_wiener_start(
        image, turned, turned_origins, reg, origins, False, None, 0
    )
    unit, variance = _core.unsupervised_wiener_scale(chain)
    assert variance * unit**2 == pytest.approx(image.var(dtype=np.float64), rel=1e-4)
    noise, prior, count = 40.0, 3.0, 200
    for iteration in range(count):
        _core.unsupervised_wiener_step(
            chain, noise * unit**2, prior * unit**2, 5, iteration, True, False, None, 0
        )
    mean = _core.unsupervised_wiener_mean(chain, 0)

    blur = oracle.transfer(psf, shape)
    precision = noise * np.abs(blur) ** 2 + prior * np.abs(oracle.transfer(reg, shape)) ** 2
    exact = noise * blur.conj() * np.fft.rfftn(image.astype(np.float64), norm="ortho") / precision
    off = np.fft.rfftn(mean.astype(np.float64), norm="ortho") - exact
    # Each frequency's own error is known: 1 / precision in all over the samples.
    z_squared = oracle.weights(shape) * np.abs(off) ** 2 * precision * count
    assert abs(z_squared.sum() / image.size - 1) < 4 * (2 / image.size) ** 0.5
    assert np.sqrt(np.max(z_squared / 2)) < 5


def test_channels(rng):
    psf = burnish.psf.gaussian(1.0)
    image = scene(rng, (30, 41, 3), np.float32)
    image *= np.float32([1, 1e-20, 1e30])
    for axis in (2, 0, 1):
        stacked = np.moveaxis(image, 2, axis)
        together, chains = burnish.unsupervised_wiener(
            stacked, psf, rng=5, channel_axis=axis, return_chains=True
        )
        draws = np.random.default_rng(5)
        for channel in range(3):
            alone, own = burnish.unsupervised_wiener(
                image[..., channel], psf, rng=draws, return_chains=True
            )
            one = np.ascontiguousarray(np.moveaxis(together, axis, 2)[..., channel])
            checks.assert_same_bits(one, alone)
            for name in ("noise", "prior"):
                checks.assert_same_bits(chains[name][channel], own[name])


@pytest.mark.parametrize("exponent", [-100, 7, 100])
def test_a_power_of_two_comes_out_again(exponent, rng):
    psf = burnish.psf.gaussian(1.5)
    image = scene(rng, (40, 50), np.float32)
    ours, chains = burnish.unsupervised_wiener(image, psf, rng=1, return_chains=True)
    scaled, own = burnish.unsupervised_wiener(
        np.ldexp(image, exponent), psf, rng=1, return_chains=True
    )
    checks.assert_same_bits(scaled, np.ldexp(ours, exponent))
    for name in ("noise", "prior"):
        checks.assert_same_bits(own[name], np.ldexp(chains[name], -2 * exponent))
    reg = np.ldexp(oracle.laplacian(2), exponent)
    same, own = burnish.unsupervised_wiener(image, psf, reg=reg, rng=1, return_chains=True)
    checks.assert_same_bits(same, ours)
    checks.assert_same_bits(own["noise"], chains["noise"])
    checks.assert_same_bits(own["prior"], np.ldexp(chains["prior"], -2 * exponent))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_ends_of_the_range(dtype):
    info = np.finfo(dtype)
    for value in (info.max / 2, info.max, info.tiny, info.smallest_subnormal):
        image = np.full((50, 70), value, dtype)
        ours = burnish.unsupervised_wiener(image, burnish.psf.gaussian(1.5), rng=1)
        fits = np.isfinite(ours)
        assert fits.all() or value == info.max  # which rounding may go beyond
        np.testing.assert_allclose(
            ours[fits], value, rtol=40 * info.eps, atol=info.smallest_subnormal
        )


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64", "int64"])
@pytest.mark.parametrize("shape", [(1,), (2,), (1, 1), (2, 2), (1, 1, 1), (40, 50), (3, 7, 11)])
def test_an_image_of_one_value_stays_what_it_is(shape, dtype):
    psf = np.ones((3,) * len(shape))
    for value in (0, 1, 100, 77):
        image = np.full(shape, value, dtype)
        ours, chains = burnish.unsupervised_wiener(image, psf, rng=1, return_chains=True)
        if image.size > 20:
            np.testing.assert_allclose(ours, image, rtol=1e-6)
        assert np.isfinite(np.asarray(ours, np.float64)).all()
        if value == 0:
            np.testing.assert_array_equal(ours, 0)
            assert np.isinf(chains["noise"]).all()
        else:
            assert np.isfinite(chains["noise"]).all()
            assert np.isfinite(chains["prior"]).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_neither_blur_nor_prior_tells_is_zero(dtype, rng):
    # Along the columns, of which every second frequency is lost, no prior says anything.
    image = scene(rng, (40, 48), dtype)
    psf = np.ones((1, 2))
    reg = np.array([[1.0], [-1.0]])
    ours = burnish.unsupervised_wiener(image, psf, reg=reg, rng=1)
    assert np.isfinite(ours).all()
    lost = np.fft.rfft2(ours.astype(np.float64))[0, 24]
    assert abs(lost) < 1e-4 * np.abs(ours).sum()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_is_refused(value, rng):
    for dtype in ("float16", "float32", "float64"):
        for place in [(0, 0), (39, 49), (17, 1)]:
            image = scene(rng, (40, 50), dtype)
            image[place] = value
            with pytest.raises(ValueError, match="image holds NaN or infinity"):
                burnish.unsupervised_wiener(image, burnish.psf.disk(2))
    with pytest.raises(ValueError, match="image holds NaN or infinity"):
        burnish.unsupervised_wiener(np.full((5, 6), value), np.ones((3, 3)))


def test_a_blurred_photograph_gets_better(rng):
    data = pytest.importorskip("skimage.data", reason="scikit-image is missing")
    photograph = data.camera()[100:400, 150:450].astype(np.float32)
    psf = burnish.psf.disk(4)
    noisy = burnish.convolve(photograph, psf, mode="wrap")
    noisy += 2 * rng.standard_normal(noisy.shape).astype(np.float32)
    restored, chains = burnish.unsupervised_wiener(noisy, psf, rng=1, return_chains=True)
    before = burnish.psnr(photograph, noisy, data_range=255)
    assert burnish.psnr(photograph, restored, data_range=255) > before + 2
    assert chains["noise"][-1] ** -0.5 == pytest.approx(2, rel=0.05)
    rounded = burnish.unsupervised_wiener(np.clip(noisy.round(), 0, 255).astype(np.uint8), psf)
    assert rounded.dtype == np.uint8
    assert burnish.psnr(photograph.astype(np.uint8), rounded) > before + 2


def test_seeds_and_generators(rng):
    psf = burnish.psf.disk(1)
    image = scene(rng, (20, 30))
    first = burnish.unsupervised_wiener(image, psf, rng=3)
    for seed in (3, np.int64(3), np.random.default_rng(3)):
        checks.assert_same_bits(burnish.unsupervised_wiener(image, psf, rng=seed), first)
    others = [burnish.unsupervised_wiener(image, psf, rng=each) for each in (4, 2**64, None, None)]
    for one in others:
        assert all(one is other or (one != other).any() for other in [first, *others])


def test_callback(rng):
    psf = burnish.psf.disk(1)
    image = scene(rng, (20, 30), np.float32)
    seen = []

    def watch(iteration, sample):
        seen.append((iteration, sample))

    expected = burnish.unsupervised_wiener(image, psf, rng=3, max_num_iter=25)
    ours = burnish.unsupervised_wiener(image, psf, rng=3, max_num_iter=25, callback=watch)
    checks.assert_same_bits(ours, expected)
    assert [iteration for iteration, _ in seen] == list(range(25))
    for _, sample in seen:
        assert sample.shape == image.shape
        assert sample.dtype == np.float32
        assert not sample.flags.writeable
    mean = np.mean([sample for _, sample in seen[16:]], axis=0)
    np.testing.assert_allclose(ours, mean, rtol=0, atol=1e-5)


@pytest.mark.parametrize("last", [0, 5, 15, 16, 20])
def test_a_callback_ends_the_samples(last, rng):
    psf = burnish.psf.disk(1)
    image = scene(rng, (20, 30))
    seen = []

    def stop(iteration, sample):
        seen.append(sample)
        return iteration == last

    ours, chains = burnish.unsupervised_wiener(image, psf, rng=3, callback=stop, return_chains=True)
    assert len(seen) == last + 1
    assert len(chains["noise"]) == last + 2
    mean = np.mean(seen[16:], axis=0) if last > 15 else seen[-1]
    np.testing.assert_allclose(ours, mean, rtol=1e-12)


def test_a_callbacks_error_comes_out():
    def fail(iteration, sample):
        raise RuntimeError("from inside")

    with pytest.raises(RuntimeError, match="from inside"):
        burnish.unsupervised_wiener(np.ones((9, 9)), np.ones((3, 3)), callback=fail)


def test_out(rng):
    psf = burnish.psf.gaussian(1.0)
    image = scene(rng, (50, 60, 3), np.float32)
    options = {"rng": 3, "channel_axis": 2, "max_num_iter": 18}
    expected = burnish.unsupervised_wiener(image, psf, **options)
    for layout in samples.OUT_LAYOUTS:
        out = samples.LAYOUTS[layout](np.zeros_like(image))
        assert burnish.unsupervised_wiener(image, psf, out=out, **options) is out
        checks.assert_same_bits(out, expected)


_LEVEL = """
    import numpy as np
    import test_normals
    import test_unsupervised_wiener as tests

    rng = np.random.default_rng(20261122)
    for dtype in ("float32", "float64"):
        for shape in test_normals.SHAPES:
            test_normals.test_the_normals_are_those_of_the_oracle(shape, dtype)
        tests.test_what_neither_blur_nor_prior_tells_is_zero(dtype, rng)
        tests.test_an_image_of_one_value_stays_what_it_is((40, 50), dtype)
        tests.test_the_exact_posterior_where_the_precisions_are_known((30, 36), dtype, rng)
    for dtype in ("uint8", "float32", "float64"):
        tests.test_the_oracle(dtype, rng)
    for size in (*range(1, 35), 64, 67):
        for shape in ((size,), (size, 5), (3, size), (2, 3, size)):
            if np.prod(shape) < 8:
                continue
            psf = rng.random((3, 2, 4)[: len(shape)])
            tests.check(tests.scene(rng, shape), psf, threshold=0, burnin=1, max_num_iter=4,
                        bound=1e-7)
    tests.test_a_power_of_two_comes_out_again(-100, rng)
    tests.test_the_end_is_that_of_the_oracle(rng)
"""


@pytest.mark.parametrize("level", LEVELS)
def test_levels(level):
    children.output(_LEVEL, timeout=120, BURNISH_ISA=level)


@pytest.mark.parametrize("shape", [(61, 67), (300, 500), (20, 40, 50), (3000,)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_same_bits_for_any_number_of_workers(dtype, shape, rng):
    psf = rng.random([5] * len(shape))
    image = scene(rng, shape, dtype)
    results = [
        burnish.unsupervised_wiener(
            image, psf, rng=1, max_num_iter=20, workers=workers, return_chains=True
        )
        for workers in (1, 2, 3, 7)
    ]
    for result, chains in results[1:]:
        checks.assert_same_bits(result, results[0][0])
        for name in ("noise", "prior"):
            checks.assert_same_bits(chains[name], results[0][1][name])


@pytest.mark.parametrize(
    "options",
    [
        {"burnin": 199},
        {"burnin": 0, "max_num_iter": 1},
        {"max_num_iter": 16},
        {"max_num_iter": 2**31},
    ],
)
def test_at_least_one_sample_counts(options):
    with pytest.raises(ValueError, match=r"burnin|max_num_iter"):
        burnish.unsupervised_wiener(np.ones((5, 5)), np.ones((3, 3)), **options)


@hypothesis.given(st.data())
def test_any_call(data):
    draw = data.draw
    shape = drawing.draw_shape(draw, longest=40)
    ndim = len(shape)
    drawn, channel, rng = drawing.draw_image(draw, shape)
    image = samples.LAYOUTS[draw(st.sampled_from([*samples.LAYOUTS]))](
        scene(rng, drawn.shape, drawn.dtype)
    )
    psf = rng.random(draw(st.lists(st.integers(1, 8), min_size=ndim, max_size=ndim))) + 0.01
    burnin = draw(st.integers(0, 3))
    options = {
        "rng": draw(st.integers(0, 2**70)),
        "burnin": burnin,
        "max_num_iter": draw(st.integers(burnin + 2, 8)),
        "channel_axis": channel,
    }
    one = burnish.unsupervised_wiener(image, psf, **options)
    other = burnish.unsupervised_wiener(image, psf, workers=3, **options)
    assert one.shape == image.shape
    assert one.dtype == checks.result_dtype(image.dtype)
    assert np.isfinite(one.astype(np.float64)).all()
    checks.assert_same_bits(one, other)
