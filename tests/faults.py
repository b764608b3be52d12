"""The faults of each kind of argument, and what each must raise.

A value is made by a function of the image of the call, in the child process that tries it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import faults_psf
import numpy as np
from fault import BEYOND as _BEYOND
from fault import NOT_INTEGER as _NOT_INTEGER
from fault import NOT_REAL as _NOT_REAL
from fault import Fault
from fault import dtypes as _dtypes
from fault import fault as _fault
from fault import too_large as _too_large
from fault import values as _values
from fault import works as _works
from numpy.lib.stride_tricks import as_strided


def _image(max_ndim: int) -> list[Fault]:
    return [
        *_NOT_REAL,
        *_dtypes("bool", "longdouble"),
        *_values("ValueError", 1.0, 7, [], [[]]),
        _fault("ValueError", "0-D", lambda _: np.ones(())),
        _fault("ValueError", "no rows", lambda _: np.ones((0, 5))),
        _fault("ValueError", "no columns", lambda _: np.ones((5, 0))),
        _fault("ValueError", "too many axes", lambda _: np.ones((1,) * (max_ndim + 1))),
        _fault("ValueError", "64 axes", lambda _: np.ones((1,) * 64)),
        _too_large("float32", 2**21, 2**21),
        _too_large("uint8", 2**31, 2**31),
        _too_large("float64", 2**30, 2**29),
        # The image's size in bytes still fits into 63 bits, that of its float32 result does not.
        _too_large("float16", 2**31, 2**30),
        _too_large(">i4", 2**20, 2**21),
        _works("NaN", lambda image: np.full_like(image, np.nan)),
        _works("Inf", lambda image: np.full_like(image, np.inf)),
        _works("finfo.max", lambda image: np.full_like(image, np.finfo(image.dtype).max)),
        _works("broadcast rows", lambda image: np.broadcast_to(image[0], image.shape)),
        _works("one number", lambda image: np.broadcast_to(image[0, 0], image.shape)),
        _works("reversed and stepped", lambda image: image[::-1, ::3]),
        _works("memoryview", lambda image: memoryview(image)),
        _works("lists", lambda image: image.tolist()),
    ]


# What one of two images may be: another shape is a fault, and the other image keeps its own.
_ONE_OF_TWO = [
    *_NOT_REAL,
    *_dtypes("bool", "longdouble"),
    *_values("ValueError", 1.0, 7, [], [[]]),
    _fault("ValueError", "0-D", lambda _: np.ones(())),
    _fault("ValueError", "no rows", lambda image: image[:0]),
    _fault("ValueError", "too many axes", lambda _: np.ones((1,) * 4)),
    _fault("ValueError", "64 axes", lambda _: np.ones((1,) * 64)),
    _fault("ValueError", "an axis more", lambda image: image[None]),
    _fault("ValueError", "a row", lambda image: image[0]),
    _fault("ValueError", "a row short", lambda image: image[1:]),
    _fault("ValueError", "transposed", lambda image: image.T),
    _fault("ValueError", "huge", lambda _: np.broadcast_to(np.float32(1), (2**21, 2**21))),
    _works("NaN", lambda image: np.full_like(image, np.nan)),
    _works("Inf", lambda image: np.full_like(image, np.inf)),
    _works("finfo.max", lambda image: np.full_like(image, np.finfo(image.dtype).max)),
    _works("broadcast rows", lambda image: np.broadcast_to(image[0], image.shape)),
    _works("one number", lambda image: np.broadcast_to(image[0, 0], image.shape)),
    _works("memoryview", lambda image: memoryview(image)),
    _works("lists", lambda image: image.tolist()),
    _works("float64", lambda image: image.astype(np.float64)),
    _works("big-endian float16", lambda image: image.astype(">f2")),
]

_MASK = [
    *_values("TypeError", "lena", b"lena", {}, 1, [[1, 2], [3]], object(), 1j, []),
    *_dtypes("uint8", "int64", "float32", "object"),
    _fault("TypeError", "masked array", lambda image: np.ma.masked_array(image > 0, image > 1)),
    *_values("ValueError", True, [True], [[True]]),
    _fault("ValueError", "a row short", lambda image: image[1:] > 0),
    _fault("ValueError", "transposed", lambda image: image.T > 0),
    _fault("ValueError", "an axis more", lambda image: image[None] > 0),
    _fault("ValueError", "none marked", lambda image: image < 0),
    _works("None", lambda _: None),
    _works("all marked", lambda image: image >= 0),
    _works("lists", lambda image: (image >= 0).tolist()),
    _works("Fortran", lambda image: np.asfortranarray(image >= 0)),
    _works("reversed", lambda image: (image >= 0)[::-1, ::-1]),
    _works("broadcast", lambda image: np.broadcast_to(True, image.shape)),
]


def _weights(ndim: int) -> list[Fault]:
    huge = (2**42,) if ndim == 1 else (2**21,) * ndim

    def filled(value: float) -> Callable[[np.ndarray], Any]:
        return lambda _: np.full((3,) * ndim, value)

    return [
        *_NOT_REAL,
        _fault("ValueError", "0-D", lambda _: np.ones(())),
        _fault("ValueError", "empty", lambda _: np.ones((0,) * ndim)),
        _fault("ValueError", "an axis too many", lambda _: np.ones((3,) * (ndim + 1))),
        _fault("ValueError", "NaN", filled(np.nan)),
        _fault("ValueError", "Inf", filled(np.inf)),
        _too_large("float64", *huge),
        _too_large("uint8", *huge),
        _works("all zero", filled(0.0)),
        _fault("ValueError", "beyond float32", filled(1e300)),
        _works("bool", filled(True)),
        _works("float16", lambda _: np.ones((3,) * ndim, np.float16)),
        _works("long double", lambda _: np.ones((3,) * ndim, np.longdouble)),
        _works("even", lambda _: np.ones((4,) * ndim)),
        _works("larger than the image", lambda _: np.full((301,) * ndim, 1e-5)),
        _works(
            "much longer than the image", lambda _: np.full((200_001,) + (1,) * (ndim - 1), 1e-6)
        ),
        _works("broadcast", lambda _: np.broadcast_to(0.1, (7,) * ndim)),
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
    _fault("ValueError", "a row short", lambda image: np.empty_like(image[1:])),
    _fault("ValueError", "transposed", lambda image: np.empty_like(image).T),
    _fault("ValueError", "an axis more", lambda image: np.empty_like(image)[None]),
    _fault("ValueError", "flat", lambda image: np.empty_like(image).ravel()),
    _fault("ValueError", "0-D", lambda image: np.empty((), image.dtype)),
    _fault("ValueError", "read-only", _read_only),
    _fault("ValueError", "a broadcast view", _shared_pixels),
    _fault("ValueError", "an overlapping view", _overlapping_rows),
    _fault("ValueError", "unaligned", _unaligned),
    _fault("TypeError", "float64", lambda image: np.empty(image.shape, np.float64)),
    _fault("TypeError", "float16", lambda image: np.empty(image.shape, np.float16)),
    _fault("TypeError", "int32", lambda image: np.empty(image.shape, np.int32)),
    _fault("TypeError", "object", lambda image: np.empty(image.shape, object)),
    _fault("TypeError", "big-endian", lambda image: np.empty(image.shape, ">f4")),
    _fault("TypeError", "masked array", lambda image: np.ma.empty(image.shape, image.dtype)),
    _fault("TypeError", "matrix", lambda image: np.asmatrix(np.empty_like(image))),
    *_values("TypeError", [[0.0]], 1.0, "out", True, np.float32),
    _works("None", lambda _: None),
    _works("strided", lambda image: np.empty((*image.shape, 2), image.dtype)[..., 1]),
    _works("Fortran", lambda image: np.empty_like(image, order="F")),
    _works("reversed", lambda image: np.empty_like(image)[::-1, ::-1]),
    _works("the image's copy, turned", lambda image: image.copy()[::-1]),
]


def _resized(faults: list[Fault], resize: Callable[[np.ndarray], np.ndarray]) -> list[Fault]:
    """Return the same faults of an array that is larger or smaller than the image."""
    return [
        replace(fault, make=lambda image, make=fault.make: make(resize(image))) for fault in faults
    ]


def _pyramid(image: np.ndarray) -> list[np.ndarray]:
    """Return what may be collapsed to an image."""
    return [image, np.ones_like(image[::2, ::2]), np.ones_like(image[::4, ::4])]


_LAYERS = [
    *_values("TypeError", None, "lena", b"lena", 1.0, {}, object(), [None], ["lena"], [1j]),
    *_values("ValueError", [], (), [[]], [1.0]),
    _fault("TypeError", "one array", lambda image: image),
    _fault("TypeError", "integers", lambda image: [image.astype(np.int32)]),
    _fault("TypeError", "float16", lambda image: [image.astype(np.float16)]),
    _fault("TypeError", "mixed", lambda image: [image, np.ones((8, 10))]),
    _fault("TypeError", "masked", lambda image: [np.ma.masked_array(image, image > 0)]),
    _fault("ValueError", "not halved", lambda image: [image, image]),
    _fault("ValueError", "backwards", lambda image: _pyramid(image)[::-1]),
    _fault("ValueError", "a layer short", lambda image: _pyramid(image)[::2]),
    _fault("ValueError", "halved downwards", lambda image: [image[:15, :19], image[:7, :9]]),
    _fault("ValueError", "another ndim", lambda image: [image, image[::2, 0]]),
    _works("a tuple", lambda image: tuple(_pyramid(image))),
    _works("only the coarsest", lambda image: [image]),
    _works("NaN", lambda image: [np.full_like(each, np.nan) for each in _pyramid(image)]),
    _works("lists", lambda image: [[[1.0] * 20] * 16]),
]

_OPTIONAL_AXIS = [
    *_values("TypeError", *_NOT_INTEGER, [0], (1,)),
    *_values("ValueError", 2, -3, 17, *_BEYOND),
]
_PER_AXIS = _values("ValueError|TypeError", [], (1, 1, 1), [[1, 1]], np.ones((2, 2)), (1,))
_NO_BORDER = _values(
    "ValueError|TypeError", None, 0, 1.5, True, b"reflect", {}, np.ones(2), "", "Reflect", "no such"
)


def _integers(lowest: int, highest: int) -> list[Fault]:
    beyond = [value for value in _BEYOND if not lowest <= value <= highest]
    return [
        *_PER_AXIS,
        *_values("TypeError", *_NOT_INTEGER, (lowest, 1.0), (lowest, None), ("1", "1")),
        *_values("ValueError", lowest - 1, (highest, lowest - 1), *beyond),
        _works("one each", lambda _: (lowest, lowest + 1)),
        _works("an array", lambda _: np.array([lowest, lowest])),
    ]


_ORIGIN = [
    *_values("TypeError", *_NOT_INTEGER, None),
    *_values("ValueError", 3, -3, 17, *_BEYOND),
    *_values("ValueError|TypeError", [], (0, 0, 0)),
]

FAULTS: dict[str, list[Fault]] = {
    "image to 3-D": _image(3),
    "image to 4-D": _image(4),
    "weights 1-D": _weights(1),
    "weights 2-D": _weights(2),
    "out": _OUT,
    "choice": [
        *_values(
            "ValueError|TypeError", None, 0, 1.5, True, b"reflect", ["reflect"], {}, np.ones(2)
        ),
        *_values("ValueError", "", "Reflect", "reflect ", "no such", "refl\0ect", "\ud800"),
    ],
    "any real": [
        *_values("TypeError", None, "1", b"1", True, np.True_, 1j, [1.0], np.ones(1), {}),
        *_values("TypeError", np.complex128(1 + 2j), [[1], [2, 3]]),
        *_values("ValueError", 10**400, 1e300),  # the images are computed in float32
        *(
            _works(repr(value), lambda _, value=value: value)
            for value in (np.nan, np.inf, 1e38, 2**63, np.float32(1), np.int8(3), np.ones(()))
        ),
    ],
    "finite real": [
        *_values("TypeError", None, "1", b"1", True, np.True_, 1j, [1.0], np.ones(1), {}),
        *_values("TypeError", np.complex128(1 + 2j), [[1], [2, 3]]),
        *_values("ValueError", 10**400, 1e300, np.nan, np.inf, -np.inf, np.float32("nan")),
        *(
            _works(repr(value), lambda _, value=value: value)
            for value in (0, -1.5, 1e30, -(2**63), 2**31 - 1, np.float16(1), np.ones(()))
        ),
    ],
    "not negative": [
        *_values("TypeError", None, "1", b"1", True, np.True_, 1j, [1.0], np.ones(1), {}),
        *_values("ValueError", 10**400, np.nan, np.inf, -1, -1e-300, 2**31 - 1, 2**63, 1e300),
        *(
            _works(repr(value), lambda _, value=value: value)
            for value in (0, 0.0, -0.0, 1e-300, 1e-3, 50.0, 1e4, np.float32(1), np.ones(()))
        ),
    ],
    "sigmas": [
        *_PER_AXIS,
        *_values("TypeError", None, "1", b"1", True, 1j, {}, (1.0, None), (1.0, "1"), (1.0, True)),
        *_values("ValueError", 10**400, np.nan, np.inf, -1, (1, -1e-300), 2**63, 1e300, 250_001),
        *(
            _works(repr(value), lambda _, value=value: value)
            for value in (0, -0.0, 1e-300, 1e-3, 50.0, 1e4, np.float32(1), (0, 2), np.ones(2))
        ),
    ],
    "truncate": [
        *_values("TypeError", None, "1", True, 1j, [1.0], np.ones(1), {}),
        *_values("ValueError", 10**400, np.nan, np.inf, -1, -1e-300, 2**63, 1e300, 1_000_001),
        *(
            _works(repr(value), lambda _, value=value: value)
            for value in (0, 0.0, 1e-300, 3, 1e4, np.float32(1), np.ones(()))
        ),
    ],
    "radii": [
        *(f for f in _integers(0, 10**6) if f.label != "None"),
        _works("None", lambda _: None),
    ],
    "orders": _integers(0, 2),
    "sizes": [
        *_integers(1, 2**31 - 1),
        *_values("TypeError", None),
        *(
            _works(repr(value), lambda _, value=value: value)
            for value in (2, 17, 64, 65, 1000, 10**6, 2**31 - 1, np.uint8(3), (2**31 - 1, 1))
        ),
    ],
    "border": [
        *_NO_BORDER,
        *_values("ValueError", (), ("wrap", "wrap"), ("no such",), (None,)),
        _works("in a list", lambda _: ["wrap"]),
    ],
    "modes": [
        *_NO_BORDER,
        *_values("ValueError", (), ("wrap",) * 3, ("wrap", "no such"), ("wrap", None), [["wrap"]]),
        _works("one each", lambda _: ("wrap", "constant")),
        _works("a list", lambda _: ["nearest", "mirror"]),
    ],
    "optional axis": _OPTIONAL_AXIS,
    "optional axis beside axis": [
        *_OPTIONAL_AXIS,
        _fault("ValueError", "that of axis", lambda _: 0),
        _works("the other", lambda _: 1),
    ],
    "origins of 3": [
        *_values("TypeError", *_NOT_INTEGER, None, (0, 1.0), (0, True), (0, None), ("0", "0")),
        *_values("ValueError", 2, -2, 17, (0,), (0, 0, 0), (2, 0), (0, -2), *_BEYOND),
        _works("one each", lambda _: (-1, 1)),
    ],
    "axis": [*_OPTIONAL_AXIS, *_values("TypeError", None)],
    "axes": [
        *_values("TypeError", *_NOT_INTEGER, (0, 1.0), (0, True), ("0", "1"), (0, None)),
        *_values("ValueError", (), (0, 0), (0, -2), (0, 2), (-3, 0), (0, 1, 2), *_BEYOND),
        *(_fault("ValueError", f"(0, {value})", lambda _, v=value: (0, v)) for value in _BEYOND),
        _fault("ValueError", "many", lambda _: list(range(10_000))),
        _works("negative", lambda _: (-2, -1)),
        _works("an array", lambda _: np.array([0, 1])),
    ],
    "origin": _ORIGIN,
    "origins": [
        *_ORIGIN,
        *_values("ValueError", (0,), (0, 0, 0), (2, 0), (0, -2)),
        *_values("TypeError", (0, 1.0), (0, True), (0, None), ("0", "0")),
    ],
    "out halved": _resized(_OUT, lambda image: image[::2, ::2].copy()),
    "out doubled": _resized(_OUT, lambda image: image.repeat(2, 0).repeat(2, 1)),
    "finer shape": [
        *_values("TypeError", *_NOT_INTEGER, (32, 40.0), (32, None), ("32", "40")),
        *_values("ValueError", (), (32,), (32, 40, 1), (16, 20), (33, 40), (32, 38), (0, 40)),
        *_values("ValueError", (-32, 40), 32, 0, *_BEYOND),
        *(_fault("ValueError", f"(32, {value})", lambda _, v=value: (32, v)) for value in _BEYOND),
        _works("None", lambda _: None),
        _works("odd", lambda _: [31, 39]),
        _works("an array", lambda _: np.array([32, 39])),
    ],
    "max_layer": [
        *_values("TypeError", *_NOT_INTEGER, None, [1], (2,)),
        *_values("ValueError", -2, -(2**31), -(2**63), -(2**64)),
        *(
            _works(repr(value), lambda _, value=value: value)
            for value in (-1, 0, 1, 3, 10**6, 2**31, 2**64, np.int8(-1), np.uint64(2**64 - 1))
        ),
    ],
    "layers": _LAYERS,
    "one of two images": _ONE_OF_TWO,
    "optional mask": _MASK,
    **faults_psf.FAULTS,
    "flag": [*_values("TypeError", None, 0, 1, 1.0, "True", b"", [True], np.ones(1, bool), {})],
    "optional window": [
        *_values("TypeError", *_NOT_INTEGER, [7], (7,)),
        *_values("ValueError", 0, 1, 2, 4, 16, 17, -1, -7, 257, *_BEYOND),
        *(_works(repr(value), lambda _, value=value: value) for value in (None, 3, np.int8(15))),
    ],
    "optional range": [
        *_values("TypeError", "1", b"1", True, np.True_, 1j, [1.0], np.ones(1), {}),
        *_values("ValueError", 10**400, 0, -1.0, np.nan, np.inf, np.float32("nan")),
        *(
            _works(repr(value), lambda _, value=value: value)
            for value in (None, 1, 255, 1e-30, 1e30, np.float16(1), np.ones(()))
        ),
    ],
    "deviation to 36": [
        *_values("TypeError", None, "1", b"1", True, np.True_, 1j, [1.0], np.ones(1), {}),
        *_values("ValueError", 10**400, np.nan, np.inf, -1, -1e-300, 36.01, 2**63, 1e300),
        *(
            _works(repr(value), lambda _, value=value: value)
            for value in (0, 0.0, -0.0, 1e-300, 1e-3, 36, np.float32(1), np.ones(()))
        ),
    ],
    "small, not negative": [
        *_values("TypeError", None, "1", b"1", True, np.True_, 1j, [1.0], np.ones(1), {}),
        *_values("ValueError", 10**400, np.nan, np.inf, -1, -1e-300, 1e200),
        *(
            _works(repr(value), lambda _, value=value: value)
            for value in (0, -0.0, 1e-300, 1e-3, 1, np.float32(1), np.ones(()))
        ),
    ],
    "workers": [
        *_values("ValueError", 0, -1, -(2**31), -(2**63), -(2**64)),
        *_values("TypeError", *_NOT_INTEGER, [1], (2,)),
        *(
            _works(repr(value), lambda _, value=value: value)
            for value in (None, 1, 3, 10**6, 2**31 - 1, 2**31, 2**63, 2**64, np.uint8(2))
        ),
    ],
}


def pairs(kinds: dict[str, str]) -> list[tuple[str, Fault]]:
    """Return each argument with each fault of its kind."""
    return [
        pair for name, kind in kinds.items() for pair in itertools.product([name], FAULTS[kind])
    ]
