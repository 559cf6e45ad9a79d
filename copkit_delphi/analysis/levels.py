"""Risk levels of experts, 1 to 4, as a result: group level, overall level, contested or not, gate level.

One group, one vote: the overall level is the upper median of the group levels. Ordinals are never averaged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from copkit_delphi.analysis.measures.two_groups import compare

LARGE_EFFECT = 0.474  # Cliff's delta, Romano et al.
FAR, FAR_SHARE = 2, 0.25
GATE_LINE = 3  # high and above


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Levels of one risk; groups below ``k`` have none. ``contested`` holds the criteria that are met."""

    groups: Mapping[str, int]
    overall: int | None
    contested: tuple[str, ...]

    @property
    def gate(self) -> int | None:
        """Return the level that decides: the highest group level where it is contested."""
        return max(self.groups.values()) if self.contested else self.overall


def upper_median(levels: Sequence[int]) -> int:
    """Return the middle level, of two the higher."""
    return sorted(levels)[len(levels) // 2]


def aggregate(levels: Mapping[str, Sequence[int]], *, k: int) -> Aggregate:
    """Return the result of experts' levels by group."""
    counted = {name: list(values) for name, values in levels.items() if len(values) >= k}
    groups = {name: upper_median(values) for name, values in counted.items()}
    if not groups:
        return Aggregate({}, None, ())
    criteria = {
        "apart": max(groups.values()) - min(groups.values()) >= FAR,
        "line": any(_across(counted, groups, pair) for pair in combinations(groups, 2)),
        "split": any(_split(values, groups[name]) for name, values in counted.items()),
    }
    met = tuple(name for name, holds in criteria.items() if holds)
    return Aggregate(groups, upper_median(list(groups.values())), met)


def _across(counted: Mapping[str, Sequence[int]], groups: Mapping[str, int], pair: tuple[str, str]) -> bool:
    first, second = pair
    if (groups[first] >= GATE_LINE) == (groups[second] >= GATE_LINE):
        return False
    one, other = (np.array(counted[name], dtype=np.float64)[:, None] for name in pair)
    return bool(abs(compare(one, other).delta[0]) >= LARGE_EFFECT)


def _split(values: Sequence[int], level: int) -> bool:
    return sum(abs(value - level) >= FAR for value in values) >= FAR_SHARE * len(values)
