"""The faults of what only denoising takes: patches, windows, frames."""

from __future__ import annotations

import numpy as np
from fault import BEYOND, NOT_INTEGER, values, works

FAULTS = {
    "optional patch": [
        *values("TypeError", *NOT_INTEGER, [3], (3, 3)),
        *values("ValueError", 0, -1, -3, 2, 50, 52, 53, *BEYOND),
        *(
            works(repr(size), lambda _, n=size: n)
            for size in (None, 1, 51, np.int8(5), np.ones((), int))
        ),
    ],
    "optional window of patches": [
        *values("TypeError", *NOT_INTEGER, [2], (2, 2)),
        *values("ValueError", 0, -1, 91, 2**15, *BEYOND),
        *(works(repr(reach), lambda _, n=reach: n) for reach in (None, 1, 90, np.uint8(3))),
    ],
    "optional, above 0": [
        *values("TypeError", "1", b"1", True, np.True_, 1j, [1.0], np.ones(1), {}),
        *values("ValueError", 10**400, 0, -0.0, -1, -1e-300, np.nan, np.inf, -np.inf),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (None, 5e-324, 1e-30, 1, 1e30, 1e300, 2**63, np.float16(1), np.ones(()))
        ),
    ],
    "no frames": [
        *values("TypeError", *NOT_INTEGER, None, [0], (0,)),
        *values("ValueError", 1, -1, *BEYOND),
        *(works(repr(count), lambda _, n=count: n) for count in (0, np.int8(0))),
    ],
}
