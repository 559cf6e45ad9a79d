"""Every example in the engine's docstrings is run."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

from copkit_delphi.analysis import registry, small

GIVEN = {"np": np, "item": small.item, "panel": small.panel, "moves": small.moves, "matrix": small.matrix}
MODULES = registry.modules()


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_family_hold(name: str) -> None:
    with np.printoptions(precision=4, suppress=True):
        done = doctest.testmod(MODULES[name], extraglobs=GIVEN, raise_on_error=False)
    assert done.failed == 0
