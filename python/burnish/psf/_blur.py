"""Point-spread functions as what blurs an image."""

from __future__ import annotations

from numpy.typing import ArrayLike

from burnish._arrays import Array
from burnish.psf.measured import normalize

__all__ = ["as_blur"]


def as_blur(psf: ArrayLike, axes: tuple[int, ...]) -> Array:
    """Return a PSF of unit sum that has as many axes as the image is blurred along."""
    kernel = normalize(psf)
    if kernel.ndim != len(axes):
        raise ValueError(
            f"psf has {kernel.ndim} dimension(s), shape {kernel.shape}; the image is blurred along "
            f"{len(axes)}"
        )
    return kernel
