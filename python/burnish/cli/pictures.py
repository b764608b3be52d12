"""Picture files: which ones a demo takes, and their pixels as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.ImageFile import ImageFile
from PIL.TiffImagePlugin import BITSPERSAMPLE, SAMPLEFORMAT, TiffImageFile

from burnish.cli.errors import CommandError
from burnish.cli.text import printable

__all__ = ["SMALLEST_HOLED", "Picture", "a_hole", "read", "shipped"]

# Inside scikit-image's wheel. The rest of skimage.data is downloaded on demand: not by a demo.
_SHIPPED = ("astronaut.png", "coffee.png", "chelsea.png", "camera.png")

SMALLEST_HOLED = 32  # pixels a side: enough for whole patches around a hole

_FORMATS = ("PNG", "JPEG", "TIFF")
_GREY16 = ("I;16", "I;16B", "I;16L", "I;16N")
_TIFF_UNSIGNED = 1
# 8-bit modes that Pillow turns into a mode of ours without loss.
_LOSSLESS = {"1": "L", "P": "RGB", "PA": "RGBA", "La": "LA", "RGBa": "RGBA", "RGBX": "RGB"}


@dataclass(frozen=True)
class Picture:
    """A photograph's pixels, and its alpha beside them, which no filter touches."""

    name: str
    pixels: NDArray[Any]  # (row, column) or (row, column, 3), uint8 or uint16
    alpha: NDArray[np.uint8] | None = None

    @property
    def channel_axis(self) -> int | None:
        """The axis of the colours, as burnish's functions name it."""
        return 2 if self.pixels.ndim == 3 else None

    def with_pixels(self, pixels: NDArray[Any]) -> Picture:
        """Return the same picture with other pixels."""
        return replace(self, pixels=pixels)

    def middle(self, edge: int) -> Picture:
        """Return the middle, at most `edge` pixels high and wide."""
        height, width = self.pixels.shape[:2]
        top, left = max(0, (height - edge) // 2), max(0, (width - edge) // 2)
        window = np.s_[top : top + edge, left : left + edge]
        alpha = None if self.alpha is None else self.alpha[window]
        return replace(self, pixels=self.pixels[window], alpha=alpha)

    def in_8_bits(self) -> NDArray[np.uint8]:
        """Return the pixels, without alpha, as uint8."""
        if self.pixels.dtype == np.uint8:
            return self.pixels
        rounded: NDArray[np.uint8] = np.rint(self.pixels / 257).astype(np.uint8)
        return rounded


def a_hole(height: int, width: int) -> NDArray[np.bool_]:
    """Return the mask of a square hole near the upper left; of less than 32 pixels, none."""
    mask = np.zeros((height, width), bool)
    shorter = min(height, width)
    if shorter >= SMALLEST_HOLED:
        side, top, left = 3 * shorter // 16, height // 7, width // 50
        mask[top : top + side, left : left + side] = True
    return mask


def shipped() -> Sequence[Picture]:
    """Return photographs that lie in scikit-image's installation."""
    folder = resources.files("skimage") / "data"
    return [read(Path(str(folder / name))) for name in _SHIPPED]


def read(path: Path) -> Picture:
    """Return the picture in a file, upright, at its full depth."""
    try:
        with Image.open(path, formats=_FORMATS) as image:
            _refuse_lost_depth(image, path)
            return _to_picture(ImageOps.exif_transpose(image), path)
    except CommandError:
        raise
    except FileNotFoundError:
        raise CommandError(f"{path}: no such file") from None
    except UnidentifiedImageError:
        raise CommandError(f"{path}: not a PNG, JPEG or TIFF that Pillow can read") from None
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from None
    except (
        Exception
    ) as error:  # Pillow's decoders raise whatever a damaged file makes them trip over
        raise CommandError(f"{path}: can't be read: {error}") from None


def _refuse_lost_depth(image: ImageFile, path: Path) -> None:
    """Refuse samples that Pillow would reduce to 8 bits, or reinterpret, without a word."""
    if image.mode in _GREY16:
        return
    bits: Any = 8
    if isinstance(image, TiffImageFile):
        bits = max(image.tag_v2.get(BITSPERSAMPLE, (1,)))
        if set(image.tag_v2.get(SAMPLEFORMAT, (_TIFF_UNSIGNED,))) != {_TIFF_UNSIGNED}:
            raise CommandError(f"{path}: holds signed or float samples; accepted are unsigned ones")
    elif any(";16" in str(tile[3]) for tile in image.tile):
        bits = 16
    if bits > 8:
        raise CommandError(
            f"{path}: holds {bits}-bit {image.mode}, which Pillow would cut down to 8 bits; "
            "accepted are 8-bit grey and RGB, with or without alpha, and 16-bit grey"
        )


def _to_picture(image: Image.Image, path: Path) -> Picture:
    if image.has_transparency_data and image.mode in ("1", "L", "P", "RGB"):
        image = image.convert("LA" if image.mode in ("1", "L") else "RGBA")
    image = image.convert(_LOSSLESS.get(image.mode, image.mode))
    if image.mode not in (*_GREY16, "L", "LA", "RGB", "RGBA"):
        raise CommandError(
            f"{path}: is of Pillow's mode {image.mode}; accepted are 8-bit grey and RGB, with or "
            "without alpha, and 16-bit grey"
        )
    name = printable(path.name)
    pixels = np.asarray(image)
    if image.mode not in ("LA", "RGBA"):
        return Picture(name, pixels.astype(pixels.dtype.newbyteorder("="), copy=False))
    colours = pixels[..., 0] if image.mode == "LA" else pixels[..., :3]
    return Picture(name, colours, pixels[..., -1])
