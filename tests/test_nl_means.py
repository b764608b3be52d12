"""denoise_nl_means against its oracle, scikit-image and what must always hold."""

from __future__ import annotations

import itertools

import checks
import hypothesis
import numpy as np
import pytest
import samples
import skimage.data
import skimage.restoration
from hypothesis import strategies as st
from oracles import nl_means as oracle

import burnish

# Off by so much of the largest difference in the image: sums of some hundred weights.
_RELATIVE = {"float32": 3e-6, "float64": 1e-13}


def check(image, *, out=None, workers=None, **options) -> None:
    """Hold a call with given parameters against the oracle; h and sigma in contrasts."""
    before = np.array(image, copy=True)
    values = np.asarray(image).astype(np.float64)
    contrast = values.std() or 1.0
    options = options | {
        name: options[name] * contrast for name in ("h", "sigma") if name in options
    }
    answer = oracle.denoise_nl_means(image, **options)
    options.setdefault("sigma", 0)
    result = burnish.denoise_nl_means(image, out=out, workers=workers, **options)
    bound = _RELATIVE[checks.computing_dtype(image.dtype)]
    checks.assert_answer(
        result, answer, image.dtype, bound * np.ptp(values) + 4e-16 * np.abs(values).max()
    )
    checks.assert_same_bits(np.array(image), before)


def scene(rng, shape, dtype):
    """Return steps and noise: patches that are alike, and others."""
    steps = rng.integers(0, 3, size=shape[:1] + (1,) * (len(shape) - 1)) / 2
    return samples.pixels(0.2 + steps + rng.normal(0, 0.1, shape), dtype)


@pytest.mark.parametrize("dtype", checks.DTYPES)
@pytest.mark.parametrize("patch_kernel", ["box", "gaussian"])
def test_dtypes(patch_kernel, dtype, rng):
    for patch_size, patch_distance in [(1, 2), (3, 3), (5, 1)]:
        check(
            scene(rng, (19, 37), dtype),
            patch_size=patch_size,
            patch_distance=patch_distance,
            h=0.4,
            sigma=0.2,
            patch_kernel=patch_kernel,
        )


@pytest.mark.parametrize("patch_kernel", ["box", "gaussian"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "shape",
    [
        *[(1,), (2,), (40,), (1, 1), (1, 9), (9, 1), (2, 3), (5, 70), (33, 16), (17, 5)],
        *[(1, 2, 3), (9, 10, 11), (4, 3, 40), (20, 1, 5)],
    ],
    ids=str,
)
def test_shapes(shape, dtype, patch_kernel, rng):
    for patch_size, patch_distance in [(3, 1), (5, 2), (7, 3)]:
        if len(shape) == 3 and patch_size == 7:
            continue  # the oracle would take minutes
        check(
            scene(rng, shape, dtype),
            patch_size=patch_size,
            patch_distance=patch_distance,
            h=0.5,
            sigma=0.1,
            patch_kernel=patch_kernel,
        )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_widths_around_whole_vectors(dtype, rng):
    for width in [7, 8, 9, 15, 16, 17, 31, 33, 47, 64, 65]:
        check(scene(rng, (6, width), dtype), patch_size=3, patch_distance=2, h=0.5)
        check(scene(rng, (width, 6), dtype), patch_size=3, patch_distance=2, h=0.5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_tiles(dtype, rng):
    for shape in [(140, 40), (20, 530), (20, 20, 70), (40, 9, 10)]:
        check(scene(rng, shape, dtype), patch_size=3, patch_distance=1, h=0.5, sigma=0.1)


@pytest.mark.parametrize("patch_size", [9, 11, 13, 21, 51])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_large_patches(dtype, patch_size, rng):
    for patch_kernel in ("box", "gaussian"):
        check(
            scene(rng, (12, 30), dtype),
            patch_size=patch_size,
            patch_distance=1,
            h=0.2,
            sigma=0.1,
            patch_kernel=patch_kernel,
        )


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_channel_axis_at_each_position(dtype, ndim, rng):
    for channels in (1, 2, 3, 5):
        for position in range(-ndim - 1, ndim + 1):
            shape = list((6, 9, 20)[:ndim])
            shape.insert(position % (ndim + 1), channels)
            image = scene(rng, tuple(shape), dtype)
            check(image, patch_size=3, patch_distance=1, h=0.5, channel_axis=position)


@pytest.mark.parametrize("search_frames", [1, 2, 9])
@pytest.mark.parametrize("dtype", ["uint16", "float32", "float64"])
def test_frames(dtype, search_frames, rng):
    options = {"patch_size": 3, "patch_distance": 2, "h": 0.5, "search_frames": search_frames}
    check(scene(rng, (5, 12, 20), dtype), frames_axis=0, **options)
    check(scene(rng, (12, 20, 4), dtype), frames_axis=2, **options)
    check(scene(rng, (3, 4, 9, 20), dtype), frames_axis=-3, channel_axis=0, **options)
    check(scene(rng, (4, 9, 20, 3), dtype), frames_axis=0, channel_axis=-1, **options)


@pytest.mark.parametrize("given", [{"sigma": 0.1}, {}, {"sigma": 0.0, "h": 0.05}], ids=str)
def test_frames_that_are_not_searched_are_denoised_as_if_alone(given, rng):
    film = rng.normal(0.5, 0.1, (3, 40, 50, 2)) * [[[[1, 2]]]]
    together = burnish.denoise_nl_means(film, channel_axis=-1, frames_axis=0, **given)
    for frame, denoised in zip(film, together, strict=True):
        alone = burnish.denoise_nl_means(frame, channel_axis=-1, **given)
        checks.assert_same_bits(denoised, alone)
    volumes = rng.normal(size=(9, 10, 2, 11))
    together = burnish.denoise_nl_means(volumes, frames_axis=2, **given)
    checks.assert_same_bits(
        together[:, :, 1].copy(), burnish.denoise_nl_means(volumes[:, :, 1], **given)
    )


@pytest.mark.parametrize("shape", [(300, 400), (40, 50, 60), (150, 200, 3)], ids=str)
def test_same_bits_for_any_number_of_workers(shape, rng):
    image = rng.random(shape).astype(np.float32)
    options = {"sigma": 0.1, "channel_axis": -1 if shape[-1] == 3 else None}
    first = burnish.denoise_nl_means(image, workers=1, **options)
    for workers in (2, 3, 7):
        checks.assert_same_bits(burnish.denoise_nl_means(image, workers=workers, **options), first)


@hypothesis.given(data=st.data())
def test_layouts(data):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    shape = data.draw(st.lists(st.integers(1, 20), min_size=1, max_size=3))
    image = scene(rng, tuple(shape), data.draw(st.sampled_from(["float32", "uint8", "int64"])))
    layout = samples.LAYOUTS[data.draw(st.sampled_from(sorted(samples.LAYOUTS)))]
    given = {"patch_size": 3, "patch_distance": 2, "h": float(np.ptp(image)) / 3 + 1, "sigma": 0}
    plain = burnish.denoise_nl_means(image, **given)
    checks.assert_same_bits(burnish.denoise_nl_means(layout(image), **given), plain)


def test_out_may_overlap_the_image(rng):
    store = rng.random((41, 50))
    image, out = store[:40], store[1:]
    expected = burnish.denoise_nl_means(image.copy(), sigma=0.1)
    assert burnish.denoise_nl_means(image, sigma=0.1, out=out) is out
    checks.assert_same_bits(out.copy(), expected)


def _schraudolph(x):
    """Return scikit-image's exp(x): the exponent's bits set by a multiplication."""
    bits = (2**20 / np.log(2) * x + 1023 * 2**20 - 60801).astype(np.int64) << 32
    return bits.view(np.float64)


def _fast_mode(image, *, patch_size, patch_distance, h, sigma):
    """Return what scikit-image's fast mode computes, where its definition is not ours."""
    radius = patch_size // 2
    reach = radius + patch_distance
    padded = np.pad(image, reach, mode="reflect")
    rows, columns = image.shape

    def shifted(y, x):
        return padded[reach + y : reach + y + rows, reach + x : reach + x + columns]

    total, sums = np.zeros(image.shape), np.zeros(image.shape)
    window = range(-patch_distance, patch_distance + 1)
    smaller = range(1 - radius, radius + 1)  # a patch without its first row and column
    for y, x in itertools.product(window, window):
        distance = sum(
            (shifted(i, j) - shifted(i + y, j + x)) ** 2 - 2 * sigma**2
            for i, j in itertools.product(smaller, smaller)
        )
        exponent = np.maximum(distance, 0) / (patch_size * h) ** 2
        weight = np.where(exponent > 5, 0, _schraudolph(-exponent))
        total += weight
        sums += weight * shifted(y, x)
    return sums / total


@pytest.mark.parametrize("sigma", [0.0, 0.05])
@pytest.mark.parametrize("h", [0.05, 0.3, 20.0])
def test_scikit_image_s_definitions(h, sigma, rng):
    image = skimage.data.camera()[200:260, 200:270] / 255 + rng.normal(0, sigma, (60, 70))
    given = {"patch_size": 5, "patch_distance": 3, "h": h, "sigma": sigma}
    # Their fast mode is what the docstring says,
    fast = skimage.restoration.denoise_nl_means(image, fast_mode=True, **given)
    np.testing.assert_allclose(_fast_mode(image, **given), fast, rtol=0, atol=1e-6)
    # and their slow one ours, but for their exponential and where windows reach over the border.
    slow = skimage.restoration.denoise_nl_means(image, fast_mode=False, **given)
    ours = burnish.denoise_nl_means(image, patch_kernel="gaussian", **given)
    difference = np.abs(ours - slow)[3:-3, 3:-3]
    assert np.sqrt(np.mean(difference**2)) < 1e-3
    if h == 20.0:
        assert difference.max() < 1e-4


@pytest.mark.parametrize("sigma", [10, 25])
def test_denoises_a_photograph_as_well_as_scikit_image(sigma, rng):
    truth = skimage.data.camera()[100:260, 150:330] / 255
    noisy = truth + rng.normal(0, sigma / 255, truth.shape)
    given = {"patch_size": 5, "patch_distance": 6, "h": 0.7 * sigma / 255, "sigma": sigma / 255}
    theirs = skimage.restoration.denoise_nl_means(noisy, **given)
    ours = burnish.denoise_nl_means(noisy)
    quality = [burnish.psnr(truth, each, data_range=1) for each in (theirs, ours)]
    assert quality[1] > quality[0] - 0.2, quality  # theirs is told the noise, and what is best


def test_dtypes_agree_on_one_picture(rng):
    picture = np.clip(
        skimage.data.camera()[:150, :160] + rng.normal(0, 20, (150, 160)), 0, 255
    ).round()
    reference = burnish.denoise_nl_means(picture)
    for dtype, scale in [("uint8", 1), ("uint16", 257), ("float32", 1 / 255), ("float64", 1e-3)]:
        result = burnish.denoise_nl_means((picture * scale).astype(dtype)) / scale
        step = 0.5 / scale if np.dtype(dtype).kind == "u" else 0
        np.testing.assert_allclose(result, reference, rtol=0, atol=step + 2e-3)


@pytest.mark.parametrize("dtype", checks.DTYPES)
def test_constants_stay(dtype):
    image = np.full((20, 33), 100, dtype)
    expected = image.astype(checks.result_dtype(dtype))
    checks.assert_same_bits(burnish.denoise_nl_means(image), expected)
    for sigma in (0, 5.0):
        result = burnish.denoise_nl_means(image, h=7.0, sigma=sigma)
        checks.assert_same_bits(result, expected)


@hypothesis.given(data=st.data())
def test_results_lie_within_the_window_s_range(data):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    shape = tuple(data.draw(st.lists(st.integers(1, 25), min_size=2, max_size=2)))
    image = rng.normal(size=shape)
    distance = data.draw(st.integers(1, 4))
    result = burnish.denoise_nl_means(
        image,
        patch_size=data.draw(st.sampled_from([1, 3, 5])),
        patch_distance=distance,
        h=data.draw(st.floats(1e-3, 1e3)),
        sigma=data.draw(st.floats(0, 10)),
    )
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(image, distance, mode="reflect"), (2 * distance + 1,) * 2
    )
    assert (result >= windows.min(axis=(2, 3)) - 1e-12).all()
    assert (result <= windows.max(axis=(2, 3)) + 1e-12).all()


@pytest.mark.parametrize("exponent", [-100, -64, -20, 30, 100])
def test_powers_of_two_scale_the_result_bit_for_bit(exponent, rng):
    image = rng.normal(size=(20, 30)).astype(np.float32)
    scale = 2.0**exponent
    base = burnish.denoise_nl_means(image, h=0.5, sigma=0.3)
    scaled = burnish.denoise_nl_means(
        (image * np.float32(scale)).astype(np.float32), h=0.5 * scale, sigma=0.3 * scale
    )
    np.testing.assert_array_equal(scaled, base * np.float32(scale))


def test_float32_is_exact_relative_to_differences(rng):
    """However far from 0 the image lies."""
    image = (rng.integers(0, 64, (20, 30)) / 64).astype(np.float32)
    base = burnish.denoise_nl_means(image, h=0.5, sigma=0.1)
    far = burnish.denoise_nl_means(image + np.float32(1e4), h=0.5, sigma=0.1)
    np.testing.assert_allclose(far - np.float32(1e4), base, rtol=0, atol=0.5e-3)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_huge_and_tiny_parameters(dtype, rng):
    image = rng.random((12, 20)).astype(dtype)
    image[5, 5] = 1e18
    for h in (5e-324, 1e-45, 1e-10, 1e10, 1e38, 1e300):
        for sigma in (0, 1e-300, 1e300):
            result = burnish.denoise_nl_means(image, patch_distance=2, h=h, sigma=sigma)
            assert np.isfinite(result).all(), (h, sigma)


@hypothesis.given(data=st.data())
def test_moves_and_scales_with_the_image(data):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    image = rng.normal(size=(14, 15))
    given = {"patch_size": 3, "patch_distance": 2}
    base = burnish.denoise_nl_means(image, h=0.7, sigma=0.2, **given)
    scale = data.draw(st.sampled_from([-3.0, 1e-100, 1e100, 2.0**-20]))
    scaled = burnish.denoise_nl_means(
        image * scale, h=0.7 * abs(scale), sigma=0.2 * abs(scale), **given
    )
    np.testing.assert_allclose(scaled, base * scale, rtol=0, atol=1e-12 * abs(scale))
    turned = burnish.denoise_nl_means(image[::-1, ::-1].T, h=0.7, sigma=0.2, **given)
    np.testing.assert_allclose(turned, base[::-1, ::-1].T, rtol=0, atol=1e-13)
    moved = burnish.denoise_nl_means(image + 10, h=0.7, sigma=0.2, **given)
    np.testing.assert_allclose(moved, base + 10, rtol=0, atol=1e-12)


def test_a_small_h_leaves_the_image_as_it_is(rng):
    for dtype in ("float32", "float64"):
        image = rng.random((20, 30)).astype(dtype)
        for h in (1e-6, 1e-30, 5e-324):
            result = burnish.denoise_nl_means(image, h=h, sigma=0)
            checks.assert_same_bits(result, image)


def test_a_large_h_takes_the_mean_of_the_window(rng):
    image = rng.random((20, 30))
    padded = np.pad(image, 2, mode="reflect")
    mean = np.lib.stride_tricks.sliding_window_view(padded, (5, 5)).mean(axis=(2, 3))
    for h in (1e9, 1e300):
        result = burnish.denoise_nl_means(image, patch_distance=2, h=h, sigma=0)
        np.testing.assert_allclose(result, mean, rtol=0, atol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_stays_in_its_windows(bad, dtype, rng):
    image = rng.random((30, 40)).astype(dtype)
    image[12, 17] = bad
    result = burnish.denoise_nl_means(image, patch_size=5, patch_distance=3, sigma=0.1)
    expected = np.ones((30, 40), bool)
    expected[9:16, 14:21] = False
    np.testing.assert_array_equal(np.isfinite(result), expected)
    with pytest.raises(ValueError, match="image holds NaN or infinity"):
        burnish.denoise_nl_means(image)


def test_the_noise_is_estimated(rng):
    image = rng.normal(0, 3, (64, 70, 3))
    sigma = np.sqrt(np.mean(np.square(burnish.estimate_sigma(image, channel_axis=-1))))
    expected = burnish.denoise_nl_means(image, channel_axis=-1, sigma=sigma)
    result = burnish.denoise_nl_means(image, channel_axis=-1)
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-12)


def test_what_is_chosen_is_near_the_best(rng):
    for name, noise in [("camera", 10), ("brick", 25), ("moon", 25), ("grass", 10)]:
        truth = getattr(skimage.data, name)()[100:300, 100:300] / 255
        noisy = truth + rng.normal(0, noise / 255, truth.shape)
        sigma = noise / 255
        tried = [
            burnish.psnr(
                truth,
                burnish.denoise_nl_means(
                    noisy, patch_size=size, patch_distance=7, h=h * sigma, sigma=sigma
                ),
                data_range=1,
            )
            for size, h in [(3, 0.65), (3, 0.85), (3, 1.05), (5, 0.75), (5, 1.1), (9, 0.55)]
        ]
        chosen = burnish.psnr(truth, burnish.denoise_nl_means(noisy, sigma=sigma), data_range=1)
        assert max(tried) - min(tried) > 0.5  # or else there would be nothing to choose
        assert chosen > max(tried) - 0.2, (name, chosen, tried)


@pytest.mark.parametrize("name", ["patch_size", "patch_distance", "h"])
def test_what_is_given_is_kept(name, rng):
    image = skimage.data.camera()[::4, ::4] + rng.normal(0, 20, (128, 128))
    given = {"patch_size": 13, "patch_distance": 2, "h": 7.0}
    base = {"sigma": 20.0, name: given[name]}
    result = burnish.denoise_nl_means(image, **base)
    rest = {
        "patch_size": (3, 5, 7, 9, 11),
        "patch_distance": (7, 10),
        "h": [20 * each for each in (0.5, 0.55, 0.65, 0.75, 0.85, 1.05, 1.1)],
    }
    rest.pop(name)
    (one, ones), (other, others) = rest.items()
    assert any(
        np.array_equal(burnish.denoise_nl_means(image, **base, **{one: x, other: y}), result)
        for x in ones
        for y in others
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"patch_size": 4}, "patch_size is 4; accepted are odd"),
        ({"patch_size": 53}, "patch_size is 53"),
        (
            {"patch_distance": 100},
            "patch_distance is 100 and search_frames 0, which makes windows of 40401",
        ),
        ({"h": 0}, "h is 0; accepted"),
        ({"sigma": 0}, "h is None and sigma is 0"),
        ({"search_frames": 2}, "search_frames is 2 without frames_axis"),
        ({"frames_axis": 0, "channel_axis": -2}, "frames_axis is 0, which is channel_axis too"),
        ({"frames_axis": 0, "channel_axis": 1}, "frames and channels alone"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_messages(options, message, rng):
    with pytest.raises(ValueError, match=message):
        burnish.denoise_nl_means(rng.random((20, 30)), **options)


def test_frames_that_are_no_pictures_are_not_searched(rng):
    for shape in [(3, 4, 5, 6), (3, 20)]:
        with pytest.raises(ValueError, match="search_frames is 1; accepted is 0 for frames that"):
            burnish.denoise_nl_means(rng.random(shape), frames_axis=0, search_frames=1)
