"""Non-local means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from burnish import _core
from burnish._arrays import (
    Array,
    as_axis,
    as_choice,
    as_float,
    as_image,
    as_integer,
    as_odd,
    as_out,
    as_workers,
    computing_dtype,
    deliver,
    empty_result,
    result_dtype,
)
from burnish._gaussian import gaussian_kernel
from burnish.restoration.denoising._risk import UnbiasedRisk, sample
from burnish.restoration.denoising.noise_level import estimate_sigma

__all__ = ["denoise_nl_means"]

_LARGEST_PATCH = 51
_LARGEST_WINDOW = 2**15  # pixels: beyond that one tile would take too long to be interrupted


class _Parameters(NamedTuple):
    patch_size: int
    patch_distance: int
    h: float


# What is tried, h in sigmas, for less and for more noise beside detail: patches as in the table of
# Buades, Coll, Morel 2011, whose windows and h are for averages of whole patches; for pixels these
# measured best.
_GREY = (
    _Parameters(3, 7, 0.85),
    _Parameters(3, 7, 0.65),
    _Parameters(3, 7, 1.05),
    _Parameters(5, 7, 0.75),
    _Parameters(5, 7, 1.1),
    _Parameters(7, 7, 0.65),
    _Parameters(9, 7, 0.55),
    _Parameters(11, 7, 0.5),
    _Parameters(11, 10, 0.55),
)
_COLOR = (
    _Parameters(3, 7, 0.7),
    _Parameters(3, 7, 0.55),
    _Parameters(3, 7, 0.9),
    _Parameters(5, 7, 0.5),
    _Parameters(5, 7, 0.6),
    _Parameters(7, 7, 0.45),
    _Parameters(11, 10, 0.4),
)
_VOLUME = (
    _Parameters(3, 3, 0.8),
    _Parameters(3, 3, 0.6),
    _Parameters(3, 3, 1.0),
    _Parameters(5, 3, 0.5),
    _Parameters(5, 3, 0.7),
)


def denoise_nl_means(
    image: ArrayLike,
    *,
    patch_size: int | None = None,
    patch_distance: int | None = None,
    h: float | None = None,
    sigma: float | None = None,
    patch_kernel: Literal["box", "gaussian"] = "box",
    search_frames: int = 0,
    channel_axis: int | None = None,
    frames_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Denoise by averaging pixels whose surroundings look alike.

    Every pixel p becomes the mean of the pixels q in a window around it, weighted by
    ``exp(-max(d2 - 2 * sigma**2, 0) / h**2)``, where d2 is the mean squared difference of the
    patches around p and q: non-local means [1]_, with the noise taken off the distances [2]_.

    Parameters
    ----------
    image : array_like
        2-D or 3-D (depth, row, column), with one axis more where `channel_axis` is given; 1-D
        signals too. float16, float32, float64 or an integer of 8 to 64 bits.
    patch_size : int or None
        Pixels along each side of a patch, odd, 1 to 51. None chooses, see Notes: 3 to 11.
    patch_distance : int or None
        How far from a pixel others are searched along each axis, at least 1; the window may hold
        up to 32768 pixels. None chooses: 7 or 10, for volumes 3.
    h : float or None
        How unlike patches may be, in the image's units, above 0: the larger, the smoother. None
        chooses 0.4 to 1.1 times `sigma`.
    sigma : float or None
        The standard deviation of the noise, in the image's units, one number for all channels. None
        estimates it, see `burnish.estimate_sigma` (with ``average_sigmas=True``). 0: nothing is
        estimated or taken off distances; then `h` must be given.
    patch_kernel : {"box", "gaussian"}
        Whether all pixels of a patch count the same, or those in its middle more: by a Gaussian
        with a standard deviation of ``(patch_size - 1) / 4``.
    search_frames : int
        How many frames before and after its own are searched for a pixel, of 2-D frames; 0
        denoises each frame alone.
    channel_axis : int or None
        The axis that holds the channels. Distances are means over all of them, and so they share
        their weights. None: no such axis, and what looks like colour is taken for a volume.
    frames_axis : int or None
        The axis that counts the frames of a film or stack.
    out : ndarray or None
        Where the result goes: the result's shape and dtype. It may overlap the image, at the price
        of a temporary copy.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it, bit for bit.

    Returns
    -------
    ndarray
        The image's shape and dtype; float32 for float16. Nothing is rounded before the end, where
        integers are rounded half to even and saturated.

    Raises
    ------
    TypeError
        If the image is bool, complex or anything but real numbers, or a parameter of another type.
    ValueError
        If a parameter is out of its range, `h` is None for a `sigma` of 0, `search_frames` is above
        0 without `frames_axis` or for frames that are not 2-D, the image holds NaN or infinity
        while `sigma` is None, or a shape does not fit.
    MemoryError
        If the result can't fit into memory.

    See Also
    --------
    burnish.estimate_sigma : What `sigma` is None calls.

    Notes
    -----
    scikit-image's names and meaning. Its ``fast_mode=True`` sums over patches of one
    pixel less a side, off their middle, though it divides by all; it drops weights below exp(-5),
    and its exponential is off by up to 4 %: pixels of a photograph differ by some 0.2 `sigma`. Its
    ``fast_mode=False``, ours with ``patch_kernel="gaussian"``, drops the same weights, has the same
    exponential, and windows that end at the border. Here the image is mirrored there (`numpy.pad`'s
    "reflect"), all pixels of the window count, and the exponential is off by less than 4e-7.

    One `sigma` holds for the whole image. Noise that grows with the light, as in raw files, X-ray
    and low light, wants `burnish.denoise_poisson`, which makes it even first.

    What is None is chosen from a short list, with the patches of the table of [2]_: what denoises a
    sample of the image best by Stein's unbiased estimate of the risk [4]_, which takes the noise to
    be Gaussian and white. That takes as long as up to 3,000,000 pixels more; with `patch_size`,
    `patch_distance` and `h` given nothing is tried. Frames that are denoised alone are tried each.
    Frames that are searched together share one `sigma`, and what is chosen for the one in the
    middle.

    Offsets are taken one by one, each for both pixels of its pairs, and squared differences summed
    up over windows [3]_ by adding alone: the time does not depend on the patch, and nothing
    cancels. Each thread takes some 2 megabytes, more for large windows, and no image-sized memory
    is used. float32 results are off by some 1e-6 of the largest difference within a window, beside
    their rounding.

    NaN and infinity spread over the windows that hold them, as NaN.

    References
    ----------
    .. [1] A. Buades, B. Coll, J.-M. Morel, A non-local algorithm for image denoising, CVPR 2005,
       doi:10.1109/CVPR.2005.38.
    .. [2] A. Buades, B. Coll, J.-M. Morel, Non-local means denoising, Image Processing On Line 1
       (2011), 208-212, doi:10.5201/ipol.2011.bcm_nlm.
    .. [3] J. Darbon, A. Cunha, T. F. Chan, S. Osher, G. J. Jensen, Fast nonlocal filtering applied
       to electron cryomicroscopy, ISBI 2008, doi:10.1109/ISBI.2008.4541250.
    .. [4] D. Van De Ville, M. Kocher, SURE-based non-local means, IEEE Signal Processing Letters 16
       (2009), 973-976, doi:10.1109/LSP.2009.2027669.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> clean = np.zeros((64, 64))
    >>> clean[16:48, 16:48] = 1.0
    >>> noisy = clean + np.random.default_rng(0).normal(0, 0.1, clean.shape)
    >>> round(burnish.psnr(clean, noisy, data_range=1), 1)
    20.0
    >>> round(burnish.psnr(clean, burnish.denoise_nl_means(noisy), data_range=1), 1)
    36.0
    """
    frames = 0 if frames_axis is None else 1
    array, channels = as_image(image, max_ndim=3 + frames, channel_axis=channel_axis)
    side = (
        None
        if patch_size is None
        else as_odd(patch_size, "patch_size", minimum=1, maximum=_LARGEST_PATCH)
    )
    distance = (
        None if patch_distance is None else as_integer(patch_distance, "patch_distance", minimum=1)
    )
    strength = None if h is None else as_float(h, "h", minimum=0.0)
    if strength == 0:
        raise ValueError("h is 0; accepted is a number above 0")
    noise = None if sigma is None else as_float(sigma, "sigma", minimum=0.0)
    if noise == 0 and strength is None:
        raise ValueError("h is None and sigma is 0, from which it would follow: give one of them")
    kernel = as_choice(patch_kernel, "patch_kernel", ("box", "gaussian"))
    searched = as_integer(search_frames, "search_frames", minimum=0)
    along = None if frames_axis is None else as_axis(frames_axis, "frames_axis", array.ndim)
    result = as_out(out, array)
    threads = as_workers(workers)
    _check_frames(array, channels, along, searched)

    wanted = _Wanted(side, distance, strength, noise, kernel, threads)
    return deliver(
        result, array, lambda target: _denoised(array, channels, along, searched, wanted, target)
    )


class _Wanted(NamedTuple):
    patch_size: int | None
    patch_distance: int | None
    h: float | None
    sigma: float | None
    patch_kernel: str
    threads: int


@dataclass(frozen=True)
class _Search:
    """What is left to the core: an image, or frames along the first axis that are searched too."""

    wanted: _Wanted
    chosen: _Parameters  # with h in the image's units
    sigma: float
    search_frames: int

    def window(self, spatial: int) -> int:
        """Return the number of pixels that are searched."""
        return (2 * self.search_frames + 1) * int((2 * self.chosen.patch_distance + 1) ** spatial)

    def run(
        self, image: Array, axes: Sequence[int], channels: int | None, out: Array | None = None
    ) -> Array:
        """Denoise along these axes; others but the channels hold images of their own."""
        frames = self.search_frames > 0
        patches = [self.chosen.patch_size] * (len(axes) - frames)
        distances = [self.chosen.patch_distance] * len(patches)
        if frames:
            patches, distances = [1, *patches], [self.search_frames, *distances]
        kernel: list[list[float]] = []
        if self.wanted.patch_kernel == "gaussian":
            kernel = [gaussian_kernel((side - 1) / 4, side // 2).tolist() for side in patches]
        channel_axis = -1 if channels is None else channels
        result: Array = _core.denoise_nl_means(
            image,
            axes,
            patches,
            distances,
            channel_axis,
            kernel,
            frames,
            self.chosen.h,
            self.sigma,
            out,
            self.wanted.threads,
        )
        return result


def _check_frames(image: Array, channels: int | None, along: int | None, searched: int) -> None:
    if along is None:
        if searched > 0:
            raise ValueError(f"search_frames is {searched} without frames_axis")
        return
    if along == channels:
        raise ValueError(f"frames_axis is {along}, which is channel_axis too")
    spatial = image.ndim - 1 - (channels is not None)
    if spatial < 1:
        raise ValueError(f"image has frames and channels alone: shape {image.shape}")
    if searched > 0 and spatial != 2:
        raise ValueError(f"search_frames is {searched}; accepted is 0 for frames that are not 2-D")


def _denoised(
    image: Array,
    channels: int | None,
    along: int | None,
    searched: int,
    wanted: _Wanted,
    out: Array | None,
) -> Array:
    if along is None:
        return _search(image, channels, 0, _noise(image, channels, wanted), wanted, out)
    target = empty_result(image) if out is None else out
    frames, denoised = np.moveaxis(image, along, 0), np.moveaxis(target, along, 0)
    inner = None if channels is None else channels - (channels > along)
    noises = (_noise(frame, inner, wanted) for frame in frames)
    if searched == 0:
        for frame, noise, into in zip(frames, noises, denoised, strict=True):
            _search(frame, inner, 0, noise, wanted, into)
    else:
        noise = _root_mean_square(list(noises))
        searched = min(searched, len(frames) - 1)
        _search(frames, None if inner is None else inner + 1, searched, noise, wanted, denoised)
    return target


def _noise(image: Array, channels: int | None, wanted: _Wanted) -> float:
    """Return the standard deviation of the noise, of all channels together."""
    if wanted.sigma is not None:
        return wanted.sigma
    sigmas = estimate_sigma(image, channel_axis=channels, workers=wanted.threads or None)
    return _root_mean_square([sigmas] if isinstance(sigmas, float) else sigmas)


def _root_mean_square(numbers: Sequence[float]) -> float:
    return math.hypot(*numbers) / math.sqrt(len(numbers))  # squares alone might overflow


def _search(
    image: Array,
    channels: int | None,
    searched: int,
    sigma: float,
    wanted: _Wanted,
    out: Array | None,
) -> Array:
    axes = [axis for axis in range(image.ndim) if axis != channels]
    spatial = len(axes) - (searched > 0)
    table = _VOLUME if spatial == 3 else _GREY if channels is None else _COLOR
    tried = [
        _Search(wanted, parameters, sigma, searched)
        for parameters in dict.fromkeys(_filled(wanted, row, sigma) for row in table)
    ]
    largest = max(tried, key=lambda each: each.chosen.patch_distance)
    distance, window = largest.chosen.patch_distance, largest.window(spatial)
    if window > _LARGEST_WINDOW:
        raise ValueError(
            f"patch_distance is {distance} and search_frames {searched}, which makes "
            f"windows of {window} pixels; accepted are {_LARGEST_WINDOW} or fewer"
        )
    if tried[0].chosen.h == 0:  # no noise was found
        return _unchanged(image, out)
    if searched > 0:
        middle = image[image.shape[0] // 2]
        inner = None if channels is None else channels - 1
        alone = [replace(each, search_frames=0) for each in tried]
        best = replace(_least_risk(alone, middle, inner), search_frames=searched)
    else:
        best = _least_risk(tried, image, channels)
    return best.run(image, axes, channels, out)


def _filled(wanted: _Wanted, row: _Parameters, sigma: float) -> _Parameters:
    """Return what is wanted, and where that is None what the row of a table says."""
    return _Parameters(
        wanted.patch_size or row.patch_size,
        wanted.patch_distance or row.patch_distance,
        row.h * sigma if wanted.h is None else wanted.h,
    )


def _least_risk(tried: list[_Search], image: Array, channels: int | None) -> _Search:
    """Return what denoises a sample of the image best, as far as the noise tells."""
    sigma = tried[0].sigma
    if len(tried) == 1 or sigma == 0:
        return tried[0]
    axes = [axis for axis in range(image.ndim) if axis != channels]
    crops = sample(image, axes, computing_dtype(image))

    def denoise(search: _Search, part: Array) -> Array:
        if part.ndim > 4:  # more axes than the core has
            return np.stack([search.run(crop, axes, channels) for crop in part])
        inner = None if channels is None else channels + 1
        return search.run(part, [axis + 1 for axis in axes], inner)

    with np.errstate(all="ignore"):
        risk = UnbiasedRisk(crops, sigma)
        risks = [risk(partial(denoise, search)) for search in tried]
    return tried[int(np.argmin(np.nan_to_num(risks, nan=np.inf)))]


def _unchanged(image: Array, out: Array | None) -> Array:
    if out is None:
        return image.astype(result_dtype(image), order="C")
    out[...] = image
    return out
