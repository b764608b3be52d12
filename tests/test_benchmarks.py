"""The benchmarks can run, and what they time is right."""

import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy", reason="scipy is missing")

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import (  # noqa: E402
    bench_anscombe,
    bench_color_noise,
    bench_convolution,
    bench_hot_pixels,
    bench_inpainting_biharmonic,
    bench_inpainting_exemplar,
    bench_inpainting_patch,
    bench_inpainting_telea,
    bench_metrics,
    bench_nl_means,
    bench_noise_level,
    bench_pyramids,
    bench_richardson_lucy,
    bench_sharpening,
    bench_smoothing,
    bench_spectral,
    bench_unsupervised_wiener,
    bench_wiener,
    common,
    compare,
    deblurring,
    denoising,
    inpainting,
    methods,
    noise,
)

WORKLOADS = [
    *(
        (bench_convolution.dense, 70, dtype, taps)
        for dtype in ("uint8", "uint16", "float32", "float64")
        for taps in (3, 15)
    ),
    *(
        (build, 150, dtype, sigma)
        for build in (bench_anscombe.anscombe, bench_anscombe.inverse_anscombe)
        for dtype, sigma in (("float32", 0.0), ("float64", 2.0))
    ),
    (bench_convolution.separable, 200, "float32", 17),
    (bench_convolution.separable, 70, "float64", 65),
    (bench_color_noise.denoise_color, 96, "uint8", 0),
    (bench_color_noise.denoise_color, 96, "float32", 1),
    (bench_hot_pixels.remove_hot_pixels, 150, "uint8", 1),
    (bench_hot_pixels.remove_hot_pixels, 96, "float32", 30),
    *(
        (build, 128, "uint8", holes)
        for build in (
            bench_inpainting_exemplar.inpaint_exemplar,
            bench_inpainting_patch.inpaint_patch,
        )
        for holes in (1, 20)
    ),
    *(
        (bench_inpainting_biharmonic.inpaint_biharmonic, 128, dtype, damage)
        for dtype, damage in (("float32", "scratches"), ("float64", "text"), ("float64", "a hole"))
    ),
    *(
        (bench_inpainting_telea.inpaint_telea, 128, "uint8", damage)
        for damage in ("scratches", "hole", "text")
    ),
    *(
        (build, 60, dtype, 5)
        for build in (bench_nl_means.grey, bench_nl_means.color)
        for dtype in ("uint8", "uint16", "float32")
    ),
    (bench_nl_means.volume, 24, "float32", 3),
    (bench_richardson_lucy.richardson_lucy, 150, "float32", 30),
    (bench_richardson_lucy.richardson_lucy, 48, "float64", 30),
    *(
        (build, size, dtype, channels)
        for build in (bench_pyramids.reduce, bench_pyramids.expand, bench_pyramids.laplacian)
        for size, dtype, channels in ((48, "float64", 3), (420, "float32", 1))
    ),
    (bench_smoothing.gaussian, 150, "float32", 2),
    (bench_smoothing.gaussian, 150, "float64", 8),
    (bench_smoothing.uniform, 150, "float32", 2),
    (bench_smoothing.uniform, 230, "float64", 50),
    (bench_sharpening.unsharp_mask, 150, "float32", 2),
    (bench_sharpening.unsharp_mask, 70, "float64", 8),
    (bench_spectral.convolution, 150, "float32", 31),
    (bench_spectral.convolution, 48, "float64", 63),
    (bench_wiener.wiener, 150, "float32", 15),
    (bench_wiener.wiener, 105, "float64", 8),
    (bench_spectral.round_trip, 150, "float32", 1),
    (bench_spectral.round_trip, 105, "float64", 7),
    (bench_unsupervised_wiener.unsupervised_wiener, 150, "float32", 40),
    (bench_unsupervised_wiener.unsupervised_wiener, 96, "float64", 40),
]
WITHOUT_ANY_OUT = ("skimage", "patchmatch", "patchmatch_cython")
WITHOUT_OUT = (bench_pyramids.laplacian, bench_spectral.round_trip)


@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize("implementation", ["burnish", *common.PEERS])
@pytest.mark.parametrize(("build", *"abc"), WORKLOADS)
def test_answers(build, a, b, c, implementation, given):
    workload = build(a, b, c)
    if implementation not in workload.implementations:
        return
    try:
        call = workload.call(implementation, 2, given=given)
    except ImportError as error:
        pytest.skip(f"{error.name} is missing")
    answer = call()
    workload.check(answer)
    unchanged = build is bench_spectral.round_trip
    with pytest.raises(AssertionError):
        workload.check(workload.image[::-1] if unchanged else workload.image)
    fftconvolve = build is bench_spectral.convolution and implementation == "scipy"
    with_out = implementation not in WITHOUT_ANY_OUT and build not in WITHOUT_OUT
    if given and with_out and not fftconvolve:
        assert call() is answer


@pytest.mark.parametrize("implementation", ["burnish", *common.PEERS])
@pytest.mark.parametrize(
    "build",
    [
        bench_metrics.mse,
        bench_metrics.psnr,
        bench_metrics.ssim,
        bench_noise_level.estimate_sigma,
    ],
)
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_numbers(dtype, build, implementation):
    workload = build(70, dtype)
    if implementation not in workload.implementations:
        return
    try:
        answer = workload.call(implementation, 2)()
    except ImportError as error:
        pytest.skip(f"{error.name} is missing")
    workload.check(answer)
    for wrong in (answer * 1.3, float("nan"), workload.image):
        with pytest.raises(AssertionError):
            workload.check(wrong)


def test_check_looks_at_borders_and_middle():
    workload = bench_convolution.dense(300, "float32", 3)
    right = workload.call("burnish", 1)()
    for row, column in ((0, 0), (150, 150), (299, 299), (0, 95)):
        wrong = right.copy()
        wrong[row, column] = np.nan
        with pytest.raises(AssertionError):
            workload.check(wrong)


def test_check_looks_at_all_axes():
    workload = bench_spectral.round_trip(200, "float32", 120)
    for pixel in ((0, 0, 0), (60, 100, 100), (119, 199, 199)):
        wrong = workload.image.copy()
        workload.check(wrong)
        wrong[pixel] = np.nan
        with pytest.raises(AssertionError):
            workload.check(wrong)


def test_interleaved_takes_turns():
    log = []
    calls = [lambda: log.append("a"), lambda: log.append("b")]
    times = common.interleaved(calls, rounds=4, seconds=0.0)
    assert len(times) == 2
    assert all(0 < each < 1 for each in times)
    turns = [name for name, _ in itertools.groupby(log)]
    assert turns == ["a", "b"] * (len(turns) // 2)
    assert len(turns) >= 2 * 4


@pytest.mark.parametrize(
    "family",
    [
        bench_anscombe,
        bench_color_noise,
        bench_convolution,
        bench_hot_pixels,
        bench_inpainting_biharmonic,
        bench_inpainting_exemplar,
        bench_inpainting_patch,
        bench_inpainting_telea,
        bench_richardson_lucy,
        bench_metrics,
        bench_nl_means,
        bench_noise_level,
        bench_pyramids,
        bench_sharpening,
        bench_smoothing,
        bench_spectral,
        bench_unsupervised_wiener,
    ],
)
def test_suites(family):
    suites = [
        suite
        for suite in vars(family).values()
        if isinstance(suite, type) and issubclass(suite, (common.TimeSuite, common.RatioSuite))
    ]
    assert suites
    for suite in suites:
        assert len(suite.params) == len(suite.param_names)
        names = suite.params[0]
        assert set(names) <= {"burnish", *common.PEERS}
        assert ("burnish" in names) == issubclass(suite, common.TimeSuite)
        small = 16 if suite.param_names[2] == "planes" else 48
        case = [small, *(values[0] for values in suite.params[3:])]
        bench = suite()
        try:
            bench.setup(names[0], 1, *case)
        except NotImplementedError as error:
            pytest.skip(str(error))
        if isinstance(bench, common.TimeSuite):
            bench.time_call()


def test_one_thread_peers_are_timed_once():
    with pytest.raises(NotImplementedError, match="one thread"):
        bench_convolution.Dense().setup("scipy", 2, 48, "float32", 3)


@pytest.mark.parametrize("demanded", [False, True])
def test_compare(monkeypatch, capsys, tmp_path, demanded):
    pytest.importorskip("cv2", reason="OpenCV is missing")
    rows = (
        compare._row(bench_convolution.dense, 32, "float32", 3, cv2=1e-9, scipy=1e-9),
        compare._row(bench_sharpening.unsharp_mask, 32, "float32", 2, cv2=1e9, skimage=None),
        compare._row(bench_convolution.dense, 32, "uint8", 3, cv2=1),
    )
    monkeypatch.setattr(compare, "ROWS", rows)
    monkeypatch.setattr(
        compare, "interleaved", lambda calls: common.interleaved(calls, rounds=2, seconds=0)
    )
    target = tmp_path / "table.json"
    options = ["--only", "float32", "--json", str(target), *["--demanded"] * demanded]
    monkeypatch.setattr(sys, "argv", ["compare", *options])
    compare.main()
    printed = capsys.readouterr().out
    table = [line for line in printed.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in table}) == 1
    lines = [line for line in table if line.startswith("| 32x32")]
    assert len(lines) == 4
    assert "uint8" not in "".join(lines)
    verdicts = [line.split("|")[-2].strip() for line in lines]
    if demanded:
        assert verdicts == ["pass", "miss", "", ""]
        assert "(1e-09)" in lines[0]
        assert "in brackets" in printed
    else:
        assert not {"pass", "miss"} & set(verdicts)
        assert "(" not in "".join(lines)
        assert "in brackets" not in printed
    assert target.read_text().count("ratio") == 8


def test_compare_without_a_peer(monkeypatch, capsys):
    row = compare._row(bench_spectral.convolution, 48, "float32", 31, scipy=1e-9, mkl_fft=1)
    monkeypatch.setattr(compare, "ROWS", (row,))
    monkeypatch.setattr(
        compare, "interleaved", lambda calls: common.interleaved(calls, rounds=2, seconds=0)
    )
    monkeypatch.setitem(sys.modules, "mkl_fft", None)
    monkeypatch.setattr(sys, "argv", ["compare", "--demanded"])
    compare.main()
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| 48x48")]
    assert [line.split("|")[-2].strip() for line in lines] == ["no mkl_fft", ""]


@pytest.mark.parametrize("separable", [False, True])
def test_methods(monkeypatch, capsys, separable):
    times = {
        "direct": [0.1, 0.6],
        "separable": [0.5] * 3,
        "fft": [0.4] * 3,
        "auto": [0.13, 0.4, 0.4],
    }
    counts = []

    def interleaved(calls, **_):
        answers = [call() for call in calls]
        for answer in answers:
            np.testing.assert_allclose(answer, answers[0], atol=1e-5)
        counts.append(len(calls))
        return [times[call.keywords["method"]].pop(0) for call in calls]

    monkeypatch.setattr(methods, "SIZES", (16,))
    monkeypatch.setattr(methods, "KERNELS", ((11, 11), (3, 3), (1, 63)))
    monkeypatch.setattr(methods, "interleaved", interleaved)
    monkeypatch.setattr(sys, "argv", ["methods", *["--separable"] * separable])
    methods.main()
    assert counts == ([4, 4, 3] if separable else [3, 4, 2])  # the last without "direct"
    table = [line for line in capsys.readouterr().out.splitlines() if line]
    assert [line.split("|")[-3].strip() for line in table[3:-1]] == ["1.30", "1.00", "1.00"]
    assert [line.split("|")[-2].strip() for line in table[3:-1]] == ["direct", "", ""]
    assert table[-1] == "Worst: 1.30 times the best, 16x16, 3x3"


def test_asv_finds_the_suites():
    pytest.importorskip("asv", reason="asv is missing")
    done = subprocess.run(
        [sys.executable, "-m", "asv", "check", "--python=same"],
        cwd=ROOT / "benchmarks",
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_deblurring(monkeypatch, capsys):
    pytest.importorskip("skimage", reason="scikit-image is missing")
    monkeypatch.setattr(deblurring, "_BALANCES", (0.03, 0.1))
    monkeypatch.setattr(deblurring, "_ITERATIONS", (10, 20))
    only = "camera, disk 4, noise 2.0%"
    monkeypatch.setattr(sys, "argv", ["deblurring", "--boundaries", "--only", only])
    deblurring.main()
    lines = capsys.readouterr().out.splitlines()
    (row,) = (line for line in lines if line.startswith("| camera"))
    blurred, wiener, best, theirs, lucy, best_lucy, their_lucy = (
        [float(number) for number in cell.replace("/", " ").split()]
        for cell in row.split("|")[2:-1]
    )
    for whole in (0, 2):  # PSNR; near the edges too
        assert wiener[whole] > max(best[whole] - 0.3, theirs[whole] + 1)
        assert best_lucy[whole] > max(blurred[whole] + 1, lucy[whole], their_lucy[whole] + 2)
        assert best_lucy[whole + 1] > their_lucy[whole + 1]
    by_boundary = [line.split("|")[2:-1] for line in lines if line.startswith("| 2.0%")]
    for unknown, *others in ([float(cell.split("/")[1]) for cell in row] for row in by_boundary):
        assert unknown > max(others)


def test_denoising(monkeypatch, capsys):
    pytest.importorskip("skimage", reason="scikit-image is missing")
    pytest.importorskip("cv2", reason="OpenCV is missing")
    monkeypatch.setattr(denoising, "NOISES", (25,))
    monkeypatch.setattr(denoising, "_PATCHES", (5,))
    monkeypatch.setattr(denoising, "_DISTANCES", (6,))
    monkeypatch.setattr(denoising, "_STRENGTHS", (0.6, 0.8))
    monkeypatch.setattr(sys, "argv", ["denoising", "--only", "coffee"])
    denoising.main()
    lines = capsys.readouterr().out.splitlines()
    counts, grey, colour = (
        [float(cell) for cell in line.split("|")[2:-1]] for line in lines if "coffee" in line
    )
    noisy, direct, known, estimated = counts
    assert min(known, estimated) > direct + 0.5 > noisy + 5
    for noisy, ours, *theirs in (grey, colour):
        assert ours > max(max(theirs) - 0.1, noisy + 8)


def test_inpainting_scores():
    pytest.importorskip("skimage", reason="scikit-image is missing")
    (case,) = inpainting.cases("gravel, top")
    truth, hole = case.truth, case.mask
    assert truth.shape == (512, 512, 3)
    assert hole.sum() == 96 * 96
    assert not case.holed[hole].any()
    assert inpainting.score(truth, truth, hole) == (np.inf, 1, 0, 0)
    plausible, smear, brighter = truth.copy(), truth.copy(), truth.astype(np.float32)
    plausible[hole] = truth[np.roll(hole, (200, 100), (0, 1))]
    smear[hole] = truth[hole].mean(axis=0)
    brighter[hole] += 10
    patch, mean, ten = (
        inpainting.score(truth, each, hole) for each in (plausible, smear, brighter)
    )
    assert mean.psnr > patch.psnr + 2  # although
    assert mean.gradients > 5 * patch.gradients
    assert min(mean.seam, patch.seam) > 0.5  # neither looks at the rim
    np.testing.assert_allclose(ten.psnr, 20 * np.log10(255 / 10))
    inside = np.diff(hole, axis=0), np.diff(hole, axis=1)
    steps = [
        sum(np.abs(np.diff(image.astype(float), axis=axis))[inside[axis]].sum() for axis in (0, 1))
        for image in (brighter, truth)
    ]
    np.testing.assert_allclose(ten.seam, np.log(steps[0] / steps[1]))
    scores = [[patch, mean, ten], [ten]]
    np.testing.assert_allclose(
        inpainting.summarise(scores), (np.median([patch, mean, ten], axis=0) + ten) / 2
    )


@pytest.mark.parametrize("group", inpainting.GROUPS)
def test_inpainting_cases(group):
    pytest.importorskip("skimage", reason="scikit-image is missing")
    chosen = inpainting.cases(group)
    assert len({case.title for case in chosen}) == len(chosen) >= 6
    for case in chosen:
        assert case.truth.dtype == np.uint8
        assert case.truth.shape[0] >= 400
        assert case.truth.shape[1:] == (512, 3)
        assert case.mask.sum() == 96 * 96


def test_inpainting(monkeypatch, capsys, tmp_path):
    pytest.importorskip("skimage", reason="scikit-image is missing")
    pytest.importorskip("PIL", reason="Pillow is missing")

    def plain(image, mask, seed):
        color = image[~mask].mean(axis=0) + seed
        return np.where(mask[..., None], color, image).astype(np.uint8)

    def careless(image, mask, seed):
        return plain(image, mask, seed) ^ 1

    def missing():
        raise ImportError("it is missing")

    def run(*peers):
        calls.clear()
        monkeypatch.setattr(inpainting, "PEERS", peers)
        options = ["--only", "flag", "--per-case", "--pictures", str(tmp_path / "pictures")]
        options += ["--peers", str(tmp_path / "peers.npz")]
        monkeypatch.setattr(sys, "argv", ["inpainting", *options])
        inpainting.main()
        return capsys.readouterr().out.splitlines()

    def method(name, fill, **options):
        def counted(*arguments):
            calls.append(name)
            return fill(*arguments)

        return inpainting.Method(name, lambda: counted, **options)

    calls = []
    monkeypatch.setattr(inpainting, "OURS", method("burnish", plain, seeded=True))
    monkeypatch.setattr(inpainting, "CLASSIC", method("classic", plain))
    peers = method("PyPatchMatch", careless, seeded=True), method("smear", plain)
    lines = run(*peers, inpainting.Method("other", missing))
    assert calls == [
        name for name in ("burnish", "classic", "PyPatchMatch", "smear") for _ in range(5)
    ]
    assert "other is left out: it is missing." in lines
    ours, theirs, smear = (
        line for line in lines if line.startswith(("| burnish", "| PyPatchMatch", "| smear"))
    )
    assert ours.endswith("|  |")
    assert theirs.endswith("up to 1 |")
    assert ours.split("|")[2] != smear.split("|")[2]  # the median of five seeds, the first
    (by_case,) = (line for line in lines if line.startswith("| astronaut, flag, 512x512"))
    assert [cell.split() for cell in by_case.split("|")[2:4]] == [
        [cell.strip() for cell in row.split("|")[2:6]] for row in (ours, theirs)
    ]
    assert {path.name for path in (tmp_path / "pictures").iterdir()} == {
        "structure.png",
        "structure-astronaut-flag.png",
    }

    again = run(*peers)
    assert calls == ["burnish"] * 5 + ["classic"] * 5
    assert [line for line in again if "PyPatch" in line] == [
        line for line in lines if "PyPatch" in line
    ]

    monkeypatch.setattr(inpainting, "_SLOW", 0)
    assert any(line.startswith("burnish is left out: one fill took") for line in run(*peers))


def test_inpainting_times(monkeypatch, capsys):
    pytest.importorskip("skimage", reason="scikit-image is missing")

    def missing():
        raise ImportError("it is missing")

    peers = [
        inpainting.Method("copy", lambda: lambda image, mask, seed: image.copy()),
        inpainting.Method("other", missing),
    ]
    seconds = {1: [0.1, 0.05, 0.4], 2: [0.3, 0.05, 2.0]}  # of each case
    monkeypatch.setattr(inpainting, "TIMED_PEERS", peers)
    monkeypatch.setattr(
        inpainting, "interleaved", lambda calls: [call() for call in calls] and seconds.popitem()[1]
    )
    inpainting.print_times(inpainting.cases("flag") * 2)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "other is left out: it is missing."
    assert lines[2:] == [
        "| times faster, 2 holes | ms | copy |",
        "|---|---|---|",
        "| | | 1200 ms |",
        "| burnish, 1 thread(s) | 200.0 | 6.0 |",
        "| burnish, 2 thread(s) | 50.0 | 24.0 |",
    ]


def test_noise(monkeypatch, capsys):
    pytest.importorskip("pywt", reason="PyWavelets is missing")
    monkeypatch.setattr(noise, "PHOTOGRAPHS", ("camera", "coins", "grass", "gravel", "coffee"))
    monkeypatch.setattr(noise, "TEXTURED", ("grass", "gravel"))
    monkeypatch.setattr(noise, "SIGMAS", (0, 5, 10, 20))
    monkeypatch.setattr(noise, "MODELS", ((2.0, 2.0), (0.0, 20.0)))
    noise.main([])
    rows = {
        cells[1].strip(): [[float(part) for part in cell.split("/")] for cell in cells[2:-1]]
        for line in capsys.readouterr().out.splitlines()
        if len(cells := line.split("|")) > 4 and line[2].isalpha() and "gain" not in line
    }
    for variant in ("grey", "grey, clipped to uint8"):
        at_5, *others = rows[f"burnish, {variant}"]
        assert all(middle < 10 for middle, *_ in others)
        assert at_5[2] < rows[f"scikit-image, {variant}"][0][2] / 2
