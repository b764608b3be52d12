"""Linear filters: the building blocks of restoration and enhancement.

Names and meanings are those of `scipy.ndimage`, with two differences: options are keyword-only and
``output`` is called ``out``; and integer images come back rounded half to even and saturated, where
SciPy truncates and wraps.
"""

from burnish.filters.convolution import convolve, convolve1d, correlate, correlate1d

__all__ = ["convolve", "convolve1d", "correlate", "correlate1d"]
