"""burnish restores and enhances images with fast, exact C++ kernels."""

from burnish import enhancement, filters, metrics, psf, restoration
from burnish._runtime import clear_cache, get_num_threads, set_num_threads, show_config
from burnish._version import __version__
from burnish.enhancement import unsharp_mask
from burnish.filters import (
    convolve,
    convolve1d,
    correlate,
    correlate1d,
    fftconvolve,
    gaussian_filter,
    laplace,
    pyramid_collapse,
    pyramid_expand,
    pyramid_gaussian,
    pyramid_laplacian,
    pyramid_reduce,
    sobel,
    uniform_filter,
)
from burnish.metrics import mse, psnr, ssim
from burnish.restoration import (
    denoise_color,
    denoise_nl_means,
    estimate_sigma,
    remove_hot_pixels,
    richardson_lucy,
    unsupervised_wiener,
    wiener,
)

__all__ = [
    "__version__",
    "clear_cache",
    "convolve",
    "convolve1d",
    "correlate",
    "correlate1d",
    "denoise_color",
    "denoise_nl_means",
    "enhancement",
    "estimate_sigma",
    "fftconvolve",
    "filters",
    "gaussian_filter",
    "get_num_threads",
    "laplace",
    "metrics",
    "mse",
    "psf",
    "psnr",
    "pyramid_collapse",
    "pyramid_expand",
    "pyramid_gaussian",
    "pyramid_laplacian",
    "pyramid_reduce",
    "remove_hot_pixels",
    "restoration",
    "richardson_lucy",
    "set_num_threads",
    "show_config",
    "sobel",
    "ssim",
    "uniform_filter",
    "unsharp_mask",
    "unsupervised_wiener",
    "wiener",
]
