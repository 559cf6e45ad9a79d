"""A majority, and the groups that do not belong to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from copkit_delphi.analysis.measure import Measure
from copkit_delphi.analysis.measures.balance import NO_GROUP_COUNTS, balanced
from copkit_delphi.analysis.sample import SLACK, Floats, Ints, divide
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.verdict import MIN_RATINGS

ONE_GROUP = N_("fewer than two groups have five ratings")


@dataclass(frozen=True, slots=True)
class Majority:
    """What the groups make of one item: ``word`` and the groups that dissent."""

    word: str | None
    dissenting: tuple[str, ...]


CONSENSUS = N_("consensus")
MAJORITY = N_("majority")
WITH_DISSENT = N_("majority with dissenting group")
NO_MAJORITY = N_("no majority")


def majority(
    shares: Floats, n: Ints, names: tuple[str, ...], *, share: float = 0.75, group_share: float = 0.5
) -> list[Majority]:
    """Return the word for each item from group shares and ratings (G x I), groups with five ratings counting.

    Consensus: the balanced share reaches ``share`` and each group ``group_share``. Majority: the balanced or the
    pooled share reaches it; with dissenting group, where one lies below ``group_share``.

    >>> majority(matrix([[1.0], [0.0]]), np.array([[20], [5]]), ("lea", "civil"))
    [Majority(word='majority with dissenting group', dissenting=('civil',))]
    """
    counts = n >= MIN_RATINGS
    even = balanced(shares, n, MIN_RATINGS)
    pooled = divide(np.where(n > 0, shares * n, 0.0).sum(axis=0), n.sum(axis=0))
    away = counts & (shares < group_share - SLACK)
    return [
        _majority(
            bool(counts[:, item].any()),
            even[item] >= share - SLACK,
            pooled[item] >= share - SLACK,
            tuple(name for name, apart in zip(names, away[:, item], strict=True) if apart),
        )
        for item in range(n.shape[1])
    ]


def _majority(known: bool, even: bool, pooled: bool, dissenting: tuple[str, ...]) -> Majority:
    if not known:
        return Majority(None, ())
    if not (even or pooled):
        return Majority(NO_MAJORITY, dissenting)
    if dissenting:
        return Majority(WITH_DISSENT, dissenting)
    return Majority(CONSENSUS if even else MAJORITY, ())


def max_median_gap(medians: Floats, n: Ints, minimum: int = MIN_RATINGS) -> Floats:
    """Return how far the furthest medians of groups (G x I) with ``minimum`` ratings lie apart; NaN below two groups.

    >>> max_median_gap(matrix([[5], [4], [2]]), np.array([[9], [9], [9]]))
    array([3.])
    """
    counts = n >= minimum
    low = np.where(counts, medians, np.inf).min(axis=0, initial=np.inf)
    high = np.where(counts, medians, -np.inf).max(axis=0, initial=-np.inf)
    return np.where(counts.sum(axis=0) > 1, high - low, np.nan)


_PROOF = ("group_balanced__dominant_group",)
_COUNTING = N_("Over the ratings given in groups with at least five.")
MEASURES = (
    Measure(
        "majority",
        "library",
        N_("Majority with dissenting group"),
        "Holt and Smith, 1979 (balanced share); the template: this engine",
        "consensus: balanced share >= 75 % and each group >= 50 %; majority: balanced or pooled share >= 75 %",
        N_("To say in words that most agree and a whole group does not."),
        N_("Not as the verdict of a study that fixed another rule before round 1."),
        _COUNTING,
        majority,
        _PROOF,
        undefined=(NO_GROUP_COUNTS,),
        schema={"enum": [CONSENSUS, MAJORITY, WITH_DISSENT, NO_MAJORITY]},
        convention=N_("75 % and 50 % (this engine's template): a convention."),
    ),
    Measure(
        "max_median_gap",
        "library",
        N_("Furthest group medians"),
        "Hyndman and Fan, 1996, type 7 (medians)",
        "largest less smallest median of groups with five ratings",
        N_("How far the groups stand apart, in points of the scale."),
        N_("Not across many groups: the more there are, the further the furthest lie apart by chance."),
        _COUNTING,
        max_median_gap,
        _PROOF,
        undefined=(ONE_GROUP,),
        schema={"type": "number", "minimum": 0},
    ),
)
