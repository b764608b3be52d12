"""The one exception that ends a command with a line on stderr."""

__all__ = ["CommandError"]


class CommandError(Exception):
    """What the user can mend; its message is the whole output."""
