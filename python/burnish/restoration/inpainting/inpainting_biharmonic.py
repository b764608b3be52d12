"""Holes filled smoothly, like a thin plate that passes through what is around them."""

from __future__ import annotations

from numpy.typing import ArrayLike

from burnish import _core
from burnish._arrays import Array, as_out, as_workers
from burnish.restoration.inpainting._holes import as_bytes, as_holed, fill_in_place

__all__ = ["inpaint_biharmonic"]


def inpaint_biharmonic(
    image: ArrayLike,
    mask: ArrayLike,
    *,
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Fill holes smoothly: with the surface of a thin plate that is held at their rims.

    In the holes the squared Laplacian is 0 [1]_: intensities and their slopes go on from the rim
    without a break. The result is that of ``skimage.restoration.inpaint_biharmonic``.

    The right choice for what is only some pixels wide, scratches, text and dust. Wide holes become
    smooth too, and may swing far to where slopes at the rim lead: there `inpaint_patch` is better.

    Parameters
    ----------
    image : array_like
        2-D, with one axis more where `channel_axis` is given: grey, colour and any number of
        channels, each filled as if alone. float16, float32, float64 or an integer of 8 to 64 bits;
        finite but for what is masked.
    mask : array_like of bool
        True in the holes, which are to be filled; what they hold plays no part. The image's shape
        without its channels. Holes may lie at the border, across which the image is mirrored.
    channel_axis : int or None
        The axis that holds the channels. None: no such axis.
    out : ndarray or None
        Where the result goes: the result's shape and dtype. It may be the image itself, whose holes
        are then filled in place, or overlap it at the price of a temporary copy. After a call that
        is interrupted, some holes may be filled.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it, bit for bit.

    Returns
    -------
    ndarray
        The image's shape and dtype; float32 for float16. All that is not masked is as it was, bit
        for bit. What is filled stays within the range of the channel's known pixels: what lies
        beyond is clipped, as scikit-image does.

    Raises
    ------
    TypeError
        If the image is bool, complex or anything but real numbers, the mask is not bool, or an
        argument has the wrong type.
    ValueError
        If shapes don't fit, known pixels are not finite, an argument is out of the range above, or
        the mask is True everywhere.
    MemoryError
        If the result or what is solved for can't fit into memory.

    Notes
    -----
    The Laplacian is that of five points, mirrored at the border; it is taken twice, all pixels
    being read up to two away. Sets of masked pixels that these equations couple are solved for one
    by one, in double precision: thin ones by a sparse Cholesky factor in nested dissection's order,
    which all channels share; wide ones by conjugate gradients with multigrid, until a step is less
    than 1e-7 of the solution. Of integers of 64 bits only what double holds is exact.

    Constants come back to the bit, and so do planes but for rounding, unless a hole lies less than
    two pixels from the border. Time and memory grow linearly with the holes' area, beside one pass
    over the image; memory of wide holes with that of the rectangle around each, some 120 bytes a
    pixel. Wide holes that known lines or dots of one pixel cross take a few times as long.

    References
    ----------
    .. [1] S. B. Damelin, N. S. Hoang, On surface completion and image inpainting by biharmonic
       functions: numerical aspects, International Journal of Mathematics and Mathematical Sciences
       2018, 3950312.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> ramp = np.add.outer(2.0 * np.arange(32), np.arange(48))
    >>> mask = np.zeros(ramp.shape, bool)
    >>> mask[4:28, 20:23] = True
    >>> holed = np.where(mask, 0, ramp)
    >>> np.allclose(burnish.inpaint_biharmonic(holed, mask), ramp)
    True
    """
    array, channels, holes = as_holed(image, mask, channel_axis)
    result = as_out(out, array)
    threads = as_workers(workers)

    def fill(target: Array) -> None:
        reason = _core.inpaint_biharmonic(target, as_bytes(holes), threads)
        if reason == "not finite":
            raise ValueError(
                "image holds NaN or infinity beside the mask; accepted are finite values, and "
                "anything where mask is True"
            )
        if reason is not None:
            raise ValueError(
                "mask is True everywhere; accepted are masks that leave a pixel to go by"
            )

    return fill_in_place(result, array, channels, [holes], fill)
