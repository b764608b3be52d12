"""How strong the noise of an image is."""

from __future__ import annotations

from typing import Literal, NamedTuple, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from burnish import _core
from burnish._arrays import Array, as_flag, as_image, as_workers, refuse_not_finite

__all__ = ["NoiseModel", "estimate_noise_model", "estimate_sigma"]


class NoiseModel(NamedTuple):
    """How the noise of an image grows with its intensity.

    A pixel of the mean `x` has the variance ``gain * (x - offset) + sigma**2``. Each of the three
    is a float, or an array with an entry for each channel.
    """

    gain: float | NDArray[np.float64]
    sigma: float | NDArray[np.float64]
    offset: float | NDArray[np.float64]


@overload
def estimate_sigma(
    image: ArrayLike,
    *,
    average_sigmas: bool = False,
    channel_axis: None = None,
    workers: int | None = None,
) -> float: ...
@overload
def estimate_sigma(
    image: ArrayLike,
    *,
    average_sigmas: Literal[True],
    channel_axis: int | None = None,
    workers: int | None = None,
) -> float: ...
@overload
def estimate_sigma(
    image: ArrayLike,
    *,
    average_sigmas: bool = False,
    channel_axis: int | None = None,
    workers: int | None = None,
) -> float | list[float]: ...
def estimate_sigma(
    image: ArrayLike,
    *,
    average_sigmas: bool = False,
    channel_axis: int | None = None,
    workers: int | None = None,
) -> float | list[float]:
    """Estimate the standard deviation of white Gaussian noise in an image.

    Texture would be taken for noise. So the noise is measured where the image is smooth: in the
    finest diagonal details of a wavelet transform, as usual [1]_, but of those cells of 8 by 8
    pixels alone whose other details are no stronger than the noise itself would make them [2]_.

    Parameters
    ----------
    image : array_like
        1-D to 3-D (depth, row, column), with one axis more where `channel_axis` is given. float16,
        float32, float64 or an integer of 8 to 64 bits; finite.
    average_sigmas : bool
        Return the mean of the channels' deviations.
    channel_axis : int or None
        The axis that holds the channels, each measured on its own. None: no such axis, and what
        looks like colour is taken for a volume.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it, bit for bit.

    Returns
    -------
    float or list of float
        In the image's units; one for each channel where `channel_axis` is given and
        `average_sigmas` is False. 0 for an image of one value.

    Raises
    ------
    TypeError
        If the image is bool, complex or anything but real numbers, or a parameter of another type.
    ValueError
        If the image holds NaN or infinity, or a shape does not fit.
    MemoryError
        If what is known of the cells can't fit into memory.

    Notes
    -----
    scikit-image's name and meaning, not its numbers: it takes the median of all diagonal details,
    which fine texture raises several times over. For white noise the details along both axes are
    independent of those along one and of the means, by which cells are chosen, so that choosing
    does not lower the estimate. It is about 1 % off for 512 by 512 pixels of nothing but noise, and
    2 % for 128 by 128.

    Noise is clipped at black and white: cells whose means are within two deviations of the image's
    smallest or largest value are left out, and cells without noise at all, such as a frame of one
    value. The smoothest hundredth of the cells serves, 32 or more, unless its details scatter more
    than noise does: then some cells have less of it than others, as captions and what somebody
    blurred, and the smoothest 5, 10, 20 or 40 hundredths are tried. Where texture is everywhere the
    smoothest cells still hold some, and the estimate is too large. Noise that is not white, as
    after demosaicing, enlarging or JPEG, is measured by its finest details, and thus too low. Noise
    that grows with the light, as in raw files and counts, is measured where it is least: see
    `burnish.estimate_noise_model`.

    A side of 2 or 3 pixels is mirrored to 4. All dtypes are computed in float64. Of an image with
    more than 2**18 cells, 4096 by 4096 pixels, about as many are looked at, spread evenly. It uses
    some megabytes.

    References
    ----------
    .. [1] D. L. Donoho, I. M. Johnstone, Ideal spatial adaptation by wavelet shrinkage, Biometrika
       81 (1994), 425-455, doi:10.1093/biomet/81.3.425.
    .. [2] X. Liu, M. Tanaka, M. Okutomi, Single-image noise level estimation for blind denoising,
       IEEE Transactions on Image Processing 22 (2013), 5226-5237, doi:10.1109/TIP.2013.2283400.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> ramp = np.linspace(0, 255, 512)
    >>> image = ramp + np.random.default_rng(0).normal(0, 5, (512, 512))
    >>> round(burnish.estimate_sigma(image))
    5
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    averages = as_flag(average_sigmas, "average_sigmas")
    threads = as_workers(workers)
    if channels is None:
        return _sigma(array, threads)
    sigmas = [_sigma(channel, threads) for channel in np.moveaxis(array, channels, 0)]
    return float(np.mean(sigmas)) if averages else sigmas


def estimate_noise_model(
    image: ArrayLike,
    *,
    channel_axis: int | None = None,
    workers: int | None = None,
) -> NoiseModel:
    """Estimate noise that grows with intensity: that of counted photons, and of reading them.

    The variance of a pixel is then a line over its mean, ``gain * (mean - offset) + sigma**2``
    [1]_. Cells of 8 by 8 pixels are sorted by their means into groups, and of each group those that
    hold nothing but noise are measured as in `estimate_sigma`. A line is laid through the groups'
    variances, those far above it counting less, as they hold texture, and all is done again with
    the noise that it predicts.

    Parameters
    ----------
    image : array_like
        1-D to 3-D (depth, row, column), with one axis more where `channel_axis` is given. float16,
        float32, float64 or an integer of 8 to 64 bits; finite. Linear: not yet made brighter by a
        gamma curve or another.
    channel_axis : int or None
        The axis that holds the channels, each measured on its own. None: no such axis, and what
        looks like colour is taken for a volume.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it, bit for bit.

    Returns
    -------
    NoiseModel
        The named tuple ``(gain, sigma, offset)``, in the image's units, as `anscombe` takes them by
        name (``**model._asdict()``) if the gain is above 0: floats, or arrays of one entry for each
        channel where `channel_axis` is given. A line that is negative at 0 is an offset with a
        sigma of 0; otherwise the offset is 0, since no noise tells a pedestal from the deviation of
        a reading. A gain of 0 means noise of one strength everywhere, or too little to tell.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As `estimate_sigma`.

    Notes
    -----
    Cells whose means are within two deviations of the image's smallest or largest value are left
    out, as noise is clipped there, and so are cells without any detail. An image needs 64 cells,
    of different intensities, for a gain to be told. ``python -m benchmarks.noise`` shows how far
    the estimates are off on photographs.

    References
    ----------
    .. [1] A. Foi, M. Trimeche, V. Katkovnik, K. Egiazarian, Practical Poissonian-Gaussian noise
       modeling and fitting for single-image raw-data, IEEE Transactions on Image Processing 17
       (2008), 1737-1754, doi:10.1109/TIP.2008.2001399.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> rng = np.random.default_rng(0)
    >>> scene = np.linspace(10, 1000, 512) * np.ones((512, 1))
    >>> image = 2.0 * rng.poisson(scene / 2.0) + rng.normal(0, 30, scene.shape)
    >>> model = burnish.estimate_noise_model(image)
    >>> round(model.gain, 1), round(model.sigma), model.offset
    (2.0, 31, 0.0)
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    threads = as_workers(workers)
    if channels is None:
        return NoiseModel(*_model(array, threads))
    models = [_model(channel, threads) for channel in np.moveaxis(array, channels, 0)]
    return NoiseModel(*np.array(models).T)


def _model(image: Array, threads: int) -> tuple[float, float, float]:
    model = _core.noise_model(_with_sides(image), threads)
    if model is None:
        refuse_not_finite("image")
    return model


def _sigma(image: Array, threads: int) -> float:
    sigma = _core.noise_sigma(_with_sides(image), threads)
    if sigma is None:
        refuse_not_finite("image")
    return sigma


def _with_sides(image: Array) -> Array:
    """Mirror sides of 2 and 3 pixels, of which no detail can be told, to 4."""
    missing = [4 - size if 1 < size < 4 else 0 for size in image.shape]
    if not any(missing):
        return image
    return np.pad(image, [(0, each) for each in missing], mode="symmetric")
