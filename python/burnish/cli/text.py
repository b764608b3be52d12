"""Text that goes to terminals and into pictures."""

from __future__ import annotations

__all__ = ["printable"]


def printable(text: object) -> str:
    """Return text on one line, of letters that every font and terminal copes with.

    File names may hold anything, line ends and undecodable bytes included.
    """
    return "".join(letter if letter.isprintable() else "?" for letter in str(text))
