"""The rules of the house (CONTRIBUTING.md), executed on the sources."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CPP = ROOT / "cpp"
SOURCES = sorted(path for path in CPP.rglob("*") if path.suffix in (".cpp", ".hpp"))
CMAKE = sorted(
    [
        *(ROOT / folder / "CMakeLists.txt" for folder in (".", "cpp", "fuzz")),
        *CPP.rglob("*.cmake"),
    ]
)

# A decision each: these may contract a*b+c, so their levels differ in the last bits. Whatever
# selects (compares, sorts, votes, rounds) belongs to DECIDING and has the same bits at every level.
ARITHMETIC = {
    "kernels/correlate_block.cpp",
    "kernels/correlate_row.cpp",
    "kernels/nl_means.cpp",  # weights change no more than the distances do
    "kernels/richardson_lucy.cpp",
    "kernels/real_transform.cpp",
    "kernels/running_sum.cpp",  # its products are exact
    "kernels/total_variation.cpp",
    "kernels/transform.cpp",
    "kernels/unsharp.cpp",
    "kernels/unsupervised_wiener.cpp",
    "kernels/wiener.cpp",
}

# Per room: its neighbours, and headers from outside. "std" stands for the C++ standard library.
_NEIGHBOURS = {
    "base": ("base/",),
    "kernels": ("kernels/", "base/dtype.hpp"),
    "dispatch": ("dispatch/", "kernels/kernels.hpp"),
    "ops": ("ops/", "base/", "kernels/kernels.hpp", "dispatch/dispatch.hpp"),
    "bind": ("bind/", "ops/", "base/", "dispatch/"),
}
_OUTSIDE = {
    # Threads: forks, signals, affinity; memory: huge pages.
    "base": {"std", "pthread.h", "sched.h", "sys/mman.h"},
    "kernels": {"cstddef", "cstdint", "cstring"},
    "dispatch": {"std", "intrin.h", "cpuid.h"},
    "ops": {"std"},
    "bind": {"std", "pybind11/", "unistd.h"},  # memory size
}
# The pool is the one home of threads; ops see for_tiles alone.
_THREADS = {"thread", "mutex", "shared_mutex", "condition_variable", "future", "execution"}


def relative(path: Path) -> str:
    return path.relative_to(CPP).as_posix()


def room(path: Path) -> str:
    return path.relative_to(CPP).parts[0]


def code(path: Path) -> str:
    """Return a source without its comments."""
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)


def in_rooms(*names: str) -> list[Path]:
    found = [path for path in SOURCES if room(path) in names]
    assert found, f"no source in {names}"
    return found


def assert_nowhere(pattern: str, paths: list[Path], text=code) -> None:
    for path in paths:
        match = re.search(pattern, text(path))
        assert not match, f"{path.relative_to(ROOT)} holds {match.group()!r}"


def test_every_source_stands_in_a_room():
    assert SOURCES
    assert {room(path) for path in SOURCES} == set(_NEIGHBOURS)


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_includes(path):
    for kind, header in re.findall(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', code(path), re.M):
        allowed = _OUTSIDE[room(path)]
        if kind == '"':
            assert header.startswith(_NEIGHBOURS[room(path)]), header
            assert (CPP / header).is_file(), f"{header} is not named from cpp/"
        elif re.fullmatch(r"[a-z_]+", header):
            assert "std" in allowed or header in allowed, header
            assert room(path) in ("base", "bind") or header not in _THREADS, header
        else:
            assert any(header.startswith(each) for each in allowed - {"std"}), header


def test_only_the_house_knows_python_in_bind():
    assert_nowhere(
        r"pybind11|PyObject|Python\.h|\bPy_", in_rooms("base", "kernels", "dispatch", "ops")
    )


def test_kernels_use_no_library_allocation_thread_or_exception():
    paths = in_rooms("kernels")
    plain = r"std::(?!ptrdiff_t\b|size_t\b|u?int(8|16|32|64|ptr)_t\b|memcpy\b|memset\b)\w+"
    assert_nowhere(plain, paths)
    assert_nowhere(r"\b(new|delete|malloc|free|throw|try|catch|thread_local|virtual)\b", paths)


def test_bodies_in_kernel_headers_have_internal_linkage():
    # Several levels include it: it must exist once per level, and not be seen by the linker.
    for path in in_rooms("kernels"):
        if path.suffix == ".hpp" and re.search(r"\)\s*(const\s*)?(noexcept\s*)?\{", code(path)):
            assert "namespace burnish::kernels::BURNISH_LEVEL" in code(path), relative(path)
            assert re.search(r"\bnamespace\s*\{", code(path)), relative(path)


def test_instruction_sets_are_named_in_kernels_and_dispatch_alone():
    everywhere_else = in_rooms("base", "ops", "bind")
    assert_nowhere(r"__(AVX|SSE|FMA|F16C|ARM_NEON)\w*|\w*intrin\.h|__m\d{3}", everywhere_else)
    assert_nowhere(r"BURNISH_(LEVEL|HAVE_|VECTOR)\w*", everywhere_else)
    assert_nowhere(r"__attribute__\s*\(\(\s*target|#\s*pragma\s+GCC\s+(target|optimize)", SOURCES)
    assert_nowhere(r"__builtin_cpu|cpuid", in_rooms("base", "kernels", "ops", "bind"))
    # No intrinsics per instruction set, in kernels neither.
    assert_nowhere(r"\b_mm\d*_\w+|immintrin|arm_neon\.h|__builtin_ia32", SOURCES)


def test_flags_stand_in_isa_cmake_alone():
    others = [path for path in CMAKE if path.name != "isa.cmake"] + [ROOT / "pyproject.toml"]
    flags = r"-m(arch|tune|avx|fma|sse|prefer)\w*|ffp-contract|fast-math|/arch:|/fp:|-O[0-9s]"
    assert_nowhere(flags, others, text=lambda path: path.read_text())
    isa = CPP / "cmake" / "isa.cmake"
    assert isa.is_file()
    assert_nowhere(r"fast-math|associative-math|reciprocal-math|/fp:fast|-Ofast", [isa])


def test_no_openmp():
    assert_nowhere(r"#\s*pragma\s+omp|omp\.h|omp_\w+\(", SOURCES)
    assert_nowhere(r"OpenMP|fopenmp", CMAKE, text=lambda path: path.read_text())


_GIL = r"gil_scoped_release|PyEval_SaveThread|Py_BEGIN_ALLOW_THREADS"


def test_one_place_releases_the_gil_and_one_starts_threads():
    gil = [relative(path) for path in SOURCES if re.search(_GIL, code(path))]
    assert gil == ["bind/array.hpp"]
    threads = [relative(path) for path in SOURCES if re.search(r"std::j?thread\b", code(path))]
    assert set(threads) <= {"base/parallel.cpp"}


def _kernel_lists() -> dict[str, set[str]]:
    text = re.sub(r"#[^\n]*", "", (CPP / "CMakeLists.txt").read_text())
    call = re.search(r"add_isa_kernels\(\s*burnish\s(.*?)\)", text, re.DOTALL).group(1)
    _, arithmetic, deciding = re.split(r"\bARITHMETIC\b|\bDECIDING\b", call)
    return {"ARITHMETIC": set(arithmetic.split()), "DECIDING": set(deciding.split())}


def test_which_kernels_may_contract():
    lists = _kernel_lists()
    assert lists["ARITHMETIC"] == ARITHMETIC
    assert not lists["ARITHMETIC"] & lists["DECIDING"]
    kernels = {relative(path) for path in in_rooms("kernels") if path.suffix == ".cpp"}
    assert lists["ARITHMETIC"] | lists["DECIDING"] == kernels


# A family has the same name in every room.
FAMILIES = sorted(
    path.stem.removeprefix("bind_")
    for path in (CPP / "bind").glob("bind_*.cpp")
    if path.stem != "bind_runtime"
)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_has_one_name(family):
    assert (CPP / "ops" / f"{family}.cpp").is_file()
    assert (CPP / "ops" / f"{family}.hpp").is_file()
    assert [*(ROOT / "python" / "burnish").rglob(f"{family}.py")]
    assert (ROOT / "tests" / f"test_{family}.py").is_file()
    assert (ROOT / "tests" / "oracles" / f"{family}.py").is_file()
    assert (ROOT / "fuzz" / f"fuzz_{family}.cpp").is_file()
    benchmarks = [path.stem for path in (ROOT / "benchmarks").rglob("*.py")]
    assert any(family in name for name in benchmarks), f"no benchmark of {family}"


def test_there_are_families():
    assert FAMILIES


def test_core_is_called_from_few_places():
    # Users and recipes go through the functions that look at their arguments.
    package = ROOT / "python" / "burnish"
    for path in package.rglob("*.py"):
        if path.relative_to(package).parts[0] == "cli":
            assert "_core" not in path.read_text()


WRITTEN = sorted(
    path
    for folder, suffixes in {
        "cpp": (".cpp", ".hpp", ".txt", ".cmake"),
        "fuzz": (".cpp", ".hpp", ".txt"),
        "python": (".py", ".pyi"),
        "tests": (".py",),
        "benchmarks": (".py",),
    }.items()
    for path in (ROOT / folder).rglob("*")
    if path.suffix in suffixes
)


def test_files_stay_small():
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in WRITTEN
        if (lines := path.read_text().count("\n")) > 600
    }
    assert not long


def test_the_version_stands_in_one_place():
    version = re.search(r'"(.+)"', (ROOT / "python/burnish/_version.py").read_text()).group(1)
    for path in [*WRITTEN, *CMAKE, ROOT / "pyproject.toml"]:
        if path.name not in ("_version.py", Path(__file__).name):
            own = re.search(rf'version\s*=\s*"{re.escape(version)}"', path.read_text())
            assert not own, path.relative_to(ROOT)
