"""Makes the pictures of the README: ``python docs/pictures.py``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from skimage import data, restoration

import burnish

_HERE = Path(__file__).parent
_GAP = 8
_LABEL = 24
_INK = (60, 60, 60)

Panel = NDArray[np.uint8]


def deconvolution() -> dict[str, Panel]:
    """Return a photograph shaken, cut out of its scene and noisy; and what two tools make of it."""
    scene = data.coffee()[40:340, 130:430].astype(np.float32) / 255
    psf = burnish.psf.motion(17, angle=35)
    shaken = burnish.convolve(scene, psf, channel_axis=2)[20:-20, 20:-20]
    noise = np.random.default_rng(5).normal(scale=0.005, size=shaken.shape)
    shaken = (shaken + noise).astype(np.float32)
    theirs = [
        restoration.richardson_lucy(shaken[..., channel], psf, num_iter=30) for channel in range(3)
    ]
    return {
        "shaken": _eight_bits(shaken),
        "scikit-image's richardson_lucy": _eight_bits(np.stack(theirs, -1)),
        "burnish's": _eight_bits(burnish.richardson_lucy(shaken, psf, num_iter=30, channel_axis=2)),
    }


def denoising() -> dict[str, Panel]:
    """Return a photograph with noise; and what two tools make of it, one of which is told."""
    scene = data.chelsea()[20:280, 90:350].astype(np.float32) / 255
    sigma = 0.1
    noise = np.random.default_rng(5).normal(scale=sigma, size=scene.shape)
    noisy = (scene + noise).astype(np.float32)
    theirs = restoration.denoise_nl_means(noisy, h=0.8 * sigma, sigma=sigma, channel_axis=-1)
    return {
        "noisy": _eight_bits(noisy),
        "scikit-image's denoise_nl_means": _eight_bits(theirs),
        "burnish's": _eight_bits(burnish.denoise_nl_means(noisy, channel_axis=-1)),
    }


def inpainting() -> dict[str, Panel]:
    """Return a photograph with a hole; and what two tools make of it."""
    scene = data.coffee()[:260, :260]
    mask = np.zeros(scene.shape[:2], bool)
    mask[30:126, 40:136] = True
    holed = np.where(mask[..., None], 0, scene).astype(np.uint8)
    theirs = restoration.inpaint_biharmonic(holed, mask, channel_axis=-1)
    return {
        "with a hole": holed,
        "scikit-image's inpaint_biharmonic": _eight_bits(theirs),
        "burnish's inpaint_patch": burnish.inpaint_patch(holed, mask, channel_axis=-1),
    }


def _eight_bits(image: NDArray[np.floating]) -> Panel:
    return np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)


def beside(panels: dict[str, Panel]) -> Image.Image:
    """Return labelled panels in a row."""
    height, width = next(iter(panels.values())).shape[:2]
    sheet = Image.new("RGB", (len(panels) * (width + _GAP) - _GAP, _LABEL + height), "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(14)
    for number, (label, panel) in enumerate(panels.items()):
        left = number * (width + _GAP)
        draw.text((left, _LABEL // 2), label, fill=_INK, font=font, anchor="lm")
        sheet.paste(Image.fromarray(panel), (left, _LABEL))
    return sheet


if __name__ == "__main__":
    beside(deconvolution()).save(_HERE / "deconvolution.jpg", quality=92)
    beside(denoising()).save(_HERE / "denoising.jpg", quality=90)
    beside(inpainting()).save(_HERE / "inpainting.jpg", quality=90)
