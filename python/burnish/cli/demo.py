"""``burnish demo``: what burnish does, to look at, and how long it takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

import burnish
from burnish.cli import comparison, pictures, sheet
from burnish.cli.errors import CommandError
from burnish.cli.text import printable

__all__ = ["run"]


def run(files: Sequence[Path], out: Path, size: int, workers: int | None) -> None:
    """Write the sheet to `out` and print the table.

    Parameters
    ----------
    files : sequence of Path
        Pictures; none takes those that scikit-image brings along.
    out : Path
        Where the sheet goes, a PNG.
    size : int
        The edge in pixels of what is timed.
    workers : int or None
        How many threads to use at most; None takes the default.

    Raises
    ------
    CommandError
        If a file can't be read or written.
    """
    _check_out(out, files)
    chosen = [pictures.read(path) for path in files] or pictures.shipped()
    console = Console()
    with console.status("restoring"):
        page = sheet.make(chosen, workers)
        sheet.save(page, out)
    edge = sheet.LARGEST_PANEL
    cut = any(max(picture.pixels.shape[:2]) > edge for picture in chosen)
    console.print(
        f"{printable(out)}: {page.width} x {page.height} pixels"
        + (f" (the middle {edge} x {edge} of larger pictures)" if cut else ""),
        highlight=False,
        markup=False,
    )

    threads = workers or burnish.get_num_threads()
    with console.status("timing") as status:
        scene = comparison.make_scene(chosen[0], size, threads)
        table, notes = comparison.compare(scene, lambda name: status.update(f"timing: {name}"))
    console.print(table)
    for note in notes:
        console.print(note, highlight=False, markup=False)
    console.print(
        f"{size} x {size} pixels of {chosen[0].name}, {threads} thread(s) (OpenCV too, others use "
        f"one), instruction set {burnish.show_config('dicts')['instruction_set']}; medians, "
        "call by call in turn; the hole is in 512 x 512 of them at most. 8-bit answers are "
        "compared after rounding.",
        highlight=False,
        markup=False,
    )


def _check_out(out: Path, files: Sequence[Path]) -> None:
    if out.suffix.lower() != ".png":
        raise CommandError(f"{out}: the sheet is a PNG, so --out must end in .png")
    if out.exists() and any(path.exists() and out.samefile(path) for path in files):
        raise CommandError(f"{out}: --out would overwrite a picture that was given")
