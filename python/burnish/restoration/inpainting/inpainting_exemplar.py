"""Holes filled patch by patch from the rim inwards, where edges run in first."""

from __future__ import annotations

from collections.abc import Callable

from numpy.typing import ArrayLike

from burnish import _core
from burnish._arrays import Array, as_callback, as_mask, as_out, as_workers
from burnish.restoration.inpainting._holes import (
    as_bytes,
    as_holed,
    as_patch_size,
    fill_in_place,
    refuse,
)

__all__ = ["inpaint_exemplar"]


def inpaint_exemplar(
    image: ArrayLike,
    mask: ArrayLike,
    *,
    patch_size: int = 9,
    source_mask: ArrayLike | None = None,
    callback: Callable[[float], object] | None = None,
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Fill holes patch by patch with the most similar ones of what is known.

    Of the patches on the rim of the hole, the one that is known best and that the strongest edge
    runs into comes first. The most similar one of all source patches is looked for, and what is
    unknown copied from it [1]_. What is copied stays as it is: one greedy pass, without chance.

    Edges are continued where they are straight, textures copied in whole pieces. A mistake grows
    into the hole. `inpaint_patch`, which compares all of the hole's patches again and again, is
    better in most holes, and faster in large ones.

    Parameters
    ----------
    image : array_like
        2-D, with one axis more where `channel_axis` is given: grey, colour and any number of
        channels. float16, float32, float64 or an integer of 8 to 64 bits; finite but for what is
        masked.
    mask : array_like of bool
        True in the holes, which are to be filled; what they hold plays no part. The image's shape
        without its channels. Holes may lie at the border.
    patch_size : int
        The side of a patch in pixels, odd, 3 to 51 and not larger than the image: a little more
        than the largest structure of the texture.
    source_mask : array_like of bool or None
        True where patches may come from; the image's shape without its channels. None: from around
        each hole, as far as the hole is long and 64 pixels at least; and from all of the image
        where there is nothing else. No patch that is copied holds a pixel that is masked or not in
        here.
    callback : callable or None
        Called as ``callback(done)`` now and then, from this thread, with how much of the work is
        done, from 0 to 1. If it returns something true, the search ends there, and the rest
        continues what has been copied so far.
    channel_axis : int or None
        The axis that holds the channels. None: no such axis.
    out : ndarray or None
        Where the result goes: the result's shape and dtype. It may be the image itself, whose holes
        are then filled in place, or overlap it at the price of a temporary copy. After a call that
        is interrupted, or refuses the image, some holes may be filled.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it, bit for bit.

    Returns
    -------
    ndarray
        The image's shape and dtype; float32 for float16. All that is not masked is as it was, and
        each pixel that is filled is a copy of one, bit for bit.

    Raises
    ------
    TypeError
        If the image is bool, complex or anything but real numbers, a mask is not bool, or an
        argument has the wrong type.
    ValueError
        If shapes don't fit, known pixels are not finite, an argument is out of the range above, or
        no patch is whole that could be copied.
    MemoryError
        If the result can't fit into memory, or what is searched has more than 2**30 pixels.

    Notes
    -----
    The priority of a patch is its confidence times its data term plus 0.001, which lets confidence
    decide on even ground. Confidence is the mean over the patch of 1 for what is known, 0 for what
    is not, and for what was filled the confidence of the patch that did it. The data term is the
    part of the strongest gradient in the patch that lies along the front, in a share of the range
    of values: a central difference in the channel where it is largest, and Sobel's gradient of what
    is unknown for the front's normal. Gradients are those of the image that was given: with those
    of what has been filled, mistakes would draw others after them. Where patches meet the image's
    border, they are moved inwards as far as they must. Of equal priorities and distances the first
    in the image counts. What has been filled is no source.

    Patches are compared in whole numbers, up to 1020 for the range from the lowest to the highest
    known pixel around a hole, so that one fill is right for all dtypes and brightnesses; very few
    pixels that are far from all others cost the rest its contrast.

    Each step searches all sources around, so time grows with the hole times its surroundings, and
    fast with many holes whose surroundings touch: these are filled together, as one with the whole
    rectangle around them. Memory grows with this rectangle: some 50 bytes a pixel, and two to six
    more for each channel beyond three.

    References
    ----------
    .. [1] A. Criminisi, P. Perez, K. Toyama, Region filling and object removal by exemplar-based
       image inpainting, IEEE Transactions on Image Processing 13 (2004), 1200-1212.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> stripes = np.tile(np.repeat([10, 200], 4), (64, 8)).astype(np.uint8)
    >>> mask = np.zeros(stripes.shape, bool)
    >>> mask[20:40, 20:40] = True
    >>> holed = np.where(mask, 0, stripes).astype(np.uint8)
    >>> np.array_equal(burnish.inpaint_exemplar(holed, mask), stripes)
    True
    """
    array, channels, holes = as_holed(image, mask, channel_axis)
    size = as_patch_size(patch_size, array, channels)
    sources = None if source_mask is None else as_mask(source_mask, holes.shape, name="source_mask")
    observer = as_callback(callback)
    result = as_out(out, array)
    threads = as_workers(workers)

    def fill(target: Array) -> None:
        reason = _core.inpaint_exemplar(
            target,
            as_bytes(holes),
            None if sources is None else as_bytes(sources),
            size,
            None if observer is None else lambda done: bool(observer(done)),
            threads,
        )
        if reason is not None:
            refuse(reason, size)

    read = [holes] if sources is None else [holes, sources]
    return fill_in_place(result, array, channels, read, fill)
