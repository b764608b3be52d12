"""Importing burnish is light."""

from __future__ import annotations

import children

_TIMED = """
    import sys, time
    start = time.process_time()
    __import__(sys.argv[1])
    print(time.process_time() - start)
"""


def test_import_takes_at_most_half_again_as_long_as_numpys():
    # Processor time, the least of interleaved runs: the noise of a busy machine only adds.
    numpys, ours = [], []
    for _ in range(3):
        for _ in range(10):
            numpys.append(float(children.output(_TIMED, "numpy")))
            ours.append(float(children.output(_TIMED, "burnish")))
        if min(ours) <= 1.5 * min(numpys):
            return
    raise AssertionError(f"burnish {min(ours):.3f} s, numpy {min(numpys):.3f} s")


def test_import_brings_numpy_alone():
    code = "import sys, burnish; print(' '.join(sorted({n.split('.')[0] for n in sys.modules})))"
    loaded = set(children.output(code).split())
    heavy = {"scipy", "skimage", "cv2", "PIL", "rich", "tifffile", "imageio", "matplotlib"}
    assert not loaded & heavy
    assert {"numpy", "burnish"} <= loaded


def test_what_import_brings_is_numpys_and_a_handful():
    code = """
    import sys
    import numpy
    before = set(sys.modules)
    import burnish
    print(" ".join(sorted(set(sys.modules) - before)))
    """
    foreign = [name for name in children.output(code).split() if not name.startswith("burnish")]
    assert len(foreign) <= 5, foreign


def test_import_starts_no_thread():
    code = "import burnish, os; print(len(os.listdir('/proc/self/task')))"
    numpys = "import numpy, os; print(len(os.listdir('/proc/self/task')))"
    assert children.output(code) == children.output(numpys)


def test_import_leaves_the_gil_off():
    # A free-threaded Python switches it on for all when one module does not declare to need none.
    code = """
    import sys, numpy
    def locked():
        return getattr(sys, "_is_gil_enabled", lambda: True)()
    before = locked()
    import burnish
    print(before == locked())
    """
    assert children.output(code, PYTHON_GIL="") == "True"
