"""The faults of arguments that describe noise."""

from __future__ import annotations

import numpy as np
from fault import Fault, values, works

_NO_NUMBER = values("TypeError", None, "1", b"1", True, np.True_, 1j, [1.0], np.ones(1), {})

FAULTS: dict[str, list[Fault]] = {
    "gain": [
        *_NO_NUMBER,
        *values("ValueError", 10**400, np.nan, np.inf, -np.inf, 0, -0.0, -1e-300, -1, 1e-300),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (1e-3, 1, 7.5, 1e30, np.float32(1), np.ones(()))
        ),
    ],
    "deviation of a reading": [
        *_NO_NUMBER,
        *values("ValueError", 10**400, np.nan, np.inf, -1e-300, -1, 1.01e7, 1e300),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (0, -0.0, 1e-300, 1e-3, 1, 11.4, 1e7, np.float32(1), np.ones(()))
        ),
    ],
}
