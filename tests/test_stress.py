"""Sixteen threads call every public function, beside forks and changes of the thread count."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import threading
import time
import warnings
from collections import Counter

import children
import mixed_calls
import pytest
from contract_table import FUNCTIONS

import burnish

_THREADS = 16
_WORKERS = (1, 2, 3, 7, None)
_FORK_SECONDS = 30.0 * children.PATIENCE


def _wrong_in_fork(work: list[mixed_calls.Call], expected: list) -> str:
    """Tell how a child forked in mid-work fails to give the same bits; one that hangs is ended."""
    pid = os.fork()
    if pid == 0:
        right = [mixed_calls.bits(call(2)) for call in work] == expected
        os._exit(0 if right else 3)
    end = time.monotonic() + _FORK_SECONDS
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return "" if status == 0 else f"ended with status {status}"
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return f"hung for {_FORK_SECONDS} s"


def stress(rounds: int) -> None:
    """In the child: print what went wrong, how often each function was called, how many forks."""
    # Python 3.12 warns of any fork beside threads; whether this one is right is the question.
    warnings.simplefilter("ignore", DeprecationWarning)
    work = [
        call for name in FUNCTIONS if mixed_calls.computes(name) for call in mixed_calls.valid(name)
    ]
    settings = [
        call
        for name in FUNCTIONS
        if not mixed_calls.computes(name)
        for call in mixed_calls.valid(name)
    ]
    expected = [mixed_calls.bits(call(1)) for call in work]
    start = threading.Barrier(_THREADS)
    wrong: list[str] = []
    counts = [Counter[str]() for _ in range(_THREADS)]

    def check(number: int, rng: random.Random) -> None:
        call, workers = work[number], rng.choice(_WORKERS)
        result = call(workers)
        if call.can_fill(result) and rng.random() < 0.5:
            result = call(workers, out=result * 0)
        if mixed_calls.bits(result) != expected[number]:
            wrong.append(f"{call.name}, call {number}, workers={workers}")

    def run(thread: int) -> None:
        rng = random.Random(thread)
        start.wait()
        try:
            for number in rng.sample(range(len(work)), len(work)) * rounds:
                check(number, rng)
                setting = rng.choice(settings)
                setting()
                burnish.set_num_threads(rng.choice(_WORKERS))
                counts[thread].update([work[number].name, setting.name])
        except Exception as error:
            wrong.append(f"thread {thread}: {error!r}")

    forks = 0
    with open(os.devnull, "w") as null, contextlib.redirect_stdout(null):  # show_config prints
        threads = [threading.Thread(target=run, args=(number,)) for number in range(_THREADS)]
        for thread in threads:
            thread.start()
        while children.FORKS and any(thread.is_alive() for thread in threads):
            if failure := _wrong_in_fork(work[forks % 29 :: 29], expected[forks % 29 :: 29]):
                wrong.append(f"fork {forks} {failure}")
            forks += 1
            time.sleep(0.1)
        for thread in threads:
            thread.join()
    least = {name: min(count[name] for count in counts) for name in FUNCTIONS}
    print(json.dumps({"wrong": wrong[:20], "least": least, "forks": forks}))


@pytest.mark.parametrize("rounds", [1, pytest.param(60, marks=pytest.mark.slow)])
def test_16_threads(rounds):
    code = "import sys, test_stress; test_stress.stress(int(sys.argv[1]))"
    done = json.loads(children.output(code, str(rounds), timeout=120 + 30 * rounds))
    assert not done["wrong"]
    assert all(calls >= rounds for calls in done["least"].values()), done
    assert done["forks"] or not children.FORKS
