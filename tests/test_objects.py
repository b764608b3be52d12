"""What the compiler made of the kernels: linkage and flags, read from the build tree."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from test_rules import ARITHMETIC, CPP, ROOT

# <build>/.../CMakeFiles/burnish_<kind>_<level>.dir/kernels/<file>.cpp.o, of sources that still are.
OBJECTS = sorted(
    path
    for path in (ROOT / "build").glob("**/CMakeFiles/burnish_*_*.dir/kernels/*.o")
    if (CPP / "kernels" / path.stem).is_file()
)
COMMANDS = sorted((ROOT / "build").glob("**/compile_commands.json"))

needs_objects = pytest.mark.skipif(
    not OBJECTS or not shutil.which("nm"),
    reason="no kernel objects under build/, or no nm: weak symbols are not looked for",
)
needs_commands = pytest.mark.skipif(
    not COMMANDS, reason="no compile_commands.json under build/: flags are not looked at"
)

# What a kernel may call that is not its own: what compilers make of plain loops.
_MAY_CALL = {"memcpy", "memset", "memmove", "_GLOBAL_OFFSET_TABLE_"}


def _level(path: Path) -> str:
    return re.search(r"burnish_[a-z]+_(\w+)\.dir", path.as_posix()).group(1)


def _symbols(path: Path) -> list[tuple[str, str]]:
    done = subprocess.run(["nm", path], capture_output=True, text=True, check=True)
    return [tuple(line.split()[-2:]) for line in done.stdout.splitlines()]


def _name(path: Path) -> str:
    return f"{_level(path)}-{path.stem}"


@needs_objects
@pytest.mark.parametrize("path", OBJECTS, ids=_name)
def test_no_weak_symbol(path):
    # The linker keeps one copy of a weak symbol: it could be the AVX-512 one, for all levels.
    weak = [name for kind, name in _symbols(path) if kind in "WwVvu"]
    assert not weak


@needs_objects
@pytest.mark.parametrize("path", OBJECTS, ids=_name)
def test_a_kernel_calls_nothing_but_its_own(path):
    own = f"{len(_level(path))}{_level(path)}"  # as mangled
    for kind, name in _symbols(path):
        if kind == "U":
            assert name in _MAY_CALL or own in name
        elif kind.isupper():
            assert own in name or name.endswith(f"level_{_level(path)}E"), (
                f"{name}: of which level?"
            )


@needs_objects
def test_every_level_has_every_kernel():
    kernels = {path.name for path in (CPP / "kernels").glob("*.cpp")}
    builds: dict[str, set[str]] = {}
    for path in OBJECTS:
        build = path.as_posix().partition("/CMakeFiles/")[0]
        builds.setdefault(f"{build} {_level(path)}", set()).add(path.stem)
    assert all(found == kernels for found in builds.values()), builds


# .ci/run builds so; a user's newer compiler may warn of more and still must build.
STRICT = "BURNISH_WARNINGS_ARE_ERRORS=ON" in os.environ.get("SKBUILD_CMAKE_DEFINE", "")


@needs_commands
@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: path.parent.name)
def test_flags(path):
    for entry in json.loads(path.read_text()):
        file = Path(entry["file"])
        if CPP not in file.parents or not file.is_file():
            continue
        source = file.relative_to(CPP).as_posix()
        flags = entry["command"].split()
        if source in ARITHMETIC:
            assert "-ffp-contract=fast" in flags, source
            assert "-ffp-contract=off" not in flags, source
        else:
            assert "-ffp-contract=off" in flags, source
            assert "-ffp-contract=fast" not in flags, source
        for flag in ("-Wall", "-Wextra", "-Wconversion"):
            assert flag in flags, source
        assert "-Werror" in flags or not STRICT, source
        assert "-ffast-math" not in flags
        levels = [flag for flag in flags if flag.startswith(("-march", "-mavx", "-mfma"))]
        if not source.startswith("kernels/"):
            assert not levels, source
