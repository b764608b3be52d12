"""The faults of point-spread functions and of what they are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from fault import (
    BEYOND,
    ESTIMATE,
    NOT_INTEGER,
    NOT_REAL,
    Fault,
    dtypes,
    fault,
    too_large,
    values,
    works,
)


def _psf(*ndims: int) -> list[Fault]:
    """Return the faults of a point-spread function of one of these numbers of axes."""
    shape = (3,) * ndims[-1]

    def filled(value: float, middle: float = 1.0) -> Callable[[np.ndarray], Any]:
        def make(_: np.ndarray) -> np.ndarray:
            weights = np.full(shape, value)
            weights[(1,) * len(shape)] = middle
            return weights

        return make

    return [
        *NOT_REAL,
        *dtypes("bool", "longdouble"),
        *values("ValueError", 1.0, 7, [], [[]]),
        fault("ValueError", "empty", lambda _: np.ones((0,) * len(shape))),
        fault("ValueError", "an axis too many", lambda _: np.ones((3,) * (len(shape) + 1))),
        *(
            fault("ValueError", f"{n}-D", lambda _, n=n: np.ones((3,) * n))
            for n in range(4)
            if n not in ndims
        ),
        fault("ValueError", "NaN", filled(1.0, np.nan)),
        fault("ValueError", "Inf", filled(1.0, np.inf)),
        fault("ValueError", "negative", filled(1.0, -1e-300)),
        fault("ValueError", "of sum 0", filled(1.0, -8.0)),
        fault("ValueError", "all zero", filled(0.0, 0.0)),
        fault("ValueError", "all -0.0", filled(-0.0, -0.0)),
        fault("ValueError", "all negative", filled(-1.0, -1.0)),
        too_large("float32", *(2**42,), *(1,) * (len(shape) - 1)),
        too_large("uint8", *(2**61,), *(1,) * (len(shape) - 1)),
        works("the largest", filled(np.finfo(np.float64).max, np.finfo(np.float64).max)),
        works("the least", filled(0.0, 5e-324)),
        works("uint64", lambda _: np.full(shape, 2**64 - 1, np.uint64)),
        works("float16", lambda _: np.ones(shape, np.float16)),
        works("big-endian", lambda _: np.ones(shape, ">f4")),
        works("even", lambda _: np.ones((4, 2, 6)[: len(shape)])),
        works("one weight", lambda _: np.ones((1,) * len(shape))),
        works("larger than the image", lambda _: np.ones((41,) * len(shape))),
        works("broadcast", lambda _: np.broadcast_to(0.1, (7,) * len(shape))),
        works("lists", lambda _: np.ones(shape).tolist()),
    ]


_LARGEST_SIDE = 2_000_001
_NO_SIDES = [
    *values("TypeError", *NOT_INTEGER, (1, 1.0), (1, None), ("1", "1"), [[1, 1]]),
    *values("ValueError", [], 0, (3, 0), (3, -3), _LARGEST_SIDE + 1, (1,) * 4, *BEYOND),
]
_NO_PSF_FITS = Fault("a million", lambda _: 1_000_000, ("MemoryError",), ESTIMATE)
_NO_REAL = values(
    "TypeError", "1", b"1", True, np.True_, 1j, {}, object(), [[1.0]], [[1], [2, 3]], (1.0, None)
)

# An image with one star at (7, 8), which a window of 5 x 5 pixels is cut out of.
_STAR = [
    *NOT_REAL,
    *dtypes("bool", "longdouble"),
    *values("ValueError", 1.0, 7, [], [[]]),
    fault("ValueError", "0-D", lambda _: np.ones(())),
    fault("ValueError", "no rows", lambda image: image[:0]),
    fault("ValueError", "too many axes", lambda _: np.ones((1,) * 4)),
    fault("ValueError", "64 axes", lambda _: np.ones((1,) * 64)),
    fault("ValueError", "flat", lambda image: np.ones_like(image)),
    fault("ValueError", "NaN", lambda image: np.full_like(image, np.nan)),
    fault("ValueError", "Inf", lambda image: np.full_like(image, np.inf)),
    fault("ValueError", "NaN beside the star", lambda image: _with_nan(image, (7, 9))),
    fault("ValueError", "NaN far away", lambda image: _with_nan(image, (0, 0))),
    Fault("the star in a corner", lambda image: image[7:, 8:], ("ValueError",), r"\bcenter\b"),
    Fault("smaller than the window", lambda image: image[6:9], ("ValueError",), r"\bcenter\b"),
    works("a row", lambda image: image[7]),
    works("a volume", lambda image: np.stack([image * 0] * 3 + [image] + [image * 0] * 3)),
    works("integers", lambda image: image.astype(np.uint8)),
    works("the largest", lambda image: np.where(image > 1, np.finfo(np.float64).max, -image)),
    works("memoryview", lambda image: memoryview(image)),
    works("lists", lambda image: image.tolist()),
    works("large", lambda image: np.pad(image, 1000)),
]


def _with_nan(image: np.ndarray, place: tuple[int, int]) -> np.ndarray:
    image = image.copy()
    image[place] = np.nan
    return image


FAULTS: dict[str, list[Fault]] = {
    "psf to 3-D": _psf(1, 2, 3),
    "psf 2-D": _psf(2),
    "sigmas to 3-D": [
        *_NO_REAL,
        *values("TypeError", None, np.ones((2, 2))),
        *values("ValueError", [], (1,) * 4, np.ones(5), 10**400, np.nan, np.inf, -1, -1e-300),
        *values("ValueError", (1, np.nan), 250_001, 2**63, 1e300),
        Fault("beyond the memory", lambda _: 200_000, ("MemoryError",), ESTIMATE),
        Fault("3-D beyond the memory", lambda _: (2e5,) * 3, ("MemoryError",), ESTIMATE),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (0, -0.0, 1e-300, 1e-15, 1e-3, 20, np.float32(1), np.ones(()))
        ),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in ((1,), [0, 1], (1, 2, 0.5), np.ones(2))
        ),
    ],
    "optional sides": [
        *_NO_SIDES,
        *values("ValueError", (1,), (1, 1, 1)),
        _NO_PSF_FITS,
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (None, 1, 2, 101, (1, 4), [3, 2], np.array([1, 1]), np.uint8(3))
        ),
    ],
    "sides to 3-D": [
        *_NO_SIDES,
        *values("TypeError", None),
        _NO_PSF_FITS,
        Fault("beyond 63 bits", lambda _: (_LARGEST_SIDE,) * 3, ("MemoryError",), ESTIMATE),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (1, 2, 101, (4,), (1, 4), (3, 2, 5), np.array([1, 1]), np.uint8(3))
        ),
    ],
    "window sides": [
        *_NO_SIDES,
        *values("TypeError", None),
        *values("ValueError", (1,), (1, 1, 1), 17, (3, 30), 1_000_000),
        Fault("one pixel", lambda _: 1, ("ValueError",), "background"),
        Fault("one and an empty line", lambda _: 2, ("ValueError",), "background"),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (3, 8, 15, (1, 4), [3, 2], np.array([5, 5]), np.uint8(3))
        ),
    ],
    "dimensions": [
        *values("TypeError", *NOT_INTEGER, None, [1], (2,)),
        *values("ValueError", 0, 4, -1, *BEYOND),
        *(works(repr(n), lambda _, n=n: n) for n in (1, 2, 3, np.int8(2))),
    ],
    "extent": [
        *_NO_REAL,
        *values("TypeError", None, [1.0], np.ones(1)),
        *values("ValueError", 10**400, np.nan, np.inf, -1, -1e-300, 1e6 + 1, 2**63, 1e300),
        Fault("beyond the memory", lambda _: 1e6, ("MemoryError",), ESTIMATE),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (0, -0.0, 1e-300, 1e-3, 0.51, 50.0, np.float32(1), np.ones(()))
        ),
    ],
    "ring": [
        *_NO_REAL,
        *values("TypeError", None, [1.0], np.ones(1)),
        *values("ValueError", 10**400, np.nan, np.inf, -1, 0, 0.09, 200_001, 2**63, 1e300),
        Fault("beyond the memory", lambda _: 2e5, ("MemoryError",), ESTIMATE),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (0.1, 1, 12.5, np.float32(1), np.ones(()))
        ),
    ],
    "any finite real": [
        *_NO_REAL,
        *values("TypeError", None, [1.0], np.ones(1)),
        *values("ValueError", 10**400, np.nan, np.inf, -np.inf),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (0, -90, 1e-300, 1e300, 2**63, np.float32(1), np.ones(()))
        ),
    ],
    "star": _STAR,
    "center": [
        *_NO_REAL,
        *values("ValueError", [], (7.0,), (7, 8, 9), 10**400, (7, np.nan), (7, np.inf)),
        *values("ValueError", 1, (7, 1.9), (1.9, 8), (13.1, 8), (7, -1), (7, 1e300), (7, -1e300)),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (None, 7, (7, 8), [6.5, 8.25], np.array([7, 7]), (2, 17), (13.0, 2.0))
        ),
    ],
    "background": [
        *_NO_REAL,
        *values("TypeError", [1.0], np.ones(1)),
        *values("ValueError", 10**400, np.nan, np.inf, -np.inf, 1000, 1e300),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (None, 0, -1.5, -1e300, 99, np.float32(1), np.ones(()))
        ),
    ],
}
