"""Denoising of counts, by what takes away white Gaussian noise."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from burnish import _core
from burnish._arrays import (
    Array,
    as_floats,
    as_image,
    as_workers,
    computing_dtype,
    empty_result,
    result_dtype,
    write_rounded,
)
from burnish.restoration.denoising.nl_means import denoise_nl_means
from burnish.restoration.denoising.noise_level import estimate_noise_model

__all__ = ["denoise_poisson"]

# Beyond so many deviations of a count, counts hardly change the noise, and float32 could no longer
# hold stabilised pixels to within a small part of it.
_GAUSSIAN = 1e5

_Noise = tuple[float, float, float]  # gain, sigma, offset


def denoise_poisson(
    image: ArrayLike,
    denoiser: Callable[..., ArrayLike] | None = None,
    *,
    gain: float | Sequence[float] | None = None,
    sigma: float | Sequence[float] | None = None,
    offset: float | Sequence[float] | None = None,
    channel_axis: int | None = None,
    workers: int | None = None,
) -> Array:
    """Denoise an image whose noise grows with its intensity, such as counts of photons.

    The image is stabilised by the Anscombe transform, so that its noise has a deviation of 1
    everywhere, denoised by any method for white Gaussian noise, and brought back by the exact
    unbiased inverse [1]_.

    Parameters
    ----------
    image : array_like
        1-D to 3-D (depth, row, column), with one axis more where `channel_axis` is given. float16,
        float32, float64 or an integer of 8 to 64 bits.
    denoiser : callable or None
        Called once as ``denoiser(stabilised, sigma=1.0)``, with an image of the same shape, float32
        or float64, channels included; returns it denoised. None: `burnish.denoise_nl_means`, with
        `channel_axis` and `workers`.
    gain : float, sequence of float or None
        What one count adds, in the image's units, 0 or more: 1 for an image in counts. 0: all noise
        is `sigma`. With `channel_axis` a number for all channels or one for each. None: the noise
        is estimated, see `burnish.estimate_noise_model`; the next two must then be None.
    sigma : float, sequence of float or None
        The standard deviation of what else was added, such as by reading a camera, likewise. None:
        0.
    offset : float, sequence of float or None
        The mean of that, a camera's pedestal, likewise. None: 0.
    channel_axis : int or None
        The axis that holds the channels, each stabilised on its own. None: no such axis, and what
        looks like colour is taken for a volume.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it, bit for bit, unless the denoiser's does.

    Returns
    -------
    ndarray
        The image's shape and dtype; float32 for float16. Integers are rounded half to even and
        saturated, at the end. Where the gain is above 0, nothing is below the offset.

    Raises
    ------
    TypeError
        If the image is bool, complex or anything but real numbers, `denoiser` is no callable, or a
        parameter of another type.
    ValueError
        If a parameter is out of its range, `sigma` or `offset` given without `gain`, what
        `denoiser` returns has another shape, the image holds NaN or infinity while `gain` is None,
        or a shape does not fit.
    MemoryError
        If what is stabilised can't fit into memory.

    Notes
    -----
    Counts that are integers come back as integers: pass floats to get expected values between them.

    Where counts are below 1 or so, stabilised noise is weaker than 1 and far from Gaussian; summing
    up pixels before helps there. A gain below 1e-5 times `sigma` is taken for 0: the image is then
    divided by `sigma` alone. Channels without any noise come back as they are. What NaN and
    infinity do is the denoiser's affair.

    References
    ----------
    .. [1] M. Makitalo, A. Foi, Optimal inversion of the generalized Anscombe transformation for
       Poisson-Gaussian noise, IEEE Transactions on Image Processing 22 (2013), 91-103,
       doi:10.1109/TIP.2012.2202675.

    See Also
    --------
    anscombe, inverse_anscombe, estimate_noise_model, denoise_nl_means

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> scene = np.full((64, 64), 2.0)
    >>> scene[16:48, 16:48] = 20.0
    >>> counts = np.random.default_rng(0).poisson(scene)
    >>> denoised = burnish.denoise_poisson(counts.astype(float), gain=1)
    >>> round(burnish.psnr(scene, counts, data_range=20), 1)
    17.7
    >>> burnish.psnr(scene, denoised, data_range=20) > 25
    True
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    if denoiser is not None and not callable(denoiser):
        raise TypeError(f"denoiser is {reprlib.repr(denoiser)}; accepted are None and a callable")
    given = _as_models(gain, sigma, offset, 1 if channels is None else array.shape[channels])
    threads = as_workers(workers)
    models = _estimated(array, channels, workers) if given is None else given

    clean = [_is_clean(model) for model in models]
    if all(clean):
        return array.astype(result_dtype(array), order="C")

    stabilised = _of_channels(array, channels, models, _stabilise, threads)
    if denoiser is None:
        denoised = denoise_nl_means(stabilised, sigma=1.0, channel_axis=channels, workers=workers)
    else:
        denoised = _as_denoised(denoiser(stabilised, sigma=1.0), stabilised)
    back = _of_channels(denoised, channels, models, _bring_back, threads)
    result = back
    if array.dtype.kind in "iu":
        result = empty_result(array)
        write_rounded(back, result)
    if channels is not None:
        restored, original = (np.moveaxis(each, channels, 0) for each in (result, array))
        restored[clean] = original[clean]
    return result


def _as_models(gain: Any, sigma: Any, offset: Any, count: int) -> list[_Noise] | None:
    if gain is None:
        for name, value in (("sigma", sigma), ("offset", offset)):
            if value is not None:
                raise ValueError(
                    f"{name} is {reprlib.repr(value)} while gain is None, which estimates all "
                    "three: pass gain too"
                )
        return None
    gains = as_floats(gain, "gain", count, minimum=0)
    sigmas = as_floats(0.0 if sigma is None else sigma, "sigma", count, minimum=0)
    offsets = as_floats(0.0 if offset is None else offset, "offset", count)
    return list(zip(gains, sigmas, offsets, strict=True))


def _estimated(image: Array, channels: int | None, workers: int | None) -> list[_Noise]:
    model = estimate_noise_model(image, channel_axis=channels, workers=workers)
    rows = np.array(model, np.float64).reshape(3, -1).T
    return [(float(gain), float(sigma), float(offset)) for gain, sigma, offset in rows]


_Transform = Callable[[Array, _Noise, Array | None, int], Array]


def _of_channels(
    image: Array,
    channels: int | None,
    models: list[_Noise],
    transform: _Transform,
    threads: int,
) -> Array:
    if channels is None:
        return transform(image, models[0], None, threads)
    result = np.empty(image.shape, computing_dtype(image))
    parts = zip(np.moveaxis(image, channels, 0), np.moveaxis(result, channels, 0), strict=True)
    for (source, target), model in zip(parts, models, strict=True):
        transform(source, model, target, threads)
    return result


def _stabilise(image: Array, model: _Noise, out: Array | None, threads: int) -> Array:
    if _is_gaussian(model):
        return np.divide(image, _unit(model), out=out, dtype=computing_dtype(image))
    return _core.anscombe(image, *model, out, threads)


def _bring_back(image: Array, model: _Noise, out: Array | None, threads: int) -> Array:
    if _is_gaussian(model):
        return np.multiply(image, _unit(model), out=out, dtype=computing_dtype(image))
    return _core.inverse_anscombe(image, *model, out, threads)


def _is_gaussian(model: _Noise) -> bool:
    gain, sigma, _ = model
    return gain == 0 or sigma > _GAUSSIAN * gain


def _unit(model: _Noise) -> float:
    return model[1] or 1.0


def _is_clean(model: _Noise) -> bool:
    return model[:2] == (0, 0)


def _as_denoised(denoised: ArrayLike, stabilised: Array) -> Array:
    array, _ = as_image(denoised, max_ndim=4, name="what denoiser returns")
    if array.shape != stabilised.shape:
        raise ValueError(
            f"denoiser returns shape {array.shape}; accepted is that of its image, "
            f"{stabilised.shape}"
        )
    return np.asarray(array, stabilised.dtype)
