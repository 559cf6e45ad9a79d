"""Builders of rounds: a test says only what it is about."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import settings

from copkit_delphi.analysis.data import ItemSpec, RoundData
from copkit_delphi.domain.scale import PERCENT

# A busy machine is not a failure.
settings.register_profile("patient", deadline=None, max_examples=40)
settings.load_profile("patient")


def build(values, *, scale=PERCENT, groups=None, number=1, cannot_judge=None, names=None):
    """Make a round of ``values``: one row a panellist; a flat list is one item."""
    rows = np.array(values, dtype=float)
    matrix = rows[:, None] if rows.ndim == 1 else rows
    labels = tuple(groups) if groups is not None else ("all",) * len(matrix)
    return RoundData(
        number,
        tuple(names or (f"P{place:03}" for place in range(len(matrix)))),
        labels,
        tuple(ItemSpec(f"I{place}", scale) for place in range(matrix.shape[1])),
        matrix,
        np.zeros(matrix.shape, dtype=bool) if cannot_judge is None else np.array(cannot_judge, dtype=bool),
    )


@pytest.fixture(scope="session")
def round_of():
    return build
