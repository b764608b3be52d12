"""Holes filled from the rim inwards with means of what is known around each pixel."""

from __future__ import annotations

from numpy.typing import ArrayLike

from burnish import _core
from burnish._arrays import Array, as_integer, as_out, as_workers
from burnish.restoration.inpainting._holes import as_bytes, as_holed, fill_in_place

__all__ = ["LARGEST_RADIUS", "inpaint_telea"]

LARGEST_RADIUS = 100  # pixels


def inpaint_telea(
    image: ArrayLike,
    mask: ArrayLike,
    *,
    radius: int = 5,
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Fill holes from the rim inwards with what the pixels around make of each.

    The holes' pixels are taken by their distance from the rim, as fast marching finds it. Each
    becomes a weighted mean over the known pixels, and those already filled, around it: of their
    values, continued by their gradients [1]_. What lies along the way that the march takes counts
    more, so do what is near and what is as far from the rim.

    Very fast, and meant for what is thin: scratches, text, dust, single pixels. Wide holes become
    smears; `inpaint_patch` fills them with structure and texture.

    Parameters
    ----------
    image : array_like
        2-D, with one axis more where `channel_axis` is given: grey, colour and any number of
        channels. float16, float32, float64 or an integer of 8 to 64 bits; finite within
        ``radius + 1`` rows and columns of what is masked.
    mask : array_like of bool
        True in the holes, which are to be filled; what they hold plays no part. The image's shape
        without its channels. Holes may lie at the border.
    radius : int
        How far around a pixel others count, in pixels, 1 to 100. Time grows with its square.
    channel_axis : int or None
        The axis that holds the channels, which share one march. None: no such axis.
    out : ndarray or None
        Where the result goes: the result's shape and dtype. It may be the image itself, whose holes
        are then filled in place, or overlap it at the price of a temporary copy. After a call that
        is interrupted, or refuses the image, some holes may be filled.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it, bit for bit. A hole, with those whose surroundings touch its own, keeps one
        thread busy.

    Returns
    -------
    ndarray
        The image's shape and dtype; float32 for float16. All that is not masked is as it was. What
        is filled lies within the range of its rim, channel by channel; so where all of that is one
        value, it is that value, bit for bit.

    Raises
    ------
    TypeError
        If the image is bool, complex or anything but real numbers, `mask` is not bool, or an
        argument has the wrong type.
    ValueError
        If shapes don't fit, known pixels near a hole are not finite, an argument is out of the
        range above, or everything is masked.
    MemoryError
        If the result can't fit into memory, or what surrounds a hole has more than 2**30 pixels.

    Notes
    -----
    With `T` the distance from the rim, the known pixels right beside the holes, negative outside,
    known pixels `q` at most `radius` away from `p`, and ``r = p - q``, the value at `p` is the mean
    of ``I(q) + grad I(q) . r`` with weights ``|r . grad T(p)| / |r|**3 / (1 + |T(p) - T(q)|)``,
    where the direction's part ``|r . grad T(p)| / |r|`` is at least 1e-6. Gradients are central
    differences, that of `I` 0 along an axis where one of the two neighbours is unknown. Of equal
    distances the first in the image comes first. All is computed in double, wider integers than
    2**53 rounded.

    The paper's mean alone may leave the range of what it is made of, and errors grow from pixel to
    pixel; here each is clamped to the range of the known pixels that took part. On nine of
    scikit-image's photographs with scratches and text this gains 0.1 dB, and leaving the gradients
    out, which would not need it, loses 1.1 dB.

    The paper, and OpenCV's ``inpaint(..., INPAINT_TELEA)``, fill pixels when the march first
    touches them, with `T` known in part; here `T` is found for all of a hole first. OpenCV's is for
    8 bits alone, adds the sum of the gradients divided by its own length, and rounds each pixel
    before others build on it: 1.3 dB less on those photographs.

    Memory, beside the result, grows with the holes and what surrounds them, ``radius + 1`` pixels
    to all sides: about 40 bytes a pixel and 24 for each channel, for as many holes at a time as
    there are threads.

    References
    ----------
    .. [1] A. Telea, An image inpainting technique based on the fast marching method, Journal of
       Graphics Tools 9 (2004), 23-34.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> ramp = np.tile(np.arange(0, 64, 4, dtype=np.uint8), (16, 1))
    >>> mask = np.zeros(ramp.shape, bool)
    >>> mask[3:13, 7:9] = True
    >>> filled = burnish.inpaint_telea(np.where(mask, 255, ramp).astype(np.uint8), mask)
    >>> int(np.abs(filled.astype(int) - ramp).max()) <= 4
    True
    """
    array, channels, holes = as_holed(image, mask, channel_axis)
    reach = as_integer(radius, "radius", minimum=1, maximum=LARGEST_RADIUS)
    result = as_out(out, array)
    threads = as_workers(workers)

    def fill(target: Array) -> None:
        reason = _core.inpaint_telea(target, as_bytes(holes), reach, threads)
        if reason == "not finite":
            raise ValueError(
                f"image holds NaN or infinity within {reach + 1} rows and columns of the mask; "
                "accepted are finite values there, and anything where mask is True"
            )
        if reason is not None:
            raise ValueError("mask is True everywhere; accepted are masks that leave a pixel")

    return fill_in_place(result, array, channels, [holes], fill)
