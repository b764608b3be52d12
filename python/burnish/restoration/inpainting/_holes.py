"""What the functions that fill holes share: an image, what is masked of it, and where it goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike

from burnish._arrays import Array, as_image, as_mask, as_odd, deliver, empty_result

__all__ = ["LARGEST_PATCH", "as_bytes", "as_holed", "as_patch_size", "fill_in_place", "refuse"]

LARGEST_PATCH = 51  # pixels, of a side


def as_holed(
    image: ArrayLike, mask: ArrayLike, channel_axis: int | None
) -> tuple[Array, int | None, Array]:
    """Return an image of two dimensions, its channel axis and its mask."""
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    if array.ndim != (2 if channels is None else 3):
        raise ValueError(
            f"image has shape {array.shape} and channel_axis is {channel_axis}; accepted are two "
            "dimensions, or three of which channel_axis names one"
        )
    return array, channels, as_mask(mask, plane_of(array, channels))


def plane_of(image: Array, channels: int | None) -> tuple[int, ...]:
    """Return the shape of an image without its channels."""
    return tuple(size for axis, size in enumerate(image.shape) if axis != channels)


def as_patch_size(patch_size: Any, image: Array, channels: int | None) -> int:
    """Return the side of a patch, which fits into the image."""
    size = as_odd(patch_size, "patch_size", minimum=3, maximum=LARGEST_PATCH)
    smallest = min(plane_of(image, channels))
    if size > smallest:
        raise ValueError(
            f"patch_size is {size}; an image of shape {image.shape} holds patches of up to "
            f"{smallest} pixels a side, and accepted are 3 and more"
        )
    return size


def as_bytes(mask: Array) -> Array:
    """Return a mask as the compiled part wants it."""
    return np.ascontiguousarray(mask).view(np.uint8)


def fill_in_place(
    out: Array | None,
    image: Array,
    channels: int | None,
    read: Sequence[Array],
    fill: Callable[[Array], None],
) -> Array:
    """Fill a copy of the image, or the image itself where that is `out`; channels come last."""

    def filled(result: Array) -> Array:
        fill(result[..., None] if channels is None else np.moveaxis(result, channels, -1))
        return result

    def compute(target: Array | None) -> Array:
        result = empty_result(image) if target is None else target
        result[...] = image
        return filled(result)

    apart = out is None or not any(np.may_share_memory(out, each) for each in read)
    if out is not None and apart and _is_same(out, image):
        return filled(out)
    return deliver(out, (image, *read), compute)


def _is_same(a: Array, b: Array) -> bool:
    """Tell whether two arrays of one shape are the same pixels in memory."""
    return a.ctypes.data == b.ctypes.data and a.strides == b.strides and a.dtype == b.dtype


def refuse(reason: str, patch_size: int) -> NoReturn:
    """Say what kept the holes from being filled."""
    if reason == "not finite":
        raise ValueError(
            "image holds NaN or infinity beside the mask, or one of the references does; accepted "
            "are finite values, and anything where mask is True"
        )
    raise ValueError(
        f"mask leaves no patch of {patch_size}x{patch_size} pixels whole to copy from, nor does "
        "source_mask if it is given; accepted are masks that leave one, and a smaller patch_size"
    )
