"""The faults of each kind of argument, and what each must raise.

A value is made by a function of the image of the call, in the child process that tries it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import faults_color
import faults_deconvolution
import faults_denoising
import faults_inpainting
import faults_noise
import faults_psf
import faults_sampling
import numpy as np
from fault import (
    BEYOND,
    NOT_INTEGER,
    NOT_REAL,
    Fault,
    dtypes,
    fault,
    too_large,
    values,
    works,
)
from numpy.lib.stride_tricks import as_strided


def _image(max_ndim: int) -> list[Fault]:
    return [
        *NOT_REAL,
        *dtypes("bool", "longdouble"),
        *values("ValueError", 1.0, 7, [], [[]]),
        fault("ValueError", "0-D", lambda _: np.ones(())),
        fault("ValueError", "no rows", lambda _: np.ones((0, 5))),
        fault("ValueError", "no columns", lambda _: np.ones((5, 0))),
        fault("ValueError", "too many axes", lambda _: np.ones((1,) * (max_ndim + 1))),
        fault("ValueError", "64 axes", lambda _: np.ones((1,) * 64)),
        too_large("float32", 2**21, 2**21),
        too_large("uint8", 2**31, 2**31),
        too_large("float64", 2**30, 2**29),
        # The image's size in bytes still fits into 63 bits, that of its float32 result does not.
        too_large("float16", 2**31, 2**30),
        too_large(">i4", 2**20, 2**21),
        works("NaN", lambda image: np.full_like(image, np.nan)),
        works("Inf", lambda image: np.full_like(image, np.inf)),
        works("finfo.max", lambda image: np.full_like(image, np.finfo(image.dtype).max)),
        works("broadcast rows", lambda image: np.broadcast_to(image[0], image.shape)),
        works("one number", lambda image: np.broadcast_to(image[0, 0], image.shape)),
        works("reversed and stepped", lambda image: image[::-1, ::3]),
        works("memoryview", lambda image: memoryview(image)),
        works("lists", lambda image: image.tolist()),
    ]


def _finite(faults: list[Fault]) -> list[Fault]:
    """Return the same faults where every pixel must be finite."""

    def spoilt(image: np.ndarray) -> np.ndarray:
        image = image.copy()
        image[7, 8] = np.nan
        return image

    return [
        *(
            replace(each, raises=("ValueError",)) if each.label in ("NaN", "Inf") else each
            for each in faults
        ),
        fault("ValueError", "one NaN", spoilt),
    ]


# What one of two images may be: another shape is a fault, and the other image keeps its own.
_ONE_OF_TWO = [
    *NOT_REAL,
    *dtypes("bool", "longdouble"),
    *values("ValueError", 1.0, 7, [], [[]]),
    fault("ValueError", "0-D", lambda _: np.ones(())),
    fault("ValueError", "no rows", lambda image: image[:0]),
    fault("ValueError", "too many axes", lambda _: np.ones((1,) * 4)),
    fault("ValueError", "64 axes", lambda _: np.ones((1,) * 64)),
    fault("ValueError", "an axis more", lambda image: image[None]),
    fault("ValueError", "a row", lambda image: image[0]),
    fault("ValueError", "a row short", lambda image: image[1:]),
    fault("ValueError", "transposed", lambda image: image.T),
    fault("ValueError", "huge", lambda _: np.broadcast_to(np.float32(1), (2**21, 2**21))),
    works("NaN", lambda image: np.full_like(image, np.nan)),
    works("Inf", lambda image: np.full_like(image, np.inf)),
    works("finfo.max", lambda image: np.full_like(image, np.finfo(image.dtype).max)),
    works("broadcast rows", lambda image: np.broadcast_to(image[0], image.shape)),
    works("one number", lambda image: np.broadcast_to(image[0, 0], image.shape)),
    works("memoryview", lambda image: memoryview(image)),
    works("lists", lambda image: image.tolist()),
    works("float64", lambda image: image.astype(np.float64)),
    works("big-endian float16", lambda image: image.astype(">f2")),
]

# What one of two arrays of any shape may be that are transformed.
_ONE_OF_TWO_ARRAYS = [
    *NOT_REAL,
    *dtypes("bool", "longdouble"),
    *values("ValueError", 1.0, 7, [], [[]]),
    fault("ValueError", "0-D", lambda _: np.ones(())),
    fault("ValueError", "no rows", lambda _: np.ones((0, 5))),
    fault("ValueError", "too many axes", lambda _: np.ones((1,) * 4)),
    fault("ValueError", "64 axes", lambda _: np.ones((1,) * 64)),
    replace(fault("ValueError", "an axis more", lambda image: image[None]), message=r"\bin2\b"),
    replace(fault("ValueError", "a row", lambda image: image[0]), message=r"\bin2\b"),
    fault("ValueError", "NaN", lambda image: np.full_like(image, np.nan)),
    fault("ValueError", "Inf", lambda image: np.full_like(image, -np.inf)),
    too_large("float32", 2**21, 2**21),
    too_large("uint8", 2**31, 2**31),
    works("one number", lambda _: np.ones((1, 1))),
    works("larger", lambda _: np.ones((300, 7))),
    works("broadcast rows", lambda image: np.broadcast_to(image[0], image.shape)),
    works("memoryview", lambda image: memoryview(image)),
    works("lists", lambda image: image.tolist()),
    works("float64", lambda image: image.astype(np.float64)),
    works("big-endian float16", lambda image: image.astype(">f2")),
]

_MASK = [
    *values("TypeError", "lena", b"lena", {}, 1, [[1, 2], [3]], object(), 1j, []),
    *dtypes("uint8", "int64", "float32", "object"),
    fault("TypeError", "masked array", lambda image: np.ma.masked_array(image > 0, image > 1)),
    *values("ValueError", True, [True], [[True]]),
    fault("ValueError", "a row short", lambda image: image[1:] > 0),
    fault("ValueError", "transposed", lambda image: image.T > 0),
    fault("ValueError", "an axis more", lambda image: image[None] > 0),
    fault("ValueError", "none marked", lambda image: image < 0),
    works("None", lambda _: None),
    works("all marked", lambda image: image >= 0),
    works("lists", lambda image: (image >= 0).tolist()),
    works("Fortran", lambda image: np.asfortranarray(image >= 0)),
    works("reversed", lambda image: (image >= 0)[::-1, ::-1]),
    works("broadcast", lambda image: np.broadcast_to(True, image.shape)),
]


def _weights(ndim: int) -> list[Fault]:
    huge = (2**42,) if ndim == 1 else (2**21,) * ndim

    def filled(value: float) -> Callable[[np.ndarray], Any]:
        return lambda _: np.full((3,) * ndim, value)

    return [
        *NOT_REAL,
        fault("ValueError", "0-D", lambda _: np.ones(())),
        fault("ValueError", "empty", lambda _: np.ones((0,) * ndim)),
        fault("ValueError", "an axis too many", lambda _: np.ones((3,) * (ndim + 1))),
        fault("ValueError", "NaN", filled(np.nan)),
        fault("ValueError", "Inf", filled(np.inf)),
        too_large("float64", *huge),
        too_large("uint8", *huge),
        works("all zero", filled(0.0)),
        fault("ValueError", "beyond float32", filled(1e300)),
        works("bool", filled(True)),
        works("float16", lambda _: np.ones((3,) * ndim, np.float16)),
        works("long double", lambda _: np.ones((3,) * ndim, np.longdouble)),
        works("even", lambda _: np.ones((4,) * ndim)),
        works("larger than the image", lambda _: np.full((301,) * ndim, 1e-5)),
        works(
            "much longer than the image", lambda _: np.full((200_001,) + (1,) * (ndim - 1), 1e-6)
        ),
        works("broadcast", lambda _: np.broadcast_to(0.1, (7,) * ndim)),
    ]


def _read_only(image: np.ndarray) -> np.ndarray:
    out = np.empty_like(image)
    out.flags.writeable = False
    return out


def _shared_pixels(image: np.ndarray) -> np.ndarray:
    line = np.empty(image.shape[1], image.dtype)
    return as_strided(line, image.shape, (0, line.itemsize))


def _overlapping_rows(image: np.ndarray) -> np.ndarray:
    line = np.empty(image.size, image.dtype)
    return as_strided(line, image.shape, (2 * line.itemsize, line.itemsize))


def _unaligned(image: np.ndarray) -> np.ndarray:
    return np.empty(image.nbytes + 1, np.uint8)[1:].view(image.dtype).reshape(image.shape)


_OUT = [
    fault("ValueError", "a row short", lambda image: np.empty_like(image[1:])),
    fault("ValueError", "transposed", lambda image: np.empty_like(image).T),
    fault("ValueError", "an axis more", lambda image: np.empty_like(image)[None]),
    fault("ValueError", "flat", lambda image: np.empty_like(image).ravel()),
    fault("ValueError", "0-D", lambda image: np.empty((), image.dtype)),
    fault("ValueError", "read-only", _read_only),
    fault("ValueError", "a broadcast view", _shared_pixels),
    fault("ValueError", "an overlapping view", _overlapping_rows),
    fault("ValueError", "unaligned", _unaligned),
    fault("TypeError", "float64", lambda image: np.empty(image.shape, np.float64)),
    fault("TypeError", "float16", lambda image: np.empty(image.shape, np.float16)),
    fault("TypeError", "int32", lambda image: np.empty(image.shape, np.int32)),
    fault("TypeError", "object", lambda image: np.empty(image.shape, object)),
    fault("TypeError", "big-endian", lambda image: np.empty(image.shape, ">f4")),
    fault("TypeError", "masked array", lambda image: np.ma.empty(image.shape, image.dtype)),
    fault("TypeError", "matrix", lambda image: np.asmatrix(np.empty_like(image))),
    *values("TypeError", [[0.0]], 1.0, "out", True, np.float32),
    works("None", lambda _: None),
    works("strided", lambda image: np.empty((*image.shape, 2), image.dtype)[..., 1]),
    works("Fortran", lambda image: np.empty_like(image, order="F")),
    works("reversed", lambda image: np.empty_like(image)[::-1, ::-1]),
    works("the image's copy, turned", lambda image: image.copy()[::-1]),
]


def _resized(faults: list[Fault], resize: Callable[[np.ndarray], np.ndarray]) -> list[Fault]:
    """Return the same faults of an array that is larger or smaller than the image."""
    return [
        replace(each, make=lambda image, make=each.make: make(resize(image))) for each in faults
    ]


def _pyramid(image: np.ndarray) -> list[np.ndarray]:
    """Return what may be collapsed to an image."""
    return [image, np.ones_like(image[::2, ::2]), np.ones_like(image[::4, ::4])]


_LAYERS = [
    *values("TypeError", None, "lena", b"lena", 1.0, {}, object(), [None], ["lena"], [1j]),
    *values("ValueError", [], (), [[]], [1.0]),
    fault("TypeError", "one array", lambda image: image),
    fault("TypeError", "integers", lambda image: [image.astype(np.int32)]),
    fault("TypeError", "float16", lambda image: [image.astype(np.float16)]),
    fault("TypeError", "mixed", lambda image: [image, np.ones((8, 10))]),
    fault("TypeError", "masked", lambda image: [np.ma.masked_array(image, image > 0)]),
    fault("ValueError", "not halved", lambda image: [image, image]),
    fault("ValueError", "backwards", lambda image: _pyramid(image)[::-1]),
    fault("ValueError", "a layer short", lambda image: _pyramid(image)[::2]),
    fault("ValueError", "halved downwards", lambda image: [image[:15, :19], image[:7, :9]]),
    fault("ValueError", "another ndim", lambda image: [image, image[::2, 0]]),
    works("a tuple", lambda image: tuple(_pyramid(image))),
    works("only the coarsest", lambda image: [image]),
    works("NaN", lambda image: [np.full_like(each, np.nan) for each in _pyramid(image)]),
    works("lists", lambda image: [[[1.0] * 20] * 16]),
]

_OPTIONAL_AXIS = [
    *values("TypeError", *NOT_INTEGER, [0], (1,)),
    *values("ValueError", 2, -3, 17, *BEYOND),
]
_PER_AXIS = values("ValueError|TypeError", [], (1, 1, 1), [[1, 1]], np.ones((2, 2)), (1,))
_NO_BORDER = values(
    "ValueError|TypeError", None, 0, 1.5, True, b"reflect", {}, np.ones(2), "", "Reflect", "no such"
)


def _integers(lowest: int, highest: int) -> list[Fault]:
    beyond = [value for value in BEYOND if not lowest <= value <= highest]
    return [
        *_PER_AXIS,
        *values("TypeError", *NOT_INTEGER, (lowest, 1.0), (lowest, None), ("1", "1")),
        *values("ValueError", lowest - 1, (highest, lowest - 1), *beyond),
        works("one each", lambda _: (lowest, lowest + 1)),
        works("an array", lambda _: np.array([lowest, lowest])),
    ]


_ORIGIN = [
    *values("TypeError", *NOT_INTEGER, None),
    *values("ValueError", 3, -3, 17, *BEYOND),
    *values("ValueError|TypeError", [], (0, 0, 0)),
]

FAULTS: dict[str, list[Fault]] = {
    "image to 3-D": _image(3),
    "image to 4-D": _image(4),
    "image of finite pixels": _finite(_image(3)),
    # Nothing is made that could be too large.
    "image of finite pixels, read": [
        each for each in _finite(_image(3)) if "MemoryError" not in each.raises
    ],
    "weights 1-D": _weights(1),
    "weights 2-D": _weights(2),
    "out": _OUT,
    "choice": [
        *values(
            "ValueError|TypeError", None, 0, 1.5, True, b"reflect", ["reflect"], {}, np.ones(2)
        ),
        *values("ValueError", "", "Reflect", "reflect ", "no such", "refl\0ect", "\ud800"),
    ],
    "any real": [
        *values("TypeError", None, "1", b"1", True, np.True_, 1j, [1.0], np.ones(1), {}),
        *values("TypeError", np.complex128(1 + 2j), [[1], [2, 3]]),
        *values("ValueError", 10**400, 1e300),  # the images are computed in float32
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (np.nan, np.inf, 1e38, 2**63, np.float32(1), np.int8(3), np.ones(()))
        ),
    ],
    "finite real": [
        *values("TypeError", None, "1", b"1", True, np.True_, 1j, [1.0], np.ones(1), {}),
        *values("TypeError", np.complex128(1 + 2j), [[1], [2, 3]]),
        *values("ValueError", 10**400, 1e300, np.nan, np.inf, -np.inf, np.float32("nan")),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (0, -1.5, 1e30, -(2**63), 2**31 - 1, np.float16(1), np.ones(()))
        ),
    ],
    "not negative": [
        *values("TypeError", None, "1", b"1", True, np.True_, 1j, [1.0], np.ones(1), {}),
        *values("ValueError", 10**400, np.nan, np.inf, -1, -1e-300, 2**31 - 1, 2**63, 1e300),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (0, 0.0, -0.0, 1e-300, 1e-3, 50.0, 1e4, np.float32(1), np.ones(()))
        ),
    ],
    "optional, not negative": [
        *values("TypeError", "1", b"1", True, np.True_, 1j, [1.0], np.ones(1), {}),
        *values("ValueError", 10**400, np.nan, np.inf, -np.inf, -1, -1e-300, np.float32("nan")),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (None, 0, -0.0, 5e-324, 1e-3, 1e300, 2**63, np.float16(1), np.ones(()))
        ),
    ],
    "penalty 2-D": [
        *(each for each in _weights(2) if each.label not in ("None", "all zero", "beyond float32")),
        fault("ValueError", "all zero", lambda _: np.zeros((3, 3))),
        works("None", lambda _: None),
        works("the largest", lambda _: np.full((3, 3), np.finfo(np.float64).max)),
        works("the least", lambda _: np.eye(3) * 5e-324),
        works("one weight", lambda _: np.ones((1, 1))),
    ],
    "instead of psf": [
        *values("TypeError", 1.0, "1", 1j, {}, [], np.ones(1), np.ones((16, 11), complex)),
        works("None", lambda _: None),
    ],
    "sigmas": [
        *_PER_AXIS,
        *values("TypeError", None, "1", b"1", True, 1j, {}, (1.0, None), (1.0, "1"), (1.0, True)),
        *values("ValueError", 10**400, np.nan, np.inf, -1, (1, -1e-300), 2**63, 1e300, 250_001),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (0, -0.0, 1e-300, 1e-3, 50.0, 1e4, np.float32(1), (0, 2), np.ones(2))
        ),
    ],
    "truncate": [
        *values("TypeError", None, "1", True, 1j, [1.0], np.ones(1), {}),
        *values("ValueError", 10**400, np.nan, np.inf, -1, -1e-300, 2**63, 1e300, 1_000_001),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (0, 0.0, 1e-300, 3, 1e4, np.float32(1), np.ones(()))
        ),
    ],
    "radii": [
        *(f for f in _integers(0, 10**6) if f.label != "None"),
        works("None", lambda _: None),
    ],
    "orders": _integers(0, 2),
    "sizes": [
        *_integers(1, 2**31 - 1),
        *values("TypeError", None),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (2, 17, 64, 65, 1000, 10**6, 2**31 - 1, np.uint8(3), (2**31 - 1, 1))
        ),
    ],
    "border": [
        *_NO_BORDER,
        *values("ValueError", (), ("wrap", "wrap"), ("no such",), (None,)),
        works("in a list", lambda _: ["wrap"]),
    ],
    "modes": [
        *_NO_BORDER,
        *values("ValueError", (), ("wrap",) * 3, ("wrap", "no such"), ("wrap", None), [["wrap"]]),
        works("one each", lambda _: ("wrap", "constant")),
        works("a list", lambda _: ["nearest", "mirror"]),
    ],
    "optional axis": _OPTIONAL_AXIS,
    "optional axis beside axis": [
        *_OPTIONAL_AXIS,
        fault("ValueError", "that of axis", lambda _: 0),
        works("the other", lambda _: 1),
    ],
    "origins of 3": [
        *values("TypeError", *NOT_INTEGER, None, (0, 1.0), (0, True), (0, None), ("0", "0")),
        *values("ValueError", 2, -2, 17, (0,), (0, 0, 0), (2, 0), (0, -2), *BEYOND),
        works("one each", lambda _: (-1, 1)),
    ],
    "axis": [*_OPTIONAL_AXIS, *values("TypeError", None)],
    "axes": [
        *values("TypeError", *NOT_INTEGER, (0, 1.0), (0, True), ("0", "1"), (0, None)),
        *values("ValueError", (), (0, 0), (0, -2), (0, 2), (-3, 0), (0, 1, 2), *BEYOND),
        *(fault("ValueError", f"(0, {value})", lambda _, v=value: (0, v)) for value in BEYOND),
        fault("ValueError", "many", lambda _: list(range(10_000))),
        works("negative", lambda _: (-2, -1)),
        works("an array", lambda _: np.array([0, 1])),
    ],
    "origin": _ORIGIN,
    "origins": [
        *_ORIGIN,
        *values("ValueError", (0,), (0, 0, 0), (2, 0), (0, -2)),
        *values("TypeError", (0, 1.0), (0, True), (0, None), ("0", "0")),
    ],
    "out halved": _resized(_OUT, lambda image: image[::2, ::2].copy()),
    "out doubled": _resized(_OUT, lambda image: image.repeat(2, 0).repeat(2, 1)),
    "finer shape": [
        *values("TypeError", *NOT_INTEGER, (32, 40.0), (32, None), ("32", "40")),
        *values("ValueError", (), (32,), (32, 40, 1), (16, 20), (33, 40), (32, 38), (0, 40)),
        *values("ValueError", (-32, 40), 32, 0, *BEYOND),
        *(fault("ValueError", f"(32, {value})", lambda _, v=value: (32, v)) for value in BEYOND),
        works("None", lambda _: None),
        works("odd", lambda _: [31, 39]),
        works("an array", lambda _: np.array([32, 39])),
    ],
    "max_layer": [
        *values("TypeError", *NOT_INTEGER, None, [1], (2,)),
        *values("ValueError", -2, -(2**31), -(2**63), -(2**64)),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (-1, 0, 1, 3, 10**6, 2**31, 2**64, np.int8(-1), np.uint64(2**64 - 1))
        ),
    ],
    "iterations": [
        *values("TypeError", *NOT_INTEGER, None, [1], (2,)),
        *values("ValueError", 0, -1, -(2**63), 2**31, 2**64, 10**400),
        *(works(repr(n), lambda _, n=n: n) for n in (1, 3, np.int8(2), np.uint64(2))),
    ],
    "odd from 3 to 31": [
        *values("TypeError", *NOT_INTEGER, None, [3], (3,)),
        *values("ValueError", 0, 1, 2, 4, -3, 30, 32, 33, *BEYOND),
        *(works(repr(n), lambda _, n=n: n) for n in (3, 31, np.int8(5), np.uint64(7))),
    ],
    "layers": _LAYERS,
    **faults_sampling.FAULTS,
    "one of two arrays": _ONE_OF_TWO_ARRAYS,
    "one of two images": _ONE_OF_TWO,
    "optional mask": _MASK,
    **faults_psf.FAULTS,
    **faults_color.FAULTS,
    **faults_deconvolution.FAULTS,
    **faults_denoising.FAULTS,
    **faults_inpainting.FAULTS,
    **faults_noise.FAULTS,
    "flag": [*values("TypeError", None, 0, 1, 1.0, "True", b"", [True], np.ones(1, bool), {})],
    "optional window": [
        *values("TypeError", *NOT_INTEGER, [7], (7,)),
        *values("ValueError", 0, 1, 2, 4, 16, 17, -1, -7, 257, *BEYOND),
        *(works(repr(value), lambda _, value=value: value) for value in (None, 3, np.int8(15))),
    ],
    "optional range": [
        *values("TypeError", "1", b"1", True, np.True_, 1j, [1.0], np.ones(1), {}),
        *values("ValueError", 10**400, 0, -1.0, np.nan, np.inf, np.float32("nan")),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (None, 1, 255, 1e-30, 1e30, np.float16(1), np.ones(()))
        ),
    ],
    "deviation to 36": [
        *values("TypeError", None, "1", b"1", True, np.True_, 1j, [1.0], np.ones(1), {}),
        *values("ValueError", 10**400, np.nan, np.inf, -1, -1e-300, 36.01, 2**63, 1e300),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (0, 0.0, -0.0, 1e-300, 1e-3, 36, np.float32(1), np.ones(()))
        ),
    ],
    "small, not negative": [
        *values("TypeError", None, "1", b"1", True, np.True_, 1j, [1.0], np.ones(1), {}),
        *values("ValueError", 10**400, np.nan, np.inf, -1, -1e-300, 1e200),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (0, -0.0, 1e-300, 1e-3, 1, np.float32(1), np.ones(()))
        ),
    ],
    "workers": [
        *values("ValueError", 0, -1, -(2**31), -(2**63), -(2**64)),
        *values("TypeError", *NOT_INTEGER, [1], (2,)),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (None, 1, 3, 10**6, 2**31 - 1, 2**31, 2**63, 2**64, np.uint8(2))
        ),
    ],
}


def pairs(kinds: dict[str, str]) -> list[tuple[str, Fault]]:
    """Return each argument with each fault of its kind."""
    return [
        pair for name, kind in kinds.items() for pair in itertools.product([name], FAULTS[kind])
    ]
