"""What comes in: arrays and parameters, looked at once, with a sentence when they will not do.

Every public function takes its arguments through here, in the order of its signature. What comes
out of here is a native, aligned NumPy array of a dtype of the rule, or a plain Python number.
"""

from __future__ import annotations

import math
import operator
import reprlib
import sys
from collections.abc import Callable, Sequence
from typing import Any, Literal, NoReturn, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "MODES",
    "Array",
    "Mode",
    "as_axis",
    "as_callback",
    "as_choice",
    "as_flag",
    "as_float",
    "as_floats",
    "as_generator",
    "as_image",
    "as_integer",
    "as_integers",
    "as_mask",
    "as_modes",
    "as_odd",
    "as_origins",
    "as_out",
    "as_response",
    "as_shares",
    "as_weights",
    "as_workers",
    "computing_dtype",
    "deliver",
    "empty_result",
    "filtered_axes",
    "in_c_order",
    "refuse_not_finite",
    "result_dtype",
    "turned_kernel",
    "write_rounded",
]

Array = NDArray[Any]
Mode = Literal["reflect", "mirror", "nearest", "wrap", "constant"]
MODES = ("reflect", "mirror", "nearest", "wrap", "constant")

# The dtype rule: what an image of each dtype (by its one-letter code) is computed in. The result
# has the image's own dtype, but for float16, which gives float32.
_COMPUTED_IN = {char: np.dtype(np.float64) for char in "iIlLqQd"} | {
    char: np.dtype(np.float32) for char in "bBhHef"
}
_FLOAT16 = np.dtype(np.float16)
_FLOAT32 = np.dtype(np.float32)
_INT_MAX = 2**31 - 1


def computing_dtype(image: Array) -> np.dtype[Any]:
    """Return the dtype that an image is computed in."""
    return _COMPUTED_IN[image.dtype.char]


def result_dtype(image: Array) -> np.dtype[Any]:
    """Return the dtype of a result that keeps the image's units."""
    return _FLOAT32 if image.dtype == _FLOAT16 else image.dtype


def empty_result(image: Array) -> Array:
    """Return room for a result of the image's shape that keeps its units."""
    dtype = result_dtype(image)
    if image.size * dtype.itemsize > sys.maxsize:  # NumPy would call that a ValueError
        raise MemoryError(f"the result as {dtype} would take more than 2**63 bytes")
    return np.empty(image.shape, dtype)


def write_rounded(values: Array, into: Array) -> None:
    """Write floats to an array; of integers, rounded half to even and saturated, NaN the lowest."""
    if into.dtype.kind == "f":
        into[...] = values
        return
    info = np.iinfo(into.dtype)
    nearest = np.rint(values)
    # The largest of 64 bits is, as a float, one beyond them.
    beyond, below = nearest >= float(info.max), ~(nearest > float(info.min))
    into[...] = np.where(beyond | below, 0, nearest).astype(into.dtype)
    into[beyond] = info.max
    into[below] = info.min


def in_c_order(array: Array, dtype: np.dtype[Any]) -> Array:
    """Return the array in C order as this dtype, itself where it is that already."""
    if array.size * dtype.itemsize > sys.maxsize:  # NumPy would call that a ValueError
        raise MemoryError(f"the image as {dtype} would take more than 2**63 bytes")
    return np.ascontiguousarray(array, dtype)


def _as_ndarray(value: ArrayLike, name: str) -> Array:
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(
            f"{name} is a masked array, whose mask would be lost: pass {name}.filled(value) or the "
            "array and its mask apart"
        )
    try:
        return np.asarray(value)
    except ValueError as error:  # a ragged list
        raise TypeError(f"{name} can't be made an array: {error}") from None


def as_image(
    image: ArrayLike,
    *,
    max_ndim: int,
    channel_axis: SupportsIndex | None = None,
    name: str = "image",
) -> tuple[Array, int | None]:
    """Return the image as a native, aligned array, and its channel axis as a non-negative int.

    `max_ndim` counts the axes beside the channels. The image is copied only where its byte order
    or alignment demands it.
    """
    array = image if type(image) is np.ndarray else _as_ndarray(image, name)
    dtype = array.dtype
    if dtype.char not in _COMPUTED_IN:
        raise TypeError(
            f"{name} has dtype {dtype}; accepted are float16, float32, float64 and the integers of "
            "8 to 64 bits"
        )
    channels = 0 if channel_axis is None else 1
    if not 1 <= array.ndim - channels <= max_ndim:
        accepted = f"with channel_axis 2 to {max_ndim + 1}" if channels else f"1 to {max_ndim}"
        raise ValueError(
            f"{name} has {array.ndim} dimension(s), shape {array.shape}; accepted are {accepted}"
        )
    if array.size == 0:
        raise ValueError(f"{name} is empty: shape {array.shape}")
    if not (dtype.isnative and array.flags.aligned):
        array = array.astype(dtype.newbyteorder("="), copy=True)
    if channel_axis is None:
        return array, None
    return array, as_axis(channel_axis, "channel_axis", array.ndim)


def as_mask(mask: ArrayLike, shape: tuple[int, ...], *, name: str = "mask") -> Array:
    """Return a mask of this shape as a bool array."""
    array = _as_ndarray(mask, name)
    if array.dtype != np.bool_:
        raise TypeError(f"{name} has dtype {array.dtype}; accepted is bool, as of {name} > 0")
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}; accepted is {shape}")
    return array


def as_weights(weights: ArrayLike, ndim: int, *, name: str = "weights") -> Array:
    """Return the weights as a C-contiguous float64 array of `ndim` dimensions, all finite."""
    array = _as_ndarray(weights, name)
    if array.dtype.char not in _COMPUTED_IN and array.dtype.char not in "?g":
        raise TypeError(f"{name} has dtype {array.dtype}; accepted are real numbers")
    if array.ndim != ndim:
        hint = "; is one of them channel_axis?" if array.ndim == ndim - 1 else ""
        raise ValueError(
            f"{name} has {array.ndim} dimension(s), shape {array.shape}; the image is filtered "
            f"along {ndim}{hint}"
        )
    if array.size == 0:
        raise ValueError(f"{name} is empty: shape {array.shape}")
    array = np.require(array, np.float64, ["C", "A"])
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds NaN or infinity; every weight must be finite")
    return array


def as_response(response: ArrayLike, name: str, shape: tuple[int, ...]) -> Array:
    """Return the frequency response of a filter as complex numbers of this shape, all finite."""
    array = _as_ndarray(response, name)
    if array.dtype.char not in _COMPUTED_IN and array.dtype.char not in "?gFDG":
        raise TypeError(f"{name} has dtype {array.dtype}; accepted are complex and real numbers")
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}; accepted is {shape}")
    array = np.require(array, np.complex128, ["C", "A"])
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds NaN or infinity; accepted are finite numbers")
    return array


def as_shares(value: ArrayLike, name: str, image: Array, channels: int | None) -> Array:
    """Return weights from 0 to 1 for each pixel of an image, in the dtype computed in or as uint8.

    With channels they may be the same for each.
    """
    array = _as_ndarray(value, name)
    shape = image.shape
    if array.dtype.char not in _COMPUTED_IN and array.dtype != np.bool_:
        raise TypeError(f"{name} has dtype {array.dtype}; accepted are bool and real numbers")
    if channels is not None and array.shape == shape[:channels] + shape[channels + 1 :]:
        array = np.broadcast_to(np.expand_dims(array, channels), shape)
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}; accepted is the image's, {shape}")
    if not (array.min() >= 0 and array.max() <= 1):  # NaN is neither
        raise ValueError(f"{name} holds values that are not from 0 to 1")
    if not array.any():
        raise ValueError(f"{name} is 0 everywhere; some pixel must count")
    if array.dtype == np.bool_:
        return array.view(np.uint8)
    return np.require(array, computing_dtype(image), "A")


def as_out(
    out: Any,
    image: Array,
    shape: tuple[int, ...] | None = None,
    dtype: np.dtype[Any] | None = None,
) -> Array | None:
    """Check that `out` can take a result of this shape and dtype; None: the image's."""
    if out is None:
        return None
    expected = image.shape if shape is None else shape
    if dtype is None:
        dtype = result_dtype(image)
    if type(out) not in (np.ndarray, np.memmap):
        raise TypeError(
            f"out is a {type(out).__name__}; accepted are a plain numpy.ndarray and a numpy.memmap"
        )
    if out.dtype != dtype or not out.dtype.isnative:
        raise TypeError(f"out has dtype {out.dtype.str}; the result's is {dtype.str}")
    if out.shape != expected:
        raise ValueError(f"out has shape {out.shape}; the result's is {expected}")
    if not out.flags.writeable:
        raise ValueError("out is read-only")
    if not out.flags.aligned:
        raise ValueError("out is not aligned to its item size")
    if not out.flags.c_contiguous and _overlaps_itself(out):
        raise ValueError("out is a view in which several pixels share one address")
    array: Array = out
    return array


def _overlaps_itself(array: Array) -> bool:
    """Tell whether the array may hold an item twice; never False where it does."""
    reached = array.itemsize  # bytes from the first to the end of the last item so far
    axes = [
        (abs(stride), size)
        for stride, size in zip(array.strides, array.shape, strict=True)
        if size > 1
    ]
    for stride, size in sorted(axes):
        if stride < reached:
            return True
        reached += stride * (size - 1)
    return False


def deliver(
    out: Array | None,
    read: Array | Sequence[Array | None],
    compute: Callable[[Array | None], Array],
) -> Array:
    """Compute into `out`, or into a fresh array first where `out` may overlap what is read."""
    arrays = (read,) if isinstance(read, np.ndarray) else read
    if out is None or not any(
        array is not None and np.may_share_memory(out, array) for array in arrays
    ):
        return compute(out)
    out[...] = compute(None)
    return out


def as_choice(value: Any, name: str, choices: Sequence[str]) -> str:
    """Return `value` if it is one of the choices."""
    if isinstance(value, str) and value in choices:
        return value
    accepted = ", ".join(map(repr, choices))
    raise ValueError(f"{name} is {reprlib.repr(value)}; accepted are {accepted}")


def as_float(
    value: Any,
    name: str,
    *,
    minimum: float = -math.inf,
    maximum: float = math.inf,
    finite: bool = True,
) -> float:
    """Return a real number as a float, not below `minimum` nor above `maximum`."""
    refused = (bool, np.bool_, str, bytes, complex, np.complexfloating)
    if isinstance(value, refused) or _ndim(value) != 0:
        raise TypeError(f"{name} is {reprlib.repr(value)}; accepted is a real number")
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} is {reprlib.repr(value)}; accepted is a real number") from None
    except OverflowError:
        raise ValueError(f"{name} is beyond the range of float64") from None
    if finite and not math.isfinite(number):
        raise ValueError(f"{name} is {number}; accepted is a finite number")
    if number < minimum:
        raise ValueError(f"{name} is {number:g}; accepted is {minimum:g} or more")
    if number > maximum:
        raise ValueError(f"{name} is {number:g}; accepted are {minimum:g} to {maximum:g}")
    return number


def _ndim(value: Any) -> int:
    """Return how deep a value is nested; -1 for a ragged list."""
    try:
        return np.ndim(value)
    except ValueError:
        return -1


def as_integer(value: Any, name: str, *, minimum: int, maximum: int | None = None) -> int:
    """Return an integer, not below `minimum` nor above `maximum`."""
    number = _as_int(value, name)
    if maximum is not None and not minimum <= number <= maximum:
        raise ValueError(f"{name} is {number}; accepted are {minimum} to {maximum}")
    if number < minimum:
        raise ValueError(f"{name} is {number}; accepted are integers from {minimum} up")
    return number


def as_odd(value: Any, name: str, *, minimum: int, maximum: int) -> int:
    """Return an odd integer from `minimum` to `maximum`."""
    number = as_integer(value, name, minimum=minimum, maximum=maximum)
    if number % 2 == 0:
        raise ValueError(
            f"{name} is {number}; accepted are odd numbers from {minimum} to {maximum}"
        )
    return number


def _as_int(value: Any, name: str) -> int:
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is {reprlib.repr(value)}; accepted is an integer") from None


def as_flag(value: Any, name: str) -> bool:
    """Return True or False."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    raise TypeError(f"{name} is {reprlib.repr(value)}; accepted are True and False")


def as_callback(callback: Callable[..., Any] | None) -> Callable[..., Any] | None:
    """Return what is called after each iteration."""
    if callback is None or callable(callback):
        return callback
    raise TypeError(f"callback is {reprlib.repr(callback)}; accepted are None and a callable")


def as_generator(rng: Any) -> np.random.Generator:
    """Return a generator of random numbers, given one, a seed or None."""
    if rng is None or isinstance(rng, np.random.Generator):
        return np.random.default_rng(rng)
    try:
        return np.random.default_rng(as_integer(rng, "rng", minimum=0))
    except TypeError:
        raise TypeError(
            f"rng is {reprlib.repr(rng)}; accepted are None, an integer and a "
            "numpy.random.Generator"
        ) from None


def as_axis(axis: Any, name: str, ndim: int) -> int:
    """Return an axis as a non-negative int."""
    number = _as_int(axis, name)
    if not -ndim <= number < ndim:
        raise ValueError(
            f"{name} is {number}; an image of {ndim} dimensions has {-ndim} to {ndim - 1}"
        )
    return number % ndim


def filtered_axes(axes: Any, ndim: int, channels: int | None) -> tuple[int, ...]:
    """Return the axes to filter along as non-negative ints; None: all but the channels."""
    if axes is None:
        return tuple(axis for axis in range(ndim) if axis != channels)
    wanted = as_integers(axes, "axes", None)
    filtered = tuple(as_axis(axis, "axes", ndim) for axis in wanted)
    if not filtered or len(set(filtered)) < len(filtered):
        raise ValueError(f"axes is {axes!r}; accepted are different axes, at least one")
    if channels in filtered:
        raise ValueError(f"axes is {axes!r}, which holds channel_axis ({channels})")
    return filtered


def as_modes(mode: Any, length: int) -> tuple[str, ...]:
    """Return one border mode, repeated, or a sequence of `length` modes as a tuple."""
    if isinstance(mode, str) or not isinstance(mode, Sequence):
        return (as_choice(mode, "mode", MODES),) * length
    if len(mode) != length:
        raise ValueError(
            f"mode has {len(mode)} entries; expected one mode or a sequence of {length}"
        )
    return tuple(as_choice(each, "mode", MODES) for each in mode)


def as_floats(
    value: Any, name: str, length: int, *, minimum: float = -math.inf
) -> tuple[float, ...]:
    """Return one real number, repeated, or a sequence of `length` real numbers as a tuple."""
    if _ndim(value) != 1:
        return (as_float(value, name, minimum=minimum),) * length
    if len(value) != length:
        raise ValueError(_wrong_length(name, len(value), length))
    return tuple(as_float(entry, name, minimum=minimum) for entry in value)


def _wrong_length(name: str, given: int, expected: int) -> str:
    return f"{name} has {given} entries; expected one number or a sequence of {expected}"


def as_integers(
    value: Any,
    name: str,
    length: int | None,
    *,
    minimum: int = -_INT_MAX,
    maximum: int = _INT_MAX,
) -> tuple[int, ...]:
    """Return one integer, repeated, or a sequence of `length` (None: any) integers as a tuple."""
    integers = _integers(value, name, length)
    for number in integers:
        if not minimum <= number <= maximum:
            raise ValueError(f"{name} is {number}; accepted are {minimum} to {maximum}")
    return integers


def _integers(value: Any, name: str, length: int | None) -> tuple[int, ...]:
    if type(value) is int:
        return (value,) * (length or 1)
    if isinstance(value, (Sequence, np.ndarray)) and _ndim(value) == 1:
        if length is not None and len(value) != length:
            raise ValueError(_wrong_length(name, len(value), length))
        return tuple(_as_int(entry, name) for entry in value)
    return (_as_int(value, name),) * (length or 1)


def as_workers(workers: Any) -> int:
    """Return the number of threads that a call may use; 0 stands for the default."""
    if workers is None:
        return 0
    number = _as_int(workers, "workers")
    if number < 1:
        raise ValueError(f"workers is {number}; accepted are None and integers from 1 up")
    return min(number, _INT_MAX)


def as_origins(origin: Any, shape: Sequence[int]) -> tuple[int, ...]:
    """Return the shift of a kernel's centre along each of its axes, within the kernel."""
    origins = as_integers(origin, "origin", len(shape))
    for value, size in zip(origins, shape, strict=True):
        if not -(size // 2) <= value <= (size - 1) // 2:
            raise ValueError(
                f"origin is {value}; for a kernel size of {size} accepted are {-(size // 2)} to "
                f"{(size - 1) // 2}"
            )
    return origins


def refuse_not_finite(name: str) -> NoReturn:
    """Say what keeps an image from being transformed."""
    raise ValueError(
        f"{name} holds NaN or infinity, or values so large that their transform goes beyond the "
        "range of the dtype that they are computed in; accepted are finite values"
    )


def turned_kernel(kernel: Array, origins: Sequence[int]) -> tuple[Array, tuple[int, ...]]:
    """Return a kernel turned by 180 degrees, and its origins: a convolution as a correlation.

    For an even size the centre moves by one.
    """
    turned = np.ascontiguousarray(kernel[(slice(None, None, -1),) * kernel.ndim])
    return turned, tuple(
        -origin - (size + 1) % 2 for origin, size in zip(origins, kernel.shape, strict=True)
    )
