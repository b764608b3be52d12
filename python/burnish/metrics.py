"""Metrics: how much an image differs from the true one."""

from __future__ import annotations

import math
from typing import Any, Literal, NamedTuple, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from burnish import _core
from burnish._arrays import (
    Array,
    as_flag,
    as_float,
    as_image,
    as_integer,
    as_mask,
    as_workers,
)
from burnish._gaussian import gaussian_kernel, gaussian_reach

__all__ = ["mse", "psnr", "ssim"]

_TRUNCATE = 3.5  # standard deviations: the 11 taps of Wang et al. for their sigma of 1.5
# A tile reads the window around each of its pixels: beyond this a tile of a volume takes too long.
_LARGEST_WINDOW = 255
_LARGEST_SIGMA = 36.0
_LARGEST_VALUE = 1e75  # fourth powers of what is compared must not overflow


def mse(
    image_true: ArrayLike,
    image_test: ArrayLike,
    *,
    mask: ArrayLike | None = None,
    channel_axis: int | None = None,
    workers: int | None = None,
) -> float:
    """Return the mean squared error between two images.

    Parameters
    ----------
    image_true, image_test : array_like
        The images, of one shape: 1-D to 3-D, with one axis more where `channel_axis` is given. Each
        float16, float32, float64 or an integer of 8 to 64 bits.
    mask : array_like of bool or None
        True marks the pixels that count; of the images' shape without `channel_axis`. None: all.
    channel_axis : int or None
        The axis that holds the channels, which is how a mask is laid on the images.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it, bit for bit.

    Returns
    -------
    float
        In the square of the images' units. NaN if a pixel that counts is NaN.

    Raises
    ------
    TypeError
        If an image is bool, complex or anything but real numbers, or the mask not bool.
    ValueError
        If the shapes differ, an image is empty, or the mask holds no True.

    Notes
    -----
    Computed in float64 for every dtype, where scikit-image takes float32 for float32; an int64 or
    uint64 beyond 2**53 is first rounded to float64.

    See Also
    --------
    psnr : The same in decibels.

    Examples
    --------
    >>> import burnish
    >>> burnish.mse([0.0, 1.0, 2.0], [0.0, 1.0, 5.0])
    3.0
    >>> burnish.mse([0.0, 1.0, 2.0], [0.0, 1.0, 5.0], mask=[True, True, False])
    0.0
    """
    one, other, channels = _as_pair(image_true, image_test, channel_axis)
    counts = _as_counts(mask, one.shape, channels)
    threads = as_workers(workers)
    return _mean_squared_error(one, other, counts, threads)


def psnr(
    image_true: ArrayLike,
    image_test: ArrayLike,
    *,
    data_range: float | None = None,
    mask: ArrayLike | None = None,
    channel_axis: int | None = None,
    workers: int | None = None,
) -> float:
    """Return the peak signal-to-noise ratio between two images.

    ``10 * log10(data_range**2 / mse)``.

    Parameters
    ----------
    image_true, image_test : array_like
        The images, of one shape: 1-D to 3-D, with one axis more where `channel_axis` is given. Each
        float16, float32, float64 or an integer of 8 to 64 bits.
    data_range : float or None
        The largest possible difference between two pixels, in the images' units; above 0. None
        takes the whole range of an integer dtype (255 for uint8) and 1 for floats; it must be
        given where the images' dtypes have different ones.
    mask, channel_axis, workers
        As in `mse`.

    Returns
    -------
    float
        In decibels; infinity if the pixels that count are the same.

    Raises
    ------
    TypeError, ValueError
        As `mse`; and if `data_range` is not a finite number above 0, or needed and None.

    Notes
    -----
    scikit-image's answer, but for its guesses of `data_range`: it takes 2 for floats with negative
    values, and the largest value for signed integers without negative ones.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> image = np.full((4, 4), 100, np.uint8)
    >>> round(burnish.psnr(image, image + 5), 2)
    34.15
    >>> burnish.psnr(image, image)
    inf
    """
    one, other, channels = _as_pair(image_true, image_test, channel_axis)
    span = _as_data_range(data_range, one.dtype, other.dtype)
    counts = _as_counts(mask, one.shape, channels)
    threads = as_workers(workers)
    error = _mean_squared_error(one, other, counts, threads)
    if error == 0.0:
        return math.inf
    return 20.0 * math.log10(span) - 10.0 * math.log10(error)


@overload
def ssim(
    image_true: ArrayLike,
    image_test: ArrayLike,
    *,
    win_size: int | None = None,
    data_range: float | None = None,
    gaussian_weights: bool = False,
    sigma: float = 1.5,
    use_sample_covariance: bool = True,
    K1: float = 0.01,  # noqa: N803
    K2: float = 0.03,  # noqa: N803
    full: Literal[False] = False,
    mask: ArrayLike | None = None,
    channel_axis: int | None = None,
    workers: int | None = None,
) -> float: ...
@overload
def ssim(
    image_true: ArrayLike,
    image_test: ArrayLike,
    *,
    win_size: int | None = None,
    data_range: float | None = None,
    gaussian_weights: bool = False,
    sigma: float = 1.5,
    use_sample_covariance: bool = True,
    K1: float = 0.01,  # noqa: N803
    K2: float = 0.03,  # noqa: N803
    full: Literal[True],
    mask: ArrayLike | None = None,
    channel_axis: int | None = None,
    workers: int | None = None,
) -> tuple[float, NDArray[np.float64]]: ...
def ssim(
    image_true: ArrayLike,
    image_test: ArrayLike,
    *,
    win_size: int | None = None,
    data_range: float | None = None,
    gaussian_weights: bool = False,
    sigma: float = 1.5,
    use_sample_covariance: bool = True,
    K1: float = 0.01,  # noqa: N803
    K2: float = 0.03,  # noqa: N803
    full: bool = False,
    mask: ArrayLike | None = None,
    channel_axis: int | None = None,
    workers: int | None = None,
) -> float | tuple[float, NDArray[np.float64]]:
    """Return the mean structural similarity of two images.

    Local means, variances and the covariance over a sliding window are compared pixel by pixel
    ([1]_, equation 13), and the similarities averaged.

    Parameters
    ----------
    image_true, image_test : array_like
        The images, of one shape: 1-D to 3-D, with one axis more where `channel_axis` is given. Each
        float16, float32, float64 or an integer of 8 to 64 bits.
    win_size : int or None
        The window's length along each axis: odd, 3 to 255, and no longer than the image. None takes
        7, and with `gaussian_weights` the Gaussian's length. Pixels within ``win_size // 2`` of the
        edge are not averaged. With `gaussian_weights` it says only that, and how many pixels the
        sample covariance counts.
    data_range : float or None
        The largest possible difference between two pixels, as in `psnr`.
    gaussian_weights : bool
        Whether the window is a Gaussian, cut off at 3.5 standard deviations, instead of a box.
    sigma : float
        The Gaussian's standard deviation in pixels, 0 to 36.
    use_sample_covariance : bool
        Whether (co)variances are divided by one less than the window's pixels.
    K1, K2 : float
        What keeps quotients of small numbers stable: ``(K1 * data_range)**2`` and
        ``(K2 * data_range)**2`` are added to means and variances. Not negative.
    full : bool
        Whether the map of similarities is returned too. It reaches up to the edges, beyond which
        the images are reflected.
    mask : array_like of bool or None
        True marks the pixels that are averaged, of the images' shape without `channel_axis`; the
        windows around them read their neighbours all the same. None: all.
    channel_axis : int or None
        The axis that holds the channels, each compared on its own; the mean is over all of them.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it, bit for bit.

    Returns
    -------
    float or (float, ndarray)
        The mean, from -1 to 1; 1 for the same image twice; and with `full` the map,
        float64 of the images' shape. Around a NaN or infinity the map is NaN, and so is a mean that
        counts such a pixel.

    Raises
    ------
    TypeError
        If an image is bool, complex or anything but real numbers, the mask not bool, or a parameter
        of another type.
    ValueError
        If the shapes differ, `win_size` or another parameter is out of its range, or no pixel is
        left to average.
    MemoryError
        If the map can't fit into memory.

    Notes
    -----
    scikit-image's answer, with two differences: all dtypes are computed in float64 and relative to
    one of the image's pixels, since variances cancel where an image is far from 0; and `data_range`
    may be None for floats, see `psnr`. To do as [1]_ did, pass ``gaussian_weights=True,
    use_sample_covariance=False``. Beside the map each thread uses some megabytes, with windows
    beyond 100 pixels some tens.

    References
    ----------
    .. [1] Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, Image quality assessment: from
       error visibility to structural similarity, IEEE Transactions on Image Processing 13 (2004),
       600-612, doi:10.1109/TIP.2003.819861.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> image = np.random.default_rng(0).random((64, 64))
    >>> burnish.ssim(image, image)
    1.0
    >>> mean, similarities = burnish.ssim(image, image**2, full=True)
    >>> round(mean, 2), similarities.shape
    (0.89, (64, 64))
    """
    one, other, channels = _as_pair(image_true, image_test, channel_axis)
    axes = tuple(axis for axis in range(one.ndim) if axis != channels)
    span = _as_data_range(data_range, one.dtype, other.dtype)
    is_gaussian = as_flag(gaussian_weights, "gaussian_weights")
    deviation = _as_sigma(sigma)
    reach = gaussian_reach(deviation, _TRUNCATE)
    sample = as_flag(use_sample_covariance, "use_sample_covariance")
    c1 = _stabiliser(K1, "K1", span)
    c2 = _stabiliser(K2, "K2", span)
    with_map = as_flag(full, "full")
    default = 2 * reach + 1 if is_gaussian else 7
    size = _as_window_size(win_size, default, min(one.shape[axis] for axis in axes))
    counts = _as_counts(mask, one.shape, channels, margin=size // 2)
    threads = as_workers(workers)

    weights = gaussian_kernel(deviation, reach) if is_gaussian else np.full(size, 1 / size)
    pixels = size ** len(axes)
    scale = pixels / (pixels - 1) if sample else 1.0
    out = np.empty(one.shape) if with_map else None
    total = _core.structural_similarity(
        one, other, weights, axes, size // 2, scale, c1, c2, counts.mask, out, threads
    )
    mean = total / counts.number
    return mean if out is None else (mean, out)


def _as_pair(
    image_true: ArrayLike, image_test: ArrayLike, channel_axis: int | None
) -> tuple[Array, Array, int | None]:
    one, channels = as_image(image_true, max_ndim=3, channel_axis=channel_axis, name="image_true")
    other, _ = as_image(image_test, max_ndim=3, channel_axis=channel_axis, name="image_test")
    if one.shape != other.shape:
        raise ValueError(
            f"image_true has shape {one.shape} and image_test {other.shape}; accepted are images "
            "of one shape"
        )
    return one, other, channels


def _as_data_range(data_range: Any, *dtypes: np.dtype[Any]) -> float:
    if data_range is not None:
        span = as_float(data_range, "data_range")
        if span <= 0.0:
            raise ValueError(f"data_range is {span:g}; accepted is a number above 0")
        return span
    one, other = map(_dtype_range, dtypes)
    if one != other:
        raise ValueError(
            f"data_range is None, but the range of {dtypes[0]} is {one:g} and that of {dtypes[1]} "
            f"{other:g}: pass data_range"
        )
    return one


def _stabiliser(value: Any, name: str, span: float) -> float:
    share = as_float(value, name, minimum=0.0)
    if share * span > _LARGEST_VALUE:
        raise ValueError(
            f"{name} is {share:g} and data_range {span:g}; accepted is a product of at most "
            f"{_LARGEST_VALUE:g}"
        )
    return (share * span) ** 2


def _dtype_range(dtype: np.dtype[Any]) -> float:
    if dtype.kind == "f":
        return 1.0
    info = np.iinfo(dtype)
    return float(info.max - info.min)


class _Counts(NamedTuple):
    """Which elements of the images count: as the core takes it, and how many they are."""

    mask: NDArray[np.uint8] | None
    number: int


def _as_counts(
    mask: ArrayLike | None, shape: tuple[int, ...], channels: int | None, *, margin: int = 0
) -> _Counts:
    """Look at a mask; `margin` pixels at either end of each axis but the channels do not count."""
    each = 1 if channels is None else shape[channels]
    pixels = tuple(size for axis, size in enumerate(shape) if axis != channels)
    if mask is None:
        return _Counts(None, each * math.prod(size - 2 * margin for size in pixels))
    marked = as_mask(mask, pixels)
    inside = marked[tuple(slice(margin, size - margin) for size in pixels)]
    number = int(np.count_nonzero(inside))
    if number == 0:
        edge = f", {margin} pixels from the edge or more" if margin else ""
        raise ValueError(f"mask holds no True{edge}: no pixel counts")
    spread = marked if channels is None else np.expand_dims(marked, channels)
    return _Counts(np.broadcast_to(spread.view(np.uint8), shape), each * number)


def _mean_squared_error(one: Array, other: Array, counts: _Counts, threads: int) -> float:
    return _core.squared_error(one, other, counts.mask, threads) / counts.number


def _as_window_size(win_size: Any, default: int, smallest: int) -> int:
    size = default if win_size is None else as_integer(win_size, "win_size", minimum=3)
    largest = min(smallest, _LARGEST_WINDOW)
    if size % 2 == 1 and 3 <= size <= largest:
        return size
    given = f"None, which here is {size}" if win_size is None else f"{size}"
    accepted = f"odd integers from 3 to {largest}" if largest >= 3 else "none"
    raise ValueError(
        f"win_size is {given}; for a smallest side of {smallest} pixels accepted are {accepted}"
        " (channels are no side: name them by channel_axis)"
    )


def _as_sigma(sigma: Any) -> float:
    deviation = as_float(sigma, "sigma", minimum=0.0)
    if deviation > _LARGEST_SIGMA:
        raise ValueError(f"sigma is {deviation:g}; accepted is {_LARGEST_SIGMA:g} or less")
    return deviation
