"""No kernel touches a byte beside the arrays: each lies against a page that may not be touched."""

from __future__ import annotations

import ctypes
import mmap
import sys

import checks
import children
import numpy as np
import pytest
import samples

import burnish

if sys.platform != "linux":
    pytest.skip("protects pages as Linux does", allow_module_level=True)


def against_a_page(array: np.ndarray, end: bool) -> np.ndarray:
    """Copy `array` to where its last (or first) byte borders on a page without access."""
    page = mmap.PAGESIZE
    size = -(-array.nbytes // page) * page
    store = mmap.mmap(-1, size + 2 * page)
    start = ctypes.addressof(ctypes.c_char.from_buffer(store))
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    protect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for guard in (start, start + page + size):
        if protect(guard, page, 0):
            raise OSError(ctypes.get_errno(), "mprotect")
    offset = page + (size - array.nbytes if end else 0)
    view = np.frombuffer(store, array.dtype, array.size, offset).reshape(array.shape)
    view[...] = array
    return view


_PATCHES = {"patch_size": 3, "patch_distance": 2, "h": 1.0, "sigma": 1.0}


def _calls():
    rng = np.random.default_rng(0)
    shapes = [(3, width) for width in range(1, 71)] + [(height, 3) for height in range(1, 71)]
    shapes += [(1, 1), (40, 4097), (97, 1025), (2, 8200)]
    kernels = [(3, 3), (5, 1), (1, 5), (1, 1), (2, 8), (7, 7)]
    for dtype in ("float32", "float64", "uint8", "float16", "int64"):
        for shape in shapes:
            image = samples.image(rng, shape, dtype)
            for sizes in kernels:
                weights = samples.outer_product(rng, sizes)
                for method in ("direct", "separable"):
                    yield burnish.convolve, image, {"weights": weights, "method": method}
            for axis in (0, 1):
                yield burnish.correlate1d, image, {"weights": samples.kernel(rng, 9), "axis": axis}
            for size in (1, 2, 3, 20, (1, 7), (7, 1)):
                yield burnish.uniform_filter, image, {"size": size}
            for radius in (0.1, 1.0):
                yield burnish.unsharp_mask, image, {"radius": radius}
            for kernel in ("box", "gaussian"):
                yield burnish.denoise_nl_means, image, {**_PATCHES, "patch_kernel": kernel}
            yield burnish.remove_hot_pixels, image, {}
            yield burnish.pyramid_reduce, image, {}
            yield burnish.pyramid_expand, image, {}
    for shape in [(5, 7, 3), (3, 5, 7), (5, 3, 21)]:
        image = samples.image(rng, shape, "float32")
        for channel in range(3):
            for sizes in kernels:
                options = {"weights": samples.outer_product(rng, sizes), "channel_axis": channel}
                for method in ("direct", "separable"):
                    yield burnish.convolve, image, {**options, "method": method}
            yield burnish.uniform_filter, image, {"size": 4, "channel_axis": channel}
            yield burnish.denoise_nl_means, image, {**_PATCHES, "channel_axis": channel}
            film = {"frames_axis": channel, "search_frames": 1}
            yield burnish.denoise_nl_means, image, {**_PATCHES, **film}
            yield burnish.remove_hot_pixels, image, {"channel_axis": channel}
            yield burnish.pyramid_reduce, image, {"channel_axis": channel}
            yield burnish.pyramid_expand, image, {"channel_axis": channel}
        yield burnish.denoise_nl_means, image, _PATCHES
        for sizes in [(3, 3, 3), (3, 1, 1), (1, 3, 1), (1, 1, 3)]:
            yield burnish.uniform_filter, image, {"size": sizes}
            for method in ("direct", "separable"):
                options = {"weights": samples.outer_product(rng, sizes), "method": method}
                yield burnish.convolve, image, options


def _fills():
    rng = np.random.default_rng(0)
    for dtype in ("float32", "uint8", "int64"):
        for shape in [(5, 9), (9, 5), (20, 33), (40, 71), (20, 33, 3), (17, 40, 9)]:
            image = samples.image(rng, shape, dtype)
            for size in (3, 5, 7, 9, 11):
                if 2 * size > max(shape[:2]) or size > min(shape[:2]):
                    continue
                for corner in (np.s_[:3, :2], np.s_[-2:, -3:]):
                    mask = np.zeros(shape[:2], bool)
                    mask[corner] = True
                    options = {"mask": mask, "patch_size": size, "references": [image]}
                    options["channel_axis"] = 2 if len(shape) == 3 else None
                    yield burnish.inpaint_patch, image, options


def try_all() -> None:
    """In the child: a byte too far ends the process by a signal; the last line says where."""
    guarded: dict[tuple, tuple] = {}
    last = None
    for function, image, options in (*_fills(), *_calls()):
        about = (function.__name__, image.dtype.name, image.shape)
        if about != last:
            print(*about, flush=True)
            last = about
        expected = function(image, **options)
        key = (id(image), expected.shape)
        if key not in guarded:
            guarded.clear()
            guarded[key] = tuple(
                (against_a_page(image, end), against_a_page(np.zeros_like(expected), end))
                for end in (False, True)
            )
        for source, out in guarded[key]:
            checks.assert_same_bits(function(source, **options, out=out), expected)


@pytest.mark.parametrize("level", burnish.show_config(mode="dicts")["instruction_sets"])
def test_no_byte_beside_the_arrays_is_touched(level):
    code = "import test_guard_pages; test_guard_pages.try_all()"
    done = children.run(code, timeout=120, BURNISH_ISA=level)
    where = done.stdout.splitlines()[-1:]
    assert done.returncode == 0, f"exit code {done.returncode} at {where}\n{done.stderr[-2000:]}"
