"""The command line: ``burnish demo``, ``burnish config``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import burnish
from burnish.cli.errors import CommandError
from burnish.cli.text import printable

__all__ = ["main"]

# What the [cli] extra brings, by the names that Python imports.
_EXTRA = ("PIL", "rich", "skimage")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0, or 2 with one line on stderr.

    Parameters
    ----------
    argv : sequence of str or None
        The arguments; None takes those of the process.

    Returns
    -------
    int
        The exit code.
    """
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except CommandError as error:
        print(f"burnish: {printable(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("burnish: interrupted", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="burnish", description="Restores and enhances images.")
    parser.add_argument("--version", action="version", version=f"burnish {burnish.__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    demo = commands.add_parser(
        "demo",
        help="see and time burnish on photographs",
        description="Blurs and sharpens photographs, writes a before/after sheet, and times "
        "burnish beside SciPy, scikit-image and OpenCV.",
    )
    demo.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="a PNG, JPEG or TIFF (default: photographs that scikit-image brings along)",
    )
    demo.add_argument(
        "--out",
        type=Path,
        default=Path("burnish-demo.png"),
        metavar="PATH",
        help="where the sheet goes (default: %(default)s)",
    )
    demo.add_argument(
        "--size",
        type=_integer(16, 8192),
        default=1024,
        metavar="N",
        help="time N x N pixels of the first photograph (default: %(default)s)",
    )
    demo.add_argument(
        "--workers",
        type=_integer(1, 4096),
        metavar="N",
        help="threads to use at most (default: as many as there are CPUs)",
    )
    demo.set_defaults(run=_demo)

    config = commands.add_parser("config", help="show how burnish was built and runs here")
    config.set_defaults(run=_config)
    return parser


def _integer(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not an integer from {least} to {most}")
        return number

    return parse


def _demo(arguments: argparse.Namespace) -> int:
    try:
        from burnish.cli import demo  # here: it needs the extra, the other commands don't

        demo.run(arguments.files, arguments.out, arguments.size, arguments.workers)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _EXTRA:
            raise
        raise CommandError(f"the demo needs {missing}: pip install 'burnish[cli]'") from None
    return 0


def _config(arguments: argparse.Namespace) -> int:
    burnish.show_config()
    return 0
