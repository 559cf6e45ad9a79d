"""Every example in the engine's docstrings is run."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module

import numpy as np
import pytest

from copkit_delphi.analysis import measures, small

GIVEN = {"np": np, "item": small.item, "panel": small.panel, "moves": small.moves, "matrix": small.matrix}
NAMES = [one.name for one in pkgutil.iter_modules(measures.__path__)]


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_family_hold(name: str) -> None:
    module = import_module(f"copkit_delphi.analysis.measures.{name}")
    with np.printoptions(precision=4, suppress=True):
        done = doctest.testmod(module, extraglobs=GIVEN, raise_on_error=False)
    assert done.failed == 0
