"""The faults of arguments that describe noise."""

from __future__ import annotations

import numpy as np
from fault import Fault, fault, values, works

_NO_REAL = values("TypeError", "1", b"1", True, np.True_, 1j, {})
_NO_NUMBER = [*_NO_REAL, *values("TypeError", None, [1.0], np.ones(1))]

FAULTS: dict[str, list[Fault]] = {
    "gain": [
        *_NO_NUMBER,
        *values("ValueError", 10**400, np.nan, np.inf, -np.inf, 0, -0.0, -1e-300, -1),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (1e-3, 1, 7.5, 1e30, np.float32(1), np.ones(()))
        ),
    ],
    "optional gain": [
        *_NO_REAL,
        *values("ValueError", 10**400, np.nan, np.inf, -np.inf, -1e-300, -1, [1.0, 1.0]),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (None, 0, -0.0, 1e-3, 1, 7.5, 1e30, [1.0], np.float32(1), np.ones(()))
        ),
    ],
    "optional deviation": [
        *_NO_REAL,
        *values("ValueError", 10**400, np.nan, np.inf, -1e-300, -1, [1.0, 1.0]),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (None, 0, -0.0, 1e-3, 1, 11.4, 1e30, [1.0], np.float32(1), np.ones(()))
        ),
    ],
    "optional pedestal": [
        *_NO_REAL,
        *values("ValueError", 10**400, np.nan, np.inf, -np.inf, [1.0, 1.0]),
        *(
            works(repr(value), lambda _, value=value: value)
            for value in (None, 0, -1, 7.5, 1e30, [1.0], np.float32(1), np.ones(()))
        ),
    ],
    "denoiser": [
        *values("TypeError", 1, "nl_means", b"1", [], {}, np.ones(3)),
        fault("ValueError", "another shape", lambda _: lambda image, sigma: image[1:]),
        fault("TypeError", "no image", lambda _: lambda image, sigma: "denoised"),
        works("None", lambda _: None),
        works("lists", lambda _: lambda image, sigma: image.tolist()),
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
