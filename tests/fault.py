"""What a fault is: a value for an argument, and what must come of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Fault:
    label: str
    make: Callable[[np.ndarray], Any]
    # What must be raised; empty where the value is odd but right and the call must succeed.
    raises: tuple[str, ...]
    message: str | None = None  # a pattern; None: the argument's name


def fault(error: str, label: str, make: Callable[[np.ndarray], Any]) -> Fault:
    return Fault(label, make, tuple(error.split("|")))


def values(error: str, *values: Any) -> list[Fault]:
    return [fault(error, repr(value), lambda _, value=value: value) for value in values]


def works(label: str, make: Callable[[np.ndarray], Any]) -> Fault:
    return Fault(label, make, ())


def dtypes(*dtypes: str) -> list[Fault]:
    return [
        fault("TypeError", dtype, lambda image, dtype=dtype: np.zeros(image.shape, dtype))
        for dtype in dtypes
    ]


ESTIMATE = re.compile(r"\d\s*([KMGTPE]i?B|bytes)").pattern


def too_large(dtype: str, *shape: int) -> Fault:
    def make(_: np.ndarray) -> np.ndarray:
        return np.broadcast_to(np.ones((), dtype), shape)

    return Fault(f"{dtype} of shape {shape}", make, ("MemoryError",), ESTIMATE)


NOT_REAL = [
    *dtypes("object", "U3", "S3", "complex64", "complex128", "V8", "f8,i4", "M8[s]", "m8[s]"),
    fault("TypeError", "masked array", lambda image: np.ma.masked_array(image, image > 0)),
    *values("TypeError", None, "lena", b"lena", {}, [[1, 2], [3]], object(), 1j),
]

_LARGE = (2**31 - 1, 2**31, 2**32 + 1, 2**63 - 1, 2**63, 2**64, 10**400)
BEYOND = (*_LARGE, *(-value for value in _LARGE), np.int64(2**62), np.uint64(2**64 - 1))
NOT_INTEGER = (1.0, 0.5, True, np.True_, "1", b"1", 1j, float("nan"), np.array([[1]]), {}, 1.5)
