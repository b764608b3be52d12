"""The spectral engine: convolutions with kernels of many taps, and bare transforms."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable

import numpy as np

import burnish
from benchmarks import bench_convolution, common
from benchmarks.common import Array, Workload


def convolution(size: int, dtype: str, taps: int) -> Workload:
    """Return `dense`, with the peers that are the fastest for so many taps."""
    from scipy import fft, signal

    base = bench_convolution.dense(size, dtype, taps)
    image = base.image
    kernel = bench_convolution.random_kernel(taps).astype(dtype)

    def scipy(threads: int):
        # It has no out=.
        return lambda out: signal.fftconvolve(
            np.pad(image, taps // 2, mode="reflect"), kernel, mode="valid"
        )

    def scipy_fft(threads: int):
        return by_hand(
            functools.partial(fft.rfft2, workers=threads),
            functools.partial(fft.irfft2, workers=threads, overwrite_x=True),
        )

    def mkl_fft(threads: int):
        mkl = common.mkl(threads)
        return by_hand(mkl.rfft2, mkl.irfft2)

    def by_hand(forward: Callable[..., Array], inverse: Callable[..., Array]):
        # An even size: for 2079 rather than 2100 MKL takes half as much time again, and scipy.fft
        # a twentieth less.
        side = 2 * fft.next_fast_len(math.ceil((size + taps - 1) / 2))
        before = taps // 2
        around = (before, side - size - before)
        valid = np.s_[taps - 1 : taps - 1 + size, taps - 1 : taps - 1 + size]

        def call(out: Array | None) -> Array:
            spectrum = forward(np.pad(image, around, mode="reflect"))
            spectrum *= forward(kernel, s=(side, side))
            answer = inverse(spectrum, s=(side, side))[valid]
            if out is None:
                return answer.copy()  # without what lies around it
            np.copyto(out, answer)
            return out

        return call

    return dataclasses.replace(
        base,
        flops=_flops(image.size),  # not those of the sums that nobody computes
        implementations={
            "burnish": base.implementations["burnish"],
            "cv2": base.implementations["cv2"],  # which has such kernels in its own DFT
            "scipy": scipy,
            "scipy_fft": scipy_fft,
            "mkl_fft": mkl_fft,
        },
    )


def round_trip(size: int, dtype: str, planes: int) -> Workload:
    """Return the transform forth and back of a square, or of so many of them as one volume.

    Nobody has out= for it.
    """
    shape = (size, size) if planes == 1 else (planes, size, size)
    image = common.random_image(shape, dtype)

    def ours(threads: int):
        return lambda out: burnish._core.spectral_round_trip(image, threads)

    def scipy_fft(threads: int):
        from scipy import fft

        return lambda out: fft.irfftn(
            fft.rfftn(image, workers=threads), shape, workers=threads, overwrite_x=True
        )

    def mkl_fft(threads: int):
        mkl = common.mkl(threads)
        # It keeps the memory of its spectrum, as ours does: a fresh one would nearly double its
        # time for 512x512.
        spectrum = np.empty((*shape[:-1], size // 2 + 1), np.result_type(image.dtype, np.complex64))
        return lambda out: mkl.irfftn(mkl.rfftn(image, out=spectrum), s=shape)

    return Workload(
        title=f"round trip, {'' if planes == 1 else f'{planes} planes, '}{dtype}",
        image=image,
        reach=0,
        magnitude=2 * float(image.max()),  # MKL's error for 4096x4096 is nearly 1e-6
        flops=_flops(image.size),
        reference=lambda window: window,
        implementations={"burnish": ours, "scipy_fft": scipy_fft, "mkl_fft": mkl_fft},
    )


def _flops(pixels: int) -> float:
    """Return what is usually counted for two transforms of real pixels."""
    return 5.0 * pixels * math.log2(pixels)


class Convolution(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "taps")
    params = (
        ["burnish", "scipy", "cv2", "scipy_fft", "mkl_fft"],
        [1, 2],
        [512, 2048],
        ["float32", "float64"],
        [31, 63],
    )
    build = staticmethod(convolution)


class RoundTrip(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "planes")
    params = (
        ["burnish", "scipy_fft", "mkl_fft"],
        [1, 2],
        [512, 1024, 2048, 4096],
        ["float32", "float64"],
        [1],
    )
    build = staticmethod(round_trip)


class Volume(common.TimeSuite):
    param_names = ("implementation", "workers", "size", "dtype", "planes")
    params = (["burnish", "scipy_fft", "mkl_fft"], [1, 2], [256], ["float32", "float64"], [64])
    build = staticmethod(round_trip)


class ConvolutionRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "taps")
    params = (["scipy", "cv2", "scipy_fft", "mkl_fft"], [1, 2], [2048], ["float32"], [31, 63])
    build = staticmethod(convolution)


class RoundTripRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "planes")
    params = (["scipy_fft", "mkl_fft"], [1, 2], [512, 1024, 2048, 4096], ["float32"], [1])
    build = staticmethod(round_trip)


class VolumeRatio(common.RatioSuite):
    param_names = ("peer", "workers", "size", "dtype", "planes")
    params = (["scipy_fft", "mkl_fft"], [1, 2], [256], ["float32"], [64])
    build = staticmethod(round_trip)
