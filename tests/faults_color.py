"""The faults of colour pictures: two axes of pixels and three channels."""

from __future__ import annotations

import numpy as np
from fault import NOT_REAL, Fault, dtypes, fault, too_large, values, works

_PICTURE = [
    *NOT_REAL,
    *dtypes("bool", "longdouble"),
    *values("ValueError", 1.0, 7, [], [[]]),
    fault("ValueError", "0-D", lambda _: np.ones(())),
    fault("ValueError", "no rows", lambda _: np.ones((0, 5, 3))),
    fault("ValueError", "one row", lambda image: image[0]),
    fault("ValueError", "one channel", lambda image: image[..., 0]),
    fault("ValueError", "four channels", lambda image: image[..., [0, 1, 2, 0]]),
    fault("ValueError", "channels in front", lambda image: np.moveaxis(image, -1, 0)),
    fault("ValueError", "a volume", lambda image: image[None]),
    fault("ValueError", "64 axes", lambda _: np.ones((1,) * 64)),
    fault("ValueError", "NaN", lambda image: np.full_like(image, np.nan)),
    fault("ValueError", "Inf", lambda image: np.full_like(image, np.inf)),
    too_large("float32", 2**21, 2**21, 3),
    works("broadcast rows", lambda image: np.broadcast_to(image[0], image.shape)),
    works("one number", lambda image: np.broadcast_to(image[0, 0, 0], image.shape)),
    works("reversed and stepped", lambda image: image[::-1, ::3]),
    works("memoryview", lambda image: memoryview(image)),
    works("lists", lambda image: image.tolist()),
]
_NUMBERS = [
    *values("TypeError", None, "1", b"1", True, np.True_, 1j, [1.0], np.ones(1), {}),
    *values("ValueError", 10**400, np.nan, np.inf, -1, -1e-300, 10.001, 2**63, 1e300),
    *(works(repr(value), lambda _, value=value: value) for value in (0, -0.0, 1e-3, 1)),
]
_OUT = [
    fault("ValueError", "a row short", lambda image: np.empty_like(image[1:])),
    fault("ValueError", "one channel", lambda image: np.empty_like(image[..., 0])),
    fault("TypeError", "float64", lambda image: np.empty(image.shape, np.float64)),
    fault("TypeError", "big-endian", lambda image: np.empty(image.shape, ">f4")),
    *values("TypeError", [[0.0]], 1.0, "out", True),
    works("None", lambda _: None),
    works("Fortran", lambda image: np.empty_like(image, order="F")),
    works("reversed", lambda image: np.empty_like(image)[::-1, ::-1]),
]
_AXIS = [
    *values("TypeError", 1.0, True, "1", None, [0], (1,)),
    *values("ValueError", 0, 1, 3, -4, 17, 2**31, 2**64, -(2**63)),
    works("from the front", lambda _: 2),
]

FAULTS: dict[str, list[Fault]] = {
    "colour picture": _PICTURE,
    "from 0 to 10": [*_NUMBERS, works("the largest", lambda _: 10)],
    "share": [*_NUMBERS, *values("ValueError", 1.001)],
    "out of a colour picture": _OUT,
    "axis of three channels": _AXIS,
}
