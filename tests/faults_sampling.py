"""The faults of what a sampler is told."""

from __future__ import annotations

import numpy as np
from fault import NOT_INTEGER, NOT_REAL, Fault, dtypes, fault, too_large, values, works


def _filled(value: float):
    def make(_: np.ndarray) -> np.ndarray:
        weights = np.full((3, 3), value)
        weights[1, 1] = 1
        return weights

    return make


_OPERATOR: list[Fault] = [
    *(each for each in NOT_REAL if each.label != "None"),
    *dtypes("bool", "longdouble"),
    *values("ValueError", 1.0, 7, [], [[]]),
    *(fault("ValueError", f"{n}-D", lambda _, n=n: np.ones((3,) * n)) for n in (0, 1, 3, 4)),
    fault("ValueError", "NaN", _filled(np.nan)),
    fault("ValueError", "Inf", _filled(np.inf)),
    fault("ValueError", "all zero", lambda _: np.zeros((3, 3))),
    too_large("float32", 2**42, 1),
    works("None", lambda _: None),
    works("of sum 0", _filled(-1 / 8)),
    works("the largest", lambda _: np.full((3, 3), np.finfo(np.float64).max)),
    works("the least", lambda _: np.full((3, 3), 5e-324)),
    works("integers", lambda _: np.array([[1, -1]], np.int8)),
    works("larger than the image", lambda _: np.ones((50, 3))),
    works("big-endian", lambda _: np.ones((2, 2), ">f4")),
]


def _numbers(wrong: tuple[int, ...], right: tuple) -> list[Fault]:
    return [
        *values("TypeError", *NOT_INTEGER, None, [1], (2,)),
        *values("ValueError", -1, -(2**63), -(2**64), *wrong),
        *(works(repr(n), lambda _, n=n: n) for n in right),
    ]


FAULTS = {
    "optional operator": _OPERATOR,
    "threshold": [
        *values("TypeError", None, "1", b"1", True, np.True_, 1j, [1.0], np.ones(1), {}),
        *values("ValueError", 10**400, np.nan, np.inf, -1, -1e-300),
        *(works(repr(each), lambda _, each=each: each) for each in (0, -0.0, 1e-3, 1e300, 2**63)),
    ],
    "count": _numbers((), (0, 1, 2**31, 2**64, np.int8(2))),
    "samples after 3": _numbers((0, 1, 4, 2**31, 2**64), (5, np.int8(6))),
    "samples before 8": _numbers((7, 8, 2**31, 2**64), (0, 6, np.uint64(2))),
    "rng": [
        *values("TypeError", *NOT_INTEGER, [1], (2,), "seed", np.random),
        fault("TypeError", "a RandomState", lambda _: np.random.RandomState(1)),
        *values("ValueError", -1, -(2**64)),
        *(works(repr(n), lambda _, n=n: n) for n in (None, 0, 2**64, 10**400, np.uint8(3))),
        works("a generator", lambda _: np.random.default_rng(1)),
    ],
    "callback": [
        *values("TypeError", 0, 1.5, True, "print", [print], {}),
        works("None", lambda _: None),
        works("a function", lambda _: lambda iteration, sample: False),
        works("one that ends it", lambda _: lambda iteration, sample: np.True_),
    ],
}
