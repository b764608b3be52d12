"""What the demo times: each operation of ours beside its peers, one entry of a table each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import burnish
from burnish.cli.pictures import SMALLEST_HOLED, a_hole

__all__ = ["OPERATIONS", "PACKAGES", "Operation", "Scene"]

# What pip installs for each peer.
PACKAGES = {
    "SciPy": "scipy",
    "scikit-image": "scikit-image",
    "OpenCV": "opencv-python-headless",
    "PyPatchMatch": "PyPatchMatch",
}

Array = NDArray[Any]
Call = Callable[[], Array]


@dataclass(frozen=True)
class Scene:
    """One photograph in the forms that operations take, and the threads that all may use."""

    grey: NDArray[np.float32]  # (row, column), in [0, 1]
    grey8: NDArray[np.uint8]
    colour: NDArray[np.float32]  # (row, column, 3), in [0, 1]
    workers: int


@dataclass(frozen=True)
class Operation:
    """The rows of the table for one piece of work, one row for each peer.

    Each function imports what it needs, prepares, and returns the call to be timed; a peer whose
    import fails has no row.
    """

    name: str
    ours: Callable[[Scene], Call]
    peers: Mapping[str, Callable[[Scene], Call]]
    agree: bool = True  # whether answers are the same; else how far they differ says nothing


def _opencv(scene: Scene) -> Any:
    import cv2

    cv2.setNumThreads(scene.workers)
    return cv2


def _dense(taps: int, form: str) -> Operation:
    kernel = np.random.default_rng(taps).random((taps, taps))
    kernel /= kernel.sum()
    attribute = "grey8" if form == "uint8" else "grey"

    def ours(scene: Scene) -> Call:
        image = getattr(scene, attribute)
        return lambda: burnish.convolve(image, kernel, mode="mirror", workers=scene.workers)

    def scipy(scene: Scene) -> Call:
        from scipy import ndimage

        image = getattr(scene, attribute)
        # float32 also for uint8: SciPy's integer output truncates, one off nearly everywhere
        return lambda: ndimage.convolve(image, kernel, np.float32, mode="mirror")

    def opencv(scene: Scene) -> Call:
        cv2 = _opencv(scene)
        image = getattr(scene, attribute)
        turned = np.ascontiguousarray(kernel[::-1, ::-1], dtype=np.float32)
        return lambda: cv2.filter2D(image, -1, turned, borderType=cv2.BORDER_REFLECT_101)

    return Operation(f"convolve {taps}x{taps} {form}", ours, {"SciPy": scipy, "OpenCV": opencv})


def _gaussian(sigma: int) -> Operation:
    taps = 2 * 4 * sigma + 1

    def ours(scene: Scene) -> Call:
        return lambda: burnish.gaussian_filter(
            scene.grey, sigma, mode="mirror", workers=scene.workers
        )

    def scipy(scene: Scene) -> Call:
        from scipy import ndimage

        return lambda: ndimage.gaussian_filter(scene.grey, sigma, mode="mirror", truncate=4)

    def opencv(scene: Scene) -> Call:
        cv2 = _opencv(scene)
        return lambda: cv2.GaussianBlur(
            scene.grey, (taps, taps), sigma, borderType=cv2.BORDER_REFLECT_101
        )

    return Operation(f"Gaussian sigma {sigma} float32", ours, {"SciPy": scipy, "OpenCV": opencv})


def _uniform(size: int) -> Operation:
    def ours(scene: Scene) -> Call:
        return lambda: burnish.uniform_filter(
            scene.grey, size, mode="mirror", workers=scene.workers
        )

    def scipy(scene: Scene) -> Call:
        from scipy import ndimage

        return lambda: ndimage.uniform_filter(scene.grey, size, mode="mirror")

    def opencv(scene: Scene) -> Call:
        cv2 = _opencv(scene)
        return lambda: cv2.blur(scene.grey, (size, size), borderType=cv2.BORDER_REFLECT_101)

    return Operation(f"mean of {size}x{size} float32", ours, {"SciPy": scipy, "OpenCV": opencv})


def _ssim() -> Operation:
    def ours(scene: Scene) -> Call:
        return lambda: np.asarray(burnish.ssim(scene.grey8, _darker(scene), workers=scene.workers))

    def skimage(scene: Scene) -> Call:
        from skimage import metrics

        call: Any = metrics.structural_similarity  # untyped
        return lambda: np.asarray(call(scene.grey8, _darker(scene)))

    return Operation("SSIM of 8 bits", ours, {"scikit-image": skimage})


def _darker(scene: Scene) -> NDArray[np.uint8]:
    return scene.grey8 // np.uint8(2)


def _unsharp_mask(radius: int) -> Operation:
    taps = 2 * 4 * radius + 1

    def ours(scene: Scene) -> Call:
        return lambda: burnish.unsharp_mask(
            scene.colour, radius=radius, channel_axis=2, workers=scene.workers
        )

    def skimage(scene: Scene) -> Call:
        from skimage import filters

        # 2, not -1: with that scikit-image 0.26 returns uninitialised memory (their issue 7264)
        call: Any = filters.unsharp_mask  # untyped
        return lambda: np.asarray(
            call(scene.colour, radius=radius, channel_axis=2, preserve_range=True)
        )

    def opencv(scene: Scene) -> Call:
        cv2 = _opencv(scene)

        def call() -> Array:
            blurred = cv2.GaussianBlur(
                scene.colour, (taps, taps), radius, borderType=cv2.BORDER_REFLECT
            )
            sharp: Array = cv2.addWeighted(scene.colour, 2.0, blurred, -1.0, 0.0)
            return sharp

        return call

    return Operation(
        "unsharp mask RGB float32",
        ours,
        {"scikit-image": skimage, "OpenCV": opencv},
    )


def _richardson_lucy(size: int) -> Operation:
    psf = burnish.psf.gaussian(size / 6, size=size)

    def ours(scene: Scene) -> Call:
        return lambda: burnish.richardson_lucy(
            scene.grey, psf, num_iter=10, boundary="zero", workers=scene.workers
        )

    def skimage(scene: Scene) -> Call:
        from skimage import restoration

        call: Any = restoration.richardson_lucy  # untyped
        narrow = psf.astype(np.float32)
        return lambda: np.asarray(call(scene.grey, narrow, num_iter=10, clip=False))

    return Operation(f"Richardson-Lucy {size}x{size}", ours, {"scikit-image": skimage})


_PATCH, _DISTANCE, _NOISE = 5, 4, 0.05  # of the range


def _nl_means() -> Operation:
    h = 255 * _NOISE

    def ours(scene: Scene) -> Call:
        return lambda: burnish.denoise_nl_means(
            scene.grey8,
            patch_size=_PATCH,
            patch_distance=_DISTANCE,
            h=h,
            sigma=0,
            workers=scene.workers,
        )

    def opencv(scene: Scene) -> Call:
        cv2 = _opencv(scene)
        window = 2 * _DISTANCE + 1
        return lambda: cv2.fastNlMeansDenoising(scene.grey8, None, h, _PATCH, window)

    return Operation(f"non-local means {_PATCH}x{_PATCH} uint8", ours, {"OpenCV": opencv})


_FILLED = 512  # pixels a side at most: PyPatchMatch takes a second for so many


def _inpaint_patch() -> Operation:
    def ours(scene: Scene) -> Call:
        image, mask = _holed(scene)
        return lambda: burnish.inpaint_patch(image, mask, channel_axis=2, workers=scene.workers)

    def pypatchmatch(scene: Scene) -> Call:
        import patchmatch

        image, mask = _holed(scene)
        in_bytes = mask.astype(np.uint8) * 255
        return lambda: np.asarray(patchmatch.inpaint(image, in_bytes, patch_size=5))

    return Operation("fill a hole RGB uint8", ours, {"PyPatchMatch": pypatchmatch}, agree=False)


def _holed(scene: Scene) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    cut = np.rint(scene.colour[:_FILLED, :_FILLED] * 255).astype(np.uint8)
    missing = max(0, SMALLEST_HOLED - cut.shape[0])
    cut = np.pad(cut, ((0, missing), (0, missing), (0, 0)), mode="symmetric")
    mask = a_hole(*cut.shape[:2])
    cut[mask] = 0
    return cut, mask


# A family joins by one entry here.
OPERATIONS = (
    _dense(3, "float32"),
    _dense(7, "float32"),
    _dense(15, "float32"),
    _dense(3, "uint8"),
    _dense(7, "uint8"),
    _dense(15, "uint8"),
    _gaussian(2),
    _gaussian(8),
    _uniform(31),
    _ssim(),
    _unsharp_mask(2),
    _richardson_lucy(15),
    _nl_means(),
    _inpaint_patch(),
)
