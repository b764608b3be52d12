from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

def anscombe(
    image: NDArray[Any],
    gain: float,
    sigma: float,
    offset: float,
    out: NDArray[Any] | None,
    workers: int,
) -> NDArray[Any]: ...
def clear_cache() -> None: ...
def config() -> dict[str, Any]: ...
def convolution_time(
    shape: Sequence[int],
    taps: Sequence[int],
    wraps: Sequence[bool],
    batch: int,
    in_double: bool,
) -> tuple[float, float, float]: ...
def correlate(
    image: NDArray[Any],
    weights: NDArray[np.float64],
    axes: Sequence[int],
    origins: Sequence[int],
    modes: Sequence[str],
    cval: float,
    out: NDArray[Any] | None,
    workers: int,
) -> NDArray[Any]: ...
def correlate_separable(
    image: NDArray[Any],
    factors: Sequence[NDArray[np.float64]],
    axes: Sequence[int],
    origins: Sequence[int],
    modes: Sequence[str],
    cval: float,
    out: NDArray[Any] | None,
    workers: int,
) -> NDArray[Any]: ...
def correlate_linear(
    image: NDArray[Any],
    weights: NDArray[np.float64],
    first: Sequence[int],
    shape: Sequence[int],
    in_double: bool,
    workers: int,
) -> NDArray[Any] | None: ...
def correlate_spectral(
    image: NDArray[Any],
    weights: NDArray[np.float64],
    axes: Sequence[int],
    origins: Sequence[int],
    modes: Sequence[str],
    cval: float,
    periodic: bool,
    out: NDArray[Any] | None,
    workers: int,
) -> NDArray[Any] | None: ...
def denoise_nl_means(
    image: NDArray[Any],
    axes: Sequence[int],
    patch_sizes: Sequence[int],
    patch_distances: Sequence[int],
    channel_axis: int,
    patch_kernel: Sequence[Sequence[float]],
    frames: bool,
    h: float,
    sigma: float,
    out: NDArray[Any] | None,
    workers: int,
) -> NDArray[Any]: ...
def get_num_threads() -> int: ...
def inpaint_biharmonic(image: NDArray[Any], mask: NDArray[Any], workers: int) -> str | None: ...
def inpaint_exemplar(
    image: NDArray[Any],
    mask: NDArray[Any],
    allowed: NDArray[Any] | None,
    patch_size: int,
    observer: Callable[[float], bool] | None,
    workers: int,
) -> str | None: ...
def inpaint_patch(
    image: NDArray[Any],
    mask: NDArray[Any],
    allowed: NDArray[Any] | None,
    references: Sequence[NDArray[Any]],
    patch_size: int,
    num_levels: int,
    num_iter: int,
    seed: int,
    observer: Callable[[float], bool] | None,
    workers: int,
) -> str | None: ...
def inpaint_telea(
    image: NDArray[Any],
    mask: NDArray[Any],
    radius: int,
    workers: int,
) -> str | None: ...
def inverse_anscombe(
    image: NDArray[Any],
    gain: float,
    sigma: float,
    offset: float,
    out: NDArray[Any] | None,
    workers: int,
) -> NDArray[Any]: ...
def noise_model(image: NDArray[Any], workers: int) -> tuple[float, float, float] | None: ...
def noise_sigma(image: NDArray[Any], workers: int) -> float | None: ...
def patch_field(
    image: NDArray[Any],
    mask: NDArray[Any],
    allowed: NDArray[Any] | None,
    references: Sequence[NDArray[Any]],
    patch_size: int,
    sweeps: int,
    seed: int,
    workers: int,
) -> dict[str, Any]: ...
def pyramid_combine(
    image: NDArray[Any],
    base: NDArray[Any],
    sign: float,
    axes: Sequence[int],
    modes: Sequence[str],
    cval: float,
    out: NDArray[Any] | None,
    workers: int,
) -> NDArray[Any]: ...
def pyramid_expand(
    image: NDArray[Any],
    shape: Sequence[int],
    axes: Sequence[int],
    modes: Sequence[str],
    cval: float,
    out: NDArray[Any] | None,
    workers: int,
) -> NDArray[Any]: ...
def pyramid_reduce(
    image: NDArray[Any],
    axes: Sequence[int],
    modes: Sequence[str],
    cval: float,
    out: NDArray[Any] | None,
    workers: int,
) -> NDArray[Any]: ...
def remove_hot_pixels(
    image: NDArray[Any],
    axes: Sequence[int],
    max_size: int,
    threshold: float | None,
    out: NDArray[Any] | None,
    workers: int,
) -> NDArray[Any]: ...
def richardson_lucy(
    image: NDArray[Any],
    kernel: NDArray[np.float64],
    axes: Sequence[int],
    origins: Sequence[int],
    boundary: str,
    num_iter: int,
    least: float,
    weights: NDArray[Any] | None,
    background: float,
    damping: float,
    acceleration: bool,
    total_variation: float,
    stop: str,
    stop_at: float,
    observer: Callable[[int, int, NDArray[Any]], bool] | None,
    out: NDArray[Any] | None,
    workers: int,
) -> NDArray[Any] | None: ...
def set_num_threads(workers: int) -> None: ...
def spectral_round_trip(image: NDArray[Any], workers: int) -> NDArray[Any]: ...
def squared_error(
    image_true: NDArray[Any],
    image_test: NDArray[Any],
    mask: NDArray[np.uint8] | None,
    workers: int,
) -> float: ...
def structural_similarity(
    image_true: NDArray[Any],
    image_test: NDArray[Any],
    weights: NDArray[np.float64],
    axes: Sequence[int],
    margin: int,
    covariance_scale: float,
    c1: float,
    c2: float,
    mask: NDArray[np.uint8] | None,
    out: NDArray[np.float64] | None,
    workers: int,
) -> float: ...
def uniform_filter(
    image: NDArray[Any],
    sizes: Sequence[int],
    axes: Sequence[int],
    origins: Sequence[int],
    modes: Sequence[str],
    cval: float,
    out: NDArray[Any] | None,
    workers: int,
) -> NDArray[Any]: ...
def unsupervised_wiener_mean(chain: object, workers: int) -> NDArray[Any]: ...
def unsupervised_wiener_sample(chain: object, workers: int) -> NDArray[Any]: ...
def unsupervised_wiener_scale(chain: object) -> tuple[float, float]: ...
def unsupervised_wiener_start(
    image: NDArray[Any],
    weights: NDArray[np.float64],
    origins: Sequence[int],
    prior: NDArray[np.float64],
    prior_origins: Sequence[int],
    keeps_samples: bool,
    out: NDArray[Any] | None,
    workers: int,
) -> object | None: ...
def unsupervised_wiener_step(
    chain: object,
    noise_precision: float,
    prior_precision: float,
    key: int,
    iteration: int,
    counts: bool,
    compares: bool,
    normals: NDArray[np.float64] | None,
    workers: int,
) -> tuple[float, float, float]: ...
def unsharp_mask(
    image: NDArray[Any],
    factors: Sequence[NDArray[np.float64]],
    axes: Sequence[int],
    amount: float,
    out: NDArray[Any] | None,
    workers: int,
) -> NDArray[Any]: ...
def wiener(
    image: NDArray[Any],
    weights: NDArray[np.float64],
    axes: Sequence[int],
    origins: Sequence[int],
    reg: NDArray[np.float64],
    balance: float | None,
    boundary: str,
    out: NDArray[Any] | None,
    workers: int,
) -> NDArray[Any] | None: ...
