"""Enhancement: making an image look better."""

from burnish.enhancement.sharpening import unsharp_mask

__all__ = ["unsharp_mask"]
