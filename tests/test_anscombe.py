"""anscombe and its unbiased inverse against their oracles, and on noise."""

from __future__ import annotations

import checks
import children
import hypothesis
import numpy as np
import pytest
import samples
from drawing import draw_image, draw_shape
from hypothesis import strategies as st
from oracles import anscombe as oracle

import burnish

LEVELS = burnish.show_config(mode="dicts")["instruction_sets"]
SIGMAS = [0.0, 0.01, 0.1, 0.5, 1.0, 3.0, 8.0, 11.3, 11.4, 40.0]
NOISES = [
    {},
    {"gain": 4.0},
    {"gain": 0.01, "sigma": 0.03},
    {"gain": 2.5, "sigma": 7.0, "offset": 100.0},
    {"gain": 1.0, "sigma": 3.0, "offset": -20.0},
]


def float_dtype(dtype) -> np.dtype:
    return np.dtype(checks.computing_dtype(dtype))


def magnitude(image, *, gain=1.0, sigma=0.0, offset=0.0) -> float:
    """Return a bound of what stands under the root."""
    largest = np.abs(np.asarray(image).astype(np.float64)).max() + abs(offset)
    return largest / gain + (sigma / gain) ** 2 + 1


@pytest.mark.parametrize("dtype", checks.DTYPES)
@pytest.mark.parametrize("noise", NOISES, ids=str)
def test_transform(noise, dtype, rng):
    for shape in [(1,), (37,), (5, 70), (3, 4, 5), (2, 3, 4, 5), (300, 500)]:
        image = samples.image(rng, shape, dtype)
        result = burnish.anscombe(image, **noise)
        assert result.dtype == float_dtype(dtype)
        # Errors below the root, and of a few counts there.
        epsilon = np.finfo(result.dtype).eps
        answer = oracle.anscombe(image, **noise)
        error = 4 * epsilon * magnitude(image, **noise)
        np.testing.assert_allclose(result**2, answer**2, rtol=4 * epsilon, atol=4 * error)


@pytest.mark.parametrize("sigma", SIGMAS)
def test_inverse_is_unbiased(sigma):
    means = np.concatenate([[0, 1e-9, 1e-3], np.geomspace(0.01, 900, 12)])
    stabilised = np.array([oracle.stabilised_mean(mean, sigma) for mean in means])
    result = burnish.inverse_anscombe(stabilised, sigma=sigma)
    np.testing.assert_allclose(result, means, rtol=1e-8, atol=1e-8)
    narrow = burnish.inverse_anscombe(stabilised.astype(np.float32), sigma=sigma)
    assert narrow.dtype == np.float32
    assert (np.abs(narrow - means) <= 2e-6 * (1 + means + sigma**2)).all()


@pytest.mark.parametrize("sigma", [0.0, 0.7, 20.0])
def test_inverse_of_any_value(sigma, rng):
    values = rng.uniform(0, 2 * sigma + 20, 6)
    exact = [oracle.mean_of(value, sigma) for value in values]
    result = burnish.inverse_anscombe(values, sigma=sigma)
    np.testing.assert_allclose(result, exact, rtol=1e-8, atol=1e-8)


def test_inverse_beside_the_published_closed_form():
    d = np.linspace(5, 60, 100)
    root = np.sqrt(1.5)
    closed = d**2 / 4 + root / 4 / d - 11 / 8 / d**2 + 5 / 8 * root / d**3 - 1 / 8
    np.testing.assert_allclose(burnish.inverse_anscombe(d), closed, rtol=0, atol=0.02)


@pytest.mark.parametrize("noise", NOISES[1:], ids=str)
def test_inverse_in_the_units_of_the_gain(noise, rng):
    gain, sigma, offset = (noise.get(key, 0.0) for key in ("gain", "sigma", "offset"))
    values = rng.uniform(0, 30, (20, 30))
    counts = burnish.inverse_anscombe(values, sigma=sigma / gain)
    result = burnish.inverse_anscombe(values, **noise)
    np.testing.assert_allclose(result, gain * counts + offset, rtol=1e-12)


@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_inverse_of_each_dtype(dtype, rng):
    image = np.abs(samples.image(rng, (20, 31), dtype).astype(np.float64) % 100).astype(dtype)
    result = burnish.inverse_anscombe(image)
    assert result.dtype == float_dtype(dtype)
    expected = burnish.inverse_anscombe(image.astype(np.float64))
    tolerance = 2e-6 if result.dtype == np.float32 else 1e-12
    np.testing.assert_allclose(result, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("sigma", [0.0, 0.1, 2.0, 30.0])
def test_what_is_below_the_smallest_mean(sigma):
    least = oracle.stabilised_mean(0.0, sigma)
    low = np.array([-np.inf, -1e30, -1.0, 0.0, least * (1 - 1e-9)])
    np.testing.assert_array_equal(burnish.inverse_anscombe(low, sigma=sigma, offset=7.0), 7.0)


def test_inverse_grows_everywhere():
    for sigma in (0.0, 0.2, 5.0):
        values = np.linspace(0, 40, 200_001)
        assert (np.diff(burnish.inverse_anscombe(values, sigma=sigma)) >= 0).all()


@pytest.mark.parametrize("dtype", checks.FLOATS)
def test_not_finite(dtype):
    image = np.array([np.nan, np.inf, -np.inf, 3.0], dtype)
    for function in (burnish.anscombe, burnish.inverse_anscombe):
        result = function(image)
        assert np.isnan(result[0])
        assert result[1] == np.inf
        assert result[2] == 0
        assert np.isfinite(result[3])


@pytest.mark.parametrize("sigma", [0.0, 3.0])
@pytest.mark.parametrize("mean", [4.0, 10.0, 100.0, 3000.0])
def test_noise_is_stabilised(mean, sigma, rng):
    gain, offset = 2.5, 40.0
    counts = rng.poisson(mean, 200_000)
    image = gain * counts + offset + rng.normal(0, gain * sigma, counts.shape)
    noise = {"gain": gain, "sigma": gain * sigma, "offset": offset}
    stabilised = burnish.anscombe(image, **noise)
    assert stabilised.std() == pytest.approx(1, abs=0.03)
    back = burnish.inverse_anscombe(stabilised.mean(keepdims=True), **noise)
    assert back[0] == pytest.approx(gain * mean + offset, rel=0.01)


@pytest.mark.parametrize("layout", samples.LAYOUTS)
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "int32", "float64"])
@pytest.mark.parametrize("name", ["anscombe", "inverse_anscombe"])
def test_layouts(name, dtype, layout, rng):
    function = getattr(burnish, name)
    plain = samples.image(rng, (21, 34), dtype)
    expected = function(plain)
    checks.assert_same_bits(function(samples.LAYOUTS[layout](plain)), expected)
    if layout in samples.OUT_LAYOUTS:
        out = samples.LAYOUTS[layout](np.zeros(plain.shape, float_dtype(dtype)))
        assert function(plain, out=out) is out
        checks.assert_same_bits(out, expected)


@pytest.mark.parametrize("name", ["anscombe", "inverse_anscombe"])
def test_out_must_be_of_the_results_dtype(name):
    image = np.ones((4, 5), np.uint8)
    with pytest.raises(TypeError, match="out has dtype"):
        getattr(burnish, name)(image, out=np.ones((4, 5), np.uint8))


@pytest.mark.parametrize("name", ["anscombe", "inverse_anscombe"])
def test_same_bits_for_any_number_of_workers(name, rng):
    image = rng.uniform(0, 50, (700, 901)).astype(np.float32)
    expected = getattr(burnish, name)(image, workers=1)
    for workers in (2, 3, 7, None):
        checks.assert_same_bits(getattr(burnish, name)(image, workers=workers), expected)


_AT_A_LEVEL = """
    import hashlib
    import numpy as np, burnish
    rng = np.random.default_rng(5)
    for dtype in ("float32", "float64"):
        image = rng.uniform(-5, 50, (40, 61)).astype(dtype)
        for function in (burnish.anscombe, burnish.inverse_anscombe):
            result = function(image, gain=1.5, sigma=0.3)
            print(hashlib.sha256(result.tobytes()).hexdigest())
"""


def test_same_bits_at_every_level():
    assert len({children.output(_AT_A_LEVEL, BURNISH_ISA=level) for level in LEVELS}) == 1


def test_parameters_beyond_float32_are_refused():
    image = np.ones((4, 5), np.float32)
    for options in ({"gain": 1e-60}, {"offset": 1e50}):
        with pytest.raises(ValueError, match="pass the image as float64"):
            burnish.anscombe(image, **options)
        burnish.anscombe(image.astype(np.float64), **options)


@hypothesis.given(st.data())
def test_any_call(data):
    draw = data.draw
    image, _, _ = draw_image(draw, draw_shape(draw, longest=200))
    noise = {
        "gain": draw(st.floats(1e-3, 1e3)),
        "sigma": draw(st.floats(0, 1e2)),
        "offset": draw(st.floats(-1e3, 1e3)),
    }
    before = image.copy()
    result = burnish.anscombe(image, **noise, workers=draw(st.sampled_from([None, 1, 2, 5])))
    answer = oracle.anscombe(image, **noise)
    error = 16 * np.finfo(result.dtype).eps * magnitude(image, **noise)
    np.testing.assert_allclose(result**2, answer**2, rtol=1e-6, atol=4 * error)
    back = burnish.inverse_anscombe(result, **noise)
    assert (back >= result.dtype.type(noise["offset"])).all()
    np.testing.assert_array_equal(image, before)
