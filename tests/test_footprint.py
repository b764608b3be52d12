"""Beside the result a call takes some megabytes per thread, whatever the sizes."""

from __future__ import annotations

import sys

import children
import pytest

if sys.platform != "linux":
    pytest.skip("reads the peak of resident memory as Linux counts it", allow_module_level=True)

# The peak is that of the whole process: one call each, after a small one has loaded everything.
_MEASURED = """
    import resource, sys
    import numpy as np
    import burnish

    def peak():
        # Of this process alone; ru_maxrss begins with what its parent held.
        status = open("/proc/self/status").read()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    burnish.convolve(np.ones((300, 300)), np.ones((9, 9)), workers=2)
    rng = np.random.default_rng(0)
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30,) * 2)
    {setup}
    out = np.ones_like(image)
    before = peak()
    {call}
    print(peak() - before)
"""

_PATCHES = "patch_size=5, patch_distance=1, h=1, sigma=1, out=out, workers=2"
CALLS = {
    "dense": (
        "image, kernel = np.ones((4000, 2000), np.float32), rng.random((7, 7))",
        "burnish.convolve(image, kernel, out=out, workers=2)",
    ),
    "dense, large kernel": (
        "image, kernel = np.ones((500, 600), np.float32), rng.random((151, 151))",
        "burnish.convolve(image, kernel, method='direct', out=out, workers=2)",
    ),
    "one long row": (
        "image, kernel = np.ones((1, 8_000_000), np.float32), rng.random((1, 65))",
        "burnish.convolve(image, kernel, out=out, workers=2)",
    ),
    "one long column": (
        "image, kernel = np.ones((8_000_000, 1), np.float32), rng.random((65, 1))",
        "burnish.convolve(image, kernel, out=out, workers=2)",
    ),
    "a volume, separable": (
        "image, kernel = np.ones((200, 200, 200), np.float32), np.ones((9, 9, 9))",
        "burnish.convolve(image, kernel, method='separable', out=out, workers=2)",
    ),
    "bytes, channels in front": (
        "image, kernel = np.ones((3, 2000, 2000), np.uint8), np.ones((17, 17)) / 289",
        "burnish.convolve(image, kernel, channel_axis=0, out=out, workers=2)",
    ),
    "many taps along a line": (
        "image, kernel = np.ones((2000, 2000), np.float32), np.ones(5001) / 5001",
        "burnish.convolve1d(image, kernel, axis=0, out=out, workers=2)",
    ),
    "small boxes": (
        "image = np.ones((4000, 4000), np.float32)",
        "burnish.uniform_filter(image, 5, out=out, workers=2)",
    ),
    "large boxes": (
        "image = np.ones((4000, 4000), np.float64)",
        "burnish.uniform_filter(image, 255, out=out, workers=2)",
    ),
    "boxes along a row": (
        "image = np.ones(8_000_000, np.float32)",
        "burnish.uniform_filter(image, 501, out=out, workers=2)",
    ),
    "boxes as long as a column": (
        "image = np.ones((8_000_000, 1), np.float32)",
        "burnish.uniform_filter(image, (1_000_001, 1), out=out, workers=2)",
    ),
    "boxes in a volume": (
        "image = np.ones((200, 300, 300), np.float32)",
        "burnish.uniform_filter(image, 63, out=out, workers=2)",
    ),
    "unsharp mask of a large radius": (
        "image = np.ones((1000, 1200, 3), np.float32)",
        "burnish.unsharp_mask(image, radius=100, channel_axis=2, out=out, workers=2)",
    ),
    "hot pixels": (
        "image = rng.random((4000, 2000), np.float32)",
        "burnish.remove_hot_pixels(image, out=out, workers=2)",
    ),
    "hot pixels in a volume": (
        "image = rng.random((200, 200, 200), np.float32)",
        "burnish.remove_hot_pixels(image, out=out, workers=2)",
    ),
    "hot pixels along one long column": (
        "image = np.ones((8_000_000, 1), np.uint8)",
        "burnish.remove_hot_pixels(image, out=out, workers=2)",
    ),
    "half the size": (
        "image = np.ones((4000, 2000), np.float32)",
        "burnish.pyramid_reduce(image, out=out[:2000, :1000], workers=2)",
    ),
    "half the size, colour": (
        "image = np.ones((3000, 2000, 3), np.uint8)",
        "burnish.pyramid_reduce(image, channel_axis=2, out=out[:1500, :1000], workers=2)",
    ),
    "half the size, one long row": (
        "image = np.ones((1, 8_000_000), np.float32)",
        "burnish.pyramid_reduce(image, out=out[:, :4_000_000], workers=2)",
    ),
    "twice the size of a volume": (
        "image = np.ones((200, 200, 200), np.float32)",
        "burnish.pyramid_expand(image[:100, :100, :100], out=out, workers=2)",
    ),
    "twice the size of one long column": (
        "image = np.ones((8_000_000, 1), np.float32)",
        "burnish.pyramid_expand(image[:4_000_000], shape=image.shape, out=out, workers=2)",
    ),
    "patches in a plane": (
        "image = np.ones((4000, 4000), np.float32)",
        f"burnish.denoise_nl_means(image, {_PATCHES})",
    ),
    "patches in a plane of bytes": (
        "image = np.ones((4000, 4000), np.uint8)",
        f"burnish.denoise_nl_means(image, {_PATCHES})",
    ),
    "patches in a volume": (
        "image = np.ones((200, 200, 200), np.float32)",
        f"burnish.denoise_nl_means(image, {_PATCHES})",
    ),
    "patches of colours": (
        "image = np.ones((2000, 2000, 3), np.float32)",
        f"burnish.denoise_nl_means(image, channel_axis=2, {_PATCHES})",
    ),
    "large patches in a large window": (
        "image = np.ones((100, 300), np.float32)",
        "burnish.denoise_nl_means("
        "image, patch_size=51, patch_distance=30, h=1, sigma=1, out=out, workers=2)",
    ),
    "mean squared error with a mask": (
        "image, mask = np.ones((2000, 2000, 3), np.uint8), np.ones((2000, 2000), bool)",
        "burnish.mse(image, image, mask=mask, channel_axis=2, workers=2)",
    ),
    "structural similarity": (
        "image, mask = np.ones((4000, 2000), np.float32), np.ones((4000, 2000), bool)",
        "burnish.ssim(image, image, mask=mask, workers=2)",
    ),
    "structural similarity of a volume": (
        "image = np.ones((200, 200, 200), np.float32)",
        "burnish.ssim(image, image, win_size=31, workers=2)",
    ),
    "noise level": (
        "image = np.ones((8000, 4000), np.float32)",
        "burnish.estimate_sigma(image, workers=2)",
    ),
    "noise model of noise": (
        "image = rng.random((6000, 5000), np.float32)",
        "burnish.estimate_noise_model(image, workers=2)",
    ),
    "noise level of a volume": (
        "image = rng.random((300, 300, 300), np.float32)",
        "burnish.estimate_sigma(image, workers=2)",
    ),
    "Anscombe": (
        "image = np.ones((4000, 2000), np.float32)",
        "burnish.inverse_anscombe(burnish.anscombe(image, out=out), out=image, workers=2)",
    ),
    "unsharp mask of a radius beyond the image": (
        "image = np.ones((30, 40), np.float32)",
        "burnish.unsharp_mask(image, radius=1000, out=out, workers=2)",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_peak_memory(name):
    setup, call = CALLS[name]
    megabytes = float(children.output(_MEASURED.format(setup=setup, call=call)))
    assert megabytes < 80  # 67 for windows of a million pixels, at most 37 for the others


# Inpainting keeps so many bytes for each pixel of a grey or colour image that it looks at.
_A_PIXEL = 50
_AN_EXEMPLAR = 45  # and four for each channel
INPAINTED = {
    "one large hole": ("mask[300:900, 300:1000] = True", "", 1200 * 1300),
    "one large hole on one level": ("mask[300:900, 300:1000] = True", "num_levels=1", 1200 * 1300),
    "scattered damage": ("mask |= rng.random(mask.shape) < 0.02", "patch_size=3", 1200 * 1300),
    "scattered damage and a reference": (
        "mask |= rng.random(mask.shape) < 0.02",
        "patch_size=3, references=[image[::-1]]",
        2400 * 1300,
    ),
    "as many levels as there may be": (
        "mask[600:620, 600:620] = True",
        "num_levels=20, source_mask=~mask",
        1200 * 1300,
    ),
    "far-apart holes": ("mask[::250, ::250] = True", "", 64 * 128 * 128),
}


@pytest.mark.parametrize("channels", [1, 3, 9])
def test_peak_memory_of_exemplars(channels):
    setup = (
        f"image = rng.integers(0, 256, (900, 1000, {channels}), np.uint8)\n"
        "    mask = np.zeros((900, 1000), bool); mask[300:630, 300:600] = True"
    )
    # It ends at once; memory is that of the whole search.
    call = (
        "burnish.inpaint_exemplar(image, mask, channel_axis=2, out=out, workers=2, "
        "callback=lambda done: True, patch_size=31)"
    )
    megabytes = float(children.output(_MEASURED.format(setup=setup, call=call), timeout=120))
    assert megabytes < (_AN_EXEMPLAR + 4 * channels) * 900 * 1000 / 2**20 + 8


@pytest.mark.parametrize("name", INPAINTED)
def test_peak_memory_of_inpainting(name):
    damage, options, pixels = INPAINTED[name]
    setup = (
        "image = rng.integers(0, 256, (1200, 1300, 3), np.uint8)\n"
        f"    mask = np.zeros((1200, 1300), bool); {damage}"
    )
    call = (
        "burnish.inpaint_patch(image, mask, channel_axis=2, num_iter=1, out=out, workers=2, "
        f"{options})"
    )
    megabytes = float(children.output(_MEASURED.format(setup=setup, call=call), timeout=120))
    assert megabytes < _A_PIXEL * pixels / 2**20 + 8


# Of an image of 2000 x 2000: what is masked, and the bytes that a pixel of it takes: lists of them
# where they are factored, one thin plate a thread; the vectors of multigrid where holes are wide.
PLATES = {
    "lines": ("mask[::9] = True", 223 * 2000, 40),
    "a wide hole": ("mask[300:1300, 400:1400] = True", 1000 * 1000, 150),
    "wide holes": (
        "mask[:1000, :1000] = (np.indices((1000, 1000)) % 200 > 1).all(0)",
        1000 * 1000,
        60,
    ),
}


@pytest.mark.parametrize("name", PLATES)
def test_peak_memory_of_thin_plates(name):
    damage, pixels, each = PLATES[name]
    setup = (
        "image = rng.random((2000, 2000), np.float32)\n"
        f"    mask = np.zeros((2000, 2000), bool); {damage}"
    )
    call = "burnish.inpaint_biharmonic(image, mask, out=out, workers=2)"
    megabytes = float(children.output(_MEASURED.format(setup=setup, call=call), timeout=120))
    assert megabytes < each * pixels / 2**20 + 8


# The last row is what surrounds a line of one pixel's width, 13 pixels for each row.
MARCHED = {
    "one large hole": ("mask[300:900, 300:1000] = True", 612 * 712),
    "far-apart specks": ("mask[::50, ::50] = True", 13 * 13),
    "a line across": ("mask[np.arange(1200), np.arange(1200)] = True", 13 * 1200),
}


@pytest.mark.parametrize("damage", MARCHED)
def test_peak_memory_of_marching(damage):
    masked, pixels = MARCHED[damage]
    setup = (
        "image = rng.integers(0, 256, (1200, 1300, 3), np.uint8)\n"
        f"    mask = np.zeros((1200, 1300), bool); {masked}"
    )
    call = "burnish.inpaint_telea(image, mask, channel_axis=2, out=out, workers=2)"
    megabytes = float(children.output(_MEASURED.format(setup=setup, call=call)))
    assert megabytes < (40 + 24 * 3) * pixels / 2**20 + 8


# What a deconvolution keeps, in arrays of the size that it is padded to: 2048 x 2048 where the
# image repeats, else 2160 x 2304. The transform of a symmetric PSF is real.
ARRAYS = {
    "boundary='wrap'": 4,
    "boundary='wrap', psf=psf + psf[::-1, ::-1]": 3.5,
    "boundary='zero'": 4,
    "boundary='unknown'": 5,
    "boundary='wrap', weights=image": 5,
    "boundary='wrap', total_variation=0.01": 5,
    "boundary='wrap', acceleration=True": 6,
    "boundary='unknown', weights=image, total_variation=0.01, acceleration=True": 8,
}


@pytest.mark.parametrize("options", ARRAYS)
def test_peak_memory_of_richardson_lucy(options):
    wraps = "wrap" in options
    side = 2048 if wraps else 2140
    setup = f"image, psf = np.ones(({side}, {side}), np.float32), rng.random((15, 15))"
    call = (
        "burnish.richardson_lucy("
        f"**(dict(image=image, psf=psf, num_iter=3, out=out, workers=2) | dict({options})))"
    )
    megabytes = float(children.output(_MEASURED.format(setup=setup, call=call)))
    array = (2048 * 2048 if wraps else 2160 * 2304) * 4 / 2**20
    assert megabytes < ARRAYS[options] * array * 1.02 + 8
    assert megabytes > (ARRAYS[options] - 1) * array  # else something is counted wrongly
