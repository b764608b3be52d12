"""What deconvolutions must refuse or take, by kinds of parameters."""

from __future__ import annotations

import numpy as np
from fault import NOT_REAL, dtypes, fault, values, works

_NO_NUMBER = values("TypeError", "1", b"1", True, np.True_, 1j, [1.0], np.ones(1), {})

FAULTS = {
    "from 0 up": [
        *_NO_NUMBER,
        *values("TypeError", None),
        *values("ValueError", 10**400, np.nan, np.inf, -1, -1e-300),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (0, -0.0, 1e-300, 1e-3, 1, 1e30, 1e300, np.float32(1), np.ones(()))
        ),
    ],
    "from 0 to 0.1": [
        *_NO_NUMBER,
        *values("TypeError", None),
        *values("ValueError", 10**400, np.nan, np.inf, -1, -1e-300, 0.1001, 1e300),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (0, -0.0, 1e-300, 0.1, np.float32(0.01), np.zeros(()))
        ),
    ],
    "optional shares": [
        *(f for f in NOT_REAL if f.label not in ("None", "m8[s]")),
        *dtypes("m8[s]", "g"),
        fault("ValueError", "transposed", lambda image: np.ones(image.T.shape)),
        fault("ValueError", "one row", lambda image: np.ones(image.shape[1:])),
        fault("ValueError", "one axis more", lambda image: np.ones((*image.shape, 1))),
        fault("ValueError", "a number", lambda _: 1.0),
        fault("ValueError", "nothing counts", lambda image: np.zeros(image.shape)),
        *(
            fault("ValueError", f"one is {v}", lambda image, v=v: np.where(image > 0.5, v, 1))
            for v in (-1e-9, 1.001, 2, np.nan, np.inf, -np.inf)
        ),
        works("None", lambda _: None),
        works("bool", lambda image: image > 0.5),
        works("integers", lambda image: np.ones(image.shape, np.int64)),
        works("big-endian", lambda image: np.ones(image.shape, ">f8")),
        works("strided", lambda image: np.ones((*image.shape, 2))[..., 0][::-1, ::-1]),
        works("one repeated", lambda image: np.broadcast_to(np.float32(0.5), image.shape)),
        works("lists", lambda image: np.ones(image.shape).tolist()),
        works("float16", lambda image: np.ones(image.shape, np.float16)),
    ],
    "stop": [
        *values("TypeError", "change", 0.1, 1, True, ["change", 0.1], ("change",), (), {}, b"1"),
        *values("TypeError", ("change", "0.1"), ("change", None), ("change", True)),
        *values("ValueError", ("no such", 0.1), (None, 0.1), ("change", -1), ("change", np.nan)),
        *values("ValueError", ("discrepancy", np.inf), ("discrepancy", 10**400)),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (None, ("change", 0), ("change", 1e300), ("discrepancy", np.float32(1)))
        ),
    ],
    "callback": [
        *values("TypeError", 1, "print", (print,), np.ones(2), True),
        works("None", lambda _: None),
        works("a function", lambda _: lambda iteration, estimate: None),
        works("one that stops", lambda _: lambda iteration, estimate: True),
    ],
}
