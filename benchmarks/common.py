"""What all benchmarks share: workloads, their check, the interleaving timer, asv suites."""

from __future__ import annotations

import functools
import math
import statistics
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Call = Callable[[], Array]
# From the threads to use, what takes out= (None: a fresh array) and returns the answer.
Prepare = Callable[[int], Callable[[Array | None], Array]]

PEERS = {
    "cv2": "OpenCV",
    "scipy": "SciPy",
    "skimage": "scikit-image",
    "scipy_fft": "scipy.fft",
    "mkl_fft": "mkl_fft",
    "patchmatch": "PyPatchMatch",
    "patchmatch_cython": "patchmatch-cython",
}
FEW_HAVE = ("mkl_fft", "patchmatch", "patchmatch_cython")  # these go by their packages' names
SINGLE_THREADED = ("scipy", "skimage", "patchmatch", "patchmatch_cython")

_WINDOW = 96  # pixels on an edge: three such windows are checked, two of them in corners
# Of the magnitude below. Integers may be off by one: SciPy truncates.
_TOLERANCE = {"f4": 1e-6, "f8": 1e-12}


@dataclass(frozen=True)
class Workload:
    """One piece of work that several implementations can do, and how to judge their answers."""

    title: str
    image: Array
    reach: int  # how far a pixel's answer looks, along rows and columns
    magnitude: float  # the largest value that a sum of the taps' magnitudes can reach
    flops: float  # of the whole call
    reference: Callable[[Array], Array]  # of a float64 window, borders as in the calls
    implementations: Mapping[str, Prepare]
    # Of the answer, with even rows and columns; None: the image's.
    shape: tuple[int, ...] | None = None

    def call(self, implementation: str, threads: int, *, given: bool = False) -> Call:
        """Return a call without arguments; with `given` it writes to an array made here."""
        call = self.implementations[implementation](threads)
        out = np.empty(self._shape(), self.image.dtype) if given else None
        return functools.partial(call, out)

    def _shape(self) -> tuple[int, ...]:
        return self.image.shape if self.shape is None else self.shape

    def check(self, answer: Array) -> None:
        """Raise unless the answer agrees with the reference in two corners and the middle."""
        if answer.shape != self._shape() or answer.dtype != self.image.dtype:
            raise AssertionError(f"{self.title}: the answer is {answer.dtype} {answer.shape}")
        kind = self.image.dtype.str[1:]
        allowed = _TOLERANCE[kind] * self.magnitude if kind in _TOLERANCE else 1.0
        for place in (0.0, 0.5, 1.0):
            checked, read, inside = [], [], []
            for size, pixels in zip(answer.shape, self.image.shape, strict=True):
                ratio = pixels / size
                edge = min(_WINDOW, size)
                start = int(place * (size - edge))
                low = max(0, int(start * ratio) - self.reach)
                high = int((start + edge) * ratio) + self.reach
                first = start - int(low / ratio)
                checked.append(slice(start, start + edge))
                read.append(slice(low, high))
                inside.append(slice(first, first + edge))
            exact = self.reference(self.image[tuple(read)].astype(np.float64))
            got = answer[tuple(checked)].astype(np.float64)
            error = np.abs(got - exact[tuple(inside)]).max()
            if not error <= allowed:  # NaN fails too
                raise AssertionError(f"{self.title}: error {error:.2g}, allowed {allowed:.2g}")

    def rate(self, seconds: float) -> str:
        """Return GB/s (read once and written once) or GFLOP/s, whichever limits such work."""
        traffic = self.image.nbytes + math.prod(self._shape()) * self.image.itemsize
        if self.flops < 4 * traffic:
            return f"{traffic / seconds / 1e9:.3g} GB/s"
        return f"{self.flops / seconds / 1e9:.3g} GFLOP/s"


@dataclass(frozen=True, kw_only=True)
class Number(Workload):
    """A workload whose answer is one number, which may be off by a share of it."""

    expected: float
    tolerance: float

    def check(self, answer: Any) -> None:
        """Raise unless the answer is the number that is expected."""
        if not isinstance(answer, float):
            raise AssertionError(f"{self.title}: the answer is a {type(answer).__name__}")
        if not math.isclose(answer, self.expected, rel_tol=self.tolerance):
            raise AssertionError(f"{self.title}: {answer}, expected {self.expected}")


def opencv(threads: int) -> Any:
    """Return cv2, told how many threads to use."""
    import cv2

    cv2.setNumThreads(threads)
    return cv2


def mkl(threads: int) -> Any:
    """Return mkl_fft, told how many threads to use."""
    import mkl
    import mkl_fft

    mkl.set_num_threads(threads)
    return mkl_fft


def random_image(shape: tuple[int, ...], dtype: str) -> Array:
    """Return the same noise each time: all of an integer's range, or [0, 1)."""
    noise = np.random.default_rng(2026).random(shape, np.float32)
    if np.dtype(dtype).kind == "f":
        return noise.astype(dtype)
    return (noise * np.float32(np.iinfo(dtype).max)).astype(dtype)


def interleaved(calls: Sequence[Call], *, rounds: int = 15, seconds: float = 1.0) -> list[float]:
    """Return each call's median time in seconds.

    The calls take turns, so that all meet the same state of the machine. A turn is an untimed call,
    since caches, clocks and sleeping threads are the previous one's, and some milliseconds of timed
    ones. At least `rounds` rounds and `seconds` seconds; 3 rounds are enough where a round takes a
    fifth of `seconds`.
    """
    numbers = []
    for call in calls:
        call()
        start = time.perf_counter()
        call()
        # A sample shorter than this would measure the clock.
        numbers.append(max(1, math.ceil(3e-4 / (time.perf_counter() - start))))
    samples: list[list[float]] = [[] for _ in calls]
    begin = time.perf_counter()
    done = 0
    while True:
        for call, number, times in zip(calls, numbers, samples, strict=True):
            times.extend(_turn(call, number))
        done += 1
        elapsed = time.perf_counter() - begin
        enough = 3 if elapsed / done > seconds / 5 else rounds
        if done >= enough and elapsed >= seconds:
            return [statistics.median(times) for times in samples]


_TURN = 0.005  # seconds of timed calls


def _turn(call: Call, number: int) -> list[float]:
    begin = time.perf_counter()
    first = _sample(call, number)
    if time.perf_counter() - begin > _TURN:
        return [first]
    times = []
    begin = time.perf_counter()
    while time.perf_counter() - begin < _TURN:
        times.append(_sample(call, number))
    return times


def _sample(call: Call, number: int) -> float:
    if number == 1:
        start = time.perf_counter()
        answer = call()
        elapsed = time.perf_counter() - start
        del answer  # after the clock: freeing it is not part of the call
        return elapsed
    start = time.perf_counter()
    for _ in range(number):
        call()
    return (time.perf_counter() - start) / number


@functools.lru_cache(maxsize=2)  # asv calls setup before every sample
def checked_call(
    build: Callable[..., Workload], name: str, threads: int, case: tuple[Any, ...]
) -> Call:
    """Return an implementation's call whose answer has been checked."""
    workload = build(*case)
    if name not in workload.implementations:
        raise NotImplementedError(f"{name} has no such operation")  # asv skips these
    try:
        call = workload.call(name, threads)
    except ImportError as error:
        raise NotImplementedError(str(error)) from None
    workload.check(call())
    return call


class TimeSuite(ABC):
    """An asv suite: params are implementation, workers, those of `build`."""

    repeat = (3, 15, 3.0)
    timeout = 300

    @staticmethod
    @abstractmethod
    def build(*case: Any) -> Workload:
        """Return the workload of a case."""

    def setup(self, implementation: str, workers: int, *case: Any) -> None:
        if implementation in SINGLE_THREADED and workers > 1:
            raise NotImplementedError(f"{implementation} uses one thread")
        self.call = checked_call(self.build, implementation, workers, case)

    def time_call(self, *_: Any) -> None:
        self.call()


class RatioSuite(ABC):
    """An asv suite: how many times faster we are; params are peer, workers, those of `build`."""

    timeout = 300

    @staticmethod
    @abstractmethod
    def build(*case: Any) -> Workload:
        """Return the workload of a case."""

    def setup(self, peer: str, workers: int, *case: Any) -> None:
        self.calls = [checked_call(self.build, name, workers, case) for name in ("burnish", peer)]

    def track_ratio(self, *_: Any) -> float:
        ours, theirs = interleaved(self.calls)
        return theirs / ours

    track_ratio.unit = "times faster"  # type: ignore[attr-defined]
