"""The before/after sheet: one row per picture, one labelled panel per step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

import burnish
from burnish.cli.errors import CommandError
from burnish.cli.pictures import Picture, a_hole

__all__ = ["GAP", "LABEL", "LARGEST_PANEL", "STEPS", "Step", "make", "save"]

LARGEST_PANEL = 512  # pixels on an edge; of larger pictures the middle is shown, pixel by pixel
GAP = 16  # pixels around panels
LABEL = 30  # pixels above a panel, for its label
_FONT_SIZE = 17
_LONGEST_NAME = 32  # letters
_BACKGROUND = (28, 28, 30, 255)
_INK = (235, 235, 235, 255)

_BLUR_RADIUS = 3
_NOISE = 0.08  # of the range


@dataclass(frozen=True)
class Step:
    """A panel: its label, which panel it is made of, counted from the left, and how."""

    label: str
    of: int
    run: Callable[[Picture, int | None], Picture]


def _disk(radius: int) -> NDArray[np.float64]:
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    inside = np.hypot(y, x) <= radius + 0.5
    disk: NDArray[np.float64] = inside / inside.sum()
    return disk


def _blurred(picture: Picture, workers: int | None) -> Picture:
    return picture.with_pixels(
        burnish.convolve(
            picture.pixels,
            _disk(_BLUR_RADIUS),
            channel_axis=picture.channel_axis,
            workers=workers,
        )
    )


def _sharpened(picture: Picture, workers: int | None) -> Picture:
    return picture.with_pixels(
        burnish.unsharp_mask(
            picture.pixels,
            radius=2.0,
            amount=2.0,
            channel_axis=picture.channel_axis,
            workers=workers,
        )
    )


def _deconvolved(picture: Picture, workers: int | None) -> Picture:
    return picture.with_pixels(
        burnish.richardson_lucy(
            picture.pixels,
            _disk(_BLUR_RADIUS),
            channel_axis=picture.channel_axis,
            workers=workers,
        )
    )


def _noisy(picture: Picture, workers: int | None) -> Picture:
    del workers
    full = np.iinfo(picture.pixels.dtype).max
    noise = np.random.default_rng(0).normal(0, _NOISE * full, picture.pixels.shape)
    values = np.clip(np.rint(picture.pixels + noise), 0, full)
    return picture.with_pixels(values.astype(picture.pixels.dtype))


def _denoised(picture: Picture, workers: int | None) -> Picture:
    return picture.with_pixels(
        burnish.denoise_nl_means(picture.pixels, channel_axis=picture.channel_axis, workers=workers)
    )


def _hole(picture: Picture) -> NDArray[np.bool_]:
    """Return where the hole is: in what is shown."""
    height, width = picture.pixels.shape[:2]
    rows, columns = min(height, LARGEST_PANEL), min(width, LARGEST_PANEL)
    top, left = (height - rows) // 2, (width - columns) // 2
    mask = np.zeros((height, width), bool)
    mask[top : top + rows, left : left + columns] = a_hole(rows, columns)
    return mask


def _holed(picture: Picture, workers: int | None) -> Picture:
    del workers
    pixels = picture.pixels.copy()
    pixels[_hole(picture)] = 0
    return picture.with_pixels(pixels)


def _filled(picture: Picture, workers: int | None) -> Picture:
    mask = _hole(picture)
    if not mask.any():  # smaller than a patch, perhaps
        return picture
    return picture.with_pixels(
        burnish.inpaint_patch(
            picture.pixels, mask, channel_axis=picture.channel_axis, workers=workers
        )
    )


# A family that restores or enhances joins by one line here.
STEPS = (
    Step("original", 0, lambda picture, workers: picture),
    Step(f"blurred (disk of radius {_BLUR_RADIUS})", 0, _blurred),
    Step("then sharpened (unsharp mask)", 1, _sharpened),
    Step("or deconvolved (Richardson-Lucy)", 1, _deconvolved),
    Step(f"original with noise ({_NOISE:.0%})", 0, _noisy),
    Step("then denoised (non-local means)", 4, _denoised),
    Step("original with a hole", 0, _holed),
    Step("then filled (patches)", 6, _filled),
)


def make(pictures: Sequence[Picture], workers: int | None) -> Image.Image:
    """Return the sheet: RGBA where a picture has alpha, else RGB."""
    rows = [_panels(picture, workers) for picture in pictures]
    font = ImageFont.load_default(_FONT_SIZE)
    labels = [
        [f"{_short(picture.name)}: {STEPS[0].label}", *(step.label for step in STEPS[1:])]
        for picture in pictures
    ]
    widest_label = max(int(font.getlength(label)) + 1 for row in labels for label in row)
    cell = max(widest_label, *(panel.width for row in rows for panel in row))
    size = (
        GAP + len(STEPS) * (cell + GAP),
        GAP + sum(LABEL + row[0].height + GAP for row in rows),
    )
    sheet = Image.new("RGBA", size, _BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    top = GAP
    for row, texts in zip(rows, labels, strict=True):
        for column, (panel, text) in enumerate(zip(row, texts, strict=True)):
            left = GAP + column * (cell + GAP)
            draw.text((left, top + LABEL // 2), text, fill=_INK, font=font, anchor="lm")
            sheet.paste(panel, (left, top + LABEL))
        top += LABEL + row[0].height + GAP
    return sheet if any(picture.alpha is not None for picture in pictures) else sheet.convert("RGB")


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 3]}..."


def _panels(picture: Picture, workers: int | None) -> list[Image.Image]:
    made = [picture]
    for step in STEPS[1:]:
        made.append(step.run(made[step.of], workers))
    return [_as_panel(each.middle(LARGEST_PANEL)) for each in made]


def _as_panel(picture: Picture) -> Image.Image:
    panel = Image.fromarray(np.ascontiguousarray(picture.in_8_bits())).convert("RGBA")
    if picture.alpha is not None:
        panel.putalpha(Image.fromarray(np.ascontiguousarray(picture.alpha)))
    return panel


def save(sheet: Image.Image, path: Path) -> None:
    """Write the sheet as a PNG."""
    try:
        sheet.save(path, format="PNG")
    except OSError as error:
        raise CommandError(f"{path}: can't be written: {error.strerror or error}") from None
