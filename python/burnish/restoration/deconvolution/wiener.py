"""The Wiener filter."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from burnish import _core
from burnish._arrays import (
    Array,
    as_choice,
    as_float,
    as_image,
    as_out,
    as_response,
    as_weights,
    as_workers,
    deliver,
    filtered_axes,
    refuse_not_finite,
    turned_kernel,
)
from burnish.psf._blur import as_blur
from burnish.restoration.deconvolution._penalty import laplacian

__all__ = ["wiener"]

_BOUNDARIES = ("unknown", "reflect", "zero", "wrap")


def wiener(
    image: ArrayLike,
    psf: ArrayLike | None = None,
    *,
    balance: float | None = None,
    reg: ArrayLike | None = None,
    transfer_function: ArrayLike | None = None,
    boundary: Literal["unknown", "reflect", "zero", "wrap"] = "unknown",
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Deconvolve an image with the Wiener filter.

    The result is the x for which ``|H x - image|**2 + balance * |R x|**2`` is least: its blur H
    comes near the image, and what R makes of it, at first its Laplacian, is small. More balance
    makes it smoother; less brings out details, and noise.

    Parameters
    ----------
    image : array_like
        1-D to 3-D (depth, row, column), with one axis more where `channel_axis` is given. float16,
        float32, float64 or an integer of 8 to 64 bits; finite.
    psf : array_like or None
        The point-spread function, with as many dimensions as the image beside its channels; its
        centre is ``size // 2``. It need not sum to 1; see `burnish.psf.normalize`. It may be larger
        than the image. None: `transfer_function` says how the image was blurred.
    balance : float or None
        The weight of the penalty; 0 or more, and with 0 the inverse filter, which takes a frequency
        that was blurred away for 0. None: chosen for each channel by generalised
        cross-validation.
    reg : array_like or None
        The kernel of R, with as many dimensions as the PSF; real and finite, not all zero. None:
        the discrete Laplacian, 2 per axis in the centre and -1 beside it, as in scikit-image.
    transfer_function : array_like or None
        Instead of a PSF: complex or real, what ``numpy.fft.rfftn`` makes along the blurred axes of
        a real PSF that has the image's size, its centre in the first pixel, and any sum. With
        ``boundary="wrap"`` only.
    boundary : {"unknown", "reflect", "zero", "wrap"}
        What lies beyond the image: "unknown" more of the scene, of which nothing is known but what
        was blurred into the image; "reflect" the image mirrored, its outermost pixels twice; "zero"
        nothing; "wrap" the image again, as in scikit-image.
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
        floats beyond the range of their dtype become infinite. Nothing else is clipped.

    Raises
    ------
    TypeError
        If the image or the PSF is bool, complex or anything but real numbers, both or neither of
        `psf` and `transfer_function` are given, or an argument has the wrong type.
    ValueError
        If the image holds NaN or infinity, the PSF has other weights than `normalize` takes or
        another number of axes, or an argument is out of the range above.
    MemoryError
        If the result can't fit into memory.

    Notes
    -----
    Where the scene repeats, each of its frequencies is multiplied by ``conj(h) / (abs(h)**2 +
    balance * abs(r)**2)``, h and r being the transforms of PSF and `reg`. "wrap" takes the image
    for one period; "reflect", which suits symmetric PSFs [3]_, extends it to twice its size along
    each axis; "zero" surrounds it with as many zeros as the PSF is long, and some more up to a size
    that transforms fast.

    "unknown" extends the image as far and first finds what the blurred scene holds out there: what
    the filtered scene explains best. Conjugate gradients begin with a straight bridge from each
    edge to the opposite one, and end, after a few dozen steps of two transforms each (at most
    100), once the residual is 0.5 % of what it was then; for photographs the result is then within
    about 1 % of the exact one (relative L2). The others leave ripples along a photograph's edges.

    Generalised cross-validation [2]_ looks at the image as it is extended; for "unknown" at the
    bridge, and again after eight steps. With the other boundaries give a balance: the edges that a
    photograph would have to have where it repeats or ends in zeros, or a PSF that is not symmetric
    where it is mirrored, mislead the choice so far that noise is all that is left.

    Multiplying the image by a power of two multiplies the result by it, bit for bit.

    Beside the result it uses one array of the extended image's size in the dtype that it is
    computed in, with "unknown" half as much again and four times what the image is extended by; and
    PSF and `reg`, along all axes but the first one extended like the image.

    References
    ----------
    .. [1] B. R. Hunt, The application of constrained least squares estimation to image restoration
       by digital computer, IEEE Transactions on Computers C-22 (1973), 805-812.
    .. [2] G. H. Golub, M. Heath, G. Wahba, Generalized cross-validation as a method for choosing a
       good ridge parameter, Technometrics 21 (1979), 215-223.
    .. [3] M. K. Ng, R. H. Chan, W.-C. Tang, A fast algorithm for deblurring models with Neumann
       boundary conditions, SIAM Journal on Scientific Computing 21 (1999), 851-866.
    .. [4] S. J. Reeves, Fast image restoration without boundary artifacts, IEEE Transactions on
       Image Processing 14 (2005), 1448-1453.

    See Also
    --------
    richardson_lucy : For counts of photons.
    burnish.psf : Point-spread functions.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> edge = np.repeat([0.0, 1.0], 8)
    >>> psf = burnish.psf.normalize([1, 4, 1])
    >>> blurred = burnish.convolve(edge, psf)
    >>> blurred[5:11].round(2)
    array([0.  , 0.  , 0.17, 0.83, 1.  , 1.  ])
    >>> burnish.restoration.wiener(blurred, psf, balance=1e-6)[5:11].round(2) + 0.0
    array([0., 0., 0., 1., 1., 1.])
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    axes = filtered_axes(None, array.ndim, channels)
    if (psf is None) == (transfer_function is None):
        given = "neither" if psf is None else "both"
        raise TypeError(f"psf and transfer_function: {given} given; accepted is one of them")
    kernel = None if psf is None else as_blur(psf, axes)
    weight = None if balance is None else as_float(balance, "balance", minimum=0)
    penalty = laplacian(len(axes)) if reg is None else _as_reg(reg, len(axes))
    shape = tuple(array.shape[axis] for axis in axes)
    if transfer_function is not None:
        kernel = _as_kernel(transfer_function, shape)
    as_choice(boundary, "boundary", _BOUNDARIES)
    if transfer_function is not None and boundary != "wrap":
        raise ValueError(f"boundary is {boundary!r}; accepted with transfer_function is 'wrap'")
    result = as_out(out, array)
    threads = as_workers(workers)

    assert kernel is not None
    # A transfer function has its centre in the first pixel.
    origins = (0,) * len(axes) if psf is not None else tuple(-(size // 2) for size in shape)
    turned, origins = turned_kernel(kernel, origins)

    def compute(target: Array | None) -> Array:
        scene = _core.wiener(
            array, turned, axes, origins, penalty, weight, boundary, target, threads
        )
        if scene is None:
            refuse_not_finite("image")
        return scene

    return deliver(result, array, compute)


def _as_reg(reg: ArrayLike, ndim: int) -> Array:
    """Return the kernel of the penalty."""
    kernel = as_weights(reg, ndim, name="reg")
    if not kernel.any():
        raise ValueError("reg is all zero; accepted are weights that penalise something")
    return kernel


def _as_kernel(transfer_function: ArrayLike, shape: tuple[int, ...]) -> Array:
    """Return the PSF of the image's size that a transfer function stands for."""
    expected = (*shape[:-1], shape[-1] // 2 + 1)
    response = as_response(transfer_function, "transfer_function", expected)
    kernel: Array = np.fft.irfftn(response, shape, axes=range(len(shape)))
    if not np.isfinite(kernel).all() or not kernel.any():
        raise ValueError(
            "transfer_function stands for a PSF that is all zero or beyond the range of float64"
        )
    return kernel
