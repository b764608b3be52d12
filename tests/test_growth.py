"""Ten thousand calls of each public function, and as many that must fail, keep no memory."""

from __future__ import annotations

import contextlib
import gc
import itertools
import os
import sys
from pathlib import Path

import children
import mixed_calls
import numpy as np
import pytest
from contract_table import FUNCTIONS

import burnish

if sys.platform != "linux":
    pytest.skip("reads the resident memory as Linux counts it", allow_module_level=True)

_WARM_UP, _PASSES, _CALLS = 3, 10, 1000
_ROUNDS = 3  # of passes: an allocator may take some ten of them to find its size, a leak goes on
_LARGE = 2**15  # pixels: such calls take most of the time
# Bytes per call. The least leak is an array, 112 bytes when empty; noise came to 58.
_MOST = 90
# glibc would keep large blocks now and give them back then, and open arenas where threads meet;
# others read none of this.
_STEADY = {
    "MALLOC_MMAP_THRESHOLD_": "65536",
    "MALLOC_TRIM_THRESHOLD_": "65536",
    "MALLOC_ARENA_MAX": "1",
}


def _resident() -> int:
    burnish.clear_cache()  # how much of it is in use depends on how many threads came to work
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _calls(name: str) -> list[mixed_calls.Call]:
    """Return valid calls, of those on large images a quarter: enough to use all threads."""
    small, large = [], []
    for call in mixed_calls.valid(name):
        pixels = max((np.size(call.arguments[key]) for key in mixed_calls.images(name)), default=0)
        (small if pixels < _LARGE else large).append(call)
    return small + large[::4]


def grow(name: str, leak: str) -> None:
    """In the child: print by how many bytes per call the process grows."""
    valid, failing = _calls(name), mixed_calls.failing(name)
    kept = []

    def call_all() -> None:
        # Ends each time with the same calls: what an allocator holds depends on the last ones.
        workers = itertools.cycle((1, 2, None, 3))
        pairs = zip(itertools.cycle(valid), itertools.cycle(failing or [lambda: None]))
        for call, wrong in itertools.islice(pairs, _CALLS):
            result = call(next(workers))
            if call.can_fill(result):
                call(next(workers), out=result)
            with contextlib.suppress(TypeError, ValueError, MemoryError):
                wrong()
            if leak:
                kept.append(np.empty(0))

    with open(os.devnull, "w") as null, contextlib.redirect_stdout(null):  # show_config prints
        for _ in range(_WARM_UP):
            call_all()
        for _ in range(_ROUNDS):
            sizes = [_resident()]
            for _ in range(_PASSES):
                call_all()
                sizes.append(_resident())
            # A leak adds to every pass; what an allocator holds goes up in some, and down in one or
            # two. Told without NumPy, whose functions would leave room for what leaks next.
            steps = sorted(after - before for before, after in itertools.pairwise(sizes))
            growth = steps[_PASSES // 4] / _CALLS
            if growth < _MOST:
                break
    print(growth)


def _growth(name: str, leak: str = "") -> float:
    code = "import sys, test_growth; test_growth.grow(*sys.argv[1:])"
    return float(children.output(code, name, leak, timeout=300, **_STEADY))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_growth(name):
    assert _growth(name) < _MOST


def test_a_small_leak_is_seen():
    assert _growth("clear_cache", leak="one empty array per call") > _MOST
