"""The command line: what it prints and writes, and what it says when it can't."""

import io
import re
import struct
import subprocess
import sys
import zlib
from types import SimpleNamespace

import numpy as np
import pytest

import burnish
from burnish.cli import main

pytest.importorskip("PIL", reason="Pillow is missing")
pytest.importorskip("rich", reason="rich is missing")
pytest.importorskip("skimage", reason="scikit-image is missing")
tifffile = pytest.importorskip("tifffile", reason="tifffile is missing")

from PIL import Image  # noqa: E402

from burnish.cli import comparison, pictures, sheet  # noqa: E402
from burnish.cli.operations import OPERATIONS  # noqa: E402

SHAPE = (60, 320)  # wide enough that no label widens the panels


@pytest.fixture(autouse=True)
def _quick(monkeypatch, tmp_path):
    monkeypatch.setattr(comparison, "_SECONDS", 0.0)
    # Few have it.
    fill = SimpleNamespace(inpaint=lambda image, mask, patch_size: image)
    monkeypatch.setitem(sys.modules, "patchmatch", fill)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)


def noise(*channels, dtype=np.uint8):
    """Return a picture with an edge in it that a blur visibly softens."""
    top = np.iinfo(dtype).max
    picture = np.random.default_rng(1).integers(0, top // 4, (*SHAPE, *channels), dtype)
    picture[:, SHAPE[1] // 2 :] += dtype(top // 2)
    return picture


def write_png16(path, pixels):
    """Write an RGB PNG of 16 bits, which Pillow can't."""

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def demo(*arguments):
    return main(["demo", "--size", "32", *map(str, arguments)])


def panel(page, column, shape=SHAPE, top=sheet.GAP):
    """Return one panel's pixels from a sheet whose panels are all `shape`."""
    left = sheet.GAP + column * (shape[1] + sheet.GAP)
    top += sheet.LABEL
    return page[top : top + shape[0], left : left + shape[1]]


def roughness(picture):
    return np.abs(np.diff(picture.astype(float), axis=1)).mean()


def test_demo_on_its_own_pictures(tmp_path, capsys):
    assert demo() == 0
    printed = capsys.readouterr().out
    assert "burnish-demo.png" in printed
    assert "pixels (the middle 512 x 512 of larger pictures)\n" in printed
    assert all(operation.name in printed for operation in OPERATIONS)
    with Image.open(tmp_path / "burnish-demo.png") as image:
        assert image.format == "PNG"
        assert image.mode == "RGB"
        page = np.asarray(image)
    shown = [picture.middle(sheet.LARGEST_PANEL).in_8_bits() for picture in pictures.shipped()]
    heights = [picture.shape[0] for picture in shown]
    edge = max(picture.shape[1] for picture in shown)
    assert page.shape == (
        sheet.GAP + sum(height + sheet.LABEL + sheet.GAP for height in heights),
        sheet.GAP + len(sheet.STEPS) * (edge + sheet.GAP),
        3,
    )
    first = [panel(page, column, shown[0].shape[:2]) for column in range(len(sheet.STEPS))]
    np.testing.assert_array_equal(first[0], shown[0])
    assert roughness(first[1]) < roughness(first[2]) < roughness(first[0])
    # The whole picture was deconvolved: what is shown has no edges.
    errors = [burnish.mse(first[0], each) for each in first[1:]]
    assert errors[2] < errors[1] < errors[0]
    assert errors[4] < errors[3] / 4  # denoised, and noisy
    assert 0 < errors[6] < errors[5] / 2  # filled, and holed


@pytest.mark.parametrize(
    ("name", "pixels"),
    [
        ("grey.png", noise()),
        ("rgb.png", noise(3)),
        ("rgb.tif", noise(3)),
        ("rgba.png", noise(4)),
        ("rgba.tif", noise(4)),
        ("grey_alpha.png", noise(2)),
        ("grey16.png", noise(dtype=np.uint16)),
        ("grey16.tif", noise(dtype=np.uint16)),
    ],
)
def test_demo_on_a_file(tmp_path, capsys, name, pixels):
    Image.fromarray(pixels).save(tmp_path / name)
    assert demo(name, "--out", "sheet.png", "--workers", 1) == 0
    assert "middle" not in capsys.readouterr().out
    with Image.open(tmp_path / "sheet.png") as image:
        assert image.mode == ("RGBA" if pixels.shape[2:] in ((2,), (4,)) else "RGB")
        page = np.asarray(image)
    assert page.shape[:2] == (
        sheet.GAP + SHAPE[0] + sheet.LABEL + sheet.GAP,
        sheet.GAP + len(sheet.STEPS) * (SHAPE[1] + sheet.GAP),
    )
    if page.shape[2] == 4:
        for column in range(len(sheet.STEPS)):
            np.testing.assert_array_equal(panel(page, column)[..., 3], pixels[..., -1])
        pixels = pixels[..., :-1]

    # What the panels show is computed at the file's own depth, and reduced to 8 bits last.
    colours = pixels.reshape(*SHAPE, -1)
    blurred = burnish.convolve(colours, sheet._disk(3), channel_axis=2)
    sharpened = burnish.unsharp_mask(blurred, radius=2, amount=2, channel_axis=2)
    deconvolved = burnish.richardson_lucy(blurred, sheet._disk(3), channel_axis=2)
    for column, expected in enumerate((colours, blurred, sharpened, deconvolved)):
        eight = expected if pixels.dtype == np.uint8 else np.rint(expected / 257)
        shown = np.broadcast_to(eight, (*SHAPE, 3))
        np.testing.assert_array_equal(panel(page, column)[..., :3], shown)


def test_orientation_is_honoured(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise
    pixels = noise(3)
    Image.fromarray(pixels).save(tmp_path / "turned.png", exif=exif)
    np.testing.assert_array_equal(
        pictures.read(tmp_path / "turned.png").pixels, np.rot90(pixels, -1)
    )


def test_big_endian_tiff(tmp_path):
    pixels = noise(dtype=np.uint16)
    tifffile.imwrite(tmp_path / "big.tif", pixels, byteorder=">")
    read = pictures.read(tmp_path / "big.tif").pixels
    assert read.dtype.isnative
    np.testing.assert_array_equal(read, pixels)


def test_palette_with_transparency(tmp_path):
    image = Image.fromarray(noise()).convert("P")
    image.save(tmp_path / "palette.png", transparency=0)
    picture = pictures.read(tmp_path / "palette.png")
    assert picture.pixels.shape == (*SHAPE, 3)
    assert set(np.unique(picture.alpha)) == {0, 255}


def test_only_the_middle_of_a_large_picture_is_shown(tmp_path):
    pixels = np.random.default_rng(2).integers(0, 256, (600, 700), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "large.png")
    assert demo("large.png", "--out", "sheet.png") == 0
    page = np.asarray(Image.open(tmp_path / "sheet.png"))
    shown = panel(page, 0, (512, 512))[..., 0]
    np.testing.assert_array_equal(shown, pixels[44:556, 94:606])


def _faults(folder):
    """Return the arguments of every refusal, each with what its line has to name."""
    good, colour, real = folder / "good.png", noise(3, dtype=np.uint16), folder / "real.tif"
    Image.fromarray(noise()).save(good)
    (folder / "text.png").write_text("not a picture")
    (folder / "short.png").write_bytes(good.read_bytes()[:300])
    (folder / "empty.png").touch()
    write_png16(folder / "colour16.png", colour)
    tifffile.imwrite(folder / "colour16.tif", colour, photometric="rgb")
    planes = np.moveaxis(colour, 2, 0)
    tifffile.imwrite(folder / "planes16.tif", planes, photometric="rgb", planarconfig="separate")
    tifffile.imwrite(real, noise().astype(np.float32))
    tifffile.imwrite(folder / "signed.tif", noise().astype(np.int8))
    tifffile.imwrite(folder / "grey32.tif", noise().astype(np.uint32))
    Image.new("CMYK", (8, 8)).save(folder / "cmyk.jpg")
    return {
        "missing": (["missing.png"], "no such file"),
        "folder": ([folder], "directory"),
        "text": (["text.png"], "not a PNG, JPEG or TIFF"),
        "empty": (["empty.png"], "not a PNG, JPEG or TIFF"),
        "short": (["short.png"], "truncated"),
        "colour16.png": (["colour16.png"], "16-bit RGB"),
        "colour16.tif": (["colour16.tif"], "16-bit RGB"),
        "planes16.tif": (["planes16.tif"], "16-bit RGB"),
        "real": ([real], "float"),
        "signed": (["signed.tif"], "signed"),
        "grey32": (["grey32.tif"], "32-bit"),
        "cmyk": (["cmyk.jpg"], "CMYK"),
        "second": ([good, "missing.png"], "missing.png"),
        "no folder": ([good, "--out", "nowhere/sheet.png"], "can't be written"),
        "out is a folder": ([good, "--out", _made(folder / "a.png")], "can't be written"),
        "not png": ([good, "--out", "sheet.jpg"], ".png"),
        "overwrite": ([good, "--out", good], "overwrite"),
    }


def _made(folder):
    folder.mkdir()
    return folder


def test_faults_are_one_line_and_exit_code_2(tmp_path, capsys):
    for name, (arguments, expected) in _faults(tmp_path).items():
        assert demo(*arguments) == 2, name
        printed = capsys.readouterr()
        assert printed.out == "", name
        assert printed.err.startswith("burnish: "), name
        assert printed.err.count("\n") == 1, printed.err
        assert expected in printed.err, printed.err
    assert not (tmp_path / "burnish-demo.png").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--size", "0"],
        ["--size", "1e3"],
        ["--size", "1000000"],
        ["--workers", "0"],
        ["--workers", "two"],
        ["--what"],
    ],
)
def test_bad_options(capsys, arguments):
    with pytest.raises(SystemExit) as stop:
        main(["demo", *arguments])
    assert stop.value.code == 2
    assert arguments[0] in capsys.readouterr().err


@pytest.mark.parametrize("opencv", [False, True])
def test_nothing_is_cropped_at_80_columns(monkeypatch, capsys, opencv):
    if opencv:
        pytest.importorskip("cv2", reason="OpenCV is missing")
    else:
        monkeypatch.setitem(sys.modules, "cv2", None)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(comparison, "_interleaved", lambda *_: (1.2345, 98.7654))  # wide numbers
    assert demo() == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80

    table = [re.split(r"\s{2,}", line.strip()) for line in lines]
    first = table.index(["burnish", "peer", "times", "answers"])
    assert table[first + 1] == ["operation", "peer", "ms", "ms", "faster", "differ by"]
    rows = iter(table[first + 3 :])
    for operation in OPERATIONS:
        title = [operation.name]
        for peer in operation.peers:
            if peer == "OpenCV" and not opencv:
                continue
            *row, difference = next(rows)
            assert row == [*title, peer, "1234.5", "98765.4", "80.0x"]
            answers = r"\d of 255" if "uint8" in operation.name else r"\de[+-]\d\d"
            assert re.fullmatch(answers if operation.agree else "-", difference)
            title = []
    assert next(rows) == [""]
    note = "OpenCV is not installed: pip install opencv-python-headless adds its rows"
    assert lines.count(note) == (not opencv)
    assert "\n".join(lines).count("OpenCV is not installed") == (not opencv)


def test_narrow_terminals_lose_nothing(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "cv2", None)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr(comparison, "_interleaved", lambda *_: (1.2345, 98.7654))
    assert demo() == 0
    printed = capsys.readouterr().out
    rows = sum(peer != "OpenCV" for operation in OPERATIONS for peer in operation.peers)
    assert [printed.count(cell) for cell in ("1234.5", "98765.4", "80.0x")] == [rows] * 3
    assert printed.count("float32") == sum("float32" in each.name for each in OPERATIONS)
    assert "…" not in printed


@pytest.mark.parametrize("missing", ["PIL", "rich", "skimage"])
def test_without_the_extra(missing):
    code = (
        f"import sys; sys.modules['{missing}'] = None; "
        "from burnish.cli import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "demo"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"burnish: the demo needs {missing}: pip install 'burnish[cli]'\n"


def test_version_help_config(capsys):
    for option in ("--version", "--help"):
        with pytest.raises(SystemExit) as stop:
            main([option])
        assert stop.value.code == 0
    assert main(["config"]) == 0
    printed = capsys.readouterr().out
    assert f"burnish {burnish.__version__}\n" in printed
    assert "demo" in printed
    assert "instruction_set" in printed


def test_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "burnish.cli", "--version"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == f"burnish {burnish.__version__}\n"


def test_interrupt(monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(sheet, "make", interrupted)
    assert demo() == 130
    assert capsys.readouterr().err == "burnish: interrupted\n"


def test_importing_burnish_imports_none_of_it():
    code = (
        "import burnish, sys; "
        "sys.exit(any(name in sys.modules for name in ('burnish.cli', 'PIL', 'rich', 'skimage')))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize(
    "name", ["two\nlines.png", "a" * 200 + ".png", "[red]no markup[red].png", "odd\udcff.png"]
)
def test_awkward_file_names(tmp_path, monkeypatch, capsys, name):
    (tmp_path / "there").mkdir()
    Image.fromarray(noise()).save(tmp_path / "there" / name)
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", terminal)
    assert demo(f"there/{name}", "--out", name) == 0
    assert demo(f"nowhere/{name}") == 2
    assert capsys.readouterr().err.count("\n") == 1
    with Image.open(tmp_path / name) as image:
        assert image.width < (len(sheet.STEPS) + 1) * SHAPE[1]
