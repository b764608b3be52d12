"""The faults of what only inpainting takes: holes, sources, references, progress."""

from __future__ import annotations

from typing import Any

import numpy as np
from fault import BEYOND, NOT_INTEGER, NOT_REAL, Fault, dtypes, fault, values, works


def _hole(image: np.ndarray) -> np.ndarray:
    mask = np.zeros(image.shape, bool)
    mask[9:13, 15:19] = True
    return mask


def _spoilt(image: np.ndarray, value: float) -> np.ndarray:
    image = image.copy()
    image[7, 8] = value
    return image


# What no mask may be.
_NO_MASK = [
    *values("TypeError", "lena", b"lena", {}, 1, [[1, 2], [3]], object(), 1j, []),
    *dtypes("uint8", "int64", "float32", "object"),
    fault("TypeError", "masked array", lambda image: np.ma.masked_array(image > 0, image > 1)),
    *values("ValueError", True, [True], [[True]]),
    fault("ValueError", "a row short", lambda image: _hole(image)[1:]),
    fault("ValueError", "transposed", lambda image: _hole(image).T),
    fault("ValueError", "an axis more", lambda image: _hole(image)[None]),
]


def _layouts(of: Any) -> list[Fault]:
    return [
        works("lists", lambda image: of(image).tolist()),
        works("Fortran", lambda image: np.asfortranarray(of(image))),
        works("reversed", lambda image: of(image)[::-1, ::-1]),
        works("strided", lambda image: of(image).repeat(3, 1)[:, ::3]),
    ]


FAULTS = {
    "picture with a hole": [
        *NOT_REAL,
        *dtypes("bool", "longdouble"),
        *values("ValueError", 1.0, 7, [], [[]]),
        fault("ValueError", "0-D", lambda _: np.ones(())),
        fault("ValueError", "no rows", lambda _: np.ones((0, 20))),
        fault("ValueError", "a row", lambda image: image[0]),
        fault("ValueError", "a volume", lambda image: image[None]),
        fault("ValueError", "64 axes", lambda _: np.ones((1,) * 64)),
        *(
            fault("ValueError", f"one is {value}", lambda image, v=value: _spoilt(image, v))
            for value in (np.nan, np.inf, -np.inf)
        ),
        works("NaN in the hole", lambda image: np.where(_hole(image), np.nan, image)),
        works("finfo.max", lambda image: np.full_like(image, np.finfo(image.dtype).max)),
        works("finfo's range", lambda image: (image * 2 - 1) * np.finfo(image.dtype).max),
        works("broadcast rows", lambda image: np.broadcast_to(image[0], image.shape)),
        works("one number", lambda image: np.broadcast_to(image[0, 0], image.shape)),
        works("memoryview", lambda image: memoryview(image)),
        works("lists", lambda image: image.tolist()),
        works("float16", lambda image: image.astype(np.float16)),
        works("big-endian", lambda image: (image * 1000).astype(">i8")),
    ],
    "hole": [
        *_NO_MASK,
        *values("TypeError", None),
        fault("ValueError", "everything", lambda image: np.ones(image.shape, bool)),
        fault("ValueError", "no patch left", lambda image: np.indices(image.shape).sum(0) % 3 == 0),
        works("nothing", lambda image: np.zeros(image.shape, bool)),
        *_layouts(_hole),
    ],
    "hole in anything": [
        *_NO_MASK,
        *values("TypeError", None),
        fault("ValueError", "everything", lambda image: np.ones(image.shape, bool)),
        works("nothing", lambda image: np.zeros(image.shape, bool)),
        works("all but a pixel", lambda image: np.arange(image.size).reshape(image.shape) > 0),
        works("no patch left", lambda image: np.indices(image.shape).sum(0) % 3 == 0),
        *_layouts(_hole),
    ],
    "optional sources": [
        *_NO_MASK,
        fault("ValueError", "nothing", lambda image: np.zeros(image.shape, bool)),
        fault("ValueError", "the hole", _hole),
        fault("ValueError", "no patch left", lambda image: np.indices(image.shape).sum(0) % 3 > 0),
        works("None", lambda _: None),
        works("everything", lambda image: np.ones(image.shape, bool)),
        works("broadcast", lambda image: np.broadcast_to(True, image.shape)),
        *_layouts(lambda image: ~_hole(image)),
    ],
    "optional references": [
        *values("TypeError", "lena", b"lena", 1.0, 1j, {}, object(), [None], ["lena"], [1j]),
        *values("ValueError", [1.0], [[]], [np.ones((0, 20), np.float32)]),
        fault("TypeError", "another dtype", lambda image: [image, image.astype(np.float64)]),
        fault("TypeError", "masked", lambda image: [np.ma.masked_array(image, image > 0)]),
        fault("ValueError", "a row", lambda image: [image[0]]),
        fault("ValueError", "a volume", lambda image: [image[None]]),
        fault("TypeError", "one image", lambda image: image),
        fault("TypeError", "stacked", lambda image: np.stack([image, image])),
        fault(
            "ValueError", "not finite", lambda image: [_spoilt(image, np.nan), _spoilt(image, 1)]
        ),
        fault("MemoryError", "huge", lambda _: [np.broadcast_to(np.float32(1), (2**21, 2**21))]),
        fault("MemoryError", "long", lambda _: [np.broadcast_to(np.float32(1), (2**60, 1))] * 9),
        works("None", lambda _: None),
        works("none", lambda _: []),
        works("a tuple", lambda image: (image, image[::-1])),
        works("another size", lambda image: [image.repeat(3, 1)[3:], image[:9, :4], image[:1, :1]]),
        works("big-endian", lambda image: [image.astype(">f4")]),
        works("broadcast", lambda image: [np.broadcast_to(image[0], (9, 20))]),
        works("lone number", lambda image: [np.broadcast_to(image[0, 0], (500, 700))]),
    ],
    "patch that fits": [
        *values("TypeError", *NOT_INTEGER, None, [3], (3,)),
        *values("ValueError", 0, 1, 2, 4, -3, 17, 51, 52, 53, *BEYOND),
        *(works(repr(size), lambda _, n=size: n) for size in (3, 15, np.int8(5), np.uint64(7))),
    ],
    "pixels, from 1 to 100": [
        *values("TypeError", *NOT_INTEGER, None, [1], (2,)),
        *values("ValueError", 0, -1, 101, *BEYOND),
        *(works(repr(count), lambda _, n=count: n) for count in (7, 100, np.int8(9), np.uint64(8))),
    ],
    "optional, from 1 to 20": [
        *values("TypeError", *NOT_INTEGER, [1], (2,)),
        *values("ValueError", 0, -1, 21, *BEYOND),
        *(works(repr(count), lambda _, n=count: n) for count in (None, 1, 20, np.int8(2))),
    ],
    "optional, from 1 to 10000": [
        *values("TypeError", *NOT_INTEGER, [1], (2,)),
        *values("ValueError", 0, -1, 10_001, *BEYOND),
        *(works(repr(count), lambda _, n=count: n) for count in (None, 1, np.uint16(10_000))),
    ],
    "progress": [
        *values("TypeError", 1, "print", (print,), np.ones(2), True),
        works("None", lambda _: None),
        works("a function", lambda _: lambda done: None),
        works("one that stops", lambda _: lambda done: np.True_),
    ],
}
