"""estimate_sigma against its oracle, on noise of a known deviation, and beside scikit-image's."""

from __future__ import annotations

import checks
import children
import hypothesis
import numpy as np
import pytest
import samples
import skimage.data
from drawing import draw_image, draw_shape
from hypothesis import strategies as st
from oracles import noise_level as oracle

import burnish

LEVELS = burnish.show_config(mode="dicts")["instruction_sets"]
SHAPES = [(1,), (2,), (3,), (1, 1), (2, 2), (3, 1), (4, 4), (5, 7), (1, 90), (90, 1), (16, 20)]
LARGER = [(1000,), (64, 64), (100, 300), (8, 1200), (3, 40, 50), (2, 3, 4), (1, 40, 50)]
VOLUMES = [(20, 30, 40), (12, 9, 700), (11, 300, 70)]


def check(image: np.ndarray, **options) -> None:
    before = image.copy()
    result = burnish.estimate_sigma(image, **options)
    assert type(result) is float
    # Constant to within rounding may be constant to us.
    bound = 1e-9 * float(np.abs(image.astype(np.float64)).max())
    assert result == pytest.approx(oracle.sigma(image), rel=1e-9, abs=bound)
    checks.assert_same_bits(image, before)


def textured(shape: tuple[int, int]) -> np.ndarray:
    """Return fine stripes over half of a picture, a slope and an edge over the rest."""
    y, x = np.indices(shape)
    stripes = 60 * np.sin(x * 1.3) * np.sin(y * 1.1)
    return 100 + 0.1 * y + 30 * (y > shape[0] / 3) + stripes * (x < shape[1] / 2)


@pytest.mark.parametrize("dtype", checks.DTYPES)
@pytest.mark.parametrize("shape", SHAPES + LARGER + VOLUMES, ids=str)
def test_shape_and_dtype(shape, dtype, rng):
    check(rng.normal(60, 10, shape).astype(dtype))
    check(samples.image(rng, shape, dtype))


@pytest.mark.parametrize("layout", samples.LAYOUTS)
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "int32", "float64"])
def test_layouts(dtype, layout, rng):
    plain = samples.image(rng, (41, 64), dtype)
    assert burnish.estimate_sigma(samples.LAYOUTS[layout](plain)) == burnish.estimate_sigma(plain)


@pytest.mark.parametrize("dtype", checks.DTYPES)
@pytest.mark.parametrize("shape", [(50,), (1, 1), (40, 50), (20, 21, 22)], ids=str)
def test_an_image_of_one_value_has_no_noise(shape, dtype):
    value = 0.7 if np.dtype(dtype).kind == "f" else 77
    assert burnish.estimate_sigma(np.full(shape, value, dtype)) == 0.0


@pytest.mark.parametrize("shape", [(128, 128), (512, 512), (40, 50, 60), (20_000,)], ids=str)
@pytest.mark.parametrize("sigma", [1e-3, 1.0, 50.0])
def test_white_noise(sigma, shape):
    estimates = [
        burnish.estimate_sigma(np.random.default_rng(seed).normal(7, sigma, shape))
        for seed in range(8)
    ]
    assert np.mean(estimates) == pytest.approx(sigma, rel=0.02)
    assert np.std(estimates) < 0.03 * sigma


def test_white_noise_beside_scikit_image(rng):
    restoration = pytest.importorskip("skimage.restoration")
    pytest.importorskip("pywt", reason="PyWavelets is missing")
    image = rng.normal(0, 3, (600, 600))
    ours, theirs = burnish.estimate_sigma(image), restoration.estimate_sigma(image)
    assert ours == pytest.approx(theirs, rel=0.02)


@pytest.mark.parametrize("sigma", [2.0, 5.0, 10.0, 25.0])
def test_texture_is_not_taken_for_noise(sigma, rng):
    image = textured((300, 400))
    noisy = image + rng.normal(0, sigma, image.shape)
    assert burnish.estimate_sigma(noisy) == pytest.approx(sigma, rel=0.05)


@pytest.mark.parametrize("sigma", [5.0, 20.0])
def test_clipped_noise(sigma, rng):
    # Half of the picture is black, where clipping halves the noise; the rest fades into white.
    image = np.linspace(0, 300, 400) * np.ones((300, 1)) * (np.arange(400) > 200)
    noisy = np.clip(np.rint(image + rng.normal(0, sigma, image.shape)), 0, 255).astype(np.uint8)
    assert burnish.estimate_sigma(noisy) == pytest.approx(sigma, rel=0.05)


def test_a_frame_of_one_value_does_not_count(rng):
    image = np.full((300, 400), 30.0)
    image[100:200] = rng.normal(60, 4, (100, 400))
    assert burnish.estimate_sigma(image) == pytest.approx(4.0, rel=0.05)


def test_outliers_do_not_count(rng):
    image = rng.normal(60, 4, (300, 400))
    image.flat[rng.integers(0, image.size, 1000)] = 255
    assert burnish.estimate_sigma(image) == pytest.approx(4.0, rel=0.06)


def test_far_from_zero(rng):
    noise = rng.normal(0, 1e-3, (100, 120))
    near, far = burnish.estimate_sigma(noise), burnish.estimate_sigma(noise + 1e6)
    assert far == pytest.approx(near, rel=1e-4)  # the pixels themselves are rounded to 1e-10


@pytest.mark.parametrize("power", [-1060, -500, 500, 1010])
def test_units_of_a_power_of_two(power, rng):
    image = np.rint(rng.normal(60, 4, (100, 120)) * 64) / 64
    scaled = np.ldexp(image, power)
    expected = np.ldexp(burnish.estimate_sigma(image), power)
    assert burnish.estimate_sigma(scaled) == pytest.approx(
        expected, rel=1e-3 if power < -1000 else 0
    )


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize("axis", [0, 1, 2, -1])
def test_channels(axis, dtype, rng):
    planes = [rng.normal(100, sigma, (60, 70)).astype(dtype) for sigma in (2, 10, 5)]
    expected = [burnish.estimate_sigma(plane) for plane in planes]
    image = np.stack(planes, axis)
    assert burnish.estimate_sigma(image, channel_axis=axis) == expected
    mean = burnish.estimate_sigma(image, channel_axis=axis, average_sigmas=True)
    assert type(mean) is float
    assert mean == pytest.approx(np.mean(expected), rel=1e-15)


@pytest.mark.parametrize("shape", [(700, 900), (60, 70, 80), (300_000,), (2, 300_000)], ids=str)
def test_same_bits_for_any_number_of_workers(shape, rng):
    image = rng.normal(60, 4, shape).astype(np.float32)
    expected = burnish.estimate_sigma(image, workers=1)
    for workers in (2, 3, 7, None):
        assert burnish.estimate_sigma(image, workers=workers) == expected


_AT_A_LEVEL = """
    import numpy as np, burnish
    rng = np.random.default_rng(5)
    for shape in ((200, 301), (30, 41, 50), (5000,), (9, 9)):
        print(burnish.estimate_sigma(rng.normal(60, 4, shape)).hex())
"""


def test_same_bits_at_every_level():
    assert len({children.output(_AT_A_LEVEL, BURNISH_ISA=level) for level in LEVELS}) == 1


def test_images_of_more_cells_than_are_looked_at(rng):
    # What is read twice stands for itself; 2**22 cells in strips that differ.
    strip = rng.normal(60, 4, (256, 2048)).astype(np.float32)
    image = np.broadcast_to(strip, (512, 256, 2048)).reshape(512 * 256, 2048)[: 2**17]
    expected = burnish.estimate_sigma(strip)
    assert burnish.estimate_sigma(image) == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [(0, 0), (20, 30), (44, 66)])
def test_what_is_not_finite_is_refused(place, value, rng):
    image = rng.normal(size=(45, 67))  # its last row and column are part of no cell
    image[place] = value
    with pytest.raises(ValueError, match="image holds NaN or infinity"):
        burnish.estimate_sigma(image)
    with pytest.raises(ValueError, match="image holds NaN or infinity"):
        burnish.estimate_sigma(np.stack([image] * 3), channel_axis=0)


@hypothesis.given(st.data())
def test_any_call(data):
    draw = data.draw
    image, channel, _ = draw_image(draw, draw_shape(draw, longest=200))
    workers = draw(st.sampled_from([None, 1, 2, 5]))
    if channel is None:
        check(image, workers=workers)
    else:
        sigmas = burnish.estimate_sigma(image, channel_axis=channel, workers=workers)
        assert sigmas == [burnish.estimate_sigma(each) for each in np.moveaxis(image, channel, 0)]


def scene(shape: tuple[int, int]) -> np.ndarray:
    """Return flat and textured strips of many intensities, 20 to 220."""
    y, x = np.indices(shape)
    flat = 20 + 200 * (x * 20 // shape[1]) / 19
    return flat * (1 + 0.2 * np.sin(x * 1.3) * np.sin(y * 1.1) * (y < shape[0] / 2))


def counted(image, rng, *, gain, sigma=0.0, offset=0.0):
    counts = gain * rng.poisson(image / gain) if gain > 0 else image
    return counts + offset + rng.normal(0, sigma, image.shape)


def check_model(image: np.ndarray, **options) -> None:
    before = image.copy()
    result = burnish.estimate_noise_model(image, **options)
    assert isinstance(result, burnish.NoiseModel)
    assert all(type(each) is float for each in result)
    largest = float(np.abs(image.astype(np.float64)).max())
    np.testing.assert_allclose(result, oracle.model(image), rtol=1e-6, atol=1e-7 * largest)
    checks.assert_same_bits(image, before)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
@pytest.mark.parametrize("shape", [*SHAPES, (1000,), (64, 64), (100, 300), (20, 30, 40)], ids=str)
def test_model_of_shape_and_dtype(shape, dtype, rng):
    image = np.linspace(20, 200, shape[-1]) * np.ones(shape)
    check_model(np.clip(counted(image, rng, gain=2.0, sigma=1.5), 0, 255).astype(dtype))


@pytest.mark.parametrize("sigma", [0.0, 2.0, 10.0])
@pytest.mark.parametrize("gain", [0.5, 2.0, 8.0])
def test_model(gain, sigma, rng):
    image = scene((512, 640))
    model = burnish.estimate_noise_model(counted(image, rng, gain=gain, sigma=sigma))
    assert model.gain == pytest.approx(gain, rel=0.12)
    levels = np.array([20, 120, 220])
    exact = gain * levels + sigma**2
    found = model.gain * (levels - model.offset) + model.sigma**2
    np.testing.assert_allclose(np.sqrt(found), np.sqrt(exact), rtol=0.08)


def test_model_of_a_pedestal(rng):
    image = counted(scene((512, 640)), rng, gain=2.0, offset=100.0)
    model = burnish.estimate_noise_model(image)
    assert model.sigma == 0.0
    assert model.gain == pytest.approx(2.0, rel=0.1)
    assert model.offset == pytest.approx(100.0, abs=10)


def test_model_of_noise_of_one_strength(rng):
    model = burnish.estimate_noise_model(scene((512, 640)) + rng.normal(0, 5, (512, 640)))
    assert model.gain < 0.02
    assert np.sqrt(model.gain * 120 + model.sigma**2) == pytest.approx(5, rel=0.05)


def test_model_of_one_value():
    for image in (np.full((40, 50), 0.7), np.full((1, 1), 3, np.uint8)):
        assert burnish.estimate_noise_model(image) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_model_of_channels(axis, rng):
    planes = [counted(scene((120, 130)), rng, gain=gain, sigma=3.0) for gain in (1.0, 5.0)]
    model = burnish.estimate_noise_model(np.stack(planes, axis), channel_axis=axis)
    expected = np.array([burnish.estimate_noise_model(plane) for plane in planes])
    np.testing.assert_array_equal(np.array(model).T, expected)


def test_model_has_the_same_bits_for_any_number_of_workers(rng):
    image = counted(scene((700, 900)), rng, gain=3.0, sigma=2.0).astype(np.float32)
    expected = burnish.estimate_noise_model(image, workers=1)
    for workers in (2, 3, None):
        assert burnish.estimate_noise_model(image, workers=workers) == expected


def test_model_refuses_what_is_not_finite(rng):
    image = rng.normal(size=(45, 67))
    image[44, 66] = np.nan
    with pytest.raises(ValueError, match="image holds NaN or infinity"):
        burnish.estimate_noise_model(image)


def _partly_plain(name, rng):
    noisy = skimage.data.camera() + rng.normal(0, 10, (512, 512))
    y, x = np.mgrid[:512, :512] - 256
    if name == "ramp along the top":
        noisy[:16] = np.linspace(0, 255, 512)
    elif name == "a line that fills no cell":
        noisy[:9] = 100
    elif name == "a blurred square":
        blurred = burnish.gaussian_filter(noisy, 5)
        noisy[100:180, 100:180] = blurred[100:180, 100:180]
    elif name == "outside of a circle":
        noisy[np.hypot(y, x) > 250] = noisy.mean()
    else:
        noisy = np.pad(noisy, 8)
    return noisy


@pytest.mark.parametrize("dtype", ["uint8", "float64"])
@pytest.mark.parametrize(
    "name",
    [
        *["ramp along the top", "a line that fills no cell", "a blurred square"],
        *["outside of a circle", "a frame"],
    ],
)
def test_parts_without_noise_are_left_out(name, dtype, rng):
    image = _partly_plain(name, rng)
    if dtype == "uint8":
        image = np.clip(image, 0, 255).round()
    assert 9.3 < burnish.estimate_sigma(image.astype(dtype)) < 10.7
