"""Noise of counts made noise of one strength, and back."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike

from burnish import _core
from burnish._arrays import Array, as_float, as_image, as_out, as_workers, computing_dtype, deliver

__all__ = ["anscombe", "inverse_anscombe"]

_LARGEST_SIGMA = 1e7  # counts; the root of their square still tells single counts apart


def anscombe(
    image: ArrayLike,
    *,
    gain: float = 1.0,
    sigma: float = 0.0,
    offset: float = 0.0,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Stabilise the variance of an image of counts: the generalised Anscombe transform.

    For a pixel ``x = gain * n + r``, where `n` is a Poisson variable and `r` a normal one around
    `offset` of deviation `sigma`, the result

    ``2 / gain * sqrt(max(gain * x + 3/8 * gain**2 + sigma**2 - gain * offset, 0))``

    has noise of deviation 1, nearly and whatever the mean of `n`, if that is not below 4 or so
    [1]_ [2]_. What takes away white Gaussian noise can then work on it.

    Parameters
    ----------
    image : array_like
        1-D to 4-D. float16, float32, float64 or an integer of 8 to 64 bits.
    gain : float
        What one count adds, in the image's units; above 0. 1 for an image in counts, such as of
        photons.
    sigma : float
        The standard deviation of the normal variable, in the image's units: of a camera's reading
        noise. From 0 to 1e7 times the gain.
    offset : float
        Its mean, a camera's pedestal.
    out : ndarray or None
        Where the result goes: the result's shape and dtype. It may overlap the image, at the price
        of a temporary copy.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it, bit for bit.

    Returns
    -------
    ndarray
        The image's shape; float32 for float16, float32 and integers of 8 and 16 bits, else
        float64. In deviations of the noise, not negative.

    Raises
    ------
    TypeError
        If the image is bool, complex or anything but real numbers, or a parameter no real number.
    ValueError
        If a parameter is out of its range or beyond that of the result's dtype, or a shape does not
        fit.
    MemoryError
        If the result can't fit into memory.

    Notes
    -----
    NaN stays where it is, and so does infinity; minus infinity gives 0. The square of the result
    does not give the mean of `n` back where counts are few: use `inverse_anscombe`.

    See Also
    --------
    inverse_anscombe : The way back.

    References
    ----------
    .. [1] F. J. Anscombe, The transformation of Poisson, binomial and negative-binomial data,
       Biometrika 35 (1948), 246-254, doi:10.1093/biomet/35.3-4.246.
    .. [2] J.-L. Starck, F. Murtagh, A. Bijaoui, Image Processing and Data Analysis, Cambridge
       University Press, 1998, chapter 2.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> rng = np.random.default_rng(0)
    >>> deviations = [burnish.anscombe(rng.poisson(mean, 10_000)).std() for mean in (5, 50, 500)]
    >>> np.round(deviations, 1)
    array([1., 1., 1.])
    """
    array, _ = as_image(image, max_ndim=4)
    noise = _as_noise(gain, sigma, offset)
    result = as_out(out, array, dtype=computing_dtype(array))
    threads = as_workers(workers)
    return deliver(result, array, lambda target: _core.anscombe(array, *noise, target, threads))


def inverse_anscombe(
    image: ArrayLike,
    *,
    gain: float = 1.0,
    sigma: float = 0.0,
    offset: float = 0.0,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Undo `anscombe` after denoising, without bias.

    What is left after the noise of a stabilised image has been taken away is the mean of its noisy
    values, and the square root of a mean is more than the mean of square roots. So each pixel `d`
    becomes ``gain * m + offset``, where `m` is the mean of counts of which stabilised ones have the
    mean `d`: the exact unbiased inverse [1]_ [2]_.

    Parameters
    ----------
    image : array_like
        A stabilised image, denoised: 1-D to 4-D. float16, float32, float64 or an integer of 8 to 64
        bits.
    gain, sigma, offset : float
        As they were given to `anscombe`.
    out : ndarray or None
        Where the result goes: the result's shape and dtype. It may overlap the image, at the price
        of a temporary copy.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it, bit for bit.

    Returns
    -------
    ndarray
        The image's shape; float32 for float16, float32 and integers of 8 and 16 bits, else
        float64. In the units of `gain`, not below `offset`: that is what pixels below the smallest
        mean give, which is ``2 * sqrt(3/8)`` for a `sigma` of 0.

    Raises
    ------
    TypeError, ValueError, MemoryError
        As `anscombe`.

    Notes
    -----
    The mean of stabilised counts is summed up over the Poisson variable and integrated over the
    normal one, inverted at 512 places and interpolated by cubics. In float64 the error is below
    1e-8 times the gain, or 1e-8 of the counts' mean where that is above 1; in float32, which can't
    tell stabilised pixels apart any better, below 2e-6 times the gain, the mean and ``(sigma /
    gain)**2`` counts together. The closed form of [2]_ is off by 1e-2 counts.

    NaN stays where it is, and so does infinity.

    References
    ----------
    .. [1] M. Makitalo, A. Foi, Optimal inversion of the Anscombe transformation in low-count
       Poisson image denoising, IEEE Transactions on Image Processing 20 (2011), 99-109,
       doi:10.1109/TIP.2010.2056693.
    .. [2] M. Makitalo, A. Foi, Optimal inversion of the generalized Anscombe transformation for
       Poisson-Gaussian noise, IEEE Transactions on Image Processing 22 (2013), 91-103,
       doi:10.1109/TIP.2012.2202675.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> counts = np.random.default_rng(0).poisson(2.0, 1_000_000)
    >>> mean = burnish.anscombe(counts).mean(keepdims=True)
    >>> burnish.inverse_anscombe(mean).round(2), ((mean / 2) ** 2 - 3 / 8).round(2)
    (array([2.]), array([1.77]))
    """
    array, _ = as_image(image, max_ndim=4)
    noise = _as_noise(gain, sigma, offset)
    result = as_out(out, array, dtype=computing_dtype(array))
    threads = as_workers(workers)
    return deliver(
        result, array, lambda target: _core.inverse_anscombe(array, *noise, target, threads)
    )


def _as_noise(gain: Any, sigma: Any, offset: Any) -> tuple[float, float, float]:
    scale = as_float(gain, "gain")
    if scale <= 0:
        raise ValueError(f"gain is {scale:g}; accepted is a number above 0")
    deviation = as_float(sigma, "sigma", minimum=0)
    if deviation > _LARGEST_SIGMA * scale:
        raise ValueError(
            f"sigma is {deviation:g}; for a gain of {scale:g} accepted are 0 to "
            f"{_LARGEST_SIGMA * scale:g}"
        )
    return scale, deviation, as_float(offset, "offset")
