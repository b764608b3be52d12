"""Richardson-Lucy with convolutions as sums over taps, in float64."""

from __future__ import annotations

import numpy as np

from oracles import convolution

BOUNDARIES = ("unknown", "reflect", "wrap", "zero")
_LEAST_HEARD = 0.01
_LEAST_GRADIENT = 1e-3


def richardson_lucy(image, psf, *, channel_axis=None, weights=None, **options):
    """Return the estimate after so many iterations, at first the same everywhere."""
    if channel_axis is None:
        return _volume(image, psf, weights, **options)
    image = np.moveaxis(np.asarray(image), channel_axis, 0)
    if weights is not None and np.ndim(weights) == image.ndim:
        weights = np.moveaxis(weights, channel_axis, 0)
    else:
        weights = [weights] * len(image)
    channels = [
        _volume(channel, psf, each, **options) for channel, each in zip(image, weights, strict=True)
    ]
    return np.moveaxis(np.array(channels), 0, channel_axis)


class _Blur:
    """What makes an image of a scene, and the adjoint."""

    def __init__(self, shape, psf, boundary):
        self.shape = shape
        self.psf = psf
        self.turned = np.flip(psf)
        # Turned, an even PSF has its centre one pixel earlier.
        self.origin = tuple(-((size + 1) % 2) for size in psf.shape)
        self.mode = "wrap" if boundary == "wrap" else "constant"
        self.margins = [(0, 0)] * psf.ndim
        if boundary in ("unknown", "reflect"):
            before = [(size - 1) // 2 for size in psf.shape]
            self.margins = [(b, size - 1 - b) for b, size in zip(before, psf.shape, strict=True)]
        self.mirrors = boundary == "reflect"
        self.frame = tuple(
            slice(before, before + size)
            for (before, _), size in zip(self.margins, shape, strict=True)
        )

    def forth(self, scene):
        if self.mirrors:
            scene = np.pad(scene, self.margins, mode="symmetric")
        blurred = convolution.correlate_in_float64(
            scene, self.turned, origin=self.origin, mode=self.mode
        )
        return blurred[self.frame]

    def back(self, image):
        image = np.pad(image, self.margins)
        scene = convolution.correlate_in_float64(
            image, self.psf, origin=(0,) * image.ndim, mode=self.mode
        )
        if not self.mirrors:
            return scene
        places = np.pad(
            np.arange(np.prod(self.shape)).reshape(self.shape), self.margins, mode="symmetric"
        )
        return np.bincount(places.ravel(), scene.ravel()).reshape(self.shape)


def _volume(
    image,
    psf,
    weights,
    *,
    num_iter,
    boundary="unknown",
    background=0.0,
    damping=0.0,
    acceleration=False,
    total_variation=0.0,
    stop=None,
    least=1e-12,
):
    image = np.asarray(image).astype(np.float64)
    weights = np.ones(image.shape) if weights is None else np.asarray(weights, np.float64)
    image = np.where(weights > 0, image, 0)
    largest = np.abs(image).max()
    image = np.maximum(image, 0)
    psf = np.asarray(psf, np.float64) / np.sum(psf, dtype=np.float64)
    blur = _Blur(image.shape, psf, boundary)

    whole = boundary in ("zero", "wrap")
    heard = 1 + blur.back(weights - 1) if whole else blur.back(weights)
    least_heard = _LEAST_HEARD * weights.max()
    gain = np.where(heard > least_heard, 1 / np.maximum(heard, least_heard), 0)
    estimate = np.where(gain > 0, largest, 0.0) if boundary == "unknown" else 0 * heard + largest
    previous = estimate
    step = 0 * estimate
    for iteration in range(num_iter):
        blurred = blur.forth(estimate) + background
        misfit = np.sqrt(np.sum(weights * (blurred - image) ** 2) / np.sum(weights))
        if iteration and stop and stop[0] == "discrepancy" and misfit <= stop[1]:
            estimate = previous if acceleration else estimate
            break
        ratio = weights * _ratio(image, blurred, damping, least * largest)
        after = estimate * blur.back(ratio) * gain
        if total_variation:
            after /= 1 - total_variation * _curvature(
                estimate,
                boundary,
                (max(_LEAST_GRADIENT, 4 * psf.ndim * total_variation) * largest) ** 2,
            )
        before = previous if acceleration else estimate
        change = np.linalg.norm(after - before)
        if not acceleration:
            estimate = after
        else:
            old, step = step, after - estimate
            momentum = np.sum(step * old) / np.sum(old**2) if old.any() else 0.0
            momentum = min(max(momentum, 0.0), 1.0)
            estimate, previous = after, after
            predicted = np.maximum(after + momentum * (after - before), 0)
        if stop and stop[0] == "change" and change <= stop[1] * np.linalg.norm(after):
            break
        if acceleration and iteration + 1 < num_iter:
            estimate = predicted
    return estimate[blur.frame] if boundary == "unknown" else estimate


def _ratio(image, blurred, damping, least):
    divisible = blurred > least
    ratio = np.divide(image, blurred, out=np.zeros_like(image), where=divisible)
    if not damping:
        return ratio
    logarithmic = np.zeros_like(image)
    both = divisible & (image > 0)
    logarithmic[both] = image[both] * np.log(blurred[both] / image[both])
    u = -2 / damping**2 * (logarithmic - blurred + image)
    u = np.minimum(u, 1)
    off = np.divide(image - blurred, blurred, out=np.zeros_like(image), where=divisible)
    return np.where(divisible, 1 + u**9 * (10 - 9 * u) * off, 0)


def _curvature(estimate, boundary, floor):
    """Return the divergence of the gradient's direction, the gradient of the total variation."""
    axes = range(estimate.ndim)
    scene = tuple(slice(size) for size in estimate.shape)
    if boundary == "unknown":  # nothing is beyond what the image hears of
        estimate = np.pad(estimate, (0, 1))
    differences = [np.roll(estimate, -1, axis) - estimate for axis in axes]
    if boundary in ("zero", "reflect"):
        for axis, difference in enumerate(differences):
            np.moveaxis(difference, axis, 0)[-1] = 0
    length = np.sqrt(sum(difference**2 for difference in differences) + floor)
    return sum(
        difference / length - np.roll(difference / length, 1, axis)
        for axis, difference in enumerate(differences)
    )[scene]
