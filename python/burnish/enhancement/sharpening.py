"""Sharpening."""

from __future__ import annotations

from numpy.typing import ArrayLike

from burnish import _core
from burnish._arrays import (
    Array,
    as_float,
    as_image,
    as_out,
    as_workers,
    deliver,
    filtered_axes,
)
from burnish._gaussian import gaussian_kernel, gaussian_reach

__all__ = ["unsharp_mask"]

_TRUNCATE = 4.0  # standard deviations, as in SciPy and scikit-image
_LARGEST_RADIUS = 1e5  # pixels; a kernel beyond it would take longer than anyone waits


def unsharp_mask(
    image: ArrayLike,
    *,
    radius: float = 1.0,
    amount: float = 1.0,
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Sharpen an image by adding what a Gaussian blur takes away from it.

    ``result = image + amount * (image - blurred)``, the linear unsharp mask of photographic
    practice ([1]_, section 3.6.3).

    Parameters
    ----------
    image : array_like
        2-D or 3-D (depth, row, column), with one axis more where `channel_axis` is given; 1-D
        signals too. float16, float32, float64 or an integer of 8 to 64 bits.
    radius : float
        The standard deviation of the Gaussian in pixels, 0 to 1e5; 0 leaves every finite pixel as
        it is. The Gaussian is cut off at 4 standard deviations, and the image is reflected at its
        borders.
    amount : float
        How much of the difference is added. Negative values blur.
    channel_axis : int or None
        The axis that holds the channels, each sharpened on its own. None: no such axis, and what
        looks like colour is taken for a volume.
    out : ndarray or None
        Where the result goes: the result's shape and dtype. It may overlap the image, at the price
        of a temporary copy.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it.

    Returns
    -------
    ndarray
        The image's shape and dtype; float32 for float16. In the image's own units and not clipped,
        which is scikit-image's answer with ``preserve_range=True``; integers are rounded half to
        even and saturated.

    Raises
    ------
    TypeError
        If the image is bool, complex or anything but real numbers, or a parameter no real number.
    ValueError
        If `radius` is negative, a parameter not finite, or a shape does not fit.
    MemoryError
        If the result can't fit into memory.

    Notes
    -----
    The blur's error is at most 1e-6 (float32) or 1e-12 (float64) of ``max|image|``. NaN and
    infinity spread over the Gaussian's box around them, as NaN, and no further.

    References
    ----------
    .. [1] R. C. Gonzalez, R. E. Woods, Digital Image Processing, 3rd edition, 2008.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> edge = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0])
    >>> burnish.unsharp_mask(edge, radius=1, amount=0.5)[1:5].round(2)
    array([-0.03, -0.15,  1.15,  1.03])
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    sigma = as_float(radius, "radius", minimum=0.0)
    if sigma > _LARGEST_RADIUS:
        raise ValueError(f"radius is {sigma:g}; accepted is {_LARGEST_RADIUS:g} or less")
    gain = as_float(amount, "amount")
    result = as_out(out, array)
    threads = as_workers(workers)
    axes = filtered_axes(None, array.ndim, channels)
    factors = [gaussian_kernel(sigma, gaussian_reach(sigma, _TRUNCATE))] * len(axes)
    return deliver(
        result,
        array,
        lambda target: _core.unsharp_mask(array, factors, axes, gain, target, threads),
    )
