"""How an answer is judged: the error bounds of the dtype rule."""

from __future__ import annotations

import numpy as np
from oracles import convolution
from oracles.convolution import as_result

import burnish

FLOATS = ("float16", "float32", "float64")
NARROW_INTEGERS = ("int8", "uint8", "int16", "uint16")
WIDE_INTEGERS = ("int32", "uint32", "int64", "uint64")
DTYPES = FLOATS + NARROW_INTEGERS + WIDE_INTEGERS

# What a deconvolution may be off by, by what it is computed in: relative L2.
DECONVOLVED = {"float32": 1e-5, "float64": 1e-12}

_RELATIVE = {"float32": 1e-6, "float64": 1e-12}


def result_dtype(dtype) -> np.dtype:
    dtype = np.dtype(dtype).newbyteorder("=")
    return np.dtype(np.float32) if dtype == np.float16 else dtype


def computing_dtype(dtype) -> str:
    name = np.dtype(dtype).name
    return "float64" if name in (*WIDE_INTEGERS, "float64") else "float32"


def error_bound(image, weights, cval: float = 0.0) -> float:
    """Return 1e-6 or 1e-12 of sum|k| * max|x|, where x includes the constant border."""
    image = np.asarray(image)
    values = np.abs(np.append(image.astype(np.float64).ravel(), cval))
    largest = values[np.isfinite(values)].max(initial=0.0)
    gain = np.abs(np.asarray(weights, dtype=np.float64)).sum()
    return _RELATIVE[computing_dtype(image.dtype)] * gain * float(largest)


def assert_answer(result: np.ndarray, answer: np.ndarray, dtype, bound: float) -> None:
    """Hold a result for an image of `dtype` against the float64 `answer`.

    Floats may be off by `bound`. Integers must be what rounding some number within `bound` of the
    answer gives: the answer rounded half to even and saturated, or the neighbour where the answer
    lies within `bound` of a tie.
    """
    assert type(result) is np.ndarray
    assert result.dtype == result_dtype(dtype)
    assert result.dtype.isnative
    assert result.shape == answer.shape
    if result.dtype.kind == "f":
        finite = np.isfinite(answer)
        np.testing.assert_array_equal(result[~finite], as_result(answer, dtype)[~finite])
        error = np.abs(result[finite].astype(np.float64) - answer[finite])
        wrong = ~(error <= bound)
        assert not wrong.any(), (
            f"{wrong.sum()} of {wrong.size} pixels off by up to {np.nanmax(error):.3g}, "
            f"{np.nanmax(error) / max(bound, 1e-300):.3g} times the bound"
        )
        return
    low, high = as_result(answer - bound, dtype), as_result(answer + bound, dtype)
    wrong = (result < low) | (result > high)
    assert not wrong.any(), (
        f"{wrong.sum()} of {wrong.size} pixels wrong; first: {result[wrong][0]} "
        f"for {answer[wrong][0]!r}, bound {bound:.3g}"
    )


def assert_near(result: np.ndarray, answer: np.ndarray, dtype, bound: float) -> None:
    """Hold a result against the answer where every pixel depends on all of the image.

    Floats may be off by `bound` in relative L2, integers as `assert_answer` says by `bound` of the
    largest answer.
    """
    assert result.dtype == result_dtype(dtype)
    assert result.shape == answer.shape
    if result.dtype.kind == "f":
        error = np.linalg.norm(result - answer) / np.linalg.norm(answer)
        assert error < bound, error
    else:
        assert_answer(result, answer, dtype, bound * np.abs(answer).max())


def as_tuple(result) -> tuple:
    """Return the arrays of a result, be it one or several; numbers are arrays without axes."""
    return tuple(map(np.asarray, result if isinstance(result, tuple) else (result,)))


def assert_same_bits(one: np.ndarray, other: np.ndarray) -> None:
    """Equal to the last bit, NaN payloads and signs of zero included."""
    assert one.dtype == other.dtype
    assert one.shape == other.shape
    assert np.ascontiguousarray(one).tobytes() == np.ascontiguousarray(other).tobytes()


def check_filter(name: str, image: np.ndarray, weights, **options) -> None:
    """Hold one call of burnish.<name> against the oracle of the same name."""
    own = {key: options.pop(key) for key in ("method", "out", "workers") if key in options}
    before = np.array(image, copy=True)
    answer = getattr(convolution, name)(image, weights, **options)
    cval = options.get("cval", 0.0) if options.get("mode") == "constant" else 0.0
    bound = error_bound(image, weights, cval)
    result = getattr(burnish, name)(image, weights, **options, **own)
    assert_answer(result, answer, image.dtype, bound)
    if own.get("out") is None:
        assert_same_bits(np.array(image), before)
    else:
        assert result is own["out"]
