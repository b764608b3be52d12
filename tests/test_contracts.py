"""Every public function against every fault; each function's faults run in a child of their own."""

from __future__ import annotations

import functools
import inspect
import json
import re
import subprocess
import threading

import checks
import children
import faults
import numpy as np
import pytest
import samples
from contract_table import FUNCTIONS, ON_IMAGES

import burnish

try:
    import resource
except ImportError:  # Windows
    resource = None

_MOST_MEMORY = 6 << 30

CASES = [
    pytest.param(name, number, argument, fault, id=f"{name}-{argument}-{number}")
    for name, row in FUNCTIONS.items()
    for number, (argument, fault) in enumerate(faults.pairs(row.kinds))
]


def _image() -> np.ndarray:
    return np.random.default_rng(7).random((16, 20)).astype(np.float32)


def _arguments(name: str) -> dict:
    row = FUNCTIONS[name]
    return {"image": _image(), **row.given} if name in ON_IMAGES else dict(row.given)


def try_faults(name: str) -> None:
    """In the child: try each fault of one function and print what came of it."""
    # A runaway request must fail in the child, not take the machine down. Sanitizers can't live
    # with the limit: they reserve terabytes of addresses.
    if resource and not children.SANITIZED:
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    row = FUNCTIONS[name]
    for argument, fault in faults.pairs(row.kinds):
        arguments = _arguments(name)
        image = arguments.get("image")
        before = None if image is None else image.tobytes()
        given = fault.make(_image() if image is None else image)
        try:
            row.call(**arguments | {argument: given})
            outcome = {"type": None, "message": ""}
        except Exception as error:
            outcome = {"type": type(error).__name__, "message": str(error)[:2000]}
        outcome["kept"] = image is None or image.tobytes() == before
        print(json.dumps(outcome), flush=True)


@functools.cache
def outcomes(name: str) -> tuple[list[dict], str]:
    """Return what the child printed, and how it ended."""
    code = f"import test_contracts; test_contracts.try_faults({name!r})"
    try:
        done = children.run(code, timeout=120)
    except subprocess.TimeoutExpired as error:
        return _parse(bytes(error.stdout or b"").decode()), "hung"
    return _parse(done.stdout), f"ended with {done.returncode}: {done.stderr[-2000:]}"


def _parse(printed: str) -> list[dict]:
    return [json.loads(line) for line in printed.splitlines() if line.startswith('{"type"')]


@pytest.mark.parametrize(("name", "number", "argument", "fault"), CASES)
def test_fault(name, number, argument, fault):
    results, ending = outcomes(name)
    about = f"{name}({argument}={fault.label:.80})"
    assert number < len(results), f"{about}: the child {ending}"
    outcome = results[number]
    assert outcome["kept"], f"{about} changed its input"
    if not fault.raises:
        assert outcome["type"] is None, f"{about} must work; {outcome}"
        return
    assert outcome["type"] in fault.raises or (
        outcome["type"] == "_ArrayMemoryError" and "MemoryError" in fault.raises
    ), f"{about} must raise {' or '.join(fault.raises)}; {outcome}"
    pattern = fault.message or rf"\b{argument}\b"
    assert re.search(pattern, outcome["message"]), f"{about}: {outcome['message']!r}"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_child_ends_well(name):
    ending = outcomes(name)[1]
    assert ending == "ended with 0: "


@pytest.mark.parametrize(
    "module",
    [
        burnish,
        burnish.filters,
        burnish.enhancement,
        burnish.metrics,
        burnish.psf,
        burnish.restoration,
    ],
    ids=lambda module: module.__name__,
)
def test_every_public_function_has_a_row(module):
    public = {getattr(module, name) for name in module.__all__}
    rows = {row.call for row in FUNCTIONS.values()}
    assert {each for each in public if inspect.isfunction(each)} <= rows


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_parameter_has_its_kind(name):
    row = FUNCTIONS[name]
    parameters = inspect.signature(row.call).parameters
    assert list(row.kinds) == list(parameters)
    data_first = [each.name for each in parameters.values() if each.kind is not each.KEYWORD_ONLY]
    assert set(data_first) <= {"image", *row.given, "mode"}


@pytest.mark.parametrize("name", ON_IMAGES)
@pytest.mark.parametrize("layout", samples.LAYOUTS)
def test_memory_layout(layout, name):
    arguments = _arguments(name)
    expected = FUNCTIONS[name].call(**arguments)
    image = samples.LAYOUTS[layout](arguments["image"])
    result = FUNCTIONS[name].call(**arguments | {"image": image})
    for one, other in zip(checks.as_tuple(result), checks.as_tuple(expected), strict=True):
        checks.assert_same_bits(one, other)


SAME_SHAPE = [name for name, row in ON_IMAGES.items() if row.kinds.get("out") == "out"]


@pytest.mark.parametrize("name", SAME_SHAPE)
@pytest.mark.parametrize("shift", [0, 1, -1, 700])
def test_out_overlapping_the_image(shift, name):
    row, arguments = FUNCTIONS[name], _arguments(name)
    size = 300 * 700  # several tiles: what one writes, another would read
    store = np.random.default_rng(5).random(size + 1400).astype(np.float32)
    image = store[700 : 700 + size].reshape(300, 700)
    expected = row.call(**arguments | {"image": image.copy()})
    out = store[700 + shift : 700 + shift + size].reshape(300, 700)
    assert row.call(**arguments | {"image": image, "out": out}) is out
    checks.assert_same_bits(out, expected)


def _equal(one, other) -> bool:
    return all(map(np.array_equal, checks.as_tuple(one), checks.as_tuple(other)))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_16_threads_at_once(name):
    row = FUNCTIONS[name]
    arguments = _arguments(name)
    if name in ON_IMAGES:  # large enough that each call wants the pool
        arguments["image"] = np.random.default_rng(3).random((200, 300)).astype(np.float32)
    expected = row.call(**arguments)
    start, wrong = threading.Barrier(16), []

    def work() -> None:
        start.wait()
        for _ in range(8):
            result = row.call(**arguments)
            same = "image" not in arguments or _equal(result, expected)
            if not same:
                wrong.append(result)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    burnish.set_num_threads(None)
    assert not wrong


_INTERRUPT = """
    import os, signal, sys, threading, time
    import numpy as np
    from checks import as_tuple
    from contract_table import FUNCTIONS

    # Where the tests run in the background, a shell has SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    row, workers = FUNCTIONS[sys.argv[1]], int(sys.argv[2])
    small = np.ones((300, 300))
    given = {**({"image": small} if "image" in row.kinds else {}), **row.given}
    before = row.call(**given, workers=workers)
    threads = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 0
    sent = 0.0

    def interrupt():
        global sent
        time.sleep(0.3 + 0.15 * len(delays))
        sent = time.perf_counter()
        os.kill(os.getpid(), signal.SIGINT)

    delays = []
    while len(delays) < 3 and sum(delay <= 0.2 for delay in delays) < 2:
        thread = threading.Thread(target=interrupt)
        thread.start()
        try:
            row.long_call(workers)
        except KeyboardInterrupt:
            delays.append(time.perf_counter() - sent)
        else:
            sys.exit("the call was not interrupted")
        finally:
            thread.join()
    after = row.call(**given, workers=workers)
    if not all(map(np.array_equal, as_tuple(after), as_tuple(before))):
        sys.exit("wrong after the interrupt")
    if threads and len(os.listdir("/proc/self/task")) > threads + workers - 1:
        sys.exit("threads are left beside the pool's")
    print(sorted(delays)[len(delays) // 2])
"""


@pytest.mark.parametrize("name", [name for name, row in FUNCTIONS.items() if row.long_call])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_keyboard_interrupt_in_mid_kernel(workers, name):
    # The promise is 0.2 s; a busy machine gets more, and the median of three.
    delay = float(children.output(_INTERRUPT, name, workers, timeout=120))
    assert delay < 0.5


_EXTREME = """
    import os, signal, sys, threading, time
    import numpy as np
    import burnish

    def interrupt():
        global sent
        time.sleep(1.0)
        sent = time.perf_counter()
        os.kill(os.getpid(), signal.SIGINT)

    signal.signal(signal.SIGINT, signal.default_int_handler)
    ones = np.ones
    threading.Thread(target=interrupt).start()
    try:
        while True:
            {call}
    except KeyboardInterrupt:
        print(time.perf_counter() - sent)
"""


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    "call",
    [
        "burnish.unsharp_mask(ones(2_000_000, 'f4'), radius=60_000, workers={workers})",
        "burnish.unsharp_mask(ones((8, 200_000)), radius=10_000, workers={workers})",
        "burnish.unsharp_mask(ones((3000, 3000)), radius=2_000, workers={workers})",
        "burnish.unsharp_mask(ones((16, 800, 800)), radius=500, workers={workers})",
        "burnish.convolve1d(ones(3_000_000), ones(100_001), workers={workers})",
        "burnish.convolve(ones((2500, 2500)), ones((2001, 2001)), method='direct',"
        " workers={workers})",
    ],
)
def test_keyboard_interrupt_at_extreme_sizes(call, workers):
    # Tiles shrink where kernels are large; the work before the first tile is not interruptible.
    delay = float(children.output(_EXTREME.format(call=call.format(workers=workers)), timeout=120))
    assert delay < 0.5


def test_every_function_on_images_has_a_long_call():
    assert all(row.long_call for row in ON_IMAGES.values())
