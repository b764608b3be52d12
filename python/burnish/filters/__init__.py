"""Linear filters: the building blocks of restoration and enhancement.

Names and meanings are those of `scipy.ndimage`, with two differences: options are keyword-only and
``output`` is called ``out``; and integer images come back rounded half to even and saturated, where
SciPy truncates and wraps.
"""

from burnish.filters.convolution import convolve, convolve1d, correlate, correlate1d
from burnish.filters.derivatives import laplace, sobel
from burnish.filters.pyramids import (
    pyramid_collapse,
    pyramid_expand,
    pyramid_gaussian,
    pyramid_laplacian,
    pyramid_reduce,
)
from burnish.filters.smoothing import gaussian_filter, uniform_filter
from burnish.filters.spectral import fftconvolve

__all__ = [
    "convolve",
    "convolve1d",
    "correlate",
    "correlate1d",
    "fftconvolve",
    "gaussian_filter",
    "laplace",
    "pyramid_collapse",
    "pyramid_expand",
    "pyramid_gaussian",
    "pyramid_laplacian",
    "pyramid_reduce",
    "sobel",
    "uniform_filter",
]
