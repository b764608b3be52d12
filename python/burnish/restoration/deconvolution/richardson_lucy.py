"""Maximum likelihood by Richardson and Lucy."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from burnish import _core
from burnish._arrays import (
    Array,
    as_choice,
    as_image,
    as_integer,
    as_out,
    as_workers,
    computing_dtype,
    deliver,
    filtered_axes,
    refuse_not_finite,
    turned_kernel,
)
from burnish.psf._blur import as_blur

__all__ = ["richardson_lucy"]

_BOUNDARIES = ("zero", "wrap")
# Of the largest magnitude in the image: nothing is divided by less. What transforms leave where
# there should be nothing lies below it.
_LEAST = {np.dtype(np.float32): 1e-6, np.dtype(np.float64): 1e-12}
_MOST_ITERATIONS = 2**31 - 1


def richardson_lucy(
    image: ArrayLike,
    psf: ArrayLike,
    *,
    num_iter: int = 50,
    boundary: Literal["zero", "wrap"] = "zero",
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Deconvolve an image with the Richardson-Lucy algorithm.

    Each iteration multiplies the estimate, at first the same everywhere, by the correlation of the
    point-spread function with the ratio of the image to the blurred estimate. That makes the image
    a likelier one, if its pixels are counts of photons.

    Parameters
    ----------
    image : array_like
        1-D to 3-D (depth, row, column), with one axis more where `channel_axis` is given. float16,
        float32, float64 or an integer of 8 to 64 bits; finite. It should not be negative anywhere:
        of counts no pixel is, and the estimate need not converge.
    psf : array_like
        The point-spread function, with as many dimensions as the image beside its channels; its
        centre is ``size // 2``. It need not sum to 1; see `burnish.psf.normalize`. It may be larger
        than the image.
    num_iter : int
        How often; 1 or more. Noise grows with it.
    boundary : {"zero", "wrap"}
        What lies beyond the estimate: "zero" nothing, as in scikit-image; "wrap" the estimate
        again.
    channel_axis : int or None
        The axis that holds the channels, each deconvolved on its own. None: no such axis.
    out : ndarray or None
        Where the result goes: the result's shape and dtype, native and aligned; a plain ndarray or
        a memmap. It may overlap the image, at the price of a temporary copy. After a call that is
        interrupted, or refuses the image, it is half written.
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
        If the image holds NaN or infinity, the PSF has other weights than `normalize` takes or
        another number of axes, or an argument is out of the range above.
    MemoryError
        If the result can't fit into memory.

    Notes
    -----
    Where the estimate is blurred to no more than 1e-6 (what is computed in float32) or 1e-12
    (float64) of the largest magnitude in the image (with channels: in the channel), the ratio is
    taken as 0: no NaN comes out of zeros. scikit-image adds an absolute 1e-12 to what it divides
    by. Where no ratio is taken as 0, the sum of the estimate
    is that of the image after every iteration, to within rounding, which may also leave values just
    below 0. Multiplying the image by a power of two multiplies the result by it; by any other
    number too, to within rounding.

    Beside the result it uses four arrays of a channel's size in the dtype that it is computed in;
    with "zero" each axis is as many pixels longer as the PSF is, less one, and some more up to a
    size that transforms fast.

    References
    ----------
    .. [1] W. H. Richardson, Bayesian-based iterative method of image restoration, Journal of the
       Optical Society of America 62 (1972), 55-59.
    .. [2] L. B. Lucy, An iterative technique for the rectification of observed distributions,
       Astronomical Journal 79 (1974), 745-754.

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
    >>> burnish.restoration.richardson_lucy(blurred, psf, num_iter=100).round(2)
    array([0., 0., 0., 0., 1., 0., 0., 0., 0.])
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    axes = filtered_axes(None, array.ndim, channels)
    kernel = as_blur(psf, axes)
    iterations = as_integer(num_iter, "num_iter", minimum=1, maximum=_MOST_ITERATIONS)
    as_choice(boundary, "boundary", _BOUNDARIES)
    result = as_out(out, array)
    threads = as_workers(workers)

    turned, origins = turned_kernel(kernel, (0,) * kernel.ndim)
    least = _LEAST[computing_dtype(array)]

    def compute(target: Array | None) -> Array:
        estimate = _core.richardson_lucy(
            array, turned, axes, origins, boundary, iterations, least, target, threads
        )
        if estimate is None:
            refuse_not_finite("image")
        return estimate

    return deliver(result, array, compute)
