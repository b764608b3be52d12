"""The README's Python examples run as they are written."""

from __future__ import annotations

import re
from pathlib import Path

import children
import pytest

README = Path(__file__).parent.parent / "README.md"
BLOCKS = (
    re.findall(r"^```python\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
    if README.exists()
    else []
)


def test_there_is_an_example():
    assert BLOCKS, f"no ```python block in {README}"


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_example_runs(number, tmp_path):
    # Each in a clean process and an empty folder, as a reader would try it.
    code = f"import os; os.chdir({str(tmp_path)!r})\n" + BLOCKS[number]
    done = children.run(code, timeout=120)
    assert done.returncode == 0, done.stderr
