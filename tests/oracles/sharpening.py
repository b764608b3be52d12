"""The linear unsharp mask: image + amount * (image - blurred), the Gaussian cut off at 4 sigma."""

from __future__ import annotations

import numpy as np

from oracles import convolution
from oracles.smoothing import gaussian


def unsharp_mask(image, *, radius=1.0, amount=1.0, channel_axis=None):
    image = np.asarray(image).astype(np.float64)
    channel = None if channel_axis is None else channel_axis % image.ndim
    blurred = image
    for axis in range(image.ndim):
        if axis != channel:
            blurred = convolution.correlate1d(blurred, gaussian(radius, 4.0), axis=axis)
    return image + amount * (image - blurred)
