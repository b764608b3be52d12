"""convolve and correlate on awkward memory, and out=."""

from __future__ import annotations

import itertools

import checks
import numpy as np
import pytest
import samples
from checks import check_filter as check
from oracles import convolution as oracle

import burnish


@pytest.mark.parametrize("dtype", checks.DTYPES)
@pytest.mark.parametrize("layout", samples.LAYOUTS)
def test_input_layout(layout, dtype, rng):
    plain = samples.image(rng, (21, 34), dtype)
    weights = samples.kernel(rng, (3, 5))
    factors = samples.outer_product(rng, (8, 9))
    image = samples.LAYOUTS[layout](plain)
    before = plain.copy()
    for kernel, method in ((weights, "direct"), (factors, "separable")):
        expected = burnish.convolve(plain, kernel, method=method)
        result = burnish.convolve(image, kernel, method=method)
        assert type(result) is np.ndarray
        checks.assert_same_bits(result, expected)
        checks.assert_same_bits(np.asarray(image).astype(plain.dtype), before)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_transposed_volumes(order, rng):
    image = samples.image(rng, (9, 14, 33), np.float32).transpose(order)
    check("convolve", image, samples.kernel(rng, (3, 2, 4)))
    check("convolve", image, samples.outer_product(rng, (3, 2, 4)), method="separable")
    for axis in range(3):
        check("convolve1d", image, samples.kernel(rng, 9), axis=axis)


def test_broadcast_input(rng):
    line = samples.image(rng, (40,), np.float32)
    check("convolve", np.broadcast_to(line, (23, 40)), samples.kernel(rng, (3, 3)))
    check("convolve", np.broadcast_to(line[:, None], (40, 23)), samples.kernel(rng, (3, 3)))


def test_kernel_layouts(rng):
    image = samples.image(rng, (15, 16), np.float32)
    weights = samples.kernel(rng, (4, 5))
    expected = burnish.convolve(image, weights)
    for layout, arrange in samples.LAYOUTS.items():
        result = burnish.convolve(image, arrange(weights))
        assert np.array_equal(result, expected), layout
    checks.assert_same_bits(burnish.convolve(image, weights.tolist()), expected)


def test_a_dtype_that_is_equal_but_not_the_same_object(rng):
    image = samples.image(rng, (15, 16), np.float64)
    weights = samples.kernel(rng, (4, 5))
    native = np.dtype(">f8").newbyteorder("=")
    assert native is not np.dtype(np.float64)
    expected = burnish.convolve(image, weights)
    result = burnish.convolve(image.astype(">f8").astype(native), weights.astype(native))
    checks.assert_same_bits(result, expected)


def test_lists_are_images():
    result = burnish.convolve([1, 2, 4], [1, 1])
    assert result.dtype == np.dtype(int)
    np.testing.assert_array_equal(result, oracle.convolve(np.array([1, 2, 4]), [1, 1]))


@pytest.mark.parametrize("dtype", checks.DTYPES)
@pytest.mark.parametrize("layout", samples.OUT_LAYOUTS)
@pytest.mark.parametrize("method", ["direct", "separable"])
def test_out(method, layout, dtype, rng):
    image = samples.image(rng, (18, 37), dtype)
    empty = np.zeros(image.shape, checks.result_dtype(dtype))
    weights = samples.outer_product(rng, (5, 4))
    out = samples.LAYOUTS[layout](empty)
    result = burnish.correlate(image, weights, method=method, out=out)
    assert result is out
    checks.assert_same_bits(out, burnish.correlate(image, weights, method=method))


def test_out_and_image_on_disk(tmp_path, rng):
    image = np.memmap(tmp_path / "image", np.float32, "w+", shape=(40, 50))
    image[...] = samples.image(rng, (40, 50), np.float32)
    out = np.memmap(tmp_path / "out", np.float32, "w+", shape=(40, 50))
    weights = samples.kernel(rng, (3, 3))
    assert burnish.convolve(image, weights, out=out) is out
    np.testing.assert_array_equal(out, burnish.convolve(np.array(image), weights))


@pytest.mark.parametrize("layout", ["strided", "inside a larger one"])
def test_out_leaves_its_surroundings_alone(layout, rng):
    image = samples.image(rng, (18, 37), np.float32)
    out = samples.LAYOUTS[layout](np.zeros_like(image))
    out.base[...] = 123.0
    out[...] = 7.0
    around = out.base == 123.0
    assert around.any()
    burnish.convolve(image, samples.kernel(rng, (3, 5)), out=out)
    assert (out.base[around] == 123.0).all()


@pytest.mark.parametrize("method", ["direct", "separable"])
@pytest.mark.parametrize("shift", [0, 1, -1, 700, -700])
def test_out_may_overlap_the_image(shift, method, rng):
    size = 300 * 700  # several tiles: what one writes, another would read
    store = rng.normal(size=size + 1400).astype(np.float32)
    image = store[700 : 700 + size].reshape(300, 700)
    out = store[700 + shift : 700 + shift + size].reshape(300, 700)
    weights = samples.outer_product(rng, (5, 7))
    expected = burnish.convolve(image.copy(), weights, method=method)
    burnish.convolve(image, weights, method=method, out=out)
    checks.assert_same_bits(out, expected)


def test_out_may_be_the_image_turned(rng):
    image = rng.normal(size=(300, 300))
    weights = samples.kernel(rng, (3, 3))
    expected = burnish.convolve(image.copy(), weights)
    burnish.convolve(image, weights, out=image.T)
    checks.assert_same_bits(image.T, expected)
