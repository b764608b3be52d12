"""burnish._core checks memory facts for itself: a wrong call raises and never crashes."""

from __future__ import annotations

import contextlib
import functools

import children
import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided

from burnish import _core

IMAGE = np.arange(24.0, dtype=np.float32).reshape(4, 6)
BOX = np.full((3, 3), 1 / 9)
LINE = np.full(3, 1 / 3)


def _read_only(array: np.ndarray) -> np.ndarray:
    array = array.copy()
    array.flags.writeable = False
    return array


def _unaligned(array: np.ndarray) -> np.ndarray:
    view = np.zeros(array.nbytes + 1, np.uint8)[1:].view(array.dtype).reshape(array.shape)
    view[...] = array
    return view


_IMAGES = {
    "a list": [[1.0]],
    "None": None,
    "a string": "image",
    "object": IMAGE.astype(object),
    "bool": IMAGE > 0,
    "complex": IMAGE.astype(complex),
    "long double": IMAGE.astype(np.longdouble),
    "datetime": IMAGE.astype("M8[s]"),
    "structured": np.zeros((4, 6), "f4,f4"),
    "big-endian": IMAGE.astype(">f4"),
    "unaligned": _unaligned(IMAGE),
    "0-D": np.float32(1),
    "0-D array": np.ones((), np.float32),
    "zero-size": np.ones((0, 6), np.float32),
    "1-D": IMAGE[0],
    "6-D": np.ones((1,) * 6, np.float32),
    "64-D": np.ones((1,) * 64, np.float32),
}
_OUTS = {
    "a list": [[1.0]],
    "float64": np.zeros((4, 6)),
    "int32": np.zeros((4, 6), np.int32),
    "object": np.zeros((4, 6), object),
    "big-endian": np.zeros((4, 6), ">f4"),
    "unaligned": _unaligned(IMAGE),
    "a row short": np.zeros((3, 6), np.float32),
    "flat": np.zeros(24, np.float32),
    "an axis more": np.zeros((4, 6, 1), np.float32),
    "transposed": np.zeros((6, 4), np.float32),
    "read-only": _read_only(IMAGE),
    "0-D": np.zeros((), np.float32),
}
_AXES = {
    "beyond": (0, 2),
    "far beyond": (0, 2**31),
    "beyond 64 bits": (0, 2**64),
    "below": (-3, 0),
    "twice": (1, 1),
    "too few": (0,),
    "too many": (0, 1, 1),
    "none": (),
    "floats": (0.0, 1.5),
    "no sequence": 3,
    "None": None,
}
_ORIGINS = {
    "beyond": (2, 0),
    "below": (0, -2),
    "far": (2**31, 0),
    "farther": (0, -(2**63)),
    "beyond 64 bits": (0, 2**64),
    "too few": (0,),
    "too many": (0, 0, 0),
    "floats": (0.5, 0.5),
    "None": None,
}
_WORKERS = {
    "beyond int": 2**31,
    "beyond 64 bits": 2**64,
    "a float": 1.5,
    "None": None,
}
_WEIGHTS = {
    "float32": BOX.astype(np.float32),
    "integers": np.ones((3, 3), np.int64),
    "object": BOX.astype(object),
    "big-endian": BOX.astype(">f8"),
    "unaligned": _unaligned(BOX),
    "1-D": LINE,
    "3-D": np.ones((3, 3, 3)),
    "0-D": np.ones(()),
    "zero-size": np.ones((0, 3)),
    "a list": BOX.tolist(),
    "None": None,
}
_FACTORS = {
    "one for two axes": [LINE],
    "three for two axes": [LINE] * 3,
    "none": [],
    "None": None,
    "an array": BOX,
    "holding None": [LINE, None],
    "float32": [LINE.astype(np.float32), LINE],
    "2-D": [BOX, BOX],
    "0-D": [np.ones(()), LINE],
    "zero-size": [LINE, np.ones(0)],
    "lists": [[1.0], [1.0]],
    "big-endian": [LINE.astype(">f8"), LINE],
}
_SIZES = {
    "one for two axes": [3],
    "three for two axes": [3, 3, 3],
    "none": [],
    "None": None,
    "a number": 3,
    "zero": [3, 0],
    "negative": [-1, 3],
    "lowest": [3, -(2**63)],
    "beyond int64": [2**63, 3],
    "fractions": [1.5, 3],
    "strings": ["3", "3"],
}
_MODES = {
    "unknown": ["no such", "wrap"],
    "empty": ["reflect", ""],
    "None": None,
    "holding None": ["wrap", None],
    "a number": 1,
    "a string": "wrap",
    "bytes": [b"\xff", b"wrap"],
    "one for two axes": ["wrap"],
}
_NUMBERS = {"a string": "1", "None": None, "complex": 1j, "an array": np.ones(2)}

_SHAPES = {
    "not the double": (4, 7),
    "half": (2, 3),
    "too few": (4,),
    "too many": (4, 6, 1),
    "zero": (0, 6),
    "negative": (-4, 6),
    "far": (2**63 - 1, 6),
    "beyond 64 bits": (2**64, 6),
    "floats": (4.0, 6.5),
    "None": None,
}
_BASES = _IMAGES | {
    "half": IMAGE[::2, ::2].copy(),
    "float64": IMAGE.astype(np.float64),
    "float16": IMAGE.astype(np.float16),
    "Fortran": np.asfortranarray(IMAGE),
    "strided": np.zeros((4, 12), np.float32)[:, ::2],
}
_MASKS = {
    "bool": np.ones((4, 6), bool),
    "float32": np.ones((4, 6), np.float32),
    "a row short": np.ones((3, 6), np.uint8),
    "flat": np.ones(24, np.uint8),
    "an axis more": np.ones((4, 6, 1), np.uint8),
    "transposed": np.ones((6, 4), np.uint8),
    "0-D": np.ones((), np.uint8),
    "a list": [[1.0]],
    "a string": "mask",
}
_MAPS = {
    "float32": np.zeros((4, 6), np.float32),
    "big-endian": np.zeros((4, 6), ">f8"),
    "unaligned": _unaligned(IMAGE.astype(np.float64)),
    "a row short": np.zeros((3, 6)),
    "flat": np.zeros(24),
    "transposed": np.zeros((6, 4)),
    "read-only": _read_only(np.zeros((4, 6))),
    "a list": [[1.0]],
}
_LINES = {
    "float32": LINE.astype(np.float32),
    "big-endian": LINE.astype(">f8"),
    "2-D": BOX,
    "0-D": np.ones(()),
    "zero-size": np.ones(0),
    "a list": [1.0],
    "None": None,
}
_FIRSTS = {
    "beyond": (3, 0),
    "below": (0, -1),
    "far": (2**63 - 1, 0),
    "farther": (0, -(2**63)),
    "beyond 64 bits": (0, 2**64),
    "too few": (0,),
    "too many": (0, 0, 0),
    "none": (),
    "floats": (0.0, 0.5),
    "None": None,
}
_PARTS = {
    "a row beyond": (6, 6),
    "a column beyond": (4, 8),
    "zero": (0, 6),
    "negative": (4, -1),
    "lowest": (-(2**63), 6),
    "far": (4, 2**63 - 1),
    "beyond 64 bits": (2**64, 6),
    "too few": (4,),
    "too many": (4, 6, 1),
    "none": (),
    "floats": (4.0, 6.5),
    "None": None,
}
_FLAGS = {"a string": "1", "a list": [True], "an array": np.ones(2)}
_WRAPS = {
    "too few": (True,),
    "too many": (True, False, True),
    "none": (),
    "strings": ("yes", "no"),
    "a flag": True,
    "None": None,
}
_BATCHES = {"zero": 0, "negative": -1, "beyond 64 bits": 2**64, "a float": 1.5, "None": None}
_FLOAT_IMAGES = {label: image for label, image in _IMAGES.items() if label != "1-D"} | {
    "float16": IMAGE.astype(np.float16),
    "integers": IMAGE.astype(np.int32),
    "4-D": np.ones((1, 1, 2, 2), np.float32),
}
_POSITIVE = _NUMBERS | {"zero": 0.0, "negative": -1.0, "NaN": np.nan, "infinite": np.inf}
_NOT_NEGATIVE = {label: value for label, value in _POSITIVE.items() if label != "zero"}
_KEYS = {"negative": -1, "beyond 64 bits": 2**64, "a float": 1.5, "None": None}
_ITERATIONS = {"negative": -1, "beyond 31 bits": 2**31, "a float": 1.5, "None": None}
_NORMALS = {
    "float32": np.zeros((2, 4, 4), np.float32),
    "a column short": np.zeros((2, 4, 3)),
    "of one part": np.zeros((1, 4, 4)),
    "of three": np.zeros((3, 4, 4)),
    "flat": np.zeros(32),
    "an axis short": np.zeros((8, 4)),
    "transposed": np.zeros((4, 4, 2)).T,
    "a list": [[[1.0]]],
    "a string": "normals",
}
_CHAINS = {"None": None, "an array": IMAGE, "a string": "chain", "a number": 0}
_COUNTS = _BATCHES | {"beyond int64": 2**63}
_CHOICES = {"unheard of": "wrapped", "None": None, "a number": 1, "two": ["zero", "wrap"]}
_LEVELS = _NUMBERS | {"negative": -1e-300, "NaN": np.nan, "infinite": np.inf}
_LEVELS_OR_NONE = {label: level for label, level in _LEVELS.items() if label != "None"}
_WINDOWS = {
    "even": 4,
    "one": 1,
    "zero": 0,
    "negative": -3,
    "beyond": 33,
    "beyond 31 bits": 2**31 + 1,
}
_WINDOWS |= {"beyond 64 bits": 2**64 + 1, "a float": 3.0, "None": None}
_SHARES = {
    "a list": [[1.0] * 6] * 4,
    "another shape": np.ones((6, 4), np.float32),
    "another ndim": np.ones(6, np.float32),
    "another dtype": np.ones((4, 6)),
    "bool": np.ones((4, 6), bool),
    "big-endian": np.ones((4, 6), ">f4"),
    "empty": np.ones((0, 6), np.float32),
    "a string": "1",
}
_BALANCES = {"a string": "1", "complex": 1j, "negative": -1e-300, "NaN": float("nan")}
_MARGINS = {"negative": -1, "beyond 64 bits": 2**64, "a float": 0.5, "None": None}
_PATCHES = _SIZES | {"even": [3, 4], "large": [3, 2**10 + 1]}
_REACHES = _SIZES | {"large": [2**20, 1], "large together": [2**10, 2**10]}
_CHANNELS = {
    "an axis": 1,
    "beyond": 2,
    "below": -2,
    "beyond 31 bits": 2**31,
    "a float": 0.5,
    "None": None,
}
_PATCH_KERNELS = {
    "one for two axes": [[0.2, 0.6, 0.2]],
    "another size": [[0.2, 0.6, 0.2], [1.0]],
    "empty ones": [[], []],
    "numbers": [0.2, 0.6, 0.2],
    "strings": [["1", "1", "1"]] * 2,
    "None": None,
}
HOLED = np.arange(72.0, dtype=np.float32).reshape(8, 9, 1)
HOLE = np.zeros((8, 9), np.uint8)
HOLE[5:7, 6:8] = 1
_HOLED = _IMAGES | {
    "2-D": HOLED[..., 0].copy(),
    "float16": HOLED.astype(np.float16),
    "read-only": _read_only(HOLED),
    "a row short": HOLED[1:].copy(),
    "a column more": np.zeros((8, 10, 1), np.float32),
    "no channels": np.zeros((8, 9, 0), np.float32),
}
_HOLES = {
    "bool": HOLE > 0,
    "float32": HOLE.astype(np.float32),
    "int8": HOLE.astype(np.int8),
    "a row short": HOLE[1:],
    "an axis more": HOLE[..., None],
    "transposed": np.ascontiguousarray(HOLE.T),
    "Fortran": np.asfortranarray(HOLE),
    "strided": HOLE.repeat(2, 1)[:, ::2],
    "repeated": np.broadcast_to(np.uint8(0), (8, 9)),
    "0-D": np.ones((), np.uint8),
    "a list": HOLE.tolist(),
}
_REFERENCES = {"None": None, "a number": 1, "one image": HOLED, "holding None": [HOLED, None]}
_REFERENCES |= {"2-D": [HOLED[..., 0]], "of another dtype": [HOLED.astype(np.float64)]}
_REFERENCES |= {"of other channels": [HOLED, HOLED.repeat(2, 2)], "zero-size": [HOLED[:0]]}
_REFERENCES |= {"big-endian": [HOLED.astype(">f4")], "unaligned": [_unaligned(HOLED)]}
_REFERENCES |= {"lists": [HOLED.tolist()], "strings": ["image"]}
_PATCH_SIZES = {"even": 4, "one": 1, "zero": 0, "negative": -3, "large": 53, "too large": 9}
_PATCH_SIZES |= {"beyond 64 bits": 2**64 + 3, "a float": 3.0, "None": None}
_SEEDS = _KEYS | {"beyond 32 bits": 2**32}
_ROUNDS = _KEYS | {"large": 2**20 + 1}
_INPAINTING = {"image": _HOLED, "mask": _HOLES | {"None": None}, "allowed": _HOLES}
_INPAINTING |= {"patch_size": _PATCH_SIZES, "workers": _WORKERS}
_PATCH_FIELD = _INPAINTING | {"references": _REFERENCES, "seed": _SEEDS}
_TWO_IMAGES = {"image_true": _IMAGES, "image_test": _IMAGES, "mask": _MASKS, "workers": _WORKERS}

_COMMON = {"image": _IMAGES, "axes": _AXES, "out": _OUTS, "workers": _WORKERS}
_BORDER = {"origins": _ORIGINS, "modes": _MODES, "cval": _NUMBERS}
WRONG = {
    "correlate": _COMMON | _BORDER | {"weights": _WEIGHTS},
    "correlate_separable": _COMMON | _BORDER | {"factors": _FACTORS},
    "unsharp_mask": _COMMON | {"factors": _FACTORS, "amount": _NUMBERS},
    "uniform_filter": _COMMON | _BORDER | {"sizes": _SIZES},
    "pyramid_reduce": _COMMON | {"modes": _MODES, "cval": _NUMBERS},
    "pyramid_expand": _COMMON | {"shape": _SHAPES, "modes": _MODES, "cval": _NUMBERS},
    "pyramid_combine": _COMMON
    | {"base": _BASES, "sign": _NUMBERS, "modes": _MODES, "cval": _NUMBERS},
    "correlate_spectral": _COMMON | _BORDER | {"weights": _WEIGHTS, "periodic": _FLAGS},
    "denoise_nl_means": _COMMON
    | {"patch_sizes": _PATCHES, "patch_distances": _REACHES, "channel_axis": _CHANNELS}
    | {"patch_kernel": _PATCH_KERNELS, "frames": _FLAGS | {"without planes": True}}
    | {"h": _POSITIVE, "sigma": _NOT_NEGATIVE},
    **{
        name: {
            "image": {
                label: image
                for label, image in _IMAGES.items()
                if label not in ("1-D", "0-D array")
            },
            "out": _OUTS,
            "workers": _WORKERS,
        }
        | {"gain": _POSITIVE, "sigma": _NOT_NEGATIVE | {"large": 1.01e7}, "offset": _NUMBERS}
        for name in ("anscombe", "inverse_anscombe")
    },
    **{
        name: {
            "image": {label: image for label, image in _IMAGES.items() if label != "1-D"}
            | {"4-D": np.ones((1, 1, 4, 4)), "a side of 2": IMAGE[:2], "a side of 3": IMAGE[:, :3]},
            "workers": _WORKERS,
        }
        for name in ("noise_model", "noise_sigma")
    },
    "inpaint_exemplar": _INPAINTING | {"observer": {"a number": 1, "a string": "print"}},
    "inpaint_biharmonic": {"image": _HOLED, "mask": _HOLES | {"None": None}, "workers": _WORKERS},
    "inpaint_patch": _PATCH_FIELD
    | {"num_levels": _KEYS, "num_iter": _ROUNDS}
    | {"observer": {"a number": 1, "a string": "print"}},
    "inpaint_telea": {"image": _HOLED, "mask": _HOLES | {"None": None}, "workers": _WORKERS}
    | {"radius": _KEYS | {"none": 0, "large": 101}},
    "patch_field": _PATCH_FIELD
    | {"sweeps": {label: count for label, count in _KEYS.items() if label != "negative"}},
    "remove_hot_pixels": _COMMON
    | {"axes": {label: axes for label, axes in _AXES.items() if label != "too few"}}
    | {"max_size": _WINDOWS, "threshold": _LEVELS_OR_NONE},
    "richardson_lucy": _COMMON
    | {"kernel": _WEIGHTS, "origins": _ORIGINS, "boundary": _CHOICES}
    | {"num_iter": _COUNTS, "least": _LEVELS, "weights": _SHARES, "background": _LEVELS}
    | {"damping": _LEVELS, "acceleration": _FLAGS, "total_variation": _LEVELS | {"large": 0.11}}
    | {"stop": _CHOICES, "stop_at": _LEVELS, "observer": {"a number": 1, "a string": "print"}},
    "unsupervised_wiener_start": {"image": _IMAGES, "out": _OUTS, "workers": _WORKERS}
    | {"weights": _WEIGHTS, "origins": _ORIGINS, "prior": _WEIGHTS, "prior_origins": _ORIGINS}
    | {"keeps_samples": _FLAGS},
    "unsupervised_wiener_step": {"chain": _CHAINS, "workers": _WORKERS}
    | {"noise_precision": _POSITIVE, "prior_precision": _NOT_NEGATIVE, "key": _KEYS}
    | {"iteration": _ITERATIONS, "counts": _FLAGS, "compares": _FLAGS, "normals": _NORMALS},
    "unsupervised_wiener_scale": {"chain": _CHAINS},
    "unsupervised_wiener_mean": {"chain": _CHAINS, "workers": _WORKERS},
    "unsupervised_wiener_sample": {"chain": _CHAINS, "workers": _WORKERS},
    "wiener": _COMMON
    | {"weights": _WEIGHTS, "origins": _ORIGINS, "boundary": _CHOICES}
    | {"reg": _WEIGHTS, "balance": _BALANCES},
    "correlate_linear": {"image": _IMAGES, "weights": _WEIGHTS, "workers": _WORKERS}
    | {"first": _FIRSTS, "shape": _PARTS, "in_double": _FLAGS},
    "convolution_time": {"shape": _SIZES, "taps": _SIZES, "wraps": _WRAPS}
    | {"batch": _BATCHES, "in_double": _FLAGS},
    "spectral_round_trip": {"image": _FLOAT_IMAGES, "workers": _WORKERS},
    "squared_error": _TWO_IMAGES,
    "structural_similarity": _TWO_IMAGES
    | {"weights": _LINES, "axes": _AXES | {"too few": ()}, "margin": _MARGINS, "out": _MAPS}
    | {"covariance_scale": _NUMBERS, "c1": _NUMBERS, "c2": _NUMBERS},
    "set_num_threads": {"workers": _WORKERS},
}
CASES = [
    (name, argument, label)
    for name, arguments in WRONG.items()
    for argument, values in arguments.items()
    for label in values
]


def _chain(*, samples: int = 1, keeps_samples: bool = True) -> object:
    chain = _core.unsupervised_wiener_start(
        IMAGE.copy(), BOX, (0, 0), BOX, (0, 0), keeps_samples, None, 0
    )
    for iteration in range(samples):
        _core.unsupervised_wiener_step(chain, 1.0, 1.0, 0, iteration, True, False, None, 0)
    return chain


def _right(name: str) -> dict:
    run = {"image": IMAGE.copy(), "axes": (0, 1), "out": None, "workers": 0}
    border = {"origins": (0, 0), "modes": ("reflect", "wrap"), "cval": 0.0}
    pyramid = {"modes": ("reflect", "wrap"), "cval": 0.0}
    coarse = np.ones((2, 3), np.float32)
    two = {"image_true": IMAGE.copy(), "image_test": IMAGE, "mask": None, "workers": 0}
    holed = {"image": HOLED.copy(), "mask": HOLE, "allowed": None, "patch_size": 3, "workers": 0}
    field = holed | {"allowed": HOLE ^ 1, "references": [HOLED], "seed": 2**32 - 1}
    return {
        "squared_error": two,
        "structural_similarity": two
        | {"weights": LINE, "axes": (0, 1), "margin": 1, "covariance_scale": 1.0}
        | {"c1": 1.0, "c2": 1.0, "out": None},
        "correlate": run | border | {"weights": BOX},
        "correlate_separable": run | border | {"factors": [LINE, LINE]},
        "unsharp_mask": run | {"factors": [LINE, LINE], "amount": 1.0},
        "uniform_filter": run | border | {"sizes": (3, 3)},
        "pyramid_reduce": run | pyramid | {"image": np.ones((8, 12), np.float32)},
        "pyramid_expand": run | pyramid | {"image": coarse, "shape": (4, 6)},
        "pyramid_combine": run | pyramid | {"image": coarse, "base": IMAGE, "sign": -1.0},
        "correlate_spectral": run | border | {"weights": BOX, "periodic": True},
        "denoise_nl_means": run
        | {"patch_sizes": (3, 3), "patch_distances": (2, 2), "channel_axis": -1}
        | {"patch_kernel": [[0.2, 0.6, 0.2]] * 2, "frames": False, "h": 1.0, "sigma": 0.0},
        **dict.fromkeys(
            ("anscombe", "inverse_anscombe"),
            {"image": IMAGE.copy(), "gain": 1.0, "sigma": 0.5, "offset": 0.0}
            | {"out": None, "workers": 0},
        ),
        "noise_model": {"image": IMAGE.copy(), "workers": 0},
        "inpaint_exemplar": holed | {"observer": None},
        "inpaint_patch": field | {"num_levels": 0, "num_iter": 0, "observer": None},
        "patch_field": field | {"sweeps": 2},
        "inpaint_biharmonic": {"image": HOLED.copy(), "mask": HOLE, "workers": 0},
        "inpaint_telea": {"image": HOLED.copy(), "mask": HOLE, "radius": 3, "workers": 0},
        "remove_hot_pixels": run | {"max_size": 7, "threshold": 0.0},
        "noise_sigma": {"image": IMAGE.copy(), "workers": 0},
        "richardson_lucy": run
        | {"kernel": BOX, "origins": (0, 0), "boundary": "wrap", "num_iter": 2, "least": 1e-12}
        | {"weights": np.ones((4, 6), np.float32), "background": 0.0, "damping": 0.0}
        | {"acceleration": False, "total_variation": 0.0, "stop": "never", "stop_at": 0.0}
        | {"observer": None},
        "unsupervised_wiener_start": {"image": IMAGE.copy(), "weights": BOX, "origins": (0, 0)}
        | {"prior": BOX, "prior_origins": (0, 0), "keeps_samples": True, "out": None, "workers": 0},
        "unsupervised_wiener_step": {"chain": _chain(), "key": 2**64 - 1, "iteration": 2**31 - 1}
        | {"noise_precision": 1.0, "prior_precision": 0.0, "counts": True, "compares": True}
        | {"normals": np.zeros((2, 4, 4)), "workers": 0},
        "unsupervised_wiener_scale": {"chain": _chain()},
        "unsupervised_wiener_mean": {"chain": _chain(), "workers": 0},
        "unsupervised_wiener_sample": {"chain": _chain(), "workers": 0},
        "wiener": run
        | {"weights": BOX, "origins": (0, 0), "boundary": "unknown"}
        | {"reg": BOX, "balance": 0.1},
        "correlate_linear": {"image": IMAGE.copy(), "weights": BOX, "workers": 0}
        | {"first": (1, 1), "shape": (4, 6), "in_double": False},
        "convolution_time": {"shape": (4, 6), "taps": (3, 3), "wraps": (False, True)}
        | {"batch": 2, "in_double": False},
        "spectral_round_trip": {"image": IMAGE.copy(), "workers": 0},
        "set_num_threads": {"workers": 1},
    }[name]


def try_all() -> None:
    """In the child: print whether each wrong call raises what it should."""
    for name, argument, label in CASES:
        try:
            getattr(_core, name)(**_right(name) | {argument: WRONG[name][argument][label]})
            print("nothing", flush=True)
        except (TypeError, ValueError):
            print("refused", flush=True)
        except Exception as error:
            print(type(error).__name__, flush=True)


@functools.cache
def outcomes() -> tuple[list[str], str]:
    done = children.run("import test_core_contracts; test_core_contracts.try_all()", timeout=60)
    return done.stdout.split(), f"ended with {done.returncode}: {done.stderr[-2000:]}"


@pytest.mark.parametrize(("name", "argument", "label"), CASES)
def test_wrong_memory_fact(name, argument, label):
    raised, ending = outcomes()
    number = CASES.index((name, argument, label))
    assert number < len(raised), f"the child {ending}"
    assert raised[number] == "refused"


@pytest.mark.parametrize("name", WRONG)
def test_the_right_call_works(name):
    # Else the wrong ones would prove nothing.
    threads = _core.get_num_threads()
    getattr(_core, name)(**_right(name))
    _core.set_num_threads(0)
    assert _core.get_num_threads() == threads


@pytest.mark.parametrize("name", [name for name in WRONG if name != "set_num_threads"])
def test_calls_that_may_do_either_do_not_crash(name):
    out = as_strided(np.zeros(6, np.float32), (4, 6), (0, 4))
    image = np.arange(48.0, dtype=np.float32)
    for extra in (
        {"out": out},
        {"image": image[:24].reshape(4, 6), "out": image[12:36].reshape(4, 6)},
        {"image": np.broadcast_to(np.float32(1), (4, 6))},
        {"axes": (-2, -1)},
        {"axes": (1, 0)},
        {"workers": -1},
    ):
        with contextlib.suppress(TypeError, ValueError):
            getattr(_core, name)(**_right(name) | extra)


@pytest.mark.parametrize("ndim", [0, 4])
def test_a_spectrum_has_one_to_three_axes(ndim):
    shape = (1,) * ndim
    with pytest.raises(ValueError, match="1 to 3"):
        _core.correlate_linear(np.ones(shape), np.ones(shape), (0,) * ndim, shape, False, 0)
    with pytest.raises(ValueError, match="1 to 3"):
        _core.convolution_time(shape, shape, (False,) * ndim, 1, False)


def test_a_chain_without_samples_has_no_mean():
    with pytest.raises(ValueError, match="no sample that counts"):
        _core.unsupervised_wiener_mean(_chain(samples=0), 0)
    with pytest.raises(ValueError, match="keeps no samples"):
        _core.unsupervised_wiener_sample(_chain(keeps_samples=False), 0)


def try_huge() -> None:
    """In the child: try sizes that only an image of one repeated pixel can have."""
    for size in (2**40, 2**48, 2**48 + 1, 2**62, 2**63 - 1):
        for shape, taps in (((size,), (3,)), ((1, size, 7), (1, 1, size)), ((size,) * 3, (3,) * 3)):
            for wraps in (False, True):
                sizes = (shape, taps, (wraps,) * len(shape))
                if size > 2**48:
                    with pytest.raises(MemoryError):
                        _core.convolution_time(*sizes, 1, True)
                else:
                    assert min(_core.convolution_time(*sizes, 2**48, True)) > 0
                    with pytest.raises(MemoryError):
                        _core.convolution_time(*sizes, 2**62, True)

    image = np.broadcast_to(np.uint8(1), 2**63 - 1)
    for near in (
        _core.correlate_linear(image, LINE, (0,), (4,), False, 0),
        _core.correlate_linear(image[:, None], LINE[:, None], (0, 0), (4, 1), False, 0)[:, 0],
    ):
        np.testing.assert_allclose(near, [1 / 3, 2 / 3, 1, 1], rtol=1e-6)
    with pytest.raises(MemoryError):
        _core.correlate_linear(image, LINE, (1,), (2**63 - 1,), False, 0)
    with pytest.raises(MemoryError):
        _core.correlate_spectral(image, LINE, (0,), (0,), ("wrap",), 0.0, True, None, 0)
    with pytest.raises(MemoryError):
        _core.richardson_lucy(
            **_right("richardson_lucy")
            | {"image": image, "kernel": LINE, "axes": (0,), "origins": (0,), "weights": None}
        )
    with pytest.raises(MemoryError):
        _core.unsupervised_wiener_start(image, LINE, (0,), LINE, (0,), False, None, 0)
    for boundary in ("unknown", "reflect", "zero", "wrap"):
        with pytest.raises(MemoryError):
            _core.wiener(image, LINE, (0,), (0,), LINE, None, boundary, None, 0)
    with pytest.raises(MemoryError):
        _core.spectral_round_trip(np.broadcast_to(np.float32(1), 2**60), 0)


def test_huge_sizes_are_answered_or_refused_at_once():
    call = "import test_core_contracts; test_core_contracts.try_huge()"
    assert children.output(call, timeout=20) == ""
