"""Inpainting: filling holes with what belongs there."""

from burnish.restoration.inpainting.inpainting_biharmonic import inpaint_biharmonic
from burnish.restoration.inpainting.inpainting_exemplar import inpaint_exemplar
from burnish.restoration.inpainting.inpainting_patch import inpaint_patch
from burnish.restoration.inpainting.inpainting_telea import inpaint_telea

__all__ = ["inpaint_biharmonic", "inpaint_exemplar", "inpaint_patch", "inpaint_telea"]
