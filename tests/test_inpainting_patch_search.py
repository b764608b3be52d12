"""The two steps of patch inpainting against their oracles: near patches, and votes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import skimage.data
from oracles import inpainting_patch as oracle

from burnish import _core


def photograph(shape: tuple[int, ...] = (44, 52, 3)) -> np.ndarray:
    """Return a part of a photograph that holds edges and texture."""
    return np.ascontiguousarray(skimage.data.coffee()[150 : 150 + shape[0], 100 : 100 + shape[1]])


def hole(shape: tuple[int, ...], rows: slice, columns: slice) -> np.ndarray:
    mask = np.zeros(shape[:2], bool)
    mask[rows, columns] = True
    return mask


def weave(shape: tuple[int, int], seed: int = 0) -> np.ndarray:
    """Return a picture of slanted stripes with some noise."""
    y, x = np.indices(shape)
    light = 100 + 60 * np.sin(x / 2 + y / 5) + 30 * np.sin(y)
    return (light + np.random.default_rng(seed).normal(scale=4, size=shape)).astype(np.uint8)


INNER = (slice(16, 28), slice(20, 31))
CASES = {
    "colour": {"image": photograph(), "at": INNER},
    "grey": {"image": weave((40, 46))[..., None], "at": INNER},
    "noise": {"image": np.random.default_rng(1).integers(0, 256, (34, 40, 1)), "at": INNER},
    "two channels": {"image": photograph()[..., :2], "at": INNER},
    "nine channels": {"image": photograph((44, 52)).repeat(3, 2), "at": INNER, "size": 5},
    "patches of 3": {"image": photograph(), "at": INNER, "size": 3},
    "patches of 9": {"image": photograph(), "at": INNER, "size": 9},
    "patches of 13": {"image": photograph(), "at": INNER, "size": 13},
    "a corner": {"image": photograph(), "at": (slice(0, 9), slice(40, 52))},
    "a border": {"image": photograph(), "at": (slice(36, 44), slice(10, 30))},
    "some sources": {"image": photograph(), "at": INNER, "allowed": (slice(0, 30), slice(0, 19))},
    "references": {
        "image": photograph(),
        "at": INNER,
        "references": [photograph((60, 70, 3))[20:], photograph()[:, :20][::-1]],
    },
    "other sources alone": {
        "image": photograph(),
        "at": INNER,
        "allowed": (slice(0, 0), slice(0, 0)),
        "references": [photograph()[:, ::-1], photograph()[:5], photograph()[::-1, :30]],
    },
}


def case(name: str, dtype: str = "float64") -> tuple[oracle.Field, dict[str, Any]]:
    """Return what the oracle compares, and how to call for the same."""
    row: dict[str, Any] = CASES[name]
    image, size = row["image"].astype(dtype), row.get("size", 7)
    mask = hole(image.shape, *row["at"])
    allowed = hole(image.shape, *row["allowed"]) if "allowed" in row else None
    references = [each.astype(dtype) for each in row.get("references", [])]
    at = oracle.field(image, mask, size, allowed=allowed, references=references)
    given = {
        "image": np.where(mask[..., None], 77, image).astype(dtype),
        "mask": mask.view(np.uint8),
        "allowed": None if allowed is None else allowed.view(np.uint8),
        "references": references,
        "patch_size": size,
        "sweeps": 4,
        "seed": 3,
        "workers": 1,
    }
    return at, given


def found(at: oracle.Field, given: dict[str, Any]) -> tuple[oracle.Field, dict[str, Any]]:
    """Search; return what was compared, the hole's pixels being those that the search saw."""
    field = _core.patch_field(**given)
    assert field["shape"] == at.pixels.shape
    return replace(at, pixels=field["before"].reshape(at.pixels.shape).astype(np.int64)), field


@pytest.mark.parametrize("name", CASES)
def test_pixels_and_places(name):
    expected, given = case(name)
    at, field = found(expected, given)
    known = (expected.marks & oracle.HOLE) == 0
    np.testing.assert_array_equal(at.pixels[known], expected.pixels[known])
    assert sorted(field["holes"]) == list(np.flatnonzero(~known))
    assert sorted(field["targets"]) == list(np.flatnonzero(expected.targets()))
    assert expected.sources().flat[field["matches"]].all()
    # What the start puts into the hole lies within the range of what is known.
    assert at.pixels.min() >= 0
    assert (at.pixels.max((0, 1)) <= expected.pixels.max((0, 1))).all()


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "float32", "int64"])
def test_quantised_alike_from_every_dtype(dtype):
    expected, given = case("colour")
    given["image"] = given["image"].astype(dtype)
    at, _ = found(expected, given)
    known = (expected.marks & oracle.HOLE) == 0
    np.testing.assert_array_equal(at.pixels[known], expected.pixels[known])


@pytest.mark.parametrize("name", CASES)
def test_distances(name):
    at, field = found(*case(name))
    for target, match, distance in zip(
        *(field[key].tolist() for key in ("targets", "matches", "distances")), strict=True
    ):
        assert at.distance(target, match) == distance


def test_the_largest_distance_fits(rng):
    # All of a hole's surroundings are 0 and all sources have the largest colours and textures.
    for size, channels in [(3, 1), (7, 3), (9, 3), (51, 1), (51, 7), (7, 60)]:
        side = 2 * size + 4
        image = rng.choice(np.array([0.0, 1.0]), (side, 2 * side, channels))
        image[:, : side + 1] = 0
        image[0, 0], image[0, 1] = 0, 1
        mask = hole(image.shape, slice(size, size + 3), slice(size, size + 3))
        allowed = hole(image.shape, slice(None), slice(side, None))
        at = oracle.field(image, mask, size, allowed=allowed)
        given = {"image": image, "mask": mask.view(np.uint8), "allowed": allowed.view(np.uint8)}
        given |= {"references": [], "patch_size": size, "sweeps": 1, "seed": 0, "workers": 1}
        at, field = found(at, given)
        for target, match, distance in zip(
            *(field[key].tolist()[:5] for key in ("targets", "matches", "distances")), strict=True
        ):
            assert 0 <= at.distance(target, match) == distance


@pytest.mark.parametrize("name", CASES)
def test_votes_and_copies(name):
    at, field = found(*case(name))
    targets = field["targets"].tolist()
    matches = dict(zip(targets, field["matches"].tolist(), strict=True))
    distances = dict(zip(targets, field["distances"].tolist(), strict=True))
    depths = at.depths()
    before, voted = (field[key].reshape(-1, at.pixels.shape[2]) for key in ("before", "voted"))
    for place, copy in zip(field["holes"].tolist(), field["copies"].tolist(), strict=True):
        proposed = oracle.proposals(at, place, matches, distances, depths)
        # Rounded to nearest, from a mean that float32 is off in by much less.
        assert np.abs(voted[place] - oracle.vote(at, proposed)).max() < 0.505
        assert copy in proposed.places
        assert proposed.losses[proposed.places == copy].min() < proposed.losses.min() + 1e-4
    known = np.setdiff1d(np.arange(len(before)), field["holes"])
    np.testing.assert_array_equal(voted[known], before[known])


def nearness(name: str, sweeps: int, seed: int = 3) -> tuple[float, float]:
    """Return the mean distance in that of exhaustive search, and the share of exact hits."""
    at, given = case(name)
    at, field = found(at, given | {"sweeps": sweeps, "seed": seed})
    some = slice(None, None, 5)
    least = np.array([at.least_distance(target) for target in field["targets"][some].tolist()])
    distances = field["distances"][some]
    assert (distances >= least).all()
    return float(distances.mean() / least.mean()), float((distances == least).mean())


# Exhaustive search takes for each a distance as large as 1; without propagation, or without random
# search, they come to 1.3 and 1.25 on average, with references to 1.9.
@pytest.mark.parametrize("name", CASES)
def test_near_exhaustive_search(name):
    ratio = np.mean([nearness(name, sweeps=8, seed=seed)[0] for seed in (1, 2)])
    assert ratio < (1.6 if name == "references" else 1.2)


def test_near_exhaustive_search_on_average():
    names = [name for name in CASES if name != "references"]
    ratio, hits = np.mean([nearness(name, sweeps=8) for name in names], axis=0)
    assert ratio < 1.12
    assert hits > 0.55
    early, few = np.mean([nearness(name, sweeps=2) for name in names], axis=0)
    assert early < 1.3
    assert few > 0.4
