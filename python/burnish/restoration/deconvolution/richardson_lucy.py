"""Maximum likelihood by Richardson and Lucy."""

from __future__ import annotations

import reprlib
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from burnish import _core
from burnish._arrays import (
    Array,
    as_callback,
    as_choice,
    as_flag,
    as_float,
    as_image,
    as_integer,
    as_out,
    as_shares,
    as_workers,
    computing_dtype,
    deliver,
    filtered_axes,
    refuse_not_finite,
    turned_kernel,
)
from burnish.psf._blur import as_blur

__all__ = ["richardson_lucy"]

_BOUNDARIES = ("unknown", "reflect", "wrap", "zero")
_STOPS = ("change", "discrepancy")
# Of the largest magnitude in the image: nothing is divided by less. What transforms leave where
# there should be nothing lies below it.
_LEAST = {np.dtype(np.float32): 1e-6, np.dtype(np.float64): 1e-12}
_MOST_ITERATIONS = 2**31 - 1


def richardson_lucy(
    image: ArrayLike,
    psf: ArrayLike,
    *,
    num_iter: int = 50,
    boundary: Literal["unknown", "reflect", "wrap", "zero"] = "unknown",
    weights: ArrayLike | None = None,
    background: float = 0.0,
    damping: float = 0.0,
    acceleration: bool = False,
    total_variation: float = 0.0,
    stop: tuple[Literal["change", "discrepancy"], float] | None = None,
    callback: Callable[[int, Array], object] | None = None,
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Deconvolve an image with the Richardson-Lucy algorithm.

    Each iteration multiplies the estimate of the scene, at first the same everywhere, by the
    correlation of the point-spread function with the ratio of the image to the blurred estimate.
    That makes the image a likelier one, if its pixels are counts of photons [1]_ [2]_.

    Parameters
    ----------
    image : array_like
        1-D to 3-D (depth, row, column), with one axis more where `channel_axis` is given. float16,
        float32, float64 or an integer of 8 to 64 bits; finite. Negative pixels are taken as 0: no
        count is negative. Subtract no background before; give it.
    psf : array_like
        The point-spread function, with as many dimensions as the image beside its channels; its
        centre is ``size // 2``. It need not sum to 1; see `burnish.psf.normalize`. It may be larger
        than the image.
    num_iter : int
        How often, at most; 1 or more. Detail grows with it, and noise: 10 to 30 for a noisy image,
        100 and more for a clean one.
    boundary : {"unknown", "reflect", "wrap", "zero"}
        What lies beyond the frame. "unknown": more of the scene, estimated too as far as the image
        hears of it [3]_. "reflect": the scene mirrored, its outermost pixels twice. "wrap": the
        scene again. "zero": nothing, and black was seen there, as in scikit-image, so that a frame
        cut out of a scene comes back with dark and ringing edges.
    weights : array_like or None
        How much each pixel counts, from 0 (not at all: dead or saturated pixels, gaps; these may be
        NaN) to 1; real numbers or bool, not all 0, shaped as the image or as one channel. None: all
        alike.
    background : float
        What was added to the blurred scene, 0 or more, in the image's units.
    damping : float
        Where the blurred estimate differs from the image by less than this many standard deviations
        of the counts, the estimate is hardly changed any more [4]_: less noise in smooth parts. For
        images in counts of photons. 0: no damping; 2 to 5 are usual.
    acceleration : bool
        Go on in the direction of the last step before each new one, the further the better the last
        two agreed [5]_: some tens of iterations then do what else takes hundreds, noise included.
    total_variation : float
        Weight of the total variation against the likelihood, 0 to 0.1: smooth parts stay smooth
        [6]_. 0: none; 0.002 to 0.01 are usual.
    stop : tuple or None
        When to stop before `num_iter`. ``("change", c)``: when an iteration changes the estimate,
        with what lies beyond the frame, by no more than `c` times its norm.
        ``("discrepancy", sigma)``: when the blurred estimate, with the background, differs from the
        image by no more than `sigma`, in the image's units, in root mean squares: give the standard
        deviation of the noise.
    callback : callable or None
        Called as ``callback(iteration, estimate)`` after each iteration, from 1 on, with a
        read-only view of the result so far, in its dtype: copy what is to be kept. If it returns
        something true, the iterations end there. With channels the iterations of each come after
        those of the one before; the view is of that channel, and ending ends that channel's.
    channel_axis : int or None
        The axis that holds the channels, each deconvolved on its own. None: no such axis.
    out : ndarray or None
        Where the result goes: the result's shape and dtype, native and aligned; a plain ndarray or
        a memmap. It may overlap the image or the weights, at the price of a temporary copy. After a
        call that is interrupted, or refuses the image, it is half written.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it, bit for bit.

    Returns
    -------
    ndarray
        The image's shape and dtype; float32 for float16. Images of 8 and 16 bits are computed in
        float32, wider integers in float64, and rounded half to even and saturated at the end;
        floats beyond the range of their dtype become infinite.

    Raises
    ------
    TypeError
        If the image or the PSF is bool, complex or anything but real numbers, or an argument has
        the wrong type.
    ValueError
        If the image holds NaN or infinity where it counts, the PSF has other weights than
        `normalize` takes or another number of axes, or an argument is out of the range above.
    MemoryError
        If the result can't fit into memory.

    Notes
    -----
    Where the estimate is blurred to no more than 1e-6 (what is computed in float32) or 1e-12
    (float64) of the largest magnitude in the image (with channels: in the channel), the ratio is
    taken as 0: no NaN comes out of zeros. scikit-image adds an absolute 1e-12 to what it divides
    by, and multiplies negative pixels too, with which the estimate need not converge. Faint parts
    of an image with a range beyond 1e5 want float64.

    What comes back is divided by how much of a pixel of the scene the image hears of: 1 with "zero"
    and "wrap" and without weights, and then scikit-image's iteration (for odd sizes; of an even PSF
    scikit-image's two convolutions have different centres). A pixel that the image hears less than
    a hundredth of, or of the largest weight, is left at 0. Without a background, with "wrap" the
    sum of the estimate is that of the image's positive pixels after every iteration, and with
    weights that of what is heard of it is the weighted image's, to within rounding; total variation
    and acceleration change that a little.

    Gradients shorter than ``max(1e-3, 4 * ndim * total_variation)`` of the largest magnitude are
    smoothed in proportion to their length, longer ones alike: with less, rounding would grow into
    patterns. Multiplying the image
    (and the background; not with damping) by a power of two multiplies the result by it; by any
    other number too, to within rounding.

    Beside the result it uses four arrays of a channel's size in the dtype that it is computed in,
    half a one less where the PSF is its own mirror image, one more with "unknown", "reflect" or
    weights, one for total variation and two for acceleration. But with "wrap" each axis is up to as
    many pixels longer as the PSF has, and some more up to a size that transforms fast.

    References
    ----------
    .. [1] W. H. Richardson, Bayesian-based iterative method of image restoration, Journal of the
       Optical Society of America 62 (1972), 55-59.
    .. [2] L. B. Lucy, An iterative technique for the rectification of observed distributions,
       Astronomical Journal 79 (1974), 745-754.
    .. [3] M. Bertero, P. Boccacci, A simple method for the reduction of boundary effects in the
       Richardson-Lucy approach to image deconvolution, Astronomy & Astrophysics 437 (2005),
       369-374.
    .. [4] R. L. White, Image restoration using the damped Richardson-Lucy method, Proc. SPIE 2198
       (1994), 1342-1348.
    .. [5] D. S. C. Biggs, M. Andrews, Acceleration of iterative image restoration algorithms,
       Applied Optics 36 (1997), 1766-1775.
    .. [6] N. Dey et al., Richardson-Lucy algorithm with total variation regularization for 3D
       confocal microscope deconvolution, Microscopy Research and Technique 69 (2006), 260-266.

    See Also
    --------
    burnish.psf : Point-spread functions.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> star = np.zeros(9)
    >>> star[4] = 1
    >>> psf = burnish.psf.box(3, ndim=1)
    >>> blurred = burnish.convolve(star, psf)
    >>> burnish.restoration.richardson_lucy(blurred, psf, num_iter=100).round(2) + 0.0
    array([0., 0., 0., 0., 1., 0., 0., 0., 0.])
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    axes = filtered_axes(None, array.ndim, channels)
    kernel = as_blur(psf, axes)
    iterations = as_integer(num_iter, "num_iter", minimum=1, maximum=_MOST_ITERATIONS)
    as_choice(boundary, "boundary", _BOUNDARIES)
    shares = None if weights is None else as_shares(weights, "weights", array, channels)
    added = as_float(background, "background", minimum=0)
    damped = as_float(damping, "damping", minimum=0)
    accelerated = as_flag(acceleration, "acceleration")
    smoothing = as_float(total_variation, "total_variation", minimum=0, maximum=0.1)
    criterion, bound = _as_stop(stop)
    observer = _observer(as_callback(callback), channels)
    result = as_out(out, array)
    threads = as_workers(workers)

    turned, origins = turned_kernel(kernel, (0,) * kernel.ndim)

    def compute(target: Array | None) -> Array:
        estimate = _core.richardson_lucy(
            array,
            turned,
            axes,
            origins,
            boundary,
            iterations,
            _LEAST[computing_dtype(array)],
            shares,
            added,
            damped,
            accelerated,
            smoothing,
            criterion,
            bound,
            observer,
            target,
            threads,
        )
        if estimate is None:
            refuse_not_finite("image")
        return estimate

    return deliver(result, (array, shares), compute)


def _as_stop(stop: Any) -> tuple[str, float]:
    if stop is None:
        return "never", 0.0
    if not isinstance(stop, tuple) or len(stop) != 2:
        raise TypeError(
            f"stop is {reprlib.repr(stop)}; accepted are None and a pair of a criterion and a bound"
        )
    return as_choice(stop[0], "stop[0]", _STOPS), as_float(stop[1], "stop[1]", minimum=0)


def _observer(
    callback: Callable[[int, Array], object] | None, channels: int | None
) -> Callable[[int, int, Array], bool] | None:
    if callback is None:
        return None

    def observe(iteration: int, channel: int, result: Array) -> bool:
        view = result if channels is None else np.moveaxis(result, channels, 0)[channel]
        view = view.view()
        view.flags.writeable = False
        return bool(callback(iteration, view))

    return observe
