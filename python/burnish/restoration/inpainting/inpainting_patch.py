"""Holes filled with patches from around them, from coarse to fine."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from burnish import _core
from burnish._arrays import (
    Array,
    as_callback,
    as_generator,
    as_image,
    as_integer,
    as_mask,
    as_out,
    as_workers,
    result_dtype,
)
from burnish.restoration.inpainting._holes import (
    as_bytes,
    as_holed,
    as_patch_size,
    fill_in_place,
    refuse,
)

__all__ = ["inpaint_patch"]

_MOST_LEVELS = 20
_MOST_ITERATIONS = 10_000


def inpaint_patch(
    image: ArrayLike,
    mask: ArrayLike,
    *,
    patch_size: int = 7,
    num_levels: int | None = None,
    num_iter: int | None = None,
    source_mask: ArrayLike | None = None,
    references: Sequence[ArrayLike] | None = None,
    rng: int | np.random.Generator | None = 0,
    callback: Callable[[float], object] | None = None,
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Fill holes with patches of what is known: content-aware fill.

    The hole becomes such that each of its patches is like one from its surroundings [1]_. From
    coarse to fine, nearest patches are found by propagation and random search [2]_, and pixels made
    anew from what the patches that cover them propose [3]_. At last each pixel is a copy of a known
    one, and what is left of the seam is spread over the hole.

    Structures are continued, textures go on with their grain. For what is only some pixels wide,
    scratches and text, smooth methods are better: `inpaint_biharmonic`, `inpaint_telea`.

    Parameters
    ----------
    image : array_like
        2-D, with one axis more where `channel_axis` is given: grey, colour and any number of
        channels. float16, float32, float64 or an integer of 8 to 64 bits; finite but for what is
        masked and what is too far from all holes to be looked at.
    mask : array_like of bool
        True in the holes, which are to be filled; what they hold plays no part. The image's shape
        without its channels. Holes may lie at the border.
    patch_size : int
        The side of a patch in pixels, odd, 3 to 51 and not larger than the image. Larger ones keep
        larger structures together, and take longer.
    num_levels : int or None
        On how many scales the holes are filled at most, each half as large as the one before, 1 to
        20. None: as many as make the hole about two patches wide on the coarsest. More follow large
        structures, fewer keep irregular texture crisp.
    num_iter : int or None
        How often nearest patches are looked for and pixels made anew, on each scale, at most. None:
        20 times on the two coarsest scales, 6 times on those between and 3 on the finest.
    source_mask : array_like of bool or None
        True where patches may come from; the image's shape without its channels. None: from around
        each hole, as far as the hole is long and 64 pixels at least; and from all of the image
        where there is nothing else. No patch that is copied holds a pixel that is masked or not in
        here.
    references : sequence of array_like or None
        Other pictures whose patches may fill the holes too: another print of the same scene, a
        frame before or after. Of any size, with the image's dtype and channels, on the same axis,
        and of the same brightness. One that shows the same scene, shifted, is found by what is
        around the holes: these are then filled with what it shows there, and the others left aside.
    rng : int, numpy.random.Generator or None
        A seed, or what to draw one from; None: one that is new each time. The same seed gives the
        same fill, for any number of workers and at every instruction-set level.
    callback : callable or None
        Called as ``callback(done)`` now and then, from this thread, with how much of the work is
        done, from 0 to 1. If it returns something true, the search ends there, and what it has
        found is used.
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
        The image's shape and dtype; float32 for float16. All that is not masked is as it was, bit
        for bit. What is filled stays, in each channel, within the range of the known pixels around
        the holes and of the references.

    Raises
    ------
    TypeError
        If the image or a reference is bool, complex or anything but real numbers, a mask is not
        bool, a reference has another dtype than the image, or an argument has the wrong type.
    ValueError
        If shapes don't fit, known pixels are not finite, an argument is out of the range above, or
        no patch is whole that could be copied.
    MemoryError
        If the result can't fit into memory, or what is searched has more than 2**30 pixels.

    Notes
    -----
    Patches are compared in whole numbers, up to 1020 for the range from the lowest to the highest
    known pixel around a hole, so that one fill is right for all dtypes and brightnesses; very few
    pixels that are far from all others cost the rest its contrast. To the colours comes one number
    for how rough the surroundings are (the texture feature of [3]_), and differences from known
    pixels count twice. Of the hole's patches those deep inside count less, 1.6 times for each pixel
    from the rim. Constants were chosen on 21 holes in scikit-image's photographs, the same for
    structure and texture: ``python -m benchmarks.inpainting``.

    Threads share the hole in tiles of 32x32. A tile sees of others what they had found before the
    sweep, so that the order doesn't matter.

    Time grows with the area of the holes and what is around them, memory too: some 50 bytes a pixel
    of these, and half more for each channel beyond three. Many holes so close that their
    surroundings touch are filled together, as one with the whole rectangle around them.

    A reference shows the same scene if patches beside the holes differ from their counterparts, at
    the best shift of all up to 32 pixels on the coarsest scale, by less than 0.4 times as much as
    from others, or by less than 3 % of the range. Shifts count from the same pixels in pictures of
    one size, else from the middle. One shift is right for all: turned and scaled prints must be
    brought to the image's view first.

    What no patch around the hole shows can't come back without one: faces, unique objects.

    References
    ----------
    .. [1] Y. Wexler, E. Shechtman, M. Irani, Space-time completion of video, IEEE Transactions on
       Pattern Analysis and Machine Intelligence 29 (2007), 463-476.
    .. [2] C. Barnes, E. Shechtman, A. Finkelstein, D. B. Goldman, PatchMatch: a randomized
       correspondence algorithm for structural image editing, ACM Transactions on Graphics 28
       (2009), 24.
    .. [3] A. Newson, A. Almansa, M. Fradet, Y. Gousseau, P. Perez, Video inpainting of complex
       scenes, SIAM Journal on Imaging Sciences 7 (2014), 1993-2019.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> stripes = np.tile(np.repeat([10, 200], 4), (64, 8)).astype(np.uint8)
    >>> mask = np.zeros(stripes.shape, bool)
    >>> mask[20:40, 20:40] = True
    >>> holed = np.where(mask, 0, stripes).astype(np.uint8)
    >>> np.array_equal(burnish.inpaint_patch(holed, mask), stripes)
    True
    """
    array, channels, holes = as_holed(image, mask, channel_axis)
    size = as_patch_size(patch_size, array, channels)
    levels = _as_count(num_levels, "num_levels", _MOST_LEVELS)
    rounds = _as_count(num_iter, "num_iter", _MOST_ITERATIONS)
    sources = None if source_mask is None else as_mask(source_mask, holes.shape, name="source_mask")
    others = _as_references(references, array, channels)
    seed = int(as_generator(rng).integers(2**32, dtype=np.uint32))
    observer = as_callback(callback)
    result = as_out(out, array)
    threads = as_workers(workers)

    def fill(target: Array) -> None:
        reason = _core.inpaint_patch(
            target,
            as_bytes(holes),
            None if sources is None else as_bytes(sources),
            others,
            size,
            levels,
            rounds,
            seed,
            None if observer is None else lambda done: bool(observer(done)),
            threads,
        )
        if reason is not None:
            refuse(reason, size)

    read = [holes, *others] if sources is None else [holes, sources, *others]
    return fill_in_place(result, array, channels, read, fill)


def _as_count(value: Any, name: str, maximum: int) -> int:
    """Return a number from 1 up; 0 for None."""
    return 0 if value is None else as_integer(value, name, minimum=1, maximum=maximum)


def _as_references(references: Any, image: Array, channels: int | None) -> list[Array]:
    """Return the references with their channels last."""
    if references is None:
        return []
    if isinstance(references, np.ndarray):
        raise TypeError(
            f"references is one array of shape {references.shape}; accepted are None and a "
            "sequence of images, such as [image]"
        )
    if isinstance(references, (str, bytes)) or not isinstance(references, Sequence):
        raise TypeError(
            f"references is {reprlib.repr(references)}; accepted are None and a sequence of images"
        )
    last = None if channels is None else channels - image.ndim
    return [
        _as_reference(reference, f"references[{i}]", image, last)
        for i, reference in enumerate(references)
    ]


def _as_reference(reference: ArrayLike, name: str, image: Array, channels: int | None) -> Array:
    other, _ = as_image(reference, max_ndim=2, channel_axis=channels, name=name)
    if other.dtype != image.dtype:
        raise TypeError(f"{name} has dtype {other.dtype}; accepted is the image's, {image.dtype}")
    if other.ndim != image.ndim or (
        channels is not None and other.shape[channels] != image.shape[channels]
    ):
        raise ValueError(
            f"{name} has shape {other.shape}; accepted are the dimensions and channels of the "
            f"image, {image.shape}"
        )
    other = np.asarray(other, result_dtype(image))
    return other[..., None] if channels is None else np.moveaxis(other, channels, -1)
