"""Every instruction-set level of this machine gives the right answer, and the best is chosen."""

from __future__ import annotations

import platform
from pathlib import Path

import checks
import children
import numpy as np
import pytest
import samples
from oracles import convolution, nl_means, pyramids, sharpening, smoothing

import burnish

LEVELS = burnish.show_config(mode="dicts")["instruction_sets"]


def _cases():
    """Yield name, function, image, options and weights for every kernel and dtype."""
    rng = np.random.default_rng(20261122)
    for dtype in checks.DTYPES:
        image = samples.image(rng, (37, 91), dtype)
        colour = samples.image(rng, (19, 31, 3), dtype)
        for sizes in [(1, 1), (3, 3), (7, 7), (4, 9), (15, 15)]:
            weights = samples.kernel(rng, sizes)
            yield f"dense {sizes} {dtype}", "correlate", image, {"weights": weights}
        options = {"weights": samples.kernel(rng, (5, 5)), "channel_axis": 2, "mode": "constant"}
        yield f"colour {dtype}", "convolve", colour, options | {"cval": 3.5}
        for size in (9, 65):
            options = {"weights": samples.outer_product(rng, (size, size)), "method": "separable"}
            yield f"separable {size} {dtype}", "correlate", image, options
        for axis in (0, 1):
            options = {"weights": samples.kernel(rng, 33), "axis": axis}
            yield f"line {axis} {dtype}", "correlate1d", image, options
        for orders in [(0, 0), (1, 2)]:
            options = {"sigma": 1.5, "order": orders}
            yield f"Gaussian {orders} {dtype}", "gaussian_filter", image, options
        yield f"reduce {dtype}", "pyramid_reduce", image, {"mode": "mirror"}
        yield f"expand {dtype}", "pyramid_expand", colour, {"channel_axis": 2}
        yield f"unsharp {dtype}", "unsharp_mask", image, {"radius": 1.5, "amount": 0.8}
        contrast = float(image.astype(np.float64).std())
        alike = {"patch_distance": 2, "h": 0.5 * contrast, "sigma": 0.2 * contrast}
        for size, kernel in [(3, "box"), (11, "box"), (5, "gaussian")]:
            options = alike | {"patch_size": size, "patch_kernel": kernel}
            yield f"patches {size} {kernel} {dtype}", "denoise_nl_means", image, options
        options = alike | {"patch_size": 3, "channel_axis": 2}
        yield f"patches colour {dtype}", "denoise_nl_means", colour, options
    # Where rounding errors have one sign and pile up.
    for dtype in ("float32", "float64"):
        flat = np.full((20, 70), 0.7, dtype)
        for size in (7, 31, 65):
            options = {"weights": np.full((size, size), 1 / size**2), "method": "direct"}
            yield f"flat {size} {dtype}", "convolve", flat, options
        for axis in (0, 1):
            options = {"weights": np.full(1000, 0.1), "axis": axis}
            yield f"flat line {axis} {dtype}", "convolve1d", flat, options


def _exact_cases():
    """Yield calls with one answer for all levels: each product is exact, or each step selects."""
    rng = np.random.default_rng(20261123)
    eighths = np.array([[1, 0, 3], [2, 4, -1]]) / 8
    for dtype in checks.DTYPES:
        small = np.arange(120).reshape(4, 30).astype(dtype)
        picture = samples.image(rng, (37, 91), dtype)
        for size in (2, 5, (1, 40), (33, 1), 140):
            yield f"box {size} {dtype}", "uniform_filter", picture, {"size": size}
        colour = samples.image(rng, (19, 31, 3), dtype)
        yield f"box colour {dtype}", "uniform_filter", colour, {"size": 6, "channel_axis": 2}
        yield f"eighths {dtype}", "correlate", small, {"weights": eighths}
        lines = {"weights": eighths[:1].T @ eighths[1:], "method": "separable"}
        yield f"separable eighths {dtype}", "correlate", small, lines
    for dtype in (*checks.NARROW_INTEGERS, *checks.WIDE_INTEGERS):
        info = np.iinfo(dtype)
        ends = np.array([[info.min, info.max, 0, 1] * 9 + [info.max]], dtype)
        for gain in (1.0, 0.5, 2.0, -3.0, 1e30):
            yield f"ends {gain} {dtype}", "correlate", ends, {"weights": [[gain]]}
        for cval in (np.nan, np.inf, -np.inf, 0.5, 1e30):
            options = {"weights": [[0.5, 0.25, 0.25]], "mode": "constant", "cval": cval}
            yield f"cval {cval} {dtype}", "correlate", ends, options
    for dtype in ("float16", "uint16", "int16"):
        everything = np.arange(2**16, dtype=np.uint16).view(dtype).reshape(256, 256)
        if dtype == "float16":  # the payload of a NaN is nobody's promise
            everything = np.where(np.isnan(everything), np.float16("nan"), everything)
        yield f"all of {dtype}", "correlate", everything, {"weights": [[1.0]]}


def save(path: str) -> None:
    """In the child: compute every case at the level that the environment names."""
    results = {"level": np.array(burnish.show_config(mode="dicts")["instruction_set"])}
    for name, function, image, options in (*_cases(), *_exact_cases()):
        results[name] = getattr(burnish, function)(image, **options)
    np.savez(path, **results)


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> dict[str, dict[str, np.ndarray]]:
    folder: Path = tmp_path_factory.mktemp("levels")
    loaded = {}
    for level in LEVELS:
        path = folder / f"{level}.npz"
        code = "import sys, test_isa; test_isa.save(sys.argv[1])"
        children.output(code, str(path), timeout=120, BURNISH_ISA=level)
        with np.load(path) as stored:
            loaded[level] = dict(stored)
    return loaded


def _truth(function: str, image, options) -> tuple[np.ndarray, float]:
    options = {key: value for key, value in options.items() if key != "method"}
    if function == "denoise_nl_means":
        # Pixels are rounded, and distances are several times h^2.
        return nl_means.denoise_nl_means(image, **options), checks.error_bound(image, [6.0])
    if function == "unsharp_mask":
        gain = 1 + 2 * abs(options["amount"])
        return sharpening.unsharp_mask(image, **options), checks.error_bound(image, [gain])
    if function == "gaussian_filter":
        _, kernels = smoothing.gaussian_kernels(image.ndim, **options)
        gain = np.prod([np.abs(kernel).sum() for kernel in kernels])
        return smoothing.gaussian_filter(image, **options), checks.error_bound(image, [gain])
    if function.startswith("pyramid"):
        step = getattr(pyramids, function.removeprefix("pyramid_"))
        return step(image, **options), checks.error_bound(image, [1.0])
    cval = options.get("cval", 0.0)
    bound = checks.error_bound(image, options["weights"], cval)
    return getattr(convolution, function)(image, **options), bound


def test_every_level_against_the_oracle_and_the_others(results):
    for name, function, image, options in _cases():
        answer, bound = _truth(function, image, options)
        for level in LEVELS:
            assert results[level]["level"] == level
            try:
                checks.assert_answer(results[level][name], answer, image.dtype, bound)
            except AssertionError as error:
                raise AssertionError(f"{name} at {level}: {error}") from None
        # The tolerance between levels is what two of them may be off by.
        for level in LEVELS:
            ours, best = (results[each][name] for each in (level, LEVELS[-1]))
            slack = 2 * bound if ours.dtype.kind == "f" else np.ceil(2 * bound) + 1
            difference = np.abs(ours.astype(np.longdouble) - best.astype(np.longdouble))
            assert difference.max() <= slack, (name, level)


def test_exact_cases_have_the_same_bits_at_every_level(results):
    for name, *_ in _exact_cases():
        for level in LEVELS:
            checks.assert_same_bits(results[level][name], results["baseline"][name])


@pytest.mark.parametrize("dtype", [*checks.NARROW_INTEGERS, *checks.WIDE_INTEGERS, "float16"])
def test_exact_cases_are_right(results, dtype):
    for name, function, image, options in _exact_cases():
        if image.dtype != np.dtype(dtype) or np.isnan(options.get("cval", 0.0)):
            continue
        if function == "uniform_filter":
            continue  # alike at every level, but rounded: tests/test_smoothing.py
        answer, _ = _truth(function, image, options)
        expected = convolution.as_result(answer, dtype)
        np.testing.assert_array_equal(results[LEVELS[-1]][name], expected, err_msg=name)


_PRINT_LEVEL = "import burnish; print(burnish.show_config(mode='dicts')['instruction_set'])"


def test_the_best_level_is_chosen():
    assert children.output(_PRINT_LEVEL) == LEVELS[-1]
    assert children.output(_PRINT_LEVEL, BURNISH_ISA="") == LEVELS[-1]
    assert LEVELS[0] == "baseline"


@pytest.mark.skipif(platform.machine() != "x86_64", reason="reads the flags of an x86-64 Linux")
@pytest.mark.skipif(not Path("/proc/cpuinfo").exists(), reason="reads /proc/cpuinfo")
def test_the_levels_are_those_of_the_cpu():
    flags = set(Path("/proc/cpuinfo").read_text().partition("flags")[2].partition("\n")[0].split())
    v3 = {"avx2", "fma", "f16c", "bmi1", "bmi2", "abm", "movbe"}
    v4 = v3 | {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}
    expected = ["baseline", *["v3"] * (v3 <= flags), *["v4"] * (v4 <= flags)]
    assert expected == LEVELS


@pytest.mark.parametrize("wrong", ["avx2", "V3", "v33", " v3", "x" * 5000])
def test_an_unknown_level_is_refused(wrong):
    last = children.import_error(BURNISH_ISA=wrong)
    assert "BURNISH_ISA" in last
    for level in LEVELS:
        assert f"'{level}'" in last


@pytest.mark.skipif(LEVELS[-1] == "v4", reason="this CPU lacks no level")
def test_a_level_that_the_cpu_lacks_is_refused():
    done = children.run("import burnish", BURNISH_ISA="v4")
    assert done.returncode == 1
    assert "ImportError" in done.stderr
    assert "lacks" in done.stderr or "this build has" in done.stderr
