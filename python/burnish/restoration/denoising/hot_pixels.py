"""Dead and hot pixels, salt and pepper."""

from __future__ import annotations

from numpy.typing import ArrayLike

from burnish import _core
from burnish._arrays import (
    Array,
    as_float,
    as_image,
    as_odd,
    as_out,
    as_workers,
    deliver,
    filtered_axes,
)

__all__ = ["remove_hot_pixels"]

_LARGEST_SIZE = 31  # pixels


def remove_hot_pixels(
    image: ArrayLike,
    *,
    max_size: int = 7,
    threshold: float | None = None,
    channel_axis: int | None = None,
    out: Array | None = None,
    workers: int | None = None,
) -> Array:
    """Replace pixels that stand out of their neighbours, with an adaptive median filter.

    Hot and dead pixels, cosmic rays of one pixel, dust, salt and pepper. Half of all pixels may be
    lost; of seven in ten some blots stay. What does not stand out stays as it is, bit for bit.

    Each pixel is looked at in a window of 3 pixels a side, and where more than half of that is lost
    too, in one of 5, 7, ... `max_size`, until the median lies strictly between the lowest and the
    highest pixel of the window. The pixel stays if it does so itself, or if it differs from the
    median by no more than `threshold`; and wherever no two pixels of a window differ by more. Else
    the median takes its place [1]_.

    Parameters
    ----------
    image : array_like
        2-D or 3-D (depth, row, column; the window is then a cube), with one axis more where
        `channel_axis` is given; 1-D signals too. float16, float32, float64 or an integer of 8 to
        64 bits. Reflected at its borders (``d c b a | a b c d | d c b a``). NaN counts as a dead
        pixel: it is replaced, and is nobody's neighbour.
    max_size : int
        The side of the largest window in pixels, odd, 3 to 31. 3 is enough for a few lost pixels,
        5 up to a third of all, 7 for more; clusters need a window of which they fill less than
        half.
    threshold : float or None
        What a pixel may differ from the median, 0 or more, in the image's units. 0: the filter as
        it was published, which also takes highlights and fine texture of one pixel for impulses.
        None: chosen for each channel, see the notes.
    channel_axis : int or None
        The axis that holds the channels, each filtered on its own. None: no such axis, and what
        looks like colour is taken for a volume.
    out : ndarray or None
        Where the result goes: the result's shape and dtype. It may overlap the image, at the price
        of a temporary copy.
    workers : int or None
        How many threads to use at most; None takes `burnish.get_num_threads`. The result does not
        depend on it.

    Returns
    -------
    ndarray
        The image's shape and dtype; float32 for float16. Every pixel is one of the image's:
        integers of any size are exact, and the result is the same at every instruction-set level.
        A NaN is left only where the largest window holds nothing else.

    Raises
    ------
    TypeError
        If the image is bool, complex or anything but real numbers, or a parameter has the wrong
        type.
    ValueError
        If `max_size` or `threshold` is out of the range above, or a shape does not fit.
    MemoryError
        If the result can't fit into memory.

    Notes
    -----
    The chosen threshold is 1.5 times what ordinary pixels (strictly between their neighbours)
    differ from the median of their 3x3 window (3x3x3 in a volume), for integers plus 1 beforehand,
    as far as 99 in 100 of them go. Where the share of pixels that stand out farther than that is
    above one in 100, as large a share of the ordinary ones is left aside instead: among many
    impulses little is lost by smoothing detail, and impulses that stay cost more. This is measured
    on up to 8192 pixels of each channel, in runs spread over it. Of an image of but two values the
    threshold is 0.

    Impulses that touch may save each other where their heights differ: the lower one lies strictly
    between its neighbours. Blooming wants a second call.

    What is one pixel wide looks like an impulse: thin lines, line art and small print, the cores of
    sharp stars and outer corners are flattened where they differ from their surroundings by more
    than the threshold, and in pictures of little else the threshold that is chosen is too large to
    find weak impulses. Give a threshold there.

    Infinite pixels are compared like others. Where NaN leaves an even number of neighbours, the
    lower of the two in the middle is their median.

    References
    ----------
    .. [1] H. Hwang, R. A. Haddad, Adaptive median filters: new algorithms and results, IEEE
       Transactions on Image Processing 4 (1995), 499-502.

    Examples
    --------
    >>> import numpy as np
    >>> import burnish
    >>> image = np.add.outer(np.arange(5), np.arange(5)) * 10.0
    >>> image[2, 2] = 255
    >>> burnish.remove_hot_pixels(image)[2]
    array([20., 30., 40., 50., 60.])
    """
    array, channels = as_image(image, max_ndim=3, channel_axis=channel_axis)
    size = as_odd(max_size, "max_size", minimum=3, maximum=_LARGEST_SIZE)
    bound = None if threshold is None else as_float(threshold, "threshold", minimum=0)
    result = as_out(out, array)
    threads = as_workers(workers)
    axes = filtered_axes(None, array.ndim, channels)
    return deliver(
        result,
        array,
        lambda target: _core.remove_hot_pixels(array, axes, size, bound, target, threads),
    )
