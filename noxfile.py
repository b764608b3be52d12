"""One command for each check that takes a build of its own.

They want a Debian machine with python3-venv, python3-dev and g++, and for ``fuzz`` clang. Each
keeps its build in ``.nox/<session>``, away from ``build``, whose kernels the tests judge.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import nox

nox.options.sessions = ["asan", "tsan"]

# Tests that say nothing, or can't run, with a sanitizer in the process.
_LEFT_OUT = {
    "tests/test_footprint.py": "counts the sanitizer's memory, and limits addresses",
    "tests/test_growth.py": "counts the sanitizer's memory",
    "tests/test_import.py::test_import_takes_at_most_half_again_as_long_as_numpys": "takes times",
    "tests/test_contracts.py::test_keyboard_interrupt_in_mid_kernel": "takes times",
    "tests/test_contracts.py::test_keyboard_interrupt_at_extreme_sizes": "takes times",
    "tests/test_contracts.py::test_the_child_ends_well": "wants no warning of refused allocations",
    # GCC 12's address sanitizer doesn't hold its allocator's locks over a fork: where another
    # thread is just allocating, the child waits for ever. Its thread sanitizer doesn't watch the
    # child, and warns where a new thread there gets the number of one of the parent's.
    **{
        f"tests/test_parallel.py::{test}": "forks beside threads"
        for test in (
            "test_fork_after_use",
            "test_fork_in_a_signal_handler_in_mid_call",
            "test_fork_while_another_thread_computes",
            "test_grandchildren",
            "test_multiprocessing_pool_after_use",
        )
    },
}
# What more takes minutes with the thread sanitizer, and gives it nothing to see.
_LEFT_OUT_OF_TSAN = {
    "tests/test_convolution_accuracy.py": "rounding; test_parallel has the threads",
    "tests/test_guard_pages.py": "addresses; test_parallel has the threads",
    "tests/test_smoothing.py::test_boxes_around_and_beyond_the_image": "small images: one thread",
}


def _folder(session: nox.Session) -> Path:
    return Path(session.virtualenv.location).resolve()


def _runtime(name: str) -> str:
    command = ["g++", f"-print-file-name={name}.so"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _test(
    session: nox.Session, sanitizers: str, preload: list[str], left_out: dict[str, str]
) -> None:
    session.install("-U", "pip")
    session.install("--group", "test")
    session.install(
        *("-v", "."),
        *("-C", f"cmake.define.BURNISH_SANITIZE={sanitizers}"),
        *("-C", f"build-dir={_folder(session) / 'build'}"),
        *("-C", "cmake.build-type=RelWithDebInfo"),  # not stripped: reports name functions
        env={"CXX": "g++"},
    )
    for test, reason in left_out.items():
        session.log(f"left out: {test} ({reason})")
    session.run(
        *("python", "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:faulthandler"),
        "--capture=sys",  # reports go to the real stderr
        *(f"--deselect={test}" for test in left_out),
        *session.posargs,
        env={
            "LD_PRELOAD": " ".join(_runtime(name) for name in preload),
            "PYTHONMALLOC": "malloc",  # else one of Python's arenas hides many small blocks
            # Too large a request is for NumPy to refuse; the interpreter leaks at its end.
            "ASAN_OPTIONS": "allocator_may_return_null=1:detect_leaks=0",
            # The child of a fork beside threads may start its own; the sanitizer does not watch it.
            "TSAN_OPTIONS": "allocator_may_return_null=1:die_after_fork=0:suppressions="
            + f"{Path('tests/tsan.supp').resolve()}:halt_on_error=1",
            "UBSAN_OPTIONS": "print_stacktrace=1",
        },
    )


@nox.session(reuse_venv=True)
def asan(session: nox.Session) -> None:
    """Test with the address and the undefined behaviour sanitizer."""
    _test(session, "address,undefined", ["libasan", "libstdc++"], _LEFT_OUT)


@nox.session(reuse_venv=True)
def tsan(session: nox.Session) -> None:
    """Test with the thread sanitizer."""
    _test(session, "thread", ["libtsan", "libstdc++"], _LEFT_OUT | _LEFT_OUT_OF_TSAN)


@nox.session(reuse_venv=True)
def fuzz(session: nox.Session) -> None:
    """Run each harness for as many seconds as are given: ``nox -s fuzz -- 60``; 600 by default."""
    seconds = int(session.posargs[0]) if session.posargs else 600
    session.install("cmake>=3.26", "ninja")
    build = _folder(session) / "build"
    session.run(
        *("cmake", "-S", ".", "-B", str(build), "-G", "Ninja", "-DBURNISH_FUZZ=ON"),
        *("-DBURNISH_SANITIZE=address,undefined", "-DCMAKE_CXX_COMPILER=clang++"),
    )
    session.run("cmake", "--build", str(build))
    for harness in sorted(path.stem for path in Path("fuzz").glob("fuzz_*.cpp")):
        corpus = _folder(session) / "corpus" / harness
        corpus.mkdir(parents=True, exist_ok=True)
        session.run(
            *(str(build / "fuzz" / harness), str(corpus), f"-max_total_time={seconds}"),
            *("-max_len=128", "-len_control=0", "-timeout=20", "-print_final_stats=1"),
            f"-artifact_prefix={corpus.parent}{os.sep}{harness}-",
            external=True,
        )
