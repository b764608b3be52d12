"""Every public function, one row each: what test_contracts.py holds against every fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import burnish


@dataclass(frozen=True)
class Function:
    """One public function.

    `kinds` says of each parameter which faults of faults.py it is held against; `given` holds valid
    values for what has no default, beside the image; `long_call` takes seconds, for Ctrl-C to end.
    """

    call: Callable[..., Any]
    kinds: Mapping[str, str]
    given: Mapping[str, Any] = field(default_factory=dict)
    long_call: Callable[..., Any] | None = None
    least: int = 1  # pixels that each side of an image must have


_BORDER = {"mode": "border", "cval": "any real"}
_BORDERS = {"mode": "modes", "cval": "any real"}
_RUN = {"out": "out", "workers": "workers"}
_DENSE = {
    "image": "image to 3-D",
    "weights": "weights 2-D",
    **_BORDERS,
    "origin": "origins",
    "axes": "axes",
    "channel_axis": "optional axis",
    "method": "choice",
    **_RUN,
}
_LINE = {
    "image": "image to 4-D",
    "weights": "weights 1-D",
    "axis": "axis",
    **_BORDER,
    "origin": "origin",
    **_RUN,
}
_UNSHARP = {
    "image": "image to 3-D",
    "radius": "not negative",
    "amount": "finite real",
    "channel_axis": "optional axis",
    **_RUN,
}
_ALONG = {"axes": "axes", "channel_axis": "optional axis"}
_PYRAMID = {
    "image": "image to 3-D",
    "max_layer": "max_layer",
    **_BORDERS,
    "channel_axis": "optional axis",
    "workers": "workers",
}
_PAIR = {"image_true": "one of two images", "image_test": "one of two images"}
_COUNTED = {"mask": "optional mask", "channel_axis": "optional axis", "workers": "workers"}
_SSIM = {
    **_PAIR,
    "win_size": "optional window",
    "data_range": "optional range",
    "gaussian_weights": "flag",
    "sigma": "deviation to 36",
    "use_sample_covariance": "flag",
    "K1": "small, not negative",
    "K2": "small, not negative",
    "full": "flag",
    **_COUNTED,
}
_KERNEL = np.array([[0.1, 0.2, 0.0], [0.3, 0.1, 0.1], [0.0, 0.1, 0.1]])
_TAPS = np.array([0.25, 0.5, 0.125, 0.125])


def _large() -> np.ndarray:
    return np.ones((4000, 4000))


def _wide() -> np.ndarray:
    return np.random.default_rng(0).random((101, 101))


def _slow(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    return lambda workers: function(_large(), workers=workers, **options)


def _slow_dense(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda workers: function(_large(), _wide(), method="direct", workers=workers)


def _slow_volume(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    return lambda workers: function(np.ones((80, 1000, 1000)), workers=workers, **options)


def _repeated(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    """Repeat what takes no second at any size that has room."""

    def call(workers: int) -> None:
        image = np.ones((2000, 2000))
        for _ in range(1000):
            function(image, workers=workers, **options)

    return call


def _star() -> np.ndarray:
    image = np.random.default_rng(7).random((16, 20)).astype(np.float32)
    image[7, 8] += 100
    return image


def _two() -> dict[str, np.ndarray]:
    one, other = np.random.default_rng(7).random((2, 16, 20)).astype(np.float32)
    return {"image_true": one, "image_test": other}


def _endless(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    image = np.broadcast_to(np.float32(1), (200_000, 200_000))
    return lambda workers: function(image, image, workers=workers, **options)


def _as_it_is(image: np.ndarray, sigma: float) -> np.ndarray:
    return image


def _holed(image: np.ndarray) -> dict[str, np.ndarray]:
    """Return an image and a mask of a hole to the right of its middle."""
    mask = np.zeros(image.shape, bool)
    rows, columns = image.shape
    mask[rows * 9 // 16 : rows * 13 // 16, columns * 3 // 4 : columns * 19 // 20] = True
    return {"image": image, "mask": mask}


_MANY_TAPS = np.full(20_001, 1e-5)

FUNCTIONS = {
    "convolve": Function(
        burnish.convolve, _DENSE, {"weights": _KERNEL}, _slow_dense(burnish.convolve)
    ),
    "correlate": Function(
        burnish.correlate, _DENSE, {"weights": _KERNEL}, _slow_dense(burnish.correlate)
    ),
    "convolve1d": Function(
        burnish.convolve1d, _LINE, {"weights": _TAPS}, _slow(burnish.convolve1d, weights=_MANY_TAPS)
    ),
    "correlate1d": Function(
        burnish.correlate1d,
        _LINE,
        {"weights": _TAPS},
        _slow(burnish.correlate1d, weights=_MANY_TAPS, axis=0),
    ),
    "fftconvolve": Function(
        burnish.fftconvolve,
        {"in1": "one of two arrays", "in2": "one of two arrays", "mode": "choice"}
        | {"workers": "workers"},
        {"in1": _two()["image_true"], "in2": _two()["image_test"]},
        lambda workers: burnish.fftconvolve(_large(), _large()[:3000, :3000], workers=workers),
    ),
    "gaussian_filter": Function(
        burnish.gaussian_filter,
        {
            "image": "image to 3-D",
            "sigma": "sigmas",
            "order": "orders",
            **_BORDERS,
            "truncate": "truncate",
            "radius": "radii",
            **_ALONG,
            **_RUN,
        },
        {"sigma": 1.0},
        _slow(burnish.gaussian_filter, sigma=1500.0),
    ),
    "laplace": Function(
        burnish.laplace,
        {"image": "image to 3-D", **_BORDERS, **_ALONG, **_RUN},
        {},
        _repeated(burnish.laplace),
    ),
    "sobel": Function(
        burnish.sobel,
        {
            "image": "image to 3-D",
            "axis": "axis",
            **_BORDERS,
            "channel_axis": "optional axis beside axis",
            **_RUN,
        },
        {"axis": 0},
        _repeated(burnish.sobel),
    ),
    "uniform_filter": Function(
        burnish.uniform_filter,
        {
            "image": "image to 3-D",
            "size": "sizes",
            **_BORDERS,
            "origin": "origins of 3",
            **_ALONG,
            **_RUN,
        },
        {"size": 3},
        _slow_volume(burnish.uniform_filter, size=300),
    ),
    "unsharp_mask": Function(
        burnish.unsharp_mask, _UNSHARP, {}, _slow(burnish.unsharp_mask, radius=1500.0)
    ),
    "pyramid_reduce": Function(
        burnish.pyramid_reduce,
        {
            "image": "image to 3-D",
            **_BORDERS,
            "channel_axis": "optional axis",
            "out": "out halved",
            "workers": "workers",
        },
        {},
        _repeated(burnish.pyramid_reduce),
    ),
    "pyramid_expand": Function(
        burnish.pyramid_expand,
        {
            "image": "image to 3-D",
            "shape": "finer shape",
            **_BORDERS,
            "channel_axis": "optional axis",
            "out": "out doubled",
            "workers": "workers",
        },
        {},
        _repeated(burnish.pyramid_expand),
    ),
    "pyramid_gaussian": Function(
        burnish.pyramid_gaussian, _PYRAMID, {}, _repeated(burnish.pyramid_gaussian)
    ),
    "pyramid_laplacian": Function(
        burnish.pyramid_laplacian, _PYRAMID, {}, _repeated(burnish.pyramid_laplacian)
    ),
    "pyramid_collapse": Function(
        burnish.pyramid_collapse,
        {"layers": "layers", **_BORDERS, "channel_axis": "optional axis", **_RUN},
        {"layers": [np.ones((16, 20), np.float32), np.ones((8, 10), np.float32)]},
    ),
    "mse": Function(burnish.mse, {**_PAIR, **_COUNTED}, _two(), _endless(burnish.mse)),
    "psnr": Function(
        burnish.psnr,
        {**_PAIR, "data_range": "optional range", **_COUNTED},
        _two(),
        _endless(burnish.psnr),
    ),
    "ssim": Function(burnish.ssim, _SSIM, _two(), _endless(burnish.ssim, win_size=255), least=7),
    "psf.gaussian": Function(
        burnish.psf.gaussian,
        {"sigma": "sigmas to 3-D", "size": "optional sides", "ndim": "dimensions"},
        {"sigma": 1.0},
    ),
    "psf.box": Function(
        burnish.psf.box, {"size": "sides to 3-D", "ndim": "dimensions"}, {"size": 3}
    ),
    "psf.disk": Function(
        burnish.psf.disk, {"radius": "extent", "size": "optional sides"}, {"radius": 0.5}
    ),
    "psf.motion": Function(
        burnish.psf.motion,
        {"length": "extent", "angle": "any finite real", "size": "optional sides"},
        {"length": 0.0, "angle": 30.0},
    ),
    "psf.airy": Function(
        burnish.psf.airy, {"radius": "ring", "size": "optional sides"}, {"radius": 1.5}
    ),
    "psf.normalize": Function(burnish.psf.normalize, {"psf": "psf to 3-D"}, {"psf": _KERNEL}),
    "psf.from_image": Function(
        burnish.psf.from_image,
        {"image": "star", "size": "window sides", "center": "center", "background": "background"},
        {"image": _star(), "size": 5},
    ),
    "psf.edge_taper": Function(
        burnish.psf.edge_taper,
        {
            "image": "image to 3-D",
            "psf": "psf 2-D",
            "channel_axis": "optional axis",
            "workers": "workers",
        },
        {"psf": _KERNEL},
        _repeated(burnish.psf.edge_taper, psf=_KERNEL),
    ),
    "restoration.denoise_nl_means": Function(
        burnish.denoise_nl_means,
        {
            "image": "image to 3-D",
            "patch_size": "optional patch",
            "patch_distance": "optional window of patches",
            "h": "optional, above 0",
            "sigma": "optional, not negative",
            "patch_kernel": "choice",
            "search_frames": "no frames",
            "channel_axis": "optional axis",
            "frames_axis": "optional axis",
            **_RUN,
        },
        {"patch_size": 3, "patch_distance": 2, "h": 0.1, "sigma": 0.05},
        _slow(burnish.denoise_nl_means, patch_distance=50, h=0.1, sigma=0.1),
    ),
    **{
        f"restoration.{function.__name__}": Function(
            function,
            {
                "image": "image to 4-D",
                "gain": "gain",
                "sigma": "deviation of a reading",
                "offset": "finite real",
                **_RUN,
            },
            {},
            _repeated(function),
        )
        for function in (burnish.anscombe, burnish.inverse_anscombe)
    },
    "restoration.denoise_poisson": Function(
        burnish.denoise_poisson,
        {
            "image": "image to 3-D",
            "denoiser": "denoiser",
            "gain": "optional gain",
            "sigma": "optional deviation",
            "offset": "optional pedestal",
            "channel_axis": "optional axis",
            "workers": "workers",
        },
        {"denoiser": _as_it_is, "gain": 1.0},
        _repeated(burnish.denoise_poisson, denoiser=_as_it_is, gain=1.0),
    ),
    "restoration.estimate_noise_model": Function(
        burnish.estimate_noise_model,
        {
            "image": "image of finite pixels, read",
            "channel_axis": "optional axis",
            "workers": "workers",
        },
        {},
        _repeated(burnish.estimate_noise_model),
    ),
    "restoration.estimate_sigma": Function(
        burnish.estimate_sigma,
        {
            "image": "image of finite pixels, read",
            "average_sigmas": "flag",
            "channel_axis": "optional axis",
            "workers": "workers",
        },
        {},
        _repeated(burnish.estimate_sigma),
    ),
    "restoration.denoise_color": Function(
        burnish.denoise_color,
        {
            "image": "colour picture",
            "luma": "from 0 to 10",
            "chroma": "from 0 to 10",
            "detail": "share",
            "channel_axis": "axis of three channels",
            "out": "out of a colour picture",
            "workers": "workers",
        },
        {"image": np.random.default_rng(7).random((16, 20, 3)).astype(np.float32)},
        lambda workers: burnish.denoise_color(np.ones((9000, 4000, 3)), luma=1, workers=workers),
    ),
    "restoration.inpaint_exemplar": Function(
        burnish.inpaint_exemplar,
        {
            "image": "picture with a hole",
            "mask": "hole",
            "patch_size": "patch that fits",
            "source_mask": "optional sources",
            "callback": "progress",
            "channel_axis": "optional axis",
            **_RUN,
        },
        {**_holed(np.random.default_rng(7).random((16, 20)).astype(np.float32)), "patch_size": 3},
        lambda workers: burnish.inpaint_exemplar(
            **_holed(np.random.default_rng(7).random((4000, 4000))), workers=workers
        ),
    ),
    "restoration.inpaint_biharmonic": Function(
        burnish.inpaint_biharmonic,
        {
            "image": "picture with a hole",
            "mask": "hole in anything",
            "channel_axis": "optional axis",
            **_RUN,
        },
        _holed(np.random.default_rng(7).random((16, 20)).astype(np.float32)),
        lambda workers: burnish.inpaint_biharmonic(
            np.random.default_rng(7).random((1800, 1800)),
            np.indices((1800, 1800)).any(axis=0),
            workers=workers,
        ),
    ),
    "restoration.inpaint_patch": Function(
        burnish.inpaint_patch,
        {
            "image": "picture with a hole",
            "mask": "hole",
            "patch_size": "patch that fits",
            "num_levels": "optional, from 1 to 20",
            "num_iter": "optional, from 1 to 10000",
            "source_mask": "optional sources",
            "references": "optional references",
            "rng": "rng",
            "callback": "progress",
            "channel_axis": "optional axis",
            **_RUN,
        },
        {**_holed(np.random.default_rng(7).random((16, 20)).astype(np.float32)), "patch_size": 3},
        lambda workers: burnish.inpaint_patch(
            **_holed(np.random.default_rng(7).random((4000, 4000))), num_iter=100, workers=workers
        ),
    ),
    "restoration.inpaint_telea": Function(
        burnish.inpaint_telea,
        {
            "image": "picture with a hole",
            "mask": "hole in anything",
            "radius": "pixels, from 1 to 100",
            "channel_axis": "optional axis",
            **_RUN,
        },
        {**_holed(np.random.default_rng(7).random((16, 20)).astype(np.float32)), "radius": 7},
        lambda workers: burnish.inpaint_telea(
            **_holed(np.random.default_rng(7).random((4000, 4000))), radius=50, workers=workers
        ),
    ),
    "restoration.remove_hot_pixels": Function(
        burnish.remove_hot_pixels,
        {
            "image": "image to 3-D",
            "max_size": "odd from 3 to 31",
            "threshold": "optional, not negative",
            "channel_axis": "optional axis",
            **_RUN,
        },
        {},
        _repeated(burnish.remove_hot_pixels),
    ),
    "restoration.richardson_lucy": Function(
        burnish.richardson_lucy,
        {
            "image": "image of finite pixels",
            "psf": "psf 2-D",
            "num_iter": "iterations",
            "boundary": "choice",
            "weights": "optional shares",
            "background": "from 0 up",
            "damping": "from 0 up",
            "acceleration": "flag",
            "total_variation": "from 0 to 0.1",
            "stop": "stop",
            "callback": "callback",
            "channel_axis": "optional axis",
            **_RUN,
        },
        {"psf": _KERNEL, "num_iter": 3},
        _slow(burnish.richardson_lucy, psf=_KERNEL, num_iter=1000),
    ),
    "restoration.unsupervised_wiener": Function(
        burnish.unsupervised_wiener,
        {
            "image": "image of finite pixels",
            "psf": "psf 2-D",
            "reg": "optional operator",
            "threshold": "threshold",
            "min_num_iter": "count",
            "max_num_iter": "samples after 3",
            "burnin": "samples before 8",
            "rng": "rng",
            "return_chains": "flag",
            "callback": "callback",
            "channel_axis": "optional axis",
            **_RUN,
        },
        {"psf": _KERNEL, "max_num_iter": 8, "burnin": 3, "rng": 0},
        _slow(burnish.unsupervised_wiener, psf=_KERNEL, min_num_iter=10_000, max_num_iter=10_000),
    ),
    "restoration.wiener": Function(
        burnish.wiener,
        {
            "image": "image of finite pixels",
            "psf": "psf 2-D",
            "balance": "optional, not negative",
            "reg": "penalty 2-D",
            "transfer_function": "instead of psf",
            "boundary": "choice",
            "channel_axis": "optional axis",
            **_RUN,
        },
        {"psf": _KERNEL},
        _repeated(burnish.wiener, psf=_KERNEL),
    ),
    "set_num_threads": Function(burnish.set_num_threads, {"workers": "workers"}, {"workers": 2}),
    "show_config": Function(burnish.show_config, {"mode": "choice"}),
    "get_num_threads": Function(burnish.get_num_threads, {}),
    "clear_cache": Function(burnish.clear_cache, {}),
}

# The same rows by what they take: any image, not one with a star, a state, or none.
ON_IMAGES = {
    name: row for name, row in FUNCTIONS.items() if row.kinds.get("image", "").startswith("image")
}
