"""Point-spread functions against their meaning in small steps, and what all of them promise."""

from __future__ import annotations

import itertools
import math

import checks
import hypothesis
import numpy as np
import pytest
import scipy.ndimage
import scipy.special
from hypothesis import strategies as st
from oracles import psf as oracle

import burnish
from burnish.psf import diffraction

EXACT = {"rtol": 0, "atol": 1e-13}
RADII = (0.0, 0.2, 0.5, 0.51, 0.7, 1.0, math.sqrt(2) / 2, 1.5, 2.0, 2.5, 3.3, 5.0)


def centroid(psf: np.ndarray) -> list[float]:
    """Return the distance of the centroid from the centre, along each axis."""
    grids = np.meshgrid(*[list(oracle.places(size)) for size in psf.shape], indexing="ij")
    return [math.fsum((psf * grid).ravel()) for grid in grids]


def check_promises(psf: np.ndarray, *, symmetric: bool = True) -> None:
    assert type(psf) is np.ndarray
    assert psf.dtype == np.float64
    assert psf.flags.c_contiguous
    assert psf.flags.writeable
    assert (psf >= 0).all()
    assert abs(math.fsum(psf.ravel()) - 1) <= 1e-15
    if not symmetric:
        return
    np.testing.assert_allclose(centroid(psf), 0, rtol=0, atol=1e-12)
    # An even side begins with an empty line; what follows is symmetric about its centre.
    empty = [slice(0, (size + 1) % 2) for size in psf.shape]
    for axis, line in enumerate(empty):
        assert not np.moveaxis(psf, axis, 0)[line].any()
    odd = psf[tuple(slice(line.stop, None) for line in empty)]
    checks.assert_same_bits(odd, np.flip(odd))


def test_the_module_says_what_it_has():
    assert burnish.psf.__all__ == sorted(burnish.psf.__all__)
    assert not {"gaussian", "disk", "airy", "edge_taper"} & set(burnish.__all__)


# Gaussian and box


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("sigma", [0, 1e-20, 0.1, 0.6, 1.0, 2.5])
def test_gaussian(sigma, ndim):
    default = burnish.psf.gaussian(sigma, ndim=ndim)
    assert default.shape == (2 * int(4 * sigma + 0.5) + 1,) * ndim
    for size in (None, 1, 2, 3, 4, 9, 16):
        psf = burnish.psf.gaussian(sigma, size=size, ndim=ndim)
        check_promises(psf)
        shape = default.shape if size is None else (size,) * ndim
        answer = oracle.gaussian([0.0 if sigma < 1e-9 else sigma] * ndim, shape)
        np.testing.assert_allclose(psf, answer, **EXACT)


def test_gaussian_of_one_sigma_per_axis():
    sigmas = (0.5, 0, 2.0)
    psf = burnish.psf.gaussian(sigmas, size=(3, 4, 11))
    check_promises(psf)
    np.testing.assert_allclose(psf, oracle.gaussian(sigmas, (3, 4, 11)), **EXACT)
    assert burnish.psf.gaussian([1.0], size=5).shape == (5,)
    assert burnish.psf.gaussian(np.array([1.0, 0.5])).shape == (9, 5)


@pytest.mark.parametrize("sigma", [0.3, 1.0, (2.5, 0.7), (1.0, 0.5, 2.0)])
def test_gaussian_is_the_filters_kernel(sigma):
    psf = burnish.psf.gaussian(sigma)
    point = np.zeros([size + 4 for size in psf.shape])
    point[tuple(size // 2 for size in point.shape)] = 1
    inside = (slice(2, -2),) * point.ndim
    np.testing.assert_allclose(psf, burnish.gaussian_filter(point, sigma)[inside], **EXACT)
    np.testing.assert_allclose(psf, scipy.ndimage.gaussian_filter(point, sigma)[inside], **EXACT)
    np.testing.assert_allclose(
        burnish.psf.gaussian(sigma, size=3),
        scipy.ndimage.gaussian_filter(point, sigma, radius=1)[
            tuple(slice(size // 2 - 1, size // 2 + 2) for size in point.shape)
        ],
        **EXACT,
    )


@pytest.mark.parametrize("shape", [(1,), (4,), (2, 3), (5, 1), (3, 4, 2)])
def test_box(shape):
    psf = burnish.psf.box(shape)
    check_promises(psf, symmetric=False)
    np.testing.assert_array_equal(psf, np.full(shape, 1 / math.prod(shape)))
    np.testing.assert_allclose(centroid(psf), [-0.5 * (n % 2 == 0) for n in shape], **EXACT)
    point = np.zeros([2 * size + 1 for size in shape])
    point[shape] = 1
    np.testing.assert_allclose(
        burnish.correlate(point, psf), burnish.uniform_filter(point, shape), **EXACT
    )


def test_box_of_one_side():
    assert burnish.psf.box(3).shape == (3, 3)
    assert burnish.psf.box(4, ndim=3).shape == (4, 4, 4)
    assert burnish.psf.box(2, ndim=1).tolist() == [0.5, 0.5]


# Defocus


@pytest.mark.parametrize("radius", RADII)
def test_disk(radius):
    psf = burnish.psf.disk(radius)
    check_promises(psf)
    np.testing.assert_allclose(psf, oracle.disk(max(radius, 0.1), psf.shape), rtol=0, atol=3e-6)
    np.testing.assert_allclose(psf, psf.T, **EXACT)
    assert psf[0].any()  # no pixel more than it touches
    if psf.size > 1:
        wide = oracle.disk(radius, [size + 2 for size in psf.shape])
        assert not wide[0].any()


@pytest.mark.parametrize("radius", [1.7, 12.3, 150.2, 1000.4])
def test_disks_areas_are_exact(radius):
    """Of the weights only one area is known: that of a whole pixel."""
    psf = burnish.psf.disk(radius)
    middle = psf[len(psf) // 2, len(psf) // 2]
    assert abs(middle * math.pi * radius**2 - 1) <= 1e-13
    # The pixel that the disk reaches farthest to the right: it holds a cap of the disk, cut off
    # above and below.
    edge = math.ceil(radius - 0.5) - 0.5
    half = min(0.5, math.sqrt(radius**2 - edge**2))
    cap = (half * math.sqrt(radius**2 - half**2) + radius**2 * math.asin(half / radius)) - (
        2 * half * edge
    )
    assert abs(psf[len(psf) // 2, -1] * math.pi * radius**2 - cap) <= 1e-9


def test_a_disk_within_a_pixel_is_that_pixel():
    for radius in (0, 1e-300, 0.3, 0.5):
        assert burnish.psf.disk(radius).tolist() == [[1.0]]
    assert burnish.psf.disk(0.5000001).shape == (3, 3)


def test_disks_grow_without_jumps():
    shape = (9, 9)
    disks = [burnish.psf.disk(radius, size=shape) for radius in np.arange(0.4, 4.4, 1e-3)]
    assert max(abs(a - b).max() for a, b in itertools.pairwise(disks)) < 5e-3


# Motion


@pytest.mark.parametrize("angle", [0, 30, 45, 60, 90, 101.5, 180, 270, -30, 1000.25])
@pytest.mark.parametrize("length", [0, 0.3, 1.0, 2.0, 3.7, 9.0, 10.0])
def test_motion(length, angle):
    psf = burnish.psf.motion(length, angle)
    check_promises(psf)
    np.testing.assert_allclose(psf, oracle.motion(length, angle, psf.shape), rtol=0, atol=1e-7)
    wide = oracle.motion(length, angle, [size + 2 for size in psf.shape])
    np.testing.assert_allclose(wide[1:-1, 1:-1].sum(), 1, **EXACT)  # it holds the whole path
    if length:
        assert psf[0].any()
        assert psf[:, 0].any()


def test_paths_along_the_axes_are_lines():
    level = burnish.psf.motion(3)
    np.testing.assert_allclose(level, [[1 / 24, 7 / 24, 1 / 3, 7 / 24, 1 / 24]], **EXACT)
    for angle, shape in ((180, (1, 5)), (90, (5, 1)), (-90, (5, 1)), (270, (5, 1))):
        psf = burnish.psf.motion(3, angle)
        assert psf.shape == shape
        np.testing.assert_allclose(psf.ravel(), level.ravel(), **EXACT)


def test_rounding_adds_no_empty_line():
    for reach in range(1, 30):
        for angle in (45, 135, -45):
            psf = burnish.psf.motion(2 * reach * math.sqrt(2), angle)
            assert psf.shape == (2 * reach + 1,) * 2


def test_angles_turn_to_the_left():
    """Counter-clockwise as the image is seen: up is where rows are small."""
    rows, columns = np.nonzero(burnish.psf.motion(20, 30) > 0.01)
    assert np.corrcoef(rows, columns)[0, 1] < -0.9
    steep = burnish.psf.motion(20, 60)
    np.testing.assert_allclose(steep, burnish.psf.motion(20, 30).T, **EXACT)
    np.testing.assert_allclose(steep[:, ::-1], burnish.psf.motion(20, 120), **EXACT)


def test_motion_has_the_length_asked_for():
    """The variance of a path is length**2 / 12 along it; sharing adds share * (1 - share)."""
    for angle in (0.0, 20.0, 45.0, 77.0):
        psf = burnish.psf.motion(400, angle)
        rows, columns = np.ogrid[[slice(-(n // 2), n // 2 + 1) for n in psf.shape]]
        along = columns * math.cos(math.radians(angle)) - rows * math.sin(math.radians(angle))
        np.testing.assert_allclose((psf * along**2).sum(), 400**2 / 12, rtol=2e-5)


# Diffraction


@pytest.mark.parametrize("radius", [0.1, 0.3, 0.8, 1.22, 1.7, 3.1])
def test_airy(radius):
    for size in (None, 1, 4, (3, 6), 9):
        psf = burnish.psf.airy(radius, size=size)
        check_promises(psf)
        answer = oracle.airy(radius, psf.shape)
        for axis, side in enumerate(psf.shape):
            if side % 2 == 0:  # the first line is empty, and what is left sums to 1
                np.moveaxis(answer, axis, 0)[0] = 0
        answer /= answer.sum()
        np.testing.assert_allclose(psf, answer, rtol=0, atol=1e-12)


def test_amplitude_is_scipys():
    v = np.concatenate([[0.0, 1e-300, 1e-9], np.linspace(1e-3, 200, 100_001), [1e3, 1e5]])
    theirs = np.where(v < 1e-200, 1.0, 2 * scipy.special.j1(v) / np.maximum(v, 1e-200))
    np.testing.assert_allclose(diffraction._amplitude(v), theirs, rtol=0, atol=1e-15)


def test_the_first_ring_is_dark():
    psf = burnish.psf.airy(60.0)
    middle = len(psf) // 2
    line = psf[middle, middle:]
    assert line[:100].argmin() == 60
    assert line[60] < 1e-4 * line[0]
    assert 0.015 < line[60:120].max() / line[0] < 0.018  # the first bright ring has 1.75 %


@pytest.mark.parametrize("radius", [0.5, 2.0, 6.0])
def test_how_much_light_the_default_size_leaves_out(radius):
    """The light in a circle is known; far out little is left beside it."""
    size = len(burnish.psf.airy(radius))
    wide = burnish.psf.airy(radius, size=12 * size + 1)
    middle = len(wide) // 2
    rows, columns = np.ogrid[-middle : middle + 1, -middle : middle + 1]
    v = diffraction._FIRST_ZERO * middle / radius
    circle = wide[np.hypot(rows, columns) <= middle].sum()
    total = circle / (1 - scipy.special.j0(v) ** 2 - scipy.special.j1(v) ** 2)
    inside = slice(middle - size // 2, middle + size // 2 + 1)
    assert 0.02 < 1 - wide[inside, inside].sum() / total < 0.04


# Sizes


@pytest.mark.parametrize(
    "make",
    [
        lambda size: burnish.psf.disk(2.2, size=size),
        lambda size: burnish.psf.motion(3.6, 40, size=size),
    ],
    ids=["disk", "motion"],
)
def test_sizes_of_what_ends_somewhere(make):
    tight = make(None)
    assert tight.shape == (5, 5)
    checks.assert_same_bits(make(5), tight)
    for size in (6, 7, 8, 21, (5, 6), (8, 5)):
        psf = make(size)
        check_promises(psf)
        starts = [n // 2 - 2 for n in psf.shape]
        inside = tuple(slice(start, start + 5) for start in starts)
        checks.assert_same_bits(psf[inside], tight)
        psf[inside] = 0
        assert not psf.any()
    for size in (1, 3, 4, (5, 4), (4, 9)):
        with pytest.raises(ValueError, match=r"size is .*5 pixels or more"):
            make(size)


def test_sizes_of_what_never_ends():
    for make in (burnish.psf.gaussian, burnish.psf.airy):
        whole = make(2.0, size=41)
        for size in (1, 3, 7):
            part = whole[(slice(20 - size // 2, 21 + size // 2),) * 2]
            np.testing.assert_allclose(make(2.0, size=size), part / part.sum(), **EXACT)


@hypothesis.given(st.data())
def test_any_psf(data):
    draw = data.draw
    extent = draw(st.floats(0, 6))
    check_promises(burnish.psf.disk(extent))
    angle = draw(st.floats(-720, 720))
    path = burnish.psf.motion(2 * extent, angle)
    check_promises(path)
    np.testing.assert_allclose(path, oracle.motion(2 * extent, angle, path.shape, 1000), atol=1e-5)
    sizes = draw(st.tuples(st.integers(1, 20), st.integers(1, 20)))
    check_promises(burnish.psf.gaussian(extent, size=sizes))
    check_promises(burnish.psf.airy(extent + 0.1, size=sizes))
    wide = burnish.psf.disk(extent, size=[side + 25 for side in sizes])
    check_promises(wide)
    assert wide.shape == (sizes[0] + 25, sizes[1] + 25)


@hypothesis.given(st.floats(0.5, 30))
def test_disks_are_round(radius):
    """The second moment of a disk is radius**2 / 4; that of each pixel's share is its own."""
    psf = burnish.psf.disk(radius)
    places = np.array(oracle.places(len(psf)))
    moment = (psf.sum(axis=0) * places**2).sum()
    assert abs(moment - radius**2 / 4) <= 0.3
