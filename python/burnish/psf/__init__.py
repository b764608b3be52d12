"""Point-spread functions: how a point is blurred, for convolution and its undoing.

All are float64 arrays without negative weights that sum to 1, centred on the pixel ``size // 2`` of
each axis, as `burnish.convolve` takes a kernel's centre. The pixel is the unit of length. An even
size therefore has one line more before the centre than behind it; but for `box` that line is empty,
so that the centroid lies on the centre.
"""

from burnish.psf.diffraction import airy
from burnish.psf.measured import from_image, normalize
from burnish.psf.models import box, disk, gaussian, motion
from burnish.psf.tapering import edge_taper

__all__ = [
    "airy",
    "box",
    "disk",
    "edge_taper",
    "from_image",
    "gaussian",
    "motion",
    "normalize",
]
