"""Threads: the same bits for any number of them, forks, exits, and how many there are."""

from __future__ import annotations

import os
import sys
import threading

import checks
import children
import numpy as np
import pytest
import samples

import burnish

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
needs_affinity = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="this system has no CPU affinity"
)


def calls(rng):
    """Yield functions of `workers`, each with enough work for several tiles."""
    dense, wide = samples.kernel(rng, (5, 5)), samples.kernel(rng, (21, 20))
    lines = samples.outer_product(rng, (31, 17))
    taps = samples.kernel(rng, 65)

    def call(function, image, **options):
        return lambda workers: function(image, workers=workers, **options)

    for dtype in checks.DTYPES:
        image = samples.image(rng, (401, 603), dtype)
        yield call(burnish.convolve, image, weights=dense)
        yield call(burnish.convolve, image, weights=lines, method="separable", mode="wrap")
        yield call(burnish.correlate1d, image, weights=taps, axis=0)
        yield call(burnish.correlate1d, image, weights=taps, axis=1)
        yield call(burnish.unsharp_mask, image, radius=3.0)
        yield call(burnish.gaussian_filter, image, sigma=2.0, order=(0, 1))
        yield call(burnish.uniform_filter, image, size=(5, 80))
        yield call(
            burnish.denoise_nl_means, image, patch_size=3, patch_distance=1, h=1.0, sigma=1.0
        )
        yield call(burnish.pyramid_reduce, image)
        yield call(burnish.pyramid_expand, image)
    image = samples.image(rng, (701, 903), np.float32)
    colour = samples.image(rng, (300, 500, 3), np.float32)
    volume = samples.image(rng, (31, 150, 170), np.float32)
    patches = {"patch_size": 3, "patch_distance": 1, "h": 1.0, "sigma": 1.0}
    yield call(burnish.denoise_nl_means, volume, **patches)
    yield call(burnish.denoise_nl_means, volume, frames_axis=0, search_frames=2, **patches)
    yield call(burnish.denoise_nl_means, colour, channel_axis=2, patch_kernel="gaussian", **patches)
    for mode in ("reflect", "constant"):
        yield call(burnish.convolve, image, weights=wide, method="direct", mode=mode)
        yield call(burnish.convolve, image.T, weights=dense, mode=mode)
        yield call(burnish.convolve, colour, weights=dense, channel_axis=2, mode=mode)
        yield call(burnish.convolve, volume, weights=samples.kernel(rng, (3, 4, 5)), mode=mode)
        separable = samples.outer_product(rng, (9, 8, 7))
        yield call(burnish.convolve, volume, weights=separable, method="separable", mode=mode)
        yield call(burnish.uniform_filter, volume, size=(4, 40, 9), mode=mode)
        yield call(burnish.uniform_filter, colour, size=30, channel_axis=2, mode=mode)
    yield call(burnish.convolve, image.reshape(1, -1), weights=[taps])
    yield call(burnish.convolve, image.reshape(-1, 1), weights=taps[:, None])
    yield call(burnish.convolve, image.ravel(), weights=taps)


def test_same_bits_for_any_number_of_workers(rng):
    for call in calls(rng):
        expected = call(1)
        for workers in (2, 3, 7, None):
            checks.assert_same_bits(call(workers), expected)


def test_same_bits_for_any_default(rng):
    image = samples.image(rng, (701, 903), np.float32)
    expected = burnish.unsharp_mask(image)
    try:
        for workers in (1, 2, 3, 7):
            burnish.set_num_threads(workers)
            checks.assert_same_bits(burnish.unsharp_mask(image), expected)
    finally:
        burnish.set_num_threads(None)


def test_16_threads_with_different_work(rng):
    work = list(calls(rng))
    expected = [call(1) for call in work]
    wrong: list[int] = []
    start = threading.Barrier(16)

    def run(thread: int) -> None:
        start.wait()
        for step in range(6):
            number = (7 * thread + 5 * step) % len(work)
            result = work[number](1 + (thread + step) % 4)
            if result.tobytes() != expected[number].tobytes():
                wrong.append(number)
            if thread == 0:
                burnish.clear_cache()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


# What the children below share: a call that wants the pool, and its answer.
_WORK = """
    import os, sys, threading, time, warnings
    import numpy as np
    import burnish

    # Python 3.12 warns of any fork beside threads; whether this one is right is the question.
    warnings.simplefilter("ignore", DeprecationWarning)

    image = np.random.default_rng(0).random((600, 700)).astype(np.float32)
    kernel = np.random.default_rng(1).random((9, 9))

    def work(workers=2):
        return burnish.convolve(image, kernel, workers=workers)

    expected = work(1)

    def right():
        return all(np.array_equal(work(workers), expected) for workers in (1, 2, 3))

    def child_is_right():
        pid = os.fork()
        if pid == 0:
            os._exit(0 if right() else 3)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
"""


@needs_fork
def test_fork_after_use():
    code = """
    assert right()
    for _ in range(5):
        assert child_is_right()
        assert right()
    """
    children.output(_WORK + code)


@needs_fork
def test_fork_in_a_signal_handler_in_mid_call():
    code = """
    import signal
    pids = []
    signal.signal(signal.SIGALRM, lambda *_: pids.append(os.fork()))
    large, box = np.ones((3000, 3000)), np.ones((41, 41))
    for workers in (1, 2):
        pids.clear()
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        try:
            burnish.convolve(large, box, method="direct", workers=workers)
        except RuntimeError as error:
            assert pids == [0] and "forked" in str(error), error
        assert pids, "the call was over before the signal came"
        if pids == [0]:
            os._exit(0 if right() else 1)
        assert os.waitpid(pids[0], 0)[1] == 0
    """
    children.output(_WORK + code)


@needs_fork
def test_fork_while_another_thread_computes():
    code = """
    stop = False
    def keep_busy():
        while not stop:
            work(3)
    threads = [threading.Thread(target=keep_busy) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        assert child_is_right()
    stop = True
    for thread in threads:
        thread.join()
    assert right()
    """
    children.output(_WORK + code)


@needs_fork
def test_grandchildren():
    code = """
    assert right()
    pid = os.fork()
    if pid == 0:
        os._exit(0 if right() and child_is_right() and right() else 3)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    """
    children.output(_WORK + code)


@needs_fork
def test_multiprocessing_pool_after_use():
    code = """
    import multiprocessing
    assert right()
    with multiprocessing.get_context("fork").Pool(3) as pool:
        results = pool.map(work, [1, 2, 3, 2, 1, 2])
    assert all(np.array_equal(result, expected) for result in results)
    """
    children.output(_WORK + code)


@pytest.mark.parametrize("attempt", range(6))
def test_daemon_thread_at_exit(attempt):
    code = """
    def keep_busy():
        while True:
            work(2)
    for _ in range(2):
        threading.Thread(target=keep_busy, daemon=True).start()
    time.sleep(float(sys.argv[1]))
    """
    children.output(_WORK + code, str(0.02 + 0.03 * attempt))


def test_exit_in_mid_call_of_a_daemon_thread():
    # The call outlives the interpreter: it must neither touch freed arrays nor hold the exit up.
    code = """
    large, wide = np.ones((3000, 3000)), np.random.default_rng(0).random((61, 61))
    def long_call():
        burnish.convolve(large, wide, method="direct", workers=2)
    threading.Thread(target=long_call, daemon=True).start()
    time.sleep(0.2)
    """
    children.output(_WORK + code)


def test_a_signal_handlers_exception_comes_through():
    code = """
    import signal
    class Alarm(Exception):
        pass
    def handler(*_):
        raise Alarm
    signal.signal(signal.SIGALRM, handler)
    large, wide = np.ones((3000, 3000)), np.random.default_rng(0).random((101, 101))
    for workers in (1, 2):
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        try:
            burnish.convolve(large, wide, method="direct", workers=workers)
        except Alarm:
            print("alarm")
        assert right()
    """
    if sys.platform == "win32":
        pytest.skip("this system has no SIGALRM")
    assert children.output(_WORK + code).split() == ["alarm", "alarm"]


def test_a_signal_handler_that_returns_does_not_disturb():
    code = """
    import signal
    seen = []
    signal.signal(signal.SIGALRM, lambda *_: seen.append(right()))
    large, wide = np.ones((1500, 1500)), np.random.default_rng(0).random((61, 61))
    before = burnish.convolve(large, wide, method="direct", workers=2)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    assert np.array_equal(burnish.convolve(large, wide, method="direct", workers=2), before)
    signal.setitimer(signal.ITIMER_REAL, 0)
    assert seen == [True], seen
    """
    if sys.platform == "win32":
        pytest.skip("this system has no SIGALRM")
    children.output(_WORK + code)


# --- how many threads ----------------------------------------------------------------------------

_COUNT = "import burnish; print(burnish.get_num_threads())"


def test_set_num_threads():
    default = burnish.get_num_threads()
    assert default >= 1
    try:
        for workers in (1, 2, 7, 10**6):
            burnish.set_num_threads(workers)
            assert burnish.get_num_threads() == workers
            assert burnish.show_config(mode="dicts")["num_threads"] == workers
    finally:
        burnish.set_num_threads(None)
    assert burnish.get_num_threads() == default


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"BURNISH_NUM_THREADS": "3"}, "3"),
        ({"OMP_NUM_THREADS": "5"}, "5"),
        ({"OMP_NUM_THREADS": "4,2"}, "4"),
        ({"BURNISH_NUM_THREADS": "3", "OMP_NUM_THREADS": "5"}, "3"),
    ],
)
def test_the_environment_sets_the_number(environment, expected):
    assert children.output(_COUNT, **environment) == expected


@pytest.mark.parametrize("nonsense", ["", "0", "-2", "many", "1e3", "99999999999999999999"])
def test_what_others_put_into_omp_num_threads_does_no_harm(nonsense):
    assert int(children.output(_COUNT, OMP_NUM_THREADS=nonsense)) >= 1


@pytest.mark.parametrize("nonsense", ["0", "-2", "many", "1.5"])
def test_nonsense_in_our_own_variable_is_refused(nonsense):
    last = children.import_error(BURNISH_NUM_THREADS=nonsense)
    assert "BURNISH_NUM_THREADS" in last
    assert nonsense in last


@needs_affinity
def test_the_default_is_the_cpus_that_the_process_may_use():
    assert children.output(_COUNT) == str(len(os.sched_getaffinity(0)))
    code = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n" + _COUNT
    assert children.output(code) == "1"


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="counts threads in /proc")
def test_threads_are_started_at_need_alone():
    code = """
    def threads():
        return len(os.listdir("/proc/self/task"))
    at_start = threads()
    burnish.convolve(image[:32, :32], kernel, workers=8)
    work(1)
    assert threads() == at_start, "small or serial work has started threads"
    work(2)
    assert threads() <= at_start + 1
    burnish.convolve(np.zeros((8000, 8000), np.uint8), kernel[:3, :3], workers=10**6)
    assert threads() < 300, "as many threads as tiles"
    """
    children.output(_WORK + code)
