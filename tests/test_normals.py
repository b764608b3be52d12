"""The normal deviates that unsupervised Wiener draws: counted by frequency, white, and normal."""

from __future__ import annotations

import numpy as np
import pytest
from oracles import unsupervised_wiener as oracle

from burnish import _core


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ([0] * 4, [0] * 4, "9c6ca96a e17eae66 fc10ecd4 5256a7d8"),
        ([2**32 - 1] * 4, [2**32 - 1] * 4, "2a881696 57012287 f6c7446e a16a6732"),
        (
            [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
            [0xA4093822, 0x299F31D0, 0x082EFA98, 0xEC4E6C89],
            "59cd1dbb b8879579 86b5d00c ac8b6d84",
        ),
    ],
)
def test_the_oracles_generator_gives_the_known_answers(counter, key, words):
    # Those of Random123, by the authors of the paper.
    assert list(oracle.threefry(counter, key)) == [int(word, 16) for word in words.split()]


def sampled(shape, key, iteration, dtype, workers=0) -> np.ndarray:
    """Return the image of a sample that is nothing but noise of variance 1."""
    one = np.ones((1,) * len(shape))
    image = np.zeros(shape, dtype)
    image.flat[0] = 1  # so that a unit is 1
    origins = (0,) * len(shape)
    chain = _core.unsupervised_wiener_start(image, one, origins, one, origins, True, None, workers)
    _core.unsupervised_wiener_step(chain, 1.0, 0.0, key, iteration, False, False, None, workers)
    return _core.unsupervised_wiener_sample(chain, workers) - image


SHAPES = [
    *((size,) for size in (1, 2, 3, 8, 24, 31, 64, 1000)),
    *((rows, 7) for rows in (1, 2, 3, 4, 16, 30, 31, 600)),
    *((5, columns) for columns in (1, 2, 3, 8, 32, 33, 34, 128, 136, 480)),
    *((planes, 4, 24) for planes in (1, 2, 3, 6, 8)),
    *((3, 5, columns) for columns in (1, 2, 7, 40)),
    (8, 1, 16),
    (2, 31, 31),
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_normals_are_those_of_the_oracle(shape, dtype):
    for key, iteration in ((0, 0), (2**64 - 1, 2**31 - 1), (0x1234567890ABCDEF, 3)):
        ours = np.fft.rfftn(sampled(shape, key, iteration, dtype).astype(np.float64), norm="ortho")
        normals = oracle.normals(shape, key, iteration, in_double=dtype == "float64")
        # What the draws may be off by, and what the transforms add.
        bound = {"float32": 2e-6, "float64": 3e-15}[dtype] + 6 * np.finfo(dtype).eps
        np.testing.assert_allclose(ours * np.sqrt(2), normals, rtol=0, atol=bound)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_noise_is_white_and_normal(dtype):
    stats = pytest.importorskip("scipy.stats", reason="scipy is missing")
    shape = (512, 600)
    noise = [sampled(shape, 99, iteration, dtype).astype(np.float64) for iteration in range(3)]
    for sample in noise:
        count = sample.size
        z = [
            sample.mean() * count**0.5,
            ((sample**2).mean() - 1) * (count / 2) ** 0.5,
            (sample**3).mean() * (count / 15) ** 0.5,
            ((sample**4).mean() - 3) * (count / 96) ** 0.5,
        ]
        assert np.abs(z).max() < 4, z
        assert stats.kstest(sample.ravel(), "norm").pvalue > 1e-4
        for shift in ((0, 1), (1, 0), (1, 1), (0, 2), (256, 0), (0, 300), (256, 300)):
            correlation = (sample * np.roll(sample, shift, (0, 1))).mean() * count**0.5
            # Half a period away each product counts twice.
            assert abs(correlation) < 4 * 2**0.5, shift
    for one, other in ((0, 1), (1, 2), (0, 2)):
        assert abs((noise[one] * noise[other]).mean()) * count**0.5 < 4
    another_key = sampled(shape, 100, 0, dtype)
    assert abs((noise[0] * another_key).mean()) * count**0.5 < 4


def test_frequencies_are_drawn_apart():
    # The draws themselves, neighbours along either axis and real beside imaginary parts.
    drawn = np.fft.rfft2(sampled((512, 600), 5, 0, "float64"), norm="ortho")[1:256, 1:300]
    drawn = drawn * 2**0.5
    count = drawn.size
    for a, b in [
        (drawn.real, drawn.imag),
        (drawn.real[1:], drawn.real[:-1]),
        (drawn.imag[:, 1:], drawn.imag[:, :-1]),
        (np.abs(drawn[1:]) ** 2 / 2 - 1, np.abs(drawn[:-1]) ** 2 / 2 - 1),
    ]:
        assert abs((a * b).mean()) * count**0.5 < 4
    # Distances are uniform after their own distribution, and so are directions.
    for uniform in (np.exp(-(np.abs(drawn) ** 2) / 2), np.angle(drawn) / (2 * np.pi) + 0.5):
        counts = np.histogram(uniform, 256, (0, 1))[0]
        chi_squared = ((counts - count / 256) ** 2).sum() / (count / 256)
        assert abs(chi_squared - 255) < 4 * (2 * 255) ** 0.5
