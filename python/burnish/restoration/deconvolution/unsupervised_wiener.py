"""Wiener's filter with what it must know of noise and image estimated along the way."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike

from burnish import _core
from burnish._arrays import (
    Array,
    as_callback,
    as_flag,
    as_float,
    as_generator,
    as_image,
    as_integer,
    as_out,
    as_workers,
    computing_dtype,
    deliver,
    empty_result,
    filtered_axes,
    in_c_order,
    refuse_not_finite,
    turned_kernel,
)
from burnish.psf._blur import as_blur
from burnish.restoration.deconvolution._penalty import laplacian

__all__ = ["unsupervised_wiener"]

# Over the variance of the image, as if noise had a hundredth of its deviation: from low precisions
# the chains take long to come up.
_START = 1e4
_MOST_ITERATIONS = 2**31 - 1

Callback = Callable[[int, Array], Any]
Chains = dict[str, Any]


@dataclass(frozen=True)
class _Sampler:
    """What all channels have in common."""

    psf: Array
    prior: Array
    prior_unit: float  # a power of two that the prior's weights were divided by
    threshold: float
    min_num_iter: int
    max_num_iter: int
    burnin: int
    rng: np.random.Generator
    callback: Callback | None
    threads: int


@overload
def unsupervised_wiener(
    image: ArrayLike,
    psf: ArrayLike,
    *,
    reg: ArrayLike | None = None,
    threshold: float = 1e-4,
    min_num_iter: int = 30,
    max_num_iter: int = 200,
    burnin: int = 15,
    rng: int | np.random.Generator | None = None,
    return_chains: Literal[False] = False,
    callback: Callback | None = None,
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array: ...
@overload
def unsupervised_wiener(
    image: ArrayLike,
    psf: ArrayLike,
    *,
    reg: ArrayLike | None = None,
    threshold: float = 1e-4,
    min_num_iter: int = 30,
    max_num_iter: int = 200,
    burnin: int = 15,
    rng: int | np.random.Generator | None = None,
    return_chains: Literal[True],
    callback: Callback | None = None,
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> tuple[Array, Chains]: ...
def unsupervised_wiener(
    image: ArrayLike,
    psf: ArrayLike,
    *,
    reg: ArrayLike | None = None,
    threshold: float = 1e-4,
    min_num_iter: int = 30,
    max_num_iter: int = 200,
    burnin: int = 15,
    rng: int | np.random.Generator | None = None,
    return_chains: bool = False,
    callback: Callback | None = None,
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array | tuple[Array, Chains]:
    """Deconvolve an image with a Wiener filter that estimates noise and regularization itself.

    White noise of unknown precision (inverse variance) is assumed in the image, and in what `reg`
    makes of the scene. A Gibbs sampler draws scenes and both
    precisions in turn from what is likely given the image; the result is the mean of the scenes.

    Parameters
    ----------
    image : array_like
        1-D to 3-D (depth, row, column), with one axis more where `channel_axis` is given. float16,
        float32, float64 or an integer of 8 to 64 bits; finite. It is taken to repeat beyond its
        edges. A photograph does not, and comes back with ripples and noise: pass it through
        `burnish.psf.edge_taper` first, or take `burnish.wiener`.
    psf : array_like
        The point-spread function, with as many dimensions as the image beside its channels; its
        centre is ``size // 2``. It need not sum to 1; see `burnish.psf.normalize`. It may be larger
        than the image.
    reg : array_like or None
        The operator, a kernel of as many dimensions, finite and not all zeros, whose response to
        the scene is white noise of an unknown precision. None takes the Laplacian: 2 for each axis
        in the middle, -1 at its neighbours.
    threshold : float
        The samples end when one moves the mean by less than this, 0 or more: the sum over all
        frequencies of magnitudes of the change, over that of the sum of all samples. 0: never.
    min_num_iter : int
        They don't end before the iteration of this number, counted from 0; 0 or more.
    max_num_iter : int
        The number of samples at most; above ``burnin + 1``.
    burnin : int
        Samples up to the one of this number, counted from 0, don't count: they depend on where the
        chains begin. 0 or more.
    rng : int, numpy.random.Generator or None
        Where randomness comes from: a seed, 0 or more, with which the result repeats exactly; a
        generator, of which the gammas and a key are drawn; None for a fresh one.
    return_chains : bool
        Whether to return the precisions too.
    callback : callable or None
        Called after each iteration, in the calling thread, with its number, counted from 0, and the
        sample: a read-only array of a channel's shape, in the dtype that is computed in. What it
        returns ends the samples (of this channel) if it is true; if none counts yet, the last one
        is the result.
    channel_axis : int or None
        The axis that holds the channels, each deconvolved on its own, one after another. None: no
        such axis.
    out : ndarray or None
        Where the result goes: the result's shape and dtype, native and aligned; a plain ndarray or
        a memmap. It may overlap the image, at the price of a temporary copy. After a call that is
        interrupted, or refuses the image, some of its channels may be written.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it, bit for bit.

    Returns
    -------
    ndarray
        The image's shape and dtype; float32 for float16. Images of 8 and 16 bits are computed in
        float32, wider integers in float64, and rounded half to even and saturated at the end;
        floats beyond the range of their dtype become infinite.
    dict
        With `return_chains`: under "noise" and "prior" the precisions of the noise and of what
        `reg` makes of the scene, as float64 arrays that begin with the start and have one entry
        more for each iteration; with channels a list of such arrays. Their inverse square roots
        are in the image's units.

    Raises
    ------
    TypeError
        If the image, the PSF or `reg` is bool, complex or anything but real numbers, or an argument
        has the wrong type.
    ValueError
        If the image holds NaN or infinity, the PSF has other weights than `normalize` takes, a
        kernel has another number of axes, or an argument is out of the range above.
    MemoryError
        If the result can't fit into memory.

    Notes
    -----
    The model, the frequencies' distributions and the test for the end are scikit-image's
    ``unsupervised_wiener(clip=False)``; the draws differ. Besides:

    - A sample is the spectrum of a real image. scikit-image draws both halves of the first and, at
      even sizes, the middle column apart, of which its transform back takes the mean; and it counts
      the middle column twice in norms (all columns once where the half-spectrum is square).
    - Both chains start at 1e4 over the variance of the image, that of the prior as if the largest
      weight of `reg` were between 1 and 2; scikit-image's start at 1 whatever the image's units,
      and with low values take hundreds of samples to where they should be.
      Multiplying the image by a power of two multiplies the result by it, bit for bit.
    - Precisions are kept between ``e`` and ``e**-2`` in units of the image's largest magnitude (to
      within a factor of 4), and so is the start, with ``e`` of 2**-23 in float32 and 2**-52 in
      float64: noise below rounding can't be told. Thus a constant image, where scikit-image's
      precisions grow without end, stays what it is to within rounding. Of an image of zeros the
      result is zeros, and the precisions infinite.
    - Frequencies that both the blur and `reg` suppress to within rounding are 0.

    Normals are drawn for each frequency by the counter-based generator Threefry [2]_ and Box and
    Muller's method, off by 2e-6 at most (what is computed in float32) or 3e-15 (float64), and by
    nothing from one instruction set to another. Those for float64 are others than for float32.

    The memory beside the result is 3.5 times a channel in the dtype that it is computed in, with
    `callback` 4.5 times and the sample.

    References
    ----------
    .. [1] F. Orieux, J.-F. Giovannelli, T. Rodet, Bayesian estimation of regularization and point
       spread function parameters for Wiener-Hunt deconvolution, Journal of the Optical Society of
       America A 27 (2010), 1593-1607.
    .. [2] J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, Parallel random numbers: as easy as
       1, 2, 3, SC '11 (2011).

    See Also
    --------
    burnish.psf.edge_taper : Prepares the edges.
    burnish.richardson_lucy : For counts of photons.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> rng = np.random.default_rng(0)
    >>> scene = np.zeros(64)
    >>> scene[20:44] = 100
    >>> psf = burnish.psf.box(5, ndim=1)
    >>> blurred = burnish.convolve(scene, psf, mode="wrap") + rng.normal(size=64)
    >>> restored, chains = burnish.unsupervised_wiener(blurred, psf, rng=0, return_chains=True)
    >>> print(burnish.mse(scene, restored) < 0.6 * burnish.mse(scene, blurred))
    True
    >>> print(0.5 < chains["noise"][-1] ** -0.5 < 2)
    True
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    axes = filtered_axes(None, array.ndim, channels)
    kernel = as_blur(psf, axes)
    prior, prior_unit = _as_prior(reg, len(axes))
    limit = as_float(threshold, "threshold", minimum=0.0)
    least = as_integer(min_num_iter, "min_num_iter", minimum=0)
    most = as_integer(max_num_iter, "max_num_iter", minimum=2, maximum=_MOST_ITERATIONS)
    ignored = as_integer(burnin, "burnin", minimum=0)
    if most <= ignored + 1:
        raise ValueError(
            f"burnin is {ignored}; with max_num_iter {most} accepted are 0 to {most - 2}"
        )
    generator = as_generator(rng)
    chains_too = as_flag(return_chains, "return_chains")
    observer = as_callback(callback)
    result = as_out(out, array)
    threads = as_workers(workers)

    sampler = _Sampler(
        kernel, prior, prior_unit, limit, least, most, ignored, generator, observer, threads
    )
    chains: Chains = {"noise": [], "prior": []}

    def compute(target: Array | None) -> Array:
        if channels is None:
            mean, chains["noise"], chains["prior"] = _run(sampler, array, target)
            return mean
        means = empty_result(array) if target is None else target
        for one, mean in zip(
            np.moveaxis(array, channels, 0), np.moveaxis(means, channels, 0), strict=True
        ):
            _, noise, precision = _run(sampler, one, mean)
            chains["noise"].append(noise)
            chains["prior"].append(precision)
        return means

    delivered = deliver(result, array, compute)
    return (delivered, chains) if chains_too else delivered


def _as_prior(reg: ArrayLike | None, ndim: int) -> tuple[Array, float]:
    """Return a kernel whose largest weight is from 1 to 2, and the power of two it has as unit."""
    if reg is None:
        kernel = laplacian(ndim)
    else:
        kernel = in_c_order(as_image(reg, max_ndim=3, name="reg")[0], np.dtype(np.float64))
        if kernel.ndim != ndim:
            raise ValueError(
                f"reg has {kernel.ndim} dimension(s), shape {kernel.shape}; the image is blurred "
                f"along {ndim}"
            )
        if not np.isfinite(kernel).all():
            raise ValueError("reg holds NaN or infinity; every weight must be finite")
    largest = float(np.abs(kernel).max())
    if largest == 0:
        raise ValueError("reg holds nothing but zeros; accepted is a weight that is not 0")
    exponent = math.frexp(largest)[1] - 1
    return np.ldexp(kernel, -exponent), math.ldexp(1.0, exponent)


def _run(sampler: _Sampler, image: Array, out: Array | None) -> tuple[Array, Array, Array]:
    """Return the mean of one channel's samples, and both chains."""
    psf, origins = turned_kernel(sampler.psf, (0,) * image.ndim)
    prior, prior_origins = turned_kernel(sampler.prior, (0,) * image.ndim)
    keeps = sampler.callback is not None
    threads = sampler.threads
    chain = _core.unsupervised_wiener_start(
        image, psf, origins, prior, prior_origins, keeps, out, threads
    )
    if chain is None:
        refuse_not_finite("image")
    unit, variance = _core.unsupervised_wiener_scale(chain)
    epsilon = float(np.finfo(computing_dtype(image)).eps)

    def within(freedom: float, squares: float) -> float:
        """Return freedom / squares, kept between the bounds."""
        return max(epsilon, freedom / max(squares, freedom * epsilon**2)) if freedom else epsilon

    def drawn(freedom: int, squares: float) -> float:
        """Draw a precision given the squares of so many numbers."""
        return within(2 * float(sampler.rng.standard_gamma(freedom / 2)), squares)

    key = int(sampler.rng.integers(2**64, dtype=np.uint64))
    noise = [within(_START, variance)]
    precision = list(noise)
    for iteration in range(sampler.max_num_iter):
        counts = iteration > sampler.burnin
        compares = iteration > max(sampler.burnin + 1, sampler.min_num_iter)
        draw = (noise[-1], precision[-1], key, iteration)
        squares, rough, change = _core.unsupervised_wiener_step(
            chain, *draw, counts, compares, None, threads
        )
        noise.append(drawn(image.size, squares))
        precision.append(drawn(image.size - 1, rough))
        if sampler.callback is not None and sampler.callback(iteration, _sample(chain, threads)):
            break
        if compares and change < sampler.threshold:
            break
    if not counts:  # the same draws once more
        _core.unsupervised_wiener_step(chain, *draw, True, False, None, threads)
    mean = _core.unsupervised_wiener_mean(chain, threads)
    return mean, _in_units(noise, unit), _in_units(precision, unit * sampler.prior_unit)


def _sample(chain: object, threads: int) -> Array:
    sample = _core.unsupervised_wiener_sample(chain, threads)
    sample.flags.writeable = False
    return sample


def _in_units(precisions: list[float], unit: float) -> Array:
    with np.errstate(all="ignore"):
        return np.array(precisions) / unit / unit
