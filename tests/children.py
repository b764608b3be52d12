"""Runs Python code in a child process: for what may hang, crash or depend on the environment."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import burnish

TESTS = Path(__file__).parent
_SETTINGS = ("BURNISH_ISA", "BURNISH_NUM_THREADS", "OMP_NUM_THREADS")

# Whether `nox -s asan` or `nox -s tsan` runs the tests.
SANITIZED = "san.so" in os.environ.get("LD_PRELOAD", "")
# Whether a child forked beside threads can work; in noxfile.py why a sanitizer's can't.
FORKS = hasattr(os, "fork") and not SANITIZED
# How many times longer things may take then.
PATIENCE = 5 if SANITIZED else 1


def other_levels() -> list[str]:
    """Return the instruction sets that this CPU has beside the one that tests run with."""
    config = burnish.show_config(mode="dicts")
    return [level for level in config["instruction_sets"] if level != config["instruction_set"]]


def run(code: str, *args: str, timeout: float = 60, **environment: str):
    """Run `code` with a clean burnish environment plus `environment`; return what it did."""
    env = {name: value for name, value in os.environ.items() if name not in _SETTINGS}
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(TESTS), os.environ.get("PYTHONPATH")]))
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *args],
        env=env | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE * timeout,
        check=False,
    )


def import_error(**environment: str) -> str:
    """Demand that importing burnish fails in this environment, and return how: the last line."""
    done = run("import burnish", **environment)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError")
    return last


def output(code: str, *args: str, timeout: float = 60, **environment: str) -> str:
    """Run `code`, demand success and silence on stderr, and return what it printed."""
    done = run(code, *args, timeout=timeout, **environment)
    assert done.returncode == 0, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert done.stderr == "", done.stderr
    return done.stdout.strip()
