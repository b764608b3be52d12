"""Colour noise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from burnish._arrays import (
    Array,
    as_axis,
    as_float,
    as_image,
    as_out,
    as_workers,
    computing_dtype,
    deliver,
    empty_result,
    refuse_not_finite,
    write_rounded,
)
from burnish.filters.pyramids import pyramid_expand, pyramid_reduce
from burnish.restoration.denoising.nl_means import denoise_nl_means
from burnish.restoration.denoising.noise_level import estimate_sigma

__all__ = ["denoise_color"]

_RED, _GREEN, _BLUE = 0.299, 0.587, 0.114  # of luma: ITU-R BT.601, as in JPEG
_STRONGEST = 10.0
# Non-local means for luma and for chroma: sigma by what is measured, h by sigma. Taking more noise
# off chroma than there is costs little of what eyes see. On photographs with white noise of 8 to 30
# levels and with coarse noise, the best or within 0.5 dB of it in PSNR of each.
_PATCH_SIZE = 3
_LUMA_DISTANCE, _LUMA_H = 7, 1.0
_CHROMA_DISTANCE, _CHROMA_H = 5, 0.8
_GAIN = 1.5
_SCALES = 3
_STRIP = 2**17  # pixels
_LEAST_SIDE = 16  # pixels of the coarsest scale
# Luma guides chroma by its own noise, but by no less than this share of chroma's: where a camera
# has smoothed luma alone, hardly two patches would be alike.
_LEAST_GUIDE = 0.5


def denoise_color(
    image: ArrayLike,
    *,
    luma: float = 0.0,
    chroma: float = 1.0,
    detail: float = 0.2,
    channel_axis: int = -1,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Take coloured noise out of a photograph, and of its brightness as much as wanted.

    Noise in colour is seen as blotches, noise in brightness as grain, and detail is brightness
    nearly alone. So both are denoised apart, by non-local means [1]_: colour at three scales, since
    demosaicking and JPEG make its noise coarse, with patches that luma is part of, so that colour
    does not run over edges.

    Parameters
    ----------
    image : array_like
        A picture with two axes of pixels and one of three channels: red, green, blue, encoded for
        display (sRGB) rather than linear. float16, float32, float64 or an integer of 8 to 64 bits;
        finite.
    luma : float
        How strongly brightness is denoised, 0 (not at all) to 10. 1: as the noise that is measured
        asks for.
    chroma : float
        How strongly colour is denoised, likewise.
    detail : float
        The share of what was taken from brightness that is put back, 0 to 1: some grain looks more
        natural than none.
    channel_axis : int
        The axis that holds the three channels.
    out : ndarray or None
        Where the result goes: the result's shape and dtype. It may overlap the image.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it, bit for bit.

    Returns
    -------
    ndarray
        The image's shape and dtype; float32 for float16. Integers are rounded half to even and
        saturated.

    Raises
    ------
    TypeError
        If the image is bool, complex or anything but real numbers, or a parameter of another type.
    ValueError
        If the image has not three channels or two other axes, holds NaN or infinity, or a parameter
        is out of its range.
    MemoryError
        If what lies between can't fit into memory.

    See Also
    --------
    burnish.denoise_nl_means : All channels alike.

    Notes
    -----
    Luma is ``0.299 R + 0.587 G + 0.114 B`` (ITU-R BT.601), chroma ``R - luma`` and ``B - luma``.
    What changes is added to the image, and where luma is to stay that has no luma: with ``luma=0``
    the luma of every pixel stays but for the rounding of its three channels to their dtype, half a
    unit in the last place each, and half a level each for integers (which may saturate as well).
    With ``chroma=0`` red, green and blue of a pixel change by one and the same number, likewise.
    With both 0 the image comes back bit for bit.

    Patches have 3 by 3 pixels, searched 7 pixels around for luma and 5 for chroma. Noise is
    measured by `burnish.estimate_sigma`, for chroma also in means of 2x2 and 4x4 pixels: a scale is
    denoised by the strongest noise of those from it up. The coarser scales' change is taken over
    before a finer one is denoised. Sides below 32 and 64 pixels have fewer scales.

    It uses some 12 arrays of the size of one channel, in the dtype that the image is computed in.

    References
    ----------
    .. [1] A. Buades, B. Coll, J.-M. Morel, Non-local means denoising, Image Processing On Line 1
       (2011), 208-212, doi:10.5201/ipol.2011.bcm_nlm.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> grey = np.full((64, 64, 3), 0.5)
    >>> noisy = grey + np.random.default_rng(0).normal(0, 0.1, grey.shape)
    >>> colorless = burnish.denoise_color(noisy)
    >>> red_against_green = colorless[..., 0] - colorless[..., 1]
    >>> bool(red_against_green.std() < 0.01)
    True
    """
    channels = as_axis(channel_axis, "channel_axis", 3)
    array, _ = as_image(image, max_ndim=2, channel_axis=channels)
    if array.ndim != 3 or array.shape[channels] != 3:
        raise ValueError(
            f"image has shape {array.shape}; accepted are two axes of pixels and one of three "
            f"channels, which channel_axis ({channel_axis}) names"
        )
    brightness = as_float(luma, "luma", minimum=0, maximum=_STRONGEST)
    colour = as_float(chroma, "chroma", minimum=0, maximum=_STRONGEST)
    kept = as_float(detail, "detail", minimum=0, maximum=1)
    result = as_out(out, array)
    threads = as_workers(workers) or None
    return deliver(
        result,
        array,
        lambda target: _denoised(array, channels, brightness, colour, 1 - kept, target, threads),
    )


def _denoised(
    image: Array,
    channels: int,
    brightness: float,
    colour: float,
    taken: float,
    out: Array | None,
    workers: int | None,
) -> Array:
    target = empty_result(image) if out is None else out
    planes = np.moveaxis(image, channels, 0)
    luma, chroma = _split(planes, computing_dtype(image))
    new_luma = new_chroma = None
    if colour > 0:
        new_chroma = _smooth_chroma(luma, chroma, colour, workers)
    if brightness > 0:
        sigma = brightness * _sigma(luma, workers)
        if sigma > 0:
            new_luma = denoise_nl_means(
                luma,
                patch_size=_PATCH_SIZE,
                patch_distance=_LUMA_DISTANCE,
                h=_LUMA_H * sigma,
                sigma=sigma,
                workers=workers,
            )
    into = np.moveaxis(target, channels, 0)
    for rows in _strips(luma):
        grey = red = blue = None
        if new_luma is not None:
            grey = (new_luma[rows] - luma[rows]) * luma.dtype.type(taken)
        if new_chroma is not None:
            red, blue = np.moveaxis(new_chroma[rows] - chroma[rows], -1, 0)
        _add(planes[:, rows], into[:, rows], grey, red, blue)
    return target


def _strips(plane: Array) -> Iterator[slice]:
    """Yield rows that NumPy goes over in some milliseconds: between them Ctrl-C is heard."""
    step = max(1, _STRIP // plane.shape[1])
    for first in range(0, plane.shape[0], step):
        yield slice(first, first + step)


def _split(planes: Array, dtype: np.dtype[np.floating]) -> tuple[Array, Array]:
    """Return luma, and chroma with its two channels last."""
    luma = np.empty(planes.shape[1:], dtype)
    chroma = np.empty((*luma.shape, 2), dtype)
    for rows in _strips(luma):
        with np.errstate(over="ignore", invalid="ignore"):
            red, green, blue = planes[:, rows].astype(dtype)
            grey = dtype.type(_RED) * red + dtype.type(_GREEN) * green + dtype.type(_BLUE) * blue
            luma[rows] = grey
            chroma[rows, :, 0] = red - grey
            chroma[rows, :, 1] = blue - grey
        if not (np.isfinite(grey).all() and np.isfinite(chroma[rows]).all()):
            refuse_not_finite("image")
    return luma, chroma


def _add(
    planes: Array, target: Array, grey: Array | None, red: Array | None, blue: Array | None
) -> None:
    """Add what luma and the two chromas change by to red, green and blue."""
    green = None
    if red is not None and blue is not None:
        green = red * red.dtype.type(-_RED / _GREEN) - blue * blue.dtype.type(_BLUE / _GREEN)
    for plane, into, change in zip(planes, target, (red, green, blue), strict=True):
        changes = [each for each in (change, grey) if each is not None]
        if not changes:
            into[...] = plane
            continue
        with np.errstate(over="ignore"):
            write_rounded(sum(changes[1:], changes[0]) + plane, into)


def _smooth_chroma(luma: Array, chroma: Array, strength: float, workers: int | None) -> Array:
    scales = 1
    while scales < _SCALES and min(luma.shape) >> scales >= _LEAST_SIDE:
        scales += 1
    measured = [(_sigma(luma, workers), *_chroma_sigmas(chroma, workers))]
    means_of_luma, means = luma, chroma
    for _ in range(1, scales):
        means_of_luma, means = _means(means_of_luma), _means(means)
        measured.append((_sigma(means_of_luma, workers), *_chroma_sigmas(means, workers)))
    sigmas = [
        (
            measured[i][0],
            max(each[1] for each in measured[i:]),
            max(each[2] for each in measured[i:]),
        )
        for i in range(scales)
    ]
    return _smooth_from(luma, chroma, sigmas, strength, workers)


def _smooth_from(
    luma: Array,
    chroma: Array,
    sigmas: Sequence[tuple[float, float, float]],
    strength: float,
    workers: int | None,
) -> Array:
    """Return chroma denoised at this scale and all coarser ones, which the rest of sigmas is of."""
    if len(sigmas) > 1:
        chroma = _smooth_coarser(luma, chroma, sigmas[1:], strength, workers)
    noise_of_luma, *noise = sigmas[0]
    noisy = [channel for channel in (0, 1) if noise[channel] > 0]
    if not noisy:
        return chroma
    guide = max(noise_of_luma, _LEAST_GUIDE * max(noise))
    # All in units of their noise.
    stack = np.empty((*luma.shape, 1 + len(noisy)), luma.dtype)
    for rows in _strips(luma):
        stack[rows, :, 0] = luma[rows] * luma.dtype.type(1 / guide)
        for i, channel in enumerate(noisy, 1):
            stack[rows, :, i] = chroma[rows, :, channel] * luma.dtype.type(1 / noise[channel])
    sigma = _GAIN * strength
    smooth = denoise_nl_means(
        stack,
        patch_size=_PATCH_SIZE,
        patch_distance=_CHROMA_DISTANCE,
        h=_CHROMA_H * sigma,
        sigma=sigma,
        channel_axis=-1,
        workers=workers,
    )
    result = np.empty_like(chroma)
    for rows in _strips(luma):
        result[rows] = chroma[rows]
        for i, channel in enumerate(noisy, 1):
            result[rows, :, channel] = smooth[rows, :, i] * luma.dtype.type(noise[channel])
    return result


def _smooth_coarser(
    luma: Array,
    chroma: Array,
    sigmas: Sequence[tuple[float, float, float]],
    strength: float,
    workers: int | None,
) -> Array:
    """Return chroma without the noise of coarser scales."""
    coarser = pyramid_reduce(chroma, channel_axis=-1, workers=workers)
    change = _smooth_from(pyramid_reduce(luma, workers=workers), coarser, sigmas, strength, workers)
    for rows in _strips(coarser):
        change[rows] -= coarser[rows]
    result = pyramid_expand(change, shape=chroma.shape, channel_axis=-1, workers=workers)
    for rows in _strips(chroma):
        result[rows] += chroma[rows]
    return result


def _chroma_sigmas(chroma: Array, workers: int | None) -> tuple[float, float]:
    return _sigma(chroma[..., 0], workers), _sigma(chroma[..., 1], workers)


def _sigma(plane: Array, workers: int | None) -> float:
    return float(estimate_sigma(plane, workers=workers))


def _means(planes: Array) -> Array:
    """Return the means of 2 by 2 pixels, of which white noise stays white."""
    rows, columns = (size // 2 for size in planes.shape[:2])
    means = np.empty((rows, columns, *planes.shape[2:]), planes.dtype)
    for part in _strips(means):
        cells = planes[2 * part.start : 2 * min(part.stop, rows), : 2 * columns]
        pairs = cells[0::2] + cells[1::2]
        means[part] = (pairs[:, 0::2] + pairs[:, 1::2]) * planes.dtype.type(0.25)
    return means
