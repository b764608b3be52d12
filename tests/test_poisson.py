"""denoise_poisson: around any denoiser, its own default, and what it is worth."""

from __future__ import annotations

import checks
import numpy as np
import pytest
import samples
from oracles import anscombe as oracle
from oracles.convolution import as_result
from scipy import ndimage

import burnish


def as_it_is(image, sigma):
    assert sigma == 1.0
    return image


def smooth(image, sigma):
    return ndimage.uniform_filter(image, 5)


def scene(shape=(96, 128)) -> np.ndarray:
    y, x = np.indices(shape)
    steps = 1 + 9.0 * ((x // 16 + y // 24) % 4)
    return steps + 3 * np.sin(x / 7.0) ** 2


@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_a_denoiser_that_does_nothing_shows_the_two_transforms(dtype, rng):
    image = rng.poisson(scene((20, 30))).astype(dtype)
    result = burnish.denoise_poisson(image, as_it_is, gain=1.0, sigma=0.5)
    stabilised = oracle.anscombe(image.astype(np.float64), sigma=0.5)
    exact = burnish.inverse_anscombe(stabilised, sigma=0.5)
    checks.assert_answer(result, exact, dtype, 1e-4)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "int64", "uint64"])
def test_integers_are_rounded_and_saturated(dtype):
    info = np.iinfo(dtype)
    image = np.full((4, 6), 50, dtype)
    values = np.array([0.2, 0.5, 1.5, 2.5, 99.7, float(info.max) * 4])

    def denoiser(stabilised, sigma):
        return np.broadcast_to(values, stabilised.shape)

    result = burnish.denoise_poisson(image, denoiser, gain=0.0, sigma=1.0)
    np.testing.assert_array_equal(result[0], as_result(values, dtype))
    low = burnish.denoise_poisson(image, lambda each, sigma: -each * 1e30, gain=0.0, sigma=1.0)
    assert (low == info.min).all()


def test_the_denoiser_sees_noise_of_deviation_1(rng):
    seen = []

    def denoiser(image, sigma):
        seen.append((image, sigma))
        return image

    image = 3 * rng.poisson(scene() * 10) + rng.normal(100, 4, scene().shape)
    burnish.denoise_poisson(image, denoiser, gain=3.0, sigma=4.0, offset=100.0)
    (stabilised, sigma), *more = seen
    assert not more
    assert sigma == 1.0
    assert stabilised.shape == image.shape
    assert burnish.estimate_sigma(stabilised) == pytest.approx(1, rel=0.1)


def test_the_mean_is_kept(rng):
    image = rng.poisson(2.0, (100, 120)).astype(np.float32)
    result = burnish.denoise_poisson(
        image, lambda each, sigma: np.full_like(each, each.mean()), gain=1.0
    )
    np.testing.assert_allclose(result, image.mean(), rtol=0.01)


def test_the_default_is_non_local_means(rng):
    image = rng.poisson(scene()).astype(np.float32)
    expected = burnish.denoise_poisson(image, burnish.denoise_nl_means, gain=1.0)
    checks.assert_same_bits(burnish.denoise_poisson(image, gain=1.0), expected)
    colour = np.stack([image, 2 * image, 5 * image], axis=1)
    gains = (1.0, 2.0, 5.0)
    expected = burnish.denoise_poisson(
        colour,
        lambda each, sigma: burnish.denoise_nl_means(each, sigma=sigma, channel_axis=1),
        gain=gains,
        channel_axis=1,
    )
    result = burnish.denoise_poisson(colour, gain=gains, channel_axis=1)
    checks.assert_same_bits(result, expected)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_channels_are_stabilised_on_their_own(axis, rng):
    planes = [
        gain * rng.poisson(scene() / gain) + offset for gain, offset in ((0.5, 3.0), (4.0, 9.0))
    ]
    options = {"gain": [0.5, 4.0], "sigma": 0.2, "offset": [3.0, 9.0]}
    result = burnish.denoise_poisson(
        np.stack(planes, axis),
        lambda each, sigma: np.stack(
            [smooth(plane, sigma) for plane in np.moveaxis(each, axis, 0)], axis
        ),
        channel_axis=axis,
        **options,
    )
    expected = [
        burnish.denoise_poisson(plane, smooth, gain=gain, sigma=0.2, offset=offset)
        for plane, gain, offset in zip(planes, (0.5, 4.0), (3.0, 9.0), strict=True)
    ]
    checks.assert_same_bits(result, np.stack(expected, axis))


def test_none_estimates_the_noise(rng):
    image = 2.0 * rng.poisson(scene((256, 300)) * 5)
    gain, sigma, offset = burnish.estimate_noise_model(image)
    expected = burnish.denoise_poisson(image, smooth, gain=gain, sigma=sigma, offset=offset)
    checks.assert_same_bits(burnish.denoise_poisson(image, smooth), expected)
    colour = np.stack([image, image[::-1]])
    model = burnish.estimate_noise_model(colour, channel_axis=0)
    options = {key: list(value) for key, value in model._asdict().items()}
    expected = burnish.denoise_poisson(colour, as_it_is, channel_axis=0, **options)
    result = burnish.denoise_poisson(colour, as_it_is, channel_axis=0)
    checks.assert_same_bits(result, expected)


def test_without_a_gain_noise_is_gaussian(rng):
    image = rng.normal(50, 4, (40, 50))
    expected = 4 * smooth(image / 4, 1.0)
    for gain in (0.0, 1e-300, 1e-6):
        result = burnish.denoise_poisson(image, smooth, gain=gain, sigma=4.0)
        np.testing.assert_allclose(result, expected, rtol=1e-12)
    # Where counts hardly matter, both ways agree.
    result = burnish.denoise_poisson(image, smooth, gain=1e-4, sigma=4.0)
    np.testing.assert_allclose(result, expected, rtol=1e-4)


@pytest.mark.parametrize("dtype", ["uint8", "float16", "float64"])
def test_what_has_no_noise_comes_back(dtype):
    image = np.full((20, 30), 7, dtype)
    for options in ({}, {"gain": 0.0}):
        result = burnish.denoise_poisson(image, smooth, **options)
        checks.assert_same_bits(result, image.astype(checks.result_dtype(dtype)))
        assert not np.shares_memory(result, image)


def test_a_channel_without_noise_comes_back(rng):
    image = np.stack([rng.poisson(scene()), np.arange(96 * 128).reshape(96, 128)]).astype(float)
    result = burnish.denoise_poisson(image, gain=[1.0, 0.0], channel_axis=0)
    checks.assert_same_bits(result[1], image[1])
    assert not np.array_equal(result[0], image[0])


@pytest.mark.parametrize("layout", samples.LAYOUTS)
@pytest.mark.parametrize("dtype", ["uint8", "float32", "int32"])
def test_layouts(dtype, layout, rng):
    plain = rng.poisson(scene((21, 34))).astype(dtype)
    expected = burnish.denoise_poisson(plain, gain=1.0)
    result = burnish.denoise_poisson(samples.LAYOUTS[layout](plain), gain=1.0)
    checks.assert_same_bits(result, expected)


def test_same_bits_for_any_number_of_workers(rng):
    image = rng.poisson(scene((200, 300))).astype(np.float32)
    expected = burnish.denoise_poisson(image, workers=1)
    for workers in (2, 3, None):
        checks.assert_same_bits(burnish.denoise_poisson(image, workers=workers), expected)


def test_few_counts_come_back_better_than_directly(rng):
    truth = scene((200, 256)) / 10 * 5
    image = rng.poisson(truth).astype(np.float64)
    psnr = {
        name: burnish.psnr(truth, result, data_range=float(truth.max()))
        for name, result in (
            ("direct", burnish.denoise_nl_means(image)),
            ("known", burnish.denoise_poisson(image, gain=1.0)),
            ("estimated", burnish.denoise_poisson(image)),
        )
    }
    assert psnr["known"] > psnr["direct"] + 0.5
    assert psnr["estimated"] > psnr["direct"] + 0.5


@pytest.mark.parametrize("name", ["sigma", "offset"])
def test_what_is_estimated_is_not_given(name):
    with pytest.raises(ValueError, match=f"{name} is 1.0 while gain is None"):
        burnish.denoise_poisson(np.ones((20, 20)), **{name: 1.0})


def test_a_denoiser_must_keep_the_shape():
    with pytest.raises(ValueError, match=r"denoiser returns shape \(19, 20\)"):
        burnish.denoise_poisson(np.ones((20, 20)), lambda image, sigma: image[1:], gain=1.0)
