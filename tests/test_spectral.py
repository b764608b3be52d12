"""The spectral engine: every size, every border, tiles, plans, and fftconvolve."""

from __future__ import annotations

import itertools
import threading

import checks
import children
import drawing
import hypothesis
import numpy as np
import pytest
import samples
from checks import check_filter
from hypothesis import strategies as st
from oracles import convolution, spectral

import burnish
from burnish import _core

# Relative L2, of a circular convolution.
_ERROR = {"float32": 5e-7, "float64": 1e-14}
_LARGEST = 70


def circular(image: np.ndarray, weights: np.ndarray, workers: int = 2) -> np.ndarray:
    """Correlate with the period of the image itself, which auto takes only where it is fast."""
    axes = tuple(range(image.ndim))
    result = _core.correlate_spectral(
        image, weights, axes, (0,) * image.ndim, ("wrap",) * image.ndim, 0.0, True, None, workers
    )
    assert result is not None
    return result


def assert_close(result: np.ndarray, answer: np.ndarray, about: object = None) -> None:
    error = np.linalg.norm(result.astype(np.float64) - answer) / np.linalg.norm(answer)
    assert error < _ERROR[result.dtype.name], (about, error)


def check_circular(rng: np.random.Generator, shape, dtype, taps=None) -> None:
    image = samples.image(rng, shape, dtype)
    weights = samples.image(rng, shape if taps is None else taps, np.float64)
    assert_close(circular(image, weights), spectral.circular_correlate(image, weights), shape)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", range(1, _LARGEST + 1))
def test_every_period_on_every_axis(size, dtype, rng):
    check_circular(rng, (size,), dtype)
    for shape in [(size, 6), (9, size), (size, 3, 4), (3, size, 5), (2, 5, size)]:
        taps = [min(length, 5) for length in shape]
        check_circular(rng, shape, dtype, taps)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_pairs_of_periods(dtype, rng):
    sizes = [1, 2, 7, 13, 26, 31, 34, 48, 60, 67, 69]
    for shape in itertools.product(sizes, sizes):
        check_circular(rng, shape, dtype, [min(length, 4) for length in shape])


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rows", range(1, _LARGEST + 1))
def test_every_pair_of_periods(rows, dtype, rng):
    for columns in range(1, _LARGEST + 1):
        check_circular(rng, (rows, columns), dtype, [min(rows, 4), min(columns, 4)])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "shape",
    [(1021, 1024), (1000, 1500), (2048, 2048), (1, 100_003), (3000, 7), (62, 128, 243), (16384,)],
)
def test_large_periods(shape, dtype, rng):
    # The truth by NumPy's FFT in float64, whose own error is some 1e-16.
    image = samples.image(rng, shape, dtype)
    weights = samples.image(rng, shape, np.float64)
    kernel = np.roll(weights, [-(size // 2) for size in shape], range(image.ndim))
    spectrum = np.fft.rfftn(image.astype(np.float64)) * np.fft.rfftn(kernel).conj()
    answer = np.fft.irfftn(spectrum, s=shape, axes=range(image.ndim))
    assert_close(circular(image, weights), answer)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_there_and_back(dtype, rng):
    for shape in [(1,), (37,), (512, 640), (33, 1), (7, 100, 96), (1, 5, 5), (16, 48)]:
        image = samples.image(rng, shape, dtype)
        result = _core.spectral_round_trip(image, 2)
        assert_close(result, image.astype(np.float64), shape)


@pytest.mark.parametrize("dtype", checks.DTYPES)
@pytest.mark.parametrize("mode", convolution.MODES)
def test_fft_against_the_oracle(mode, dtype, rng):
    for shape, taps in [
        ((30, 41), (5, 7)),
        ((3, 90), (8, 15)),
        ((64,), (10,)),
        ((7, 9, 40), (3, 4, 6)),
        ((5, 4), (11, 14)),
    ]:
        image = samples.image(rng, shape, dtype)
        origin = tuple(int(rng.choice(samples.valid_origins(size))) for size in taps)
        check_filter(
            "convolve",
            image,
            samples.kernel(rng, taps),
            mode=mode,
            cval=2.5,
            origin=origin,
            method="fft",
        )


@pytest.mark.parametrize("mode", convolution.MODES)
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_many_tiles(dtype, mode, rng):
    # From images of over a dozen tiles, and for channels and volumes, to one tile.
    for shape, taps, options in [
        ((900, 1100), (31, 17), {}),
        ((300, 400, 3), (19, 21), {"channel_axis": -1}),
        ((2, 150, 250), (25, 24), {"channel_axis": 0}),
        ((70, 80, 90), (9, 8, 7), {}),
        ((400, 500), (41,), {"axes": 0}),
        ((400, 500), (301,), {"axes": 1}),
        ((20_000,), (777,), {}),
    ]:
        image = samples.image(rng, shape, dtype)
        weights = samples.kernel(rng, taps)
        options = {"mode": mode, "cval": -1.5, **options}
        direct = burnish.correlate(image, weights, method="direct", **options)
        result = burnish.correlate(image, weights, method="fft", **options)
        bound = 2 * checks.error_bound(image, weights, 1.5)
        difference = np.abs(result.astype(np.float64) - direct.astype(np.float64)).max()
        assert difference <= (bound if image.dtype.kind == "f" else 1), shape


@pytest.mark.parametrize("mode", convolution.MODES)
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "float64"])
def test_long_lines(dtype, mode, rng):
    for shape, taps in [
        ((5000,), (31,)),
        ((4097,), (2,)),
        ((9000, 1), (1500, 1)),
        ((1, 1, 6001), (1, 1, 258)),
        ((700,), (5000,)),
    ]:
        image = samples.image(rng, shape, dtype)
        weights = samples.kernel(rng, taps)
        origin = tuple(int(rng.choice(samples.valid_origins(size))) for size in taps)
        check_filter(
            "correlate", image, weights, mode=mode, cval=1.5, origin=origin, method="fft", workers=2
        )


def test_a_line_of_several_parts(rng):
    line = samples.image(rng, (9_000_000,), np.float32)
    weights = samples.kernel(rng, (301,))
    result = burnish.convolve(line, weights, method="fft")
    direct = burnish.convolve(line, weights, method="direct")
    assert np.abs(result - direct).max() <= 2 * checks.error_bound(line, weights)
    line[-3] = np.nan
    with pytest.raises(ValueError, match="image holds NaN"):
        burnish.convolve(line, weights, method="fft")


@pytest.mark.parametrize("scale", [1e-30, 1e-20, 1e20, 1e30])
def test_weights_near_the_ends_of_the_range(scale, rng):
    image = np.full((300, 300), np.float32(1 / scale))
    weights = rng.random((61, 61)) / 100
    result = burnish.convolve(image * np.float32(0.1), weights * scale, method="fft")
    np.testing.assert_allclose(result, 0.1 * weights.sum(), rtol=1e-6)


@pytest.mark.parametrize("layout", samples.LAYOUTS)
def test_layouts(layout, rng):
    image = samples.image(rng, (45, 120), np.float32)
    weights = samples.kernel(rng, (13, 12))
    expected = burnish.convolve(image, weights, method="fft")
    result = burnish.convolve(samples.LAYOUTS[layout](image), weights, method="fft")
    checks.assert_same_bits(result, expected)
    out = samples.LAYOUTS[layout](np.zeros_like(image)) if layout in samples.OUT_LAYOUTS else None
    checks.assert_same_bits(
        np.ascontiguousarray(burnish.convolve(image, weights, method="fft", out=out)), expected
    )


@hypothesis.given(st.data())
def test_any_call(data):
    draw = data.draw
    shape = drawing.draw_shape(draw, longest=90)
    ndim = len(shape)
    image, channel, rng = drawing.draw_image(draw, shape)
    taps = draw(st.lists(st.integers(1, 12), min_size=ndim, max_size=ndim))
    taps[draw(st.integers(0, ndim - 1))] = draw(st.integers(1, 40))
    check_filter(
        draw(st.sampled_from(["convolve", "correlate"])),
        image,
        samples.kernel(rng, taps),
        mode=draw(st.sampled_from(convolution.MODES)),
        cval=draw(st.sampled_from([0.0, -2.5, 1.0])),
        origin=tuple(draw(st.sampled_from(samples.valid_origins(size))) for size in taps),
        channel_axis=channel,
        method="fft",
        workers=draw(st.sampled_from([None, 1, 2, 5])),
    )


@pytest.mark.parametrize("shape", [(61, 67), (700, 900), (30, 64, 50)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_same_bits_for_any_number_of_workers(dtype, shape, rng):
    image = samples.image(rng, shape, dtype)
    weights = samples.kernel(rng, [min(size, 9) for size in shape])
    assert burnish.convolve(image, weights, method="fft").shape == shape
    for one, other in [
        (circular(image, weights, workers=1), circular(image, weights, workers=5)),
        *(
            (
                burnish.convolve(image, weights, method="fft", workers=1),
                burnish.convolve(image, weights, method="fft", workers=workers),
            )
            for workers in (2, 3, 7)
        ),
    ]:
        checks.assert_same_bits(one, other)


_LEVEL = """
    import sys
    import numpy as np
    import pytest
    import test_spectral

    rng = np.random.default_rng(3)
    for dtype in ("float32", "float64"):
        for size in (*range(1, 41), 53, 64, 67, 120):
            test_spectral.check_circular(rng, (size, 5), dtype, (min(size, 5), 3))
            test_spectral.check_circular(rng, (5, size), dtype, (3, min(size, 5)))
            test_spectral.check_circular(rng, (3, 4, size), dtype, (2, 3, min(size, 5)))
        for mode in ("reflect", "constant"):
            test_spectral.test_many_tiles(dtype, mode, rng)
    test_spectral.test_fftconvolve("float32", "full", rng)
"""


@pytest.mark.parametrize("level", burnish.show_config(mode="dicts")["instruction_sets"])
def test_levels(level):
    children.output(_LEVEL, timeout=120, BURNISH_ISA=level)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [(0, 0), (299, 399), (150, 7)])
def test_a_value_that_is_not_finite_is_refused_or_left_to_direct(place, value, rng):
    image = samples.image(rng, (300, 400), np.float32)
    weights = samples.kernel(rng, (61, 59))
    assert np.isfinite(burnish.convolve(image, weights)).all()
    image[place] = value
    with pytest.raises(ValueError, match=r"image holds NaN or infinity"):
        burnish.convolve(image, weights, method="fft")
    checks.assert_same_bits(
        burnish.convolve(image, weights), burnish.convolve(image, weights, method="direct")
    )


def test_values_whose_transform_overflows_are_refused_or_left_to_direct(rng):
    image = samples.image(rng, (300, 400), np.float32) * np.float32(1e37)
    weights = samples.kernel(rng, (61, 59))
    with pytest.raises(ValueError, match=r"image holds .* so large"):
        burnish.convolve(image, weights, method="fft")
    checks.assert_same_bits(
        burnish.convolve(image, weights), burnish.convolve(image, weights, method="direct")
    )


@pytest.mark.parametrize("cval", [np.nan, np.inf])
def test_a_border_that_is_not_finite(cval, rng):
    image = samples.image(rng, (300, 400), np.float32)
    weights = samples.kernel(rng, (41, 41))
    options = {"mode": "constant", "cval": cval}
    with pytest.raises(ValueError, match="cval"):
        burnish.convolve(image, weights, method="fft", **options)
    checks.assert_same_bits(
        burnish.convolve(image, weights, **options),
        burnish.convolve(image, weights, method="direct", **options),
    )
    # Where no axis has that border, nobody asks.
    burnish.convolve(image, weights, method="fft", mode="wrap", cval=cval)


def test_auto_takes_the_spectrum_for_large_kernels_alone(rng):
    image = samples.image(rng, (500, 600), np.float32)
    for size, method in [(3, "direct"), (7, "direct"), (41, "fft"), (101, "fft")]:
        weights = samples.kernel(rng, (size, size))
        checks.assert_same_bits(
            burnish.convolve(image, weights), burnish.convolve(image, weights, method=method)
        )
    lines = samples.outer_product(rng, (21, 21))
    checks.assert_same_bits(
        burnish.convolve(image, lines), burnish.convolve(image, lines, method="separable")
    )


def test_sixteen_threads_make_the_same_and_different_plans(rng):
    sizes = [(60 + 7 * i, 50 + 11 * i) for i in range(8)]
    images = [samples.image(rng, shape, np.float32) for shape in sizes]
    weights = samples.kernel(rng, (5, 5))
    expected = [circular(image, weights) for image in images]
    burnish.clear_cache()
    start = threading.Barrier(16)
    wrong = []

    def work(thread: int) -> None:
        start.wait()
        for i in range(24):
            number = (thread // 2 * i + thread) % len(images)  # in pairs the same, then others
            if not np.array_equal(circular(images[number], weights), expected[number]):
                wrong.append((thread, number))
            if thread == 0 and i % 6 == 0:
                burnish.clear_cache()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


_BOUNDED = """
    import resource
    import numpy as np
    from burnish import _core

    def peak():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

    def plan(size):
        image = np.ones(size)
        _core.correlate_spectral(image, np.ones(3), (0,), (0,), ("wrap",), 0.0, True, None, 1)

    plan(40_001)
    before = peak()
    for size in range(20_001, 40_001, 200):
        plan(size)
    print(peak() - before)
"""


@pytest.mark.skipif(children.SANITIZED, reason="counts the sanitizer's memory")
def test_plans_do_not_pile_up():
    # A hundred plans of primes and others, of 1 to 4 MB each.
    pytest.importorskip("resource", reason="Windows has no resource")
    assert int(children.output(_BOUNDED)) < 100 << 20


_PEAK = """
    import resource, sys
    import numpy as np
    import burnish

    size = int(sys.argv[1])
    image = np.ones((size, size), np.float32)
    out = np.ones_like(image)
    weights = np.random.default_rng(0).random((63, 63))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    burnish.convolve(image, weights, method="fft", out=out)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(children.SANITIZED, reason="counts the sanitizer's memory")
@pytest.mark.parametrize("size", [4096, pytest.param(16384, marks=pytest.mark.slow)])
def test_tiles_bound_the_memory(size):
    pytest.importorskip("resource", reason="Windows has no resource")
    assert int(children.output(_PEAK, str(size), timeout=120)) < 64 << 10  # kB


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_fftconvolve(dtype, mode, rng):
    for one, other in [
        ((30,), (7,)),
        ((7,), (30,)),
        ((20, 31), (6, 5)),
        ((5, 6), (20, 31)),
        ((9, 8, 12), (3, 8, 4)),
        ((1, 1), (1, 1)),
        ((40, 1), (1, 1)),
    ]:
        in1, in2 = samples.image(rng, one, dtype), samples.image(rng, other, dtype)
        result = burnish.fftconvolve(in1, in2, mode=mode)
        name = checks.computing_dtype(dtype)
        assert result.dtype.name == name
        answer = spectral.fftconvolve(in1, in2, mode=mode)
        # Of what all values of one make with all of the other, as root of the mean square.
        scale = np.linalg.norm(in1.astype(np.float64)) * np.linalg.norm(in2.astype(np.float64))
        assert result.shape == answer.shape
        assert np.abs(result - answer).max() <= {"float32": 1e-6, "float64": 1e-14}[name] * scale


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
def test_fftconvolve_is_scipys(mode, rng):
    signal = pytest.importorskip("scipy.signal", reason="SciPy is missing")
    for one, other in [((300, 400), (51, 20)), ((64, 64), (64, 64)), ((40, 50, 60), (9, 50, 7))]:
        in1, in2 = rng.normal(size=one), rng.normal(size=other)
        expected = signal.fftconvolve(in1, in2, mode)
        result = burnish.fftconvolve(in1, in2, mode=mode)
        np.testing.assert_allclose(result, expected, rtol=0, atol=1e-11)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("uint8", "uint16", "float32"),
        ("float16", "float32", "float32"),
        ("float32", "int32", "float64"),
        ("uint8", "float64", "float64"),
    ],
)
def test_dtype_of_fftconvolve(one, other, expected):
    pair = np.array([[1, 2], [3, 4]])
    for first, second in [(one, other), (other, one)]:
        result = burnish.fftconvolve(pair.astype(first), pair.astype(second))
        assert result.dtype.name == expected
        answer = spectral.fftconvolve(pair, pair)
        np.testing.assert_allclose(result, answer, rtol=0, atol=1e-5)


def test_fftconvolve_valid_wants_one_to_contain_the_other():
    with pytest.raises(ValueError, match="in1 has shape"):
        burnish.fftconvolve(np.ones((9, 5)), np.ones((5, 9)), mode="valid")
