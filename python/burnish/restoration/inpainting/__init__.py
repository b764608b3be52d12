"""Inpainting: filling holes with what belongs there."""

from burnish.restoration.inpainting.inpainting_patch import inpaint_patch

__all__ = ["inpaint_patch"]
