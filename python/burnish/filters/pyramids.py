"""Image pyramids."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from burnish import _core
from burnish._arrays import (
    Array,
    Mode,
    as_float,
    as_image,
    as_integer,
    as_integers,
    as_modes,
    as_out,
    as_workers,
    computing_dtype,
    deliver,
    filtered_axes,
    in_c_order,
)

__all__ = [
    "pyramid_collapse",
    "pyramid_expand",
    "pyramid_gaussian",
    "pyramid_laplacian",
    "pyramid_reduce",
]


def pyramid_reduce(
    image: ArrayLike,
    *,
    mode: Mode | Sequence[Mode] = "reflect",
    cval: float = 0.0,
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Blur an image and keep every second pixel: one step of a Gaussian pyramid.

    Along each axis but the channels, ``[1, 4, 6, 4, 1] / 16`` is laid over the pixels 0, 2, 4, ...
    ([1]_ with ``a = 0.375``): what `correlate1d` gives there.

    Parameters
    ----------
    image : array_like
        1-D to 3-D (depth, row, column), with one axis more where `channel_axis` is given. float16,
        float32, float64 or an integer of 8 to 64 bits, in any byte order and with any strides.
    mode : {"reflect", "mirror", "nearest", "wrap", "constant"} or sequence of these
        What lies beyond the border, as in `convolve`; for all axes or for each but the channels.
    cval : float
        The value beyond the border with ``mode="constant"``, in the image's units.
    channel_axis : int or None
        The axis that holds the channels, each reduced on its own. None: no such axis.
    out : ndarray or None
        Where the result goes: the result's shape and dtype, native and aligned; a plain ndarray or
        a memmap. It may overlap the image, at the price of a temporary copy. After an interrupted
        call it is half written.
    workers : int or None
        How many threads to use at most; None takes `get_num_threads`. The result does not depend on
        it, bit for bit.

    Returns
    -------
    ndarray
        Of the image's dtype (float32 for float16), ``(n + 1) // 2`` pixels along an axis of n: one
        pixel stays one. Images of 8 and 16 bits are computed in float32, wider integers in float64,
        and rounded half to even at the end.

    Raises
    ------
    TypeError
        If the image is bool, complex or anything but real numbers, or an argument has the wrong
        type.
    ValueError
        If a shape, axis or mode is out of the range above.
    MemoryError
        If the result can't fit into memory.

    See Also
    --------
    pyramid_expand : The way back to the size, not to the image.
    pyramid_gaussian : Step after step.

    Notes
    -----
    For floats this is OpenCV's ``pyrDown`` with ``mode="mirror"``, its BORDER_REFLECT_101. NaN and
    infinity spread to the pixels whose taps meet them and no further. Beside the result each thread
    uses some megabytes.

    References
    ----------
    .. [1] P. J. Burt and E. H. Adelson, "The Laplacian pyramid as a compact image code", IEEE
       Transactions on Communications 31(4), 532-540, 1983.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> burnish.pyramid_reduce(np.array([0.0, 0.0, 16.0, 0.0, 0.0, 0.0]))
    array([1., 6., 1.])
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    axes = filtered_axes(None, array.ndim, channels)
    modes = as_modes(mode, len(axes))
    border = as_float(cval, "cval", finite=False)
    result = as_out(out, array, _halved(array.shape, axes))
    threads = as_workers(workers)
    return deliver(
        result,
        array,
        lambda target: _core.pyramid_reduce(array, axes, modes, border, target, threads),
    )


def pyramid_expand(
    image: ArrayLike,
    *,
    shape: Sequence[int] | None = None,
    mode: Mode | Sequence[Mode] = "reflect",
    cval: float = 0.0,
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Interpolate an image to twice its size: the step back of a Gaussian pyramid.

    Along each axis but the channels, pixel ``2 i`` of the result is
    ``(image[i - 1] + 6 image[i] + image[i + 1]) / 8`` and pixel ``2 i + 1`` is
    ``(image[i] + image[i + 1]) / 2`` ([1]_, equation 4, with ``a = 0.375``).

    Parameters
    ----------
    image : array_like
        As in `pyramid_reduce`.
    shape : sequence of int or None
        The result's shape: n pixels with ``(n + 1) // 2`` of the image along each axis, all
        channels. None doubles each axis.
    mode, cval, channel_axis, out, workers
        As in `pyramid_reduce`. It is the image that `mode` extends, not the result.

    Returns
    -------
    ndarray
        The result's shape and the image's dtype (float32 for float16), rounded as in
        `pyramid_reduce`.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As `pyramid_reduce`.

    Notes
    -----
    OpenCV's ``pyrUp`` computes the same inside and extends the image differently on its two sides:
    to the left and above as ``mode="mirror"``, to the right and below as ``mode="nearest"``.

    References
    ----------
    .. [1] P. J. Burt and E. H. Adelson, "The Laplacian pyramid as a compact image code", IEEE
       Transactions on Communications 31(4), 532-540, 1983.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> burnish.pyramid_expand(np.array([0.0, 8.0, 0.0]), shape=[5])
    array([1., 4., 6., 4., 1.])
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    axes = filtered_axes(None, array.ndim, channels)
    finer = _as_finer(shape, array.shape, axes)
    modes = as_modes(mode, len(axes))
    border = as_float(cval, "cval", finite=False)
    result = as_out(out, array, finer)
    threads = as_workers(workers)
    return deliver(
        result,
        array,
        lambda target: _core.pyramid_expand(array, finer, axes, modes, border, target, threads),
    )


def pyramid_gaussian(
    image: ArrayLike,
    *,
    max_layer: int = -1,
    mode: Mode | Sequence[Mode] = "reflect",
    cval: float = 0.0,
    channel_axis: int | None = None,
    workers: int | None = None,
) -> tuple[Array, ...]:
    """Return an image and its reductions, each half the size of the one before.

    Parameters
    ----------
    image : array_like
        As in `pyramid_reduce`.
    max_layer : int
        How many times to reduce at most; -1: until every axis has one pixel.
    mode, cval, channel_axis, workers
        As in `pyramid_reduce`.

    Returns
    -------
    tuple of ndarray
        The image itself, not a copy of it where its dtype and byte order allow; then
        `pyramid_reduce` of the one before, of the same dtype.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As `pyramid_reduce`.

    Notes
    -----
    scikit-image's function of this name has the same layers but another blur, and rescales
    integers. Integer layers are rounded one by one; pass the image as floats where that matters.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> [layer.shape for layer in burnish.pyramid_gaussian(np.ones((6, 9)), max_layer=2)]
    [(6, 9), (3, 5), (2, 3)]
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    most = as_integer(max_layer, "max_layer", minimum=-1)
    axes = filtered_axes(None, array.ndim, channels)
    modes = as_modes(mode, len(axes))
    border = as_float(cval, "cval", finite=False)
    threads = as_workers(workers)
    layers = [in_c_order(array, np.dtype(np.float32)) if array.dtype == np.float16 else array]
    while len(layers) != most + 1 and _can_be_halved(layers[-1], axes):
        layers.append(_core.pyramid_reduce(layers[-1], axes, modes, border, None, threads))
    return tuple(layers)


def pyramid_laplacian(
    image: ArrayLike,
    *,
    max_layer: int = -1,
    mode: Mode | Sequence[Mode] = "reflect",
    cval: float = 0.0,
    channel_axis: int | None = None,
    workers: int | None = None,
) -> tuple[Array, ...]:
    """Split an image into bands of detail, from which `pyramid_collapse` puts it together again.

    A layer is what is lost from one layer of the Gaussian pyramid to the next:
    ``layer - pyramid_expand(pyramid_reduce(layer))`` [1]_.

    Parameters
    ----------
    image : array_like
        As in `pyramid_reduce`.
    max_layer : int
        How many layers of detail to make at most; -1: until every axis has one pixel.
    mode, cval, channel_axis, workers
        As in `pyramid_reduce`; `pyramid_collapse` needs the same `mode`, `cval` and
        `channel_axis`.

    Returns
    -------
    tuple of ndarray
        The layers of detail from the finest to the coarsest, of both signs, and last the coarsest
        layer of the Gaussian pyramid. In the image's units: float32 for 8- and 16-bit integers,
        float16 and float32, else float64, as is the Gaussian pyramid beneath.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As `pyramid_reduce`.

    See Also
    --------
    pyramid_collapse : The inverse.

    Notes
    -----
    Integers and float16 are copied as floats first; beside that and the layers each thread uses
    some megabytes.

    scikit-image's function of this name subtracts a blurred image from each layer and leaves the
    coarsest layer out: its pyramids can't be put together again.

    References
    ----------
    .. [1] P. J. Burt and E. H. Adelson, "The Laplacian pyramid as a compact image code", IEEE
       Transactions on Communications 31(4), 532-540, 1983.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> image = np.array([[10, 20, 30], [90, 80, 70]], np.uint8)
    >>> layers = burnish.pyramid_laplacian(image)
    >>> [layer.shape for layer in layers]
    [(2, 3), (1, 2), (1, 1)]
    >>> np.rint(burnish.pyramid_collapse(layers)).astype(np.uint8)
    array([[10, 20, 30],
           [90, 80, 70]], dtype=uint8)
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    most = as_integer(max_layer, "max_layer", minimum=-1)
    axes = filtered_axes(None, array.ndim, channels)
    modes = as_modes(mode, len(axes))
    border = as_float(cval, "cval", finite=False)
    threads = as_workers(workers)
    layer = in_c_order(array, computing_dtype(array))
    layers: list[Array] = []
    while len(layers) != most and _can_be_halved(layer, axes):
        coarser = _core.pyramid_reduce(layer, axes, modes, border, None, threads)
        layers.append(
            _core.pyramid_combine(coarser, layer, -1.0, axes, modes, border, None, threads)
        )
        layer = coarser
    layers.append(layer.copy() if np.may_share_memory(layer, array) else layer)
    return tuple(layers)


def pyramid_collapse(
    layers: Sequence[ArrayLike],
    *,
    mode: Mode | Sequence[Mode] = "reflect",
    cval: float = 0.0,
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Put an image together again from its Laplacian pyramid.

    Parameters
    ----------
    layers : sequence of array_like
        What `pyramid_laplacian` returns, changed as you like: all float32 or all float64, each with
        ``(n + 1) // 2`` pixels where the one before has n.
    mode, cval, channel_axis
        As they were given to `pyramid_laplacian`.
    out : ndarray or None
        Where the result goes: the shape and dtype of the first layer; else as in `pyramid_reduce`.
        It may overlap the layers.
    workers : int or None
        How many threads to use at most, as in `pyramid_reduce`.

    Returns
    -------
    ndarray
        The image, of the layers' dtype. For unchanged layers it is the image to within 1e-6
        (float32) or 1e-14 (float64) of its largest magnitude, that of `cval` beyond a constant
        border counted. Unless such a `cval` is larger than they are, integers of 8 to 32 bits come
        back exactly from ``np.rint(result).astype(image.dtype)``; changed layers may leave the
        range of the dtype, so clip them first.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As `pyramid_reduce`.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> layers = burnish.pyramid_laplacian(np.array([1.0, 5.0, 2.0, 4.0]))
    >>> burnish.pyramid_collapse(layers)
    array([1., 5., 2., 4.])
    """
    arrays, axes = _as_layers(layers, channel_axis)
    modes = as_modes(mode, len(axes))
    border = as_float(cval, "cval", finite=False)
    result = as_out(out, arrays[0])
    threads = as_workers(workers)

    image = arrays[-1]
    for number in reversed(range(len(arrays) - 1)):
        direct = (
            number == 0
            and result is not None
            and result.flags.c_contiguous
            and not np.may_share_memory(result, image)
            and not np.may_share_memory(result, arrays[0])
        )
        target = result if direct else None
        image = _core.pyramid_combine(
            image, arrays[number], 1.0, axes, modes, border, target, threads
        )
    if result is None:
        return image if len(arrays) > 1 else image.copy()
    if image is not result:
        result[...] = image
    return result


def _halved(shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple((size + 1) // 2 if axis in axes else size for axis, size in enumerate(shape))


def _can_be_halved(array: Array, axes: tuple[int, ...]) -> bool:
    return any(array.shape[axis] > 1 for axis in axes)


def _as_finer(shape: Any, coarser: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of an expanded image."""
    if shape is None:
        finer = tuple(2 * size if axis in axes else size for axis, size in enumerate(coarser))
        if max(finer) > sys.maxsize:
            raise MemoryError(f"the result would have shape {finer}: more than 2**63 bytes")
        return finer
    finer = as_integers(shape, "shape", len(coarser), minimum=1, maximum=2**63 - 1)
    if min(finer) < 1 or _halved(finer, axes) != coarser:
        raise ValueError(f"shape is {finer}, which halved is not the image's, {coarser}")
    return finer


def _as_layers(layers: Any, channel_axis: Any) -> tuple[list[Array], tuple[int, ...]]:
    """Return the layers of a pyramid in C order, and the axes that they are halved along."""
    if not isinstance(layers, Sequence) or isinstance(layers, str | bytes):
        raise TypeError(f"layers is a {type(layers).__name__}; accepted is a sequence of arrays")
    if not layers:
        raise ValueError("layers is empty; accepted is one array or more")
    arrays: list[Array] = []
    for number, layer in enumerate(layers):
        array, channels = as_image(
            layer, max_ndim=3, channel_axis=channel_axis, name=f"layers[{number}]"
        )
        if array.dtype.char not in "fd" or (arrays and array.dtype != arrays[0].dtype):
            raise TypeError(
                f"layers[{number}] has dtype {array.dtype}; accepted are float32 and float64, the "
                "same for all"
            )
        axes = filtered_axes(None, array.ndim, channels)
        if arrays and _halved(arrays[-1].shape, axes) != array.shape:
            raise ValueError(
                f"layers[{number}] has shape {array.shape}, which is not half of the one before, "
                f"{arrays[-1].shape}"
            )
        arrays.append(np.ascontiguousarray(array))
    return arrays, axes
