"""What penalises roughness where nothing else is asked for."""

from __future__ import annotations

import numpy as np

from burnish._arrays import Array

__all__ = ["laplacian"]


def laplacian(ndim: int) -> Array:
    """Return the discrete Laplacian."""
    kernel = np.zeros((3,) * ndim)
    for axis in range(ndim):
        line = np.moveaxis(kernel, axis, -1)[(1,) * (ndim - 1)]
        line += (-1, 2, -1)
    return kernel
