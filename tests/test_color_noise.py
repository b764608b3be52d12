"""denoise_color against its oracle, and what it promises of luma and colour."""

from __future__ import annotations

import checks
import numpy as np
import pytest
import samples
import skimage.data
from oracles import color_noise as oracle
from oracles.convolution import as_result

import burnish

_STRENGTHS = ({}, {"luma": 1.0}, {"luma": 0.7, "chroma": 0.0, "detail": 0.5}, {"chroma": 2.5})


def noisy(rng, shape=(70, 83), deviation=0.08):
    """Return a picture of stripes in [0, 1] with white noise, channels last."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    red = 0.5 + 0.3 * np.sin(rows / 9 + columns / 14)
    blue = np.where(rows + columns > shape[0], 0.7, 0.3)
    scene = np.stack([red, 0.5 * (red + blue), blue], -1)
    return (scene + rng.normal(0, deviation, scene.shape)).clip(0, 1)


def in_dtype(image, dtype):
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return image.astype(dtype)
    high = min(float(np.iinfo(dtype).max), 1e12)
    return (image * high).astype(dtype)


@pytest.mark.parametrize("dtype", checks.DTYPES)
@pytest.mark.parametrize("options", _STRENGTHS, ids=str)
def test_agrees_with_its_oracle(options, dtype, rng):
    image = in_dtype(noisy(rng), dtype)
    expected = oracle.denoise_color(image, **options)
    result = burnish.denoise_color(image, **options)
    assert result.dtype == checks.result_dtype(dtype)
    bound = 2e-5 if checks.computing_dtype(dtype) == "float32" else 1e-10
    checks.assert_answer(result, expected, dtype, bound * float(np.abs(image).max()))


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (33, 2), (16, 16), (31, 32), (64, 65)], ids=str)
def test_shapes(shape, rng):
    image = noisy(rng, shape)
    for options in ({}, {"luma": 1.0}):
        expected = oracle.denoise_color(image, **options)
        result = burnish.denoise_color(image, **options)
        np.testing.assert_allclose(result, expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize("channel", [-3, -2, -1, 0, 1, 2])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_channel_axis(dtype, channel, rng):
    image = in_dtype(noisy(rng), dtype)
    expected = burnish.denoise_color(image, luma=0.5)
    moved = np.moveaxis(image, -1, channel)
    result = burnish.denoise_color(moved, luma=0.5, channel_axis=channel)
    checks.assert_same_bits(np.moveaxis(result, channel, -1), expected)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_luma_stays_but_for_rounding(dtype, rng):
    image = in_dtype(noisy(rng) * 100, dtype)
    result = burnish.denoise_color(image)
    assert (np.abs(result - image) > 1).mean() > 0.3
    unit = np.finfo(result.dtype).eps
    # Summed up where rounding does not count.
    before, after = (each.astype(np.longdouble) @ oracle.WEIGHTS for each in (image, result))
    largest = np.abs(result).max(-1).clip(np.abs(image).max(-1))
    assert (np.abs(after - before) <= 1.01 * unit * largest).all()


def test_luma_of_integers_stays_within_half_a_level(rng):
    image = in_dtype(noisy(rng) * 0.6 + 0.2, "uint8")  # nothing saturates
    change = oracle.luma(burnish.denoise_color(image)) - oracle.luma(image)
    assert np.abs(change).max() <= 0.5 + 1e-4


def test_chroma_stays_but_for_rounding(rng):
    image = noisy(rng)
    result = burnish.denoise_color(image, luma=1.0, chroma=0.0)
    assert np.abs(result - image).max() > 0.05
    np.testing.assert_allclose(oracle.chroma(result), oracle.chroma(image), rtol=0, atol=1e-15 * 2)


@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_nothing_asked_for(dtype, rng):
    image = samples.image(rng, (20, 21, 3), dtype)
    result = burnish.denoise_color(image, luma=0, chroma=0)
    checks.assert_same_bits(result, image.astype(checks.result_dtype(dtype)))


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_grey_pictures_stay_grey(dtype, rng):
    grey = in_dtype(noisy(rng)[..., 0], dtype)
    image = np.repeat(grey[..., None], 3, axis=2)
    bound = 0 if dtype == "uint8" else 1e-6
    np.testing.assert_allclose(burnish.denoise_color(image), image, rtol=0, atol=bound)
    denoised = burnish.denoise_color(image, luma=1.0)
    assert np.ptp(denoised.astype(np.float64), axis=2).max() <= bound


def test_detail_is_the_share_put_back(rng):
    image = noisy(rng)
    none, half, all_of_it = (
        burnish.denoise_color(image, luma=1.0, chroma=0.0, detail=share) for share in (0, 0.5, 1)
    )
    np.testing.assert_allclose(half, (none + image) / 2, rtol=0, atol=1e-14)
    np.testing.assert_allclose(all_of_it, image, rtol=0, atol=1e-15)


@pytest.mark.parametrize("layout", samples.LAYOUTS)
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float64"])
def test_input_layout(dtype, layout, rng):
    plain = in_dtype(noisy(rng, (24, 35)), dtype)
    expected = burnish.denoise_color(plain, luma=0.5)
    result = burnish.denoise_color(samples.LAYOUTS[layout](plain), luma=0.5)
    assert type(result) is np.ndarray
    checks.assert_same_bits(result, expected)


@pytest.mark.parametrize("layout", samples.OUT_LAYOUTS)
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float64"])
def test_out(dtype, layout, rng):
    image = in_dtype(noisy(rng, (24, 35)), dtype)
    expected = burnish.denoise_color(image)
    out = samples.LAYOUTS[layout](np.zeros(image.shape, expected.dtype))
    assert burnish.denoise_color(image, out=out) is out
    checks.assert_same_bits(np.ascontiguousarray(out), expected)


def test_out_may_be_the_image(rng):
    image = noisy(rng).astype(np.float32)
    expected = burnish.denoise_color(image)
    checks.assert_same_bits(burnish.denoise_color(image, out=image), expected)


def test_workers(rng):
    image = noisy(rng, (260, 310)).astype(np.float32)
    expected = burnish.denoise_color(image, luma=1.0, workers=1)
    for workers in (2, 3, None):
        checks.assert_same_bits(burnish.denoise_color(image, luma=1.0, workers=workers), expected)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64", "uint64"])
def test_integers_saturate(dtype, rng):
    info = np.iinfo(dtype)
    image = rng.choice(np.array([info.min, info.max], dtype), (40, 41, 3))
    expected = as_result(oracle.denoise_color(image, luma=1.0), dtype)
    result = burnish.denoise_color(image, luma=1.0)
    apart = np.abs(result.astype(np.float64) - expected.astype(np.float64))
    assert apart.max() <= max(1, 1e-5 * float(info.max))


@pytest.mark.parametrize("value", [np.nan, np.inf, 3e38])
def test_not_finite(value, rng):
    image = noisy(rng).astype(np.float32)
    image[3, 4] = (value, 0, -value)
    with pytest.raises(ValueError, match="image holds NaN or infinity"):
        burnish.denoise_color(image)


@pytest.mark.parametrize("shape", [(30,), (5, 6, 4), (5, 6, 1), (3, 5, 6), (5, 5, 6, 3)])
def test_not_a_picture(shape):
    with pytest.raises(ValueError, match="image has"):
        burnish.denoise_color(np.ones(shape))


def coarse_noise(rng, shape, deviation):
    """Return noise of chroma alone in blotches of some pixels."""
    noise = rng.normal(size=((shape[0] + 3) // 4, (shape[1] + 3) // 4, 3))
    noise = burnish.pyramid_expand(burnish.pyramid_expand(noise, channel_axis=2), channel_axis=2)
    noise = noise[: shape[0], : shape[1]]
    noise -= oracle.luma(noise)[..., None]
    return noise * (deviation / noise.std())


@pytest.mark.parametrize("kind", ["white", "coarse"])
@pytest.mark.parametrize("name", ["astronaut", "coffee", "chelsea"])
def test_photographs_beside_opencv(name, kind, rng):
    cv2 = pytest.importorskip("cv2", reason="OpenCV is missing")
    clean = getattr(skimage.data, name)()[:256, :256]
    if kind == "white":
        noise = rng.normal(0, 15, clean.shape)
    else:
        noise = rng.normal(0, 5, clean.shape) + coarse_noise(rng, clean.shape, 12)
    image = (clean + noise).clip(0, 255).round().astype(np.uint8)

    def psnr(result):
        return burnish.psnr(oracle.chroma(clean / 255), oracle.chroma(result / 255), data_range=1)

    theirs = max(psnr(cv2.fastNlMeansDenoisingColored(image, None, h, h, 7, 21)) for h in (10, 15))
    ours = psnr(burnish.denoise_color(image))
    # Blotches of eight pixels are at the end of what three scales tell from colour.
    assert ours > psnr(image) + (8 if kind == "white" else 4)
    assert ours > theirs + (0.5 if kind == "white" else -1.5)
