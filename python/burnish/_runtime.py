"""The process-wide settings: threads, instruction set, cached plans, and how burnish was built."""

from __future__ import annotations

from typing import Any, Literal, overload

from burnish import _core
from burnish._arrays import as_choice, as_workers
from burnish._version import __version__

__all__ = ["clear_cache", "get_num_threads", "set_num_threads", "show_config"]


def set_num_threads(workers: int | None) -> None:
    """Set how many threads a call uses that is not told by its own `workers`.

    Parameters
    ----------
    workers : int or None
        1 or more. None goes back to what the environment said when burnish was imported:
        ``BURNISH_NUM_THREADS``, else ``OMP_NUM_THREADS``, else the CPUs that this process may run
        on.

    Examples
    --------
    >>> import burnish
    >>> burnish.set_num_threads(1)
    >>> burnish.get_num_threads()
    1
    >>> burnish.set_num_threads(None)
    """
    _core.set_num_threads(as_workers(workers))


def get_num_threads() -> int:
    """Return how many threads a call uses that is not told by its own `workers`.

    Returns
    -------
    int
        1 or more.
    """
    return _core.get_num_threads()


def clear_cache() -> None:
    """Free the memory that burnish keeps between calls: scratch buffers, and plans of transforms.

    Safe at any time and in any thread. Results do not change; the next call allocates anew.
    """
    _core.clear_cache()


@overload
def show_config(mode: Literal["stdout"] = "stdout") -> None: ...
@overload
def show_config(mode: Literal["dicts"]) -> dict[str, Any]: ...
def show_config(mode: str = "stdout") -> dict[str, Any] | None:
    """Show how burnish was built and how it runs here.

    Parameters
    ----------
    mode : {"stdout", "dicts"}
        Print it, or return it, as `numpy.show_config` does.

    Returns
    -------
    dict or None
        With ``mode="dicts"``: `version`, `compiler`, `build_type`, `instruction_set` (the level in
        use), `instruction_sets` (the levels that this build has and this CPU can run, ascending),
        `num_threads`.

    Raises
    ------
    ValueError
        For another `mode`.

    Examples
    --------
    >>> import burnish
    >>> burnish.show_config(mode="dicts")["num_threads"] >= 1
    True
    """
    as_choice(mode, "mode", ("stdout", "dicts"))
    config = {"version": __version__, **_core.config()}
    if mode == "dicts":
        return config
    width = max(map(len, config))
    for key, value in config.items():
        print(f"{key:<{width}}  {', '.join(value) if isinstance(value, list) else value}")
    return None
