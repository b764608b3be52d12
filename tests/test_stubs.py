"""_core.pyi says what the module has."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

import burnish
from burnish import _core

PACKAGE = Path(burnish.__file__).parent


def _stub_functions() -> dict[str, list[str]]:
    tree = ast.parse((PACKAGE / "_core.pyi").read_text())
    return {
        node.name: [argument.arg for argument in node.args.args]
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }


def _module_names() -> set[str]:
    return {name for name in dir(_core) if not name.startswith("__")}


def _parameters(name: str) -> list[str]:
    """Read the parameters from the signature that pybind11 puts first into the docstring."""
    signature = getattr(_core, name).__doc__.splitlines()[0]
    inner = re.fullmatch(rf"{name}\((.*)\) -> .*", signature).group(1)
    nested = 0
    names, current = [], ""
    for char in inner + ",":
        nested += (char in "[(") - (char in "])")
        if char == "," and not nested:
            names.append(current.split(":")[0].split("=")[0].strip())
            current = ""
        else:
            current += char
    return [each for each in names if each]


def test_the_installed_package_is_typed():
    assert (PACKAGE / "py.typed").is_file()
    assert (PACKAGE / "_core.pyi").is_file()


def test_names_both_ways():
    assert set(_stub_functions()) == _module_names()


@pytest.mark.parametrize("name", sorted(_stub_functions()))
def test_parameters(name):
    assert _parameters(name) == _stub_functions()[name]


@pytest.mark.skipif(not importlib.util.find_spec("mypy"), reason="mypy is in the lint group")
def test_stubtest(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "burnish._core"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
