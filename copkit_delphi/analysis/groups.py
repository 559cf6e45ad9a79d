"""Figures of every stakeholder group for every item."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from copkit_delphi.analysis.data import RoundData
from copkit_delphi.analysis.measures import balance, shares, spread
from copkit_delphi.analysis.results import GroupAnalysis
from copkit_delphi.analysis.sample import Floats, Ints, Sample, divide
from copkit_delphi.domain.verdict import MIN_RATINGS


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Figures G x I; ``share`` lies in the same range as the panel's, ``balanced`` is per item."""

    names: tuple[str, ...]
    n: Ints
    median: Floats
    q1: Floats
    q3: Floats
    share: Floats
    balanced: Floats

    def counts(self, index: int) -> dict[str, int]:
        """Return the number of ratings of one item by group."""
        return dict(zip(self.names, self.n[:, index].tolist(), strict=True))

    def counting(self, figures: Floats, index: int) -> dict[str, float]:
        """Return ``figures`` (G x I) of one item for the groups with at least five ratings."""
        return {
            name: float(figures[place, index])
            for place, name in enumerate(self.names)
            if self.n[place, index] >= MIN_RATINGS
        }

    def rows(self, index: int) -> tuple[GroupAnalysis, ...]:
        """Return the figures of one item, one row a group."""
        return tuple(self._row(name, place, index) for place, name in enumerate(self.names))

    def _row(self, name: str, place: int, index: int) -> GroupAnalysis:
        low, high = self.q1[place, index], self.q3[place, index]
        return GroupAnalysis(
            name,
            int(self.n[place, index]),
            number(self.median[place, index]),
            number(low),
            number(high),
            number(high - low),
        )


def groups_of(data: RoundData, panel: Sample) -> Groups:
    """Return the figures of each group of ``data``, whose ratings are ``panel``."""
    parts = [Sample.of(data.values[data.rows_of(name)], data.scales) for name in data.group_names]
    bounds = shares.bounds(panel)
    n = _stack([part.n for part in parts], panel).astype(np.int64)
    share = divide(_stack([shares.inside(part, *bounds) for part in parts], panel), n)
    return Groups(
        names=data.group_names,
        n=n,
        median=_stack([spread.median(part) for part in parts], panel),
        q1=_stack([spread.q1(part) for part in parts], panel),
        q3=_stack([spread.q3(part) for part in parts], panel),
        share=share,
        balanced=balance.balanced(share, n, MIN_RATINGS),
    )


def _stack(rows: Sequence[Floats | Ints], panel: Sample) -> Floats:
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(panel.scales))


def number(value: float) -> float | None:
    """Return a plain float, None for NaN."""
    return None if math.isnan(value) else float(value)
