"""What denoise_color does, in float64 and in so many words; its parts have oracles of their own."""

from __future__ import annotations

import numpy as np

import burnish

WEIGHTS = np.array([0.299, 0.587, 0.114])


def luma(image):
    """Return the luma of a picture with its channels last, in float64."""
    return np.asarray(image, np.float64) @ WEIGHTS


def chroma(image):
    grey = luma(image)
    return np.stack([image[..., 0] - grey, image[..., 2] - grey], -1)


def denoise_color(image, *, luma=0.0, chroma=1.0, detail=0.2):
    image = np.asarray(image, np.float64)
    grey, color = image @ WEIGHTS, globals()["chroma"](image)
    new_grey, new_color = grey, color
    if chroma > 0:
        new_color = _smooth(grey, color, _noise(grey, color), 1.5 * chroma)
    if luma > 0 and (sigma := burnish.estimate_sigma(grey)) > 0:
        smooth = _nl_means(grey, luma * sigma, 1.0, 7)
        new_grey = smooth + detail * (grey - smooth)
    red, blue = new_grey + new_color[..., 0], new_grey + new_color[..., 1]
    green = (new_grey - WEIGHTS[0] * red - WEIGHTS[2] * blue) / WEIGHTS[1]
    return np.stack([red, green, blue], -1)


def _noise(grey, color):
    """Return the deviations of luma and both chromas, scale by scale."""
    planes = [grey, color[..., 0], color[..., 1]]
    scales = []
    while True:
        scales.append([burnish.estimate_sigma(plane) for plane in planes])
        if len(scales) == 3 or min(grey.shape) >> len(scales) < 16:
            break
        planes = [_means(plane) for plane in planes]
    return [
        (scale[0], *np.max([each[1:] for each in scales[i:]], axis=0))
        for i, scale in enumerate(scales)
    ]


def _means(plane):
    rows, columns = (size // 2 for size in plane.shape)
    cells = plane[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2)
    return cells.mean(axis=(1, 3))


def _smooth(grey, color, noise, strength):
    if len(noise) > 1:
        coarse = burnish.pyramid_reduce(color, channel_axis=-1)
        smooth = _smooth(burnish.pyramid_reduce(grey), coarse, noise[1:], strength)
        shape = {"shape": color.shape, "channel_axis": -1}
        color = color + burnish.pyramid_expand(smooth - coarse, **shape)
    of_grey, of_red, of_blue = noise[0]
    units = [(of_red, 0), (of_blue, 1)]
    units = [(unit, channel) for unit, channel in units if unit > 0]
    if not units:
        return color
    planes = [grey / max(of_grey, 0.5 * max(of_red, of_blue))]
    planes += [color[..., channel] / unit for unit, channel in units]
    result = _nl_means(np.stack(planes, -1), strength, 0.8, 5, channel_axis=-1)
    color = color.copy()
    for i, (unit, channel) in enumerate(units, 1):
        color[..., channel] = result[..., i] * unit
    return color


def _nl_means(image, sigma, relative_h, distance, **channel):
    patches = {"patch_size": 3, "patch_distance": distance}
    return burnish.denoise_nl_means(image, sigma=sigma, h=relative_h * sigma, **patches, **channel)
