"""Richardson-Lucy's options, each against the oracle and for what it is for."""

from __future__ import annotations

import itertools

import checks
import children
import numpy as np
import pytest
from test_richardson_lucy import BOUNDARIES, blurred_scene, check, scene, shares

import burnish

# Directions of small gradients, and steps that are made longer, magnify rounding.
_MAGNIFIED = 100
OPTIONS = {
    "background": {"background": 0.25},
    "damping": {"damping": 0.05},
    "acceleration": {"acceleration": True},
    "total variation": {"total_variation": 0.02, "num_iter": 8},
    "change": {"stop": ("change", 0.02)},
    "discrepancy": {"stop": ("discrepancy", 0.02)},
    "all": {
        "background": 0.1,
        "damping": 0.1,
        "acceleration": True,
        "total_variation": 0.01,
        "num_iter": 8,
    },
    "discrepancy while accelerated": {"acceleration": True, "stop": ("discrepancy", 0.02)},
    "change while accelerated": {"acceleration": True, "stop": ("change", 0.02)},
}


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_options_against_the_oracle(dtype, option, boundary, rng):
    options = {"num_iter": 30, "boundary": boundary} | OPTIONS[option]
    for shape, size in [
        ((31, 20), (4, 6)),
        ((70,), (5,)),
        ((4,), (9,)),  # in a scene of 15 pixels, which an even number of lanes holds
        ((9, 17, 20), (3, 4, 5)),
    ]:
        psf = rng.random(size) + 0.05
        image = blurred_scene(rng, shape, psf, dtype)
        check(image, psf, magnified=_MAGNIFIED, **options)
        check(image, psf, magnified=_MAGNIFIED, weights=shares(rng, shape), **options)


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64", "int32"])
def test_weights(dtype, boundary, rng):
    for shape, size in [((40, 53), (5, 7)), ((31, 20), (4, 6)), ((9, 17, 20), (3, 4, 5))]:
        psf = rng.random(size) + 0.05
        image = blurred_scene(rng, shape, psf, dtype)
        for weights in (shares(rng, shape), shares(rng, shape) > 0, np.ones(shape, np.uint16)):
            check(image, psf, num_iter=10, boundary=boundary, weights=weights)


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_pixels_without_weight_are_not_looked_at(boundary, rng):
    psf = burnish.psf.gaussian(1.5)
    image = blurred_scene(rng, (60, 50), psf, np.float32)
    weights = rng.random(image.shape) > 0.2
    options = {"num_iter": 10, "boundary": boundary, "weights": weights}
    expected = burnish.richardson_lucy(image, psf, **options)
    for value in (np.nan, np.inf, -np.inf, 1e30, -5.0):
        dead = np.where(weights, image, np.float32(value))
        checks.assert_same_bits(burnish.richardson_lucy(dead, psf, **options), expected)


def test_weights_of_one_channel_do_for_all(rng):
    psf = burnish.psf.gaussian(1.5)
    for axis in (0, 1, 2):
        image = scene(rng, np.insert((30, 40), axis, 3), np.float32)
        weights = shares(rng, (30, 40))
        options = {"num_iter": 3, "channel_axis": axis}
        together = burnish.richardson_lucy(image, psf, weights=weights, **options)
        apart = np.repeat(np.expand_dims(weights, axis), 3, axis)
        checks.assert_same_bits(
            together, burnish.richardson_lucy(image, psf, weights=apart, **options)
        )


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_equal_weights_are_none(boundary, rng):
    psf = burnish.psf.disk(2)
    image = scene(rng, (40, 50), np.float64)
    options = {"num_iter": 10, "boundary": boundary}
    expected = burnish.richardson_lucy(image, psf, **options)
    ours = burnish.richardson_lucy(image, psf, weights=np.ones(image.shape), **options)
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_small_weight_for_all_is_none(boundary, rng):
    psf = burnish.psf.disk(2)
    image = scene(rng, (40, 50), np.float64)
    options = {"num_iter": 5, "boundary": boundary}
    expected = burnish.richardson_lucy(image, psf, **options)
    ours = burnish.richardson_lucy(image, psf, weights=np.full(image.shape, 1e-3), **options)
    if boundary == "zero":  # there black was seen beyond the frame, with a weight of 1
        inside = np.s_[10:-10, 10:-10]
        assert np.abs(ours - expected)[inside].max() < 0.1 * expected.max()
    else:
        np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_total_variation_keeps_what_is_smooth(dtype, boundary, rng):
    # For every weight: rounding does not grow, nor what freed memory holds.
    psf = burnish.psf.disk(3)
    flat = np.full((64, 50), 100, dtype)
    ramp = np.tile(np.linspace(50, 200, 64, dtype=dtype), (50, 1))
    inside = np.s_[12:-12, 12:-12]
    for weight in (0.002, 0.02, 0.1):
        options = {"boundary": boundary, "total_variation": weight}
        if boundary in ("reflect", "wrap"):
            assert burnish.richardson_lucy(flat, psf, **options).std() < 1e-3
        if boundary in ("reflect", "unknown"):
            smooth = burnish.richardson_lucy(ramp, psf, **options)
            assert np.abs(smooth - ramp)[inside].max() < 2
        poison = [np.full(1 << k, np.nan, dtype) for k in range(3, 18)]
        first = burnish.richardson_lucy(ramp, psf, num_iter=3, **options)
        burnish.clear_cache()
        del poison
        checks.assert_same_bits(burnish.richardson_lucy(ramp, psf, num_iter=3, **options), first)


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_nothing_is_negative(boundary, rng):
    image = scene(rng, (60, 50), np.float32)
    image[:20] = 0
    for options in ({}, {"acceleration": True}, {"total_variation": 0.01}):
        ours = burnish.richardson_lucy(
            image, burnish.psf.disk(3), num_iter=5, boundary=boundary, **options
        )
        assert ours.min() >= 0


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_gaps_are_filled_from_what_is_blurred_into_their_surroundings(boundary, rng):
    psf = burnish.psf.gaussian(2.0)
    truth = scene(rng, (80, 80), np.float64)
    truth = burnish.gaussian_filter(truth, 2)
    image = burnish.convolve(truth, psf, mode="reflect")
    weights = np.ones(image.shape, bool)
    weights[30:33, :] = False
    weights[:, 50:52] = False
    options = {"num_iter": 30, "boundary": boundary}
    ours = burnish.richardson_lucy(np.where(weights, image, 0), psf, weights=weights, **options)
    whole = burnish.richardson_lucy(image, psf, **options)
    assert np.abs(ours - whole)[12:-12, 12:-12].max() < 0.05


def test_acceleration_gets_farther(rng):
    psf = burnish.psf.gaussian(2.0)
    truth = burnish.gaussian_filter(scene(rng, (80, 90), np.float64), 1.0)
    image = burnish.convolve(truth, psf, mode="wrap")
    options = {"boundary": "wrap", "num_iter": 30}
    accelerated = burnish.richardson_lucy(image, psf, acceleration=True, **options)
    plain = burnish.richardson_lucy(image, psf, boundary="wrap", num_iter=150)
    assert burnish.mse(truth, accelerated) < burnish.mse(truth, plain)


def test_total_variation_and_damping_keep_noise_down(rng):
    psf = burnish.psf.gaussian(2.0)
    flat = np.full((100, 100), 100.0)
    flat[:, 50:] = 300
    counts = rng.poisson(burnish.convolve(flat, psf, mode="reflect")).astype(np.float64)
    plain = burnish.richardson_lucy(counts, psf)
    for options in ({"damping": 3}, {"total_variation": 0.02}):
        calm = burnish.richardson_lucy(counts, psf, **options)
        assert burnish.mse(flat, calm) < burnish.mse(flat, plain) / 1.5


def test_a_background_is_no_part_of_the_scene(rng):
    psf = burnish.psf.gaussian(1.5)
    stars = np.zeros((60, 60))
    stars[rng.integers(0, 60, 20), rng.integers(0, 60, 20)] = 1000
    image = burnish.convolve(stars, psf, mode="wrap") + 50
    options = {"boundary": "wrap", "num_iter": 200}
    ours = burnish.richardson_lucy(image, psf, background=50, **options)
    assert ours.sum() == pytest.approx(stars.sum(), rel=0.1)
    assert np.median(ours) < 1


def test_stopping_by_change(rng):
    psf = burnish.psf.gaussian(1.5)
    image = blurred_scene(rng, (60, 50), psf, np.float64)
    estimates = []

    def record(_, estimate):
        estimates.append(estimate.copy())

    result = burnish.richardson_lucy(image, psf, stop=("change", 0.01), callback=record)
    changes = [np.linalg.norm(b - a) / np.linalg.norm(b) for a, b in itertools.pairwise(estimates)]
    assert 2 < len(estimates) < 50
    assert min(changes[:-1]) > 0.008  # of the frame; the margins count too
    assert changes[-1] < 0.012
    checks.assert_same_bits(result, estimates[-1])


@pytest.mark.parametrize("acceleration", [False, True])
def test_stopping_by_discrepancy(acceleration, rng):
    psf = burnish.psf.gaussian(2.0)
    truth = burnish.gaussian_filter(scene(rng, (90, 80), np.float64), 1.0)
    image = burnish.convolve(truth, psf, mode="wrap") + rng.normal(size=truth.shape) * 0.01
    result = burnish.richardson_lucy(
        image,
        psf,
        boundary="wrap",
        num_iter=500,
        stop=("discrepancy", 0.0105),
        acceleration=acceleration,
    )
    residual = image - burnish.convolve(result, psf, mode="wrap")
    assert 0.009 < np.sqrt(np.mean(residual**2)) <= 0.0105


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_callback(boundary, rng):
    psf = burnish.psf.gaussian(1.0)
    for dtype in ("uint8", "float32"):
        image = scene(rng, (20, 30, 3), dtype)
        options = {"boundary": boundary, "channel_axis": 2}
        seen = []

        def look(iteration, estimate, seen=seen):
            assert not estimate.flags.writeable
            with pytest.raises(ValueError, match="read-only"):
                estimate[0, 0] = 1
            seen.append((iteration, estimate.copy()))

        result = burnish.richardson_lucy(image, psf, num_iter=3, callback=look, **options)
        checks.assert_same_bits(result, burnish.richardson_lucy(image, psf, num_iter=3, **options))
        assert [iteration for iteration, _ in seen] == [1, 2, 3] * 3
        for number, (iteration, estimate) in enumerate(seen):
            expected = burnish.richardson_lucy(image, psf, num_iter=iteration, **options)
            checks.assert_same_bits(estimate, np.ascontiguousarray(expected[..., number // 3]))


def test_a_callback_ends_the_iterations(rng):
    psf = burnish.psf.gaussian(1.0)
    image = scene(rng, (20, 30), np.float64)
    expected = burnish.richardson_lucy(image, psf, num_iter=4)
    for acceleration in (False, True):
        result = burnish.richardson_lucy(
            image, psf, callback=lambda i, _: i == 4, acceleration=acceleration
        )
        if not acceleration:
            checks.assert_same_bits(result, expected)

    class OwnError(Exception):
        pass

    def fail(iteration, estimate):
        raise OwnError(f"after {iteration}")

    with pytest.raises(OwnError, match="after 1"):
        burnish.richardson_lucy(image, psf, callback=fail)
    # A callback may do anything, more of the same too.
    nested = burnish.richardson_lucy(
        image,
        psf,
        num_iter=4,
        callback=lambda i, e: burnish.richardson_lucy(e, psf, num_iter=2) is None,
    )
    checks.assert_same_bits(nested, expected)


@pytest.mark.parametrize("in_callback", [False, True])
def test_an_interrupt_ends_a_long_run(in_callback):
    elapsed, grown = map(float, children.output(_INTERRUPT % in_callback, timeout=60).split())
    assert elapsed < 0.2 + 0.2  # what the machine may take to wake a thread beside other tests
    assert grown < 40  # MB, what the heap keeps; four images have 67, what a run holds is 84


_INTERRUPT = """
    import os, resource, signal, threading, time
    import numpy as np
    import burnish

    def used():
        return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() / 1e6

    # Whoever starts tests in the background has it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    image = np.ones((2048, 2048), np.float32)
    psf = burnish.psf.gaussian(2.5, size=15)
    callback = (lambda i, e: None) if %r else None
    def interrupted():
        sent = []

        def send():
            time.sleep(0.2)
            sent.append(time.perf_counter())
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=send).start()
        try:
            burnish.richardson_lucy(image, psf, num_iter=10**6, callback=callback)
        except KeyboardInterrupt:
            elapsed = time.perf_counter() - sent[0]
        burnish.clear_cache()
        return elapsed

    interrupted()
    before = used()
    elapsed = max(interrupted() for _ in range(4))
    print(elapsed, used() - before)
"""


def test_flux_is_conserved_under_weights(rng):
    psf = burnish.psf.motion(9, angle=30)
    image = scene(rng, (61, 48), np.float64)
    weights = rng.random(image.shape) * 0.9 + 0.1
    heard = burnish.correlate(weights, psf, mode="wrap")
    estimate = burnish.richardson_lucy(image, psf, num_iter=7, boundary="wrap", weights=weights)
    assert (heard * estimate).sum() == pytest.approx((weights * image).sum(), rel=1e-12)


_LEVEL = """
    import numpy as np
    import test_richardson_lucy_options as options

    rng = np.random.default_rng(20261122)
    for dtype in ("float32", "float64"):
        for boundary in options.BOUNDARIES:
            for option in ("all", "change", "discrepancy while accelerated"):
                options.test_options_against_the_oracle(dtype, option, boundary, rng)
"""


@pytest.mark.parametrize("level", children.other_levels())
def test_levels(level):
    children.output(_LEVEL, timeout=120, BURNISH_ISA=level)
