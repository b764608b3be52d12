"""Thin plates through what is known (Damelin and Hoang 2018), by a sparse direct solution."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse import linalg


def inpaint_biharmonic(image, mask, *, channel_axis=None):
    """Return an image in float64, filled and not rounded."""
    image = np.asarray(image, np.float64)
    pixels = image[..., None] if channel_axis is None else np.moveaxis(image, channel_axis, -1)
    filled = pixels.copy()
    if mask.any():
        known = pixels[~mask]
        plate = solution(np.where(mask[..., None], 0, pixels), mask)
        filled[mask] = np.clip(plate, known.min(axis=0), known.max(axis=0))
    return filled[..., 0] if channel_axis is None else np.moveaxis(filled, -1, channel_axis)


def solution(pixels, mask):
    """Return what makes the Laplacian, taken twice, 0 in the holes."""
    across, down = (second_difference(size) for size in mask.shape[::-1])
    laplacian = sparse.kron(down, sparse.eye_array(mask.shape[1])) + sparse.kron(
        sparse.eye_array(mask.shape[0]), across
    )
    holes = mask.ravel()
    rows = (laplacian @ laplacian).tocsr()[holes]
    right = -(rows @ pixels.reshape(mask.size, -1))
    return linalg.spsolve(rows[:, holes].tocsc(), right).reshape(right.shape)


def second_difference(size):
    """Return the second difference of a line that is mirrored at its ends."""
    steps = np.diff(np.eye(size), axis=0)
    return sparse.csr_array(steps.T @ steps)
