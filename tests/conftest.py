"""Shared fixtures and the hypothesis profiles."""

from __future__ import annotations

import hypothesis
import numpy as np
import pytest

# The default run repeats itself exactly and writes nothing to the disk. `--hypothesis-profile=slow`
# looks further, from a fresh seed each time.
hypothesis.settings.register_profile(
    "sample", derandomize=True, max_examples=150, deadline=None, database=None
)
hypothesis.settings.register_profile("slow", max_examples=3000, deadline=None, database=None)
hypothesis.settings.load_profile("sample")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20261122)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError(f"a test reaches for the network: {args}")

    monkeypatch.setattr("socket.socket.connect", refuse)
