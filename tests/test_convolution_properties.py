"""hypothesis over everything at once, and what holds of every convolution."""

from __future__ import annotations

import checks
import hypothesis
import numpy as np
import samples
from checks import check_filter as check
from hypothesis import strategies as st
from oracles import convolution as oracle

import burnish

FUNCTIONS = ("convolve", "correlate")
METHODS = ("auto", "direct", "separable")


@st.composite
def calls(draw):
    """Draw any valid call: function, image, kernel and options."""
    name = draw(st.sampled_from(FUNCTIONS))
    ndim = draw(st.integers(1, 3))
    shape = draw(st.lists(st.integers(1, 12), min_size=ndim, max_size=ndim))
    longest = draw(st.integers(0, ndim - 1))
    shape[longest] = draw(st.integers(1, 70))
    filtered = sorted(draw(st.sets(st.integers(0, ndim - 1), min_size=1)))
    sizes = draw(st.lists(st.integers(1, 9), min_size=len(filtered), max_size=len(filtered)))
    options = {
        "mode": draw(st.sampled_from(oracle.MODES)),
        "cval": draw(st.sampled_from([0.0, -1.0, 17.25])),
        "origin": tuple(draw(st.sampled_from(samples.valid_origins(size))) for size in sizes),
        "method": draw(st.sampled_from(METHODS)),
        "workers": draw(st.sampled_from([None, 1, 2, 5])),
    }
    channel = draw(st.none() | st.integers(0, ndim))
    if channel is not None:
        shape.insert(channel, draw(st.integers(1, 5)))
        filtered = [axis + (axis >= channel) for axis in filtered]
        options["channel_axis"] = draw(st.sampled_from([channel, channel - ndim - 1]))
    if len(filtered) < ndim or draw(st.booleans()):
        options["axes"] = tuple(filtered)

    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dtype = draw(st.sampled_from(checks.DTYPES))
    make = samples.outer_product if options["method"] == "separable" else samples.kernel
    weights = make(rng, sizes) * draw(st.sampled_from([1.0, 0.01, 3.0]))
    image = samples.LAYOUTS[draw(st.sampled_from([*samples.LAYOUTS]))](
        samples.image(rng, shape, dtype)
    )
    if draw(st.booleans()):
        layout = samples.LAYOUTS[draw(st.sampled_from(samples.OUT_LAYOUTS))]
        options["out"] = layout(np.zeros(shape, checks.result_dtype(dtype)))
    return name, image, weights, options


@hypothesis.given(calls())
def test_any_call(call):
    name, image, weights, options = call
    check(name, image, weights, **options)


seeds = st.integers(0, 2**32 - 1)
shapes = st.tuples(st.integers(1, 30), st.integers(1, 70))
kernel_shapes = st.tuples(st.integers(1, 8), st.integers(1, 8))
modes = st.sampled_from(oracle.MODES)


@hypothesis.given(seeds, shapes, kernel_shapes, modes)
def test_linearity(seed, shape, sizes, mode):
    rng = np.random.default_rng(seed)
    one, two = rng.normal(size=(2, *shape))
    weights = samples.kernel(rng, sizes)
    both = burnish.convolve(2 * one - 3 * two, weights, mode=mode)
    apart = 2 * burnish.convolve(one, weights, mode=mode) - 3 * burnish.convolve(
        two, weights, mode=mode
    )
    np.testing.assert_allclose(both, apart, rtol=0, atol=1e-12 * 5 * 10)


@hypothesis.given(seeds, shapes, kernel_shapes, st.integers(-80, 80), st.integers(-80, 80))
def test_shift_with_wrap(seed, shape, sizes, down, right):
    rng = np.random.default_rng(seed)
    image = rng.integers(-50, 50, shape).astype(np.float32)
    weights = rng.integers(-9, 9, sizes)  # small integers: exact, so the bits must agree
    first = np.roll(burnish.convolve(image, weights, mode="wrap"), (down, right), axis=(0, 1))
    last = burnish.convolve(np.roll(image, (down, right), axis=(0, 1)), weights, mode="wrap")
    np.testing.assert_array_equal(first, last)


@hypothesis.given(seeds, shapes, st.sampled_from(checks.DTYPES), st.sampled_from(METHODS))
def test_identity_kernel_returns_the_image(seed, shape, dtype, method):
    image = samples.image(np.random.default_rng(seed), shape, dtype)
    result = burnish.convolve(image, [[1.0]], method=method)
    if dtype in ("int64", "uint64"):
        expected = oracle.as_result(image.astype(np.float64), dtype)
    else:
        expected = image.astype(checks.result_dtype(dtype))
    checks.assert_same_bits(result, expected)
    for sizes in [(3, 3), (1, 5), (9, 9)]:
        weights = np.zeros(sizes)
        weights[sizes[0] // 2, sizes[1] // 2] = 1.0
        result = burnish.convolve(image, weights, method=method)
        np.testing.assert_array_equal(result, expected)


@hypothesis.given(seeds, shapes, kernel_shapes, modes, st.sampled_from(["direct", "auto"]))
def test_convolve_is_correlate_with_the_kernel_turned(seed, shape, sizes, mode, method):
    rng = np.random.default_rng(seed)
    image = samples.image(rng, shape, np.float32)
    weights = samples.kernel(rng, sizes)
    turned_origin = tuple(-((size + 1) % 2) for size in sizes)
    checks.assert_same_bits(
        burnish.convolve(image, weights, mode=mode, method=method),
        burnish.correlate(image, np.flip(weights), mode=mode, method=method, origin=turned_origin),
    )
