"""The README's table: ``python -m benchmarks.compare``, about two minutes on one machine."""

from __future__ import annotations

import argparse
import functools
import json
import os
import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import burnish
from benchmarks.bench_color_noise import denoise_color
from benchmarks.bench_convolution import dense, separable
from benchmarks.bench_hot_pixels import remove_hot_pixels
from benchmarks.bench_inpainting_biharmonic import inpaint_biharmonic
from benchmarks.bench_inpainting_patch import inpaint_patch
from benchmarks.bench_inpainting_telea import inpaint_telea
from benchmarks.bench_metrics import mse, psnr, ssim
from benchmarks.bench_nl_means import color, grey, volume
from benchmarks.bench_noise_level import estimate_sigma
from benchmarks.bench_pyramids import expand, reduce
from benchmarks.bench_richardson_lucy import richardson_lucy, richardson_lucy_volume
from benchmarks.bench_sharpening import unsharp_mask
from benchmarks.bench_smoothing import gaussian, uniform
from benchmarks.bench_spectral import convolution, round_trip
from benchmarks.bench_unsupervised_wiener import unsupervised_wiener
from benchmarks.bench_wiener import wiener
from benchmarks.common import FEW_HAVE, PEERS, Workload, interleaved

_DEMANDED_AT = 2  # threads
_QUIET = 0.12  # cores; what other processes may use while a row is measured


@dataclass(frozen=True)
class Row:
    """A workload and its peers, the fastest first, each with the ratio that is asked for."""

    size: int
    build: Callable[[], Workload]
    peers: dict[str, float | None] = field(default_factory=dict)


def _row(build: Callable[..., Workload], *case: Any, **peers: float | None) -> Row:
    return Row(case[0], functools.partial(build, *case), peers)


# A family joins by its lines here.
ROWS = (
    _row(dense, 2048, "float32", 3, cv2=1.2, scipy=20),
    _row(dense, 2048, "float32", 7, cv2=2.5, scipy=50),
    _row(dense, 2048, "float32", 15, cv2=4, scipy=50),
    _row(dense, 2048, "uint8", 7, cv2=3),
    _row(dense, 2048, "uint16", 7, cv2=3),
    _row(dense, 2048, "float64", 7, cv2=3),
    _row(convolution, 2048, "float32", 31, mkl_fft=2.5, cv2=2.5, scipy_fft=2.5, scipy=5),
    _row(convolution, 2048, "float32", 63, mkl_fft=2.5, cv2=2.5, scipy_fft=2.5, scipy=5),
    _row(separable, 2048, "float32", 17, cv2=2.2),
    _row(separable, 2048, "float32", 65, cv2=3.2),
    _row(unsharp_mask, 2048, "float32", 2, cv2=None, skimage=None),
    _row(gaussian, 2048, "float32", 2, cv2=2.2, scipy=35, skimage=None),
    _row(gaussian, 2048, "float32", 8, cv2=3.2, scipy=30, skimage=None),
    _row(uniform, 2048, "float32", 2, cv2=1.5, scipy=None),
    _row(uniform, 2048, "float32", 50, cv2=1.5, scipy=None),
    _row(reduce, 2048, "float32", 1, cv2=1),
    _row(expand, 2048, "float32", 1, cv2=1),
    _row(denoise_color, 512, "uint8", 0, cv2=1),
    _row(denoise_color, 512, "uint8", 1, cv2=None),
    *(
        _row(remove_hot_pixels, 1024, dtype, share, cv2=None, scipy=None)
        for dtype in ("uint8", "uint16", "float32")
        for share in (1, 50)
    ),
    *(
        _row(richardson_lucy, size, "float32", 30, taps, skimage=15)
        for size in (512, 1024, 2048)
        for taps in (15, 31)
    ),
    _row(richardson_lucy_volume, 64, "float32", 10, skimage=10),
    _row(unsupervised_wiener, 1024, "float32", 40, skimage=10),
    *(_row(wiener, size, "float32", 15, skimage=5) for size in (512, 1024, 2048)),
    _row(ssim, 2048, "float32", skimage=8),
    _row(grey, 512, "float32", 10, cv2=2.5, skimage=15),
    _row(grey, 512, "uint8", 10, cv2=2.5),
    _row(grey, 512, "uint16", 10, cv2=2.5),
    _row(color, 512, "float32", 10, cv2=2.5, skimage=10),
    _row(color, 512, "uint8", 10, cv2=2.5),
    *(_row(volume, 128, "float32", side, skimage=15) for side in (3, 5)),
    *(
        _row(inpaint_biharmonic, 512, dtype, damage, skimage=3)
        for dtype in ("float32", "float64")
        for damage in ("scratches", "text")
    ),
    _row(inpaint_biharmonic, 512, "float64", "a hole", skimage=None),
    _row(inpaint_patch, 512, "uint8", 1, patchmatch=8, patchmatch_cython=8),
    _row(inpaint_patch, 512, "uint8", 20, patchmatch=6, patchmatch_cython=6),
    *(_row(inpaint_telea, 512, "uint8", damage, cv2=1) for damage in ("scratches", "hole", "text")),
    *(_row(estimate_sigma, size, "float32", skimage=5) for size in (512, 1024)),
    _row(mse, 2048, "float32", skimage=None),
    _row(psnr, 2048, "uint8", cv2=None, skimage=None),
    _row(psnr, 2048, "float32", cv2=None, skimage=None),
    *(
        _row(round_trip, size, "float32", 1, mkl_fft=1.3, scipy_fft=None)
        for size in (512, 1024, 2048, 4096)
    ),
    _row(round_trip, 256, "float32", 64, scipy_fft=3),
    _row(dense, 32, "float32", 3, scipy=1 / 1.5),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    parser.add_argument("--only", default="", metavar="SUBSTRING", help="rows whose title holds it")
    parser.add_argument("--threads", default="2,1", help="thread counts (default: %(default)s)")
    parser.add_argument("--given", action="store_true", help="all write to arrays made beforehand")
    parser.add_argument(
        "--demanded",
        action="store_true",
        help=f"show the ratios demanded at {_DEMANDED_AT} threads, and which rows meet them",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the measurements there")
    options = parser.parse_args()

    print(f"{_machine()}\n")
    print(
        "How many times faster than the peer"
        f"{f'; in brackets what is demanded at {_DEMANDED_AT} threads' if options.demanded else ''}"
        ". SciPy (but for scipy.fft) and scikit-image use one thread. Medians of interleaved "
        f"calls, {'outputs given' if options.given else 'fresh outputs'}, same borders.",
        flush=True,
    )
    records: list[dict[str, Any]] = []
    for threads in map(int, options.threads.split(",")):
        peers = [PEERS[peer] for peer in _columns()]
        headings = [f"{threads} thread(s)", "ms", "", *peers, *[""] * options.demanded]
        print(f"\n| {' | '.join(headings)} |")
        print("|---" * len(headings) + "|", flush=True)
        for record in _measure(options.only, threads, options.given):
            records.append(record)
            print(_line(record, options.demanded), flush=True)
    disturbed = [record["title"] for record in records if record["others"] > _QUIET]
    if disturbed:
        print(f"\nOther processes computed meanwhile; measure again: {'; '.join(disturbed)}")
    if options.json:
        options.json.write_text(json.dumps({"machine": _machine(), "rows": records}, indent=1))


def _machine() -> str:
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].partition(":")[2].strip() if names else cpu
    config = burnish.show_config("dicts")
    peers = ", ".join(
        f"{name} {metadata.version(name)}"
        for name in ("scipy", "scikit-image", "mkl", *(PEERS[peer] for peer in FEW_HAVE))
        if _installed(name)
    )
    return (
        f"{cpu}, {os.cpu_count()} cores; burnish {config['version']} "
        f"({config['instruction_set']}), {peers}{_opencv_version()}"
    )


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _columns() -> list[str]:
    return [peer for peer in PEERS if peer not in FEW_HAVE or _installed(PEERS[peer])]


def _opencv_version() -> str:
    try:
        import cv2
    except ImportError:
        return ""
    return f", OpenCV {cv2.__version__}"


def _measure(only: str, threads: int, given: bool) -> Iterator[dict[str, Any]]:
    for row in ROWS:
        workload = row.build()
        title = f"{row.size}x{row.size}, {workload.title}"
        if only not in title:
            continue
        ours = workload.call("burnish", threads, given=given)
        workload.check(ours())
        record: dict[str, Any] = {
            "title": title,
            "threads": threads,
            "given": given,
            "peers": {},
            "missing": [],
        }
        wall, others = time.perf_counter(), _others()
        for peer, demanded in row.peers.items():
            try:
                theirs = workload.call(peer, threads, given=given)
            except ImportError:
                if demanded is not None and threads == _DEMANDED_AT:
                    record["missing"].append(PEERS[peer])
                continue
            workload.check(theirs())
            our_time, their_time = interleaved([ours, theirs])
            # Beside the fastest peer ours is sampled most often.
            record.setdefault("ms", our_time * 1e3)
            record.setdefault("rate", workload.rate(our_time))
            record["peers"][peer] = {
                "ms": their_time * 1e3,
                "ratio": their_time / our_time,
                "demanded": demanded if threads == _DEMANDED_AT else None,
            }
        record["others"] = (_others() - others) / (time.perf_counter() - wall)
        if "ms" in record:
            yield record


def _others() -> float:
    """Return the CPU seconds that other processes have used since boot, where that can be told."""
    try:
        fields = Path("/proc/stat").read_text().split(maxsplit=9)[1:9]
    except OSError:
        return 0.0
    busy = sum(map(int, fields)) - int(fields[3]) - int(fields[4])  # all but idle and iowait
    return busy / os.sysconf("SC_CLK_TCK") - time.process_time()


def _line(record: dict[str, Any], show_demanded: bool) -> str:
    cells = []
    verdicts = []
    for peer in _columns():
        result = record["peers"].get(peer)
        if result is None:
            cells.append("")
            continue
        demanded = result["demanded"] if show_demanded else None
        asked = "" if demanded is None else f" ({demanded:.3g})"
        cells.append(f"{result['ratio']:.3g}{asked}")
        if demanded is not None:
            verdicts.append(result["ratio"] >= demanded)
    verdict = "" if not verdicts else "pass" if all(verdicts) else "miss"
    if record["missing"] and verdict != "miss":
        verdict = f"no {', '.join(record['missing'])}"
    columns = [record["title"], f"{record['ms']:.3g}", record["rate"], *cells]
    return f"| {' | '.join(columns + [verdict] * show_demanded)} |"


if __name__ == "__main__":
    main()
