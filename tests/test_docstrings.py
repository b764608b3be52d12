"""Every example in a docstring runs, and every public function has one."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import burnish

# The command line needs its extra, and prints pictures; it has tests of its own.
_SKIPPED = ("burnish.cli", "burnish._core")

MODULES = sorted(
    {"burnish"}
    | {
        each.name
        for each in pkgutil.walk_packages(burnish.__path__, "burnish.")
        if not each.name.startswith(_SKIPPED)
    }
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(name)
    with np.printoptions():
        failures, _ = doctest.testmod(module)
    assert failures == 0


PUBLIC = sorted(
    {
        function
        for name in MODULES
        if not name.rpartition(".")[2].startswith("_")
        for function in vars(importlib.import_module(name)).values()
        if inspect.isfunction(function) and function.__module__.startswith("burnish")
        if function.__name__ in importlib.import_module(name).__all__
    },
    key=lambda function: function.__name__,
)


@pytest.mark.parametrize("function", PUBLIC, ids=lambda function: function.__name__)
def test_docstring_is_whole(function):
    doc = inspect.getdoc(function)
    parameters = inspect.signature(function).parameters
    if parameters:
        assert "Parameters\n----------" in doc
    section = doc.partition("Parameters\n----------")[2].partition("\nReturns\n")[0]
    for parameter in parameters:
        assert parameter in section, f"{parameter} is not described"
    if "image" in parameters:
        assert ">>> " in doc
