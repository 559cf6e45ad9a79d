"""Did the paired ratings of an item move one way? Signed ranks, with both rules for those that did not move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from copkit_delphi.analysis.measure import NO_PAIRS, Figures, Measure
from copkit_delphi.analysis.ranks import mid_ranks, normal_p
from copkit_delphi.analysis.reasons import explained
from copkit_delphi.analysis.sample import Floats, Ints, Pairs, divide
from copkit_delphi.domain.errors import N_

NO_CHANGE = N_("no paired rating changed")
SMALL = 13  # pairs: up to here exact with ties and zeros too, as scipy has it
SMALL_WITHOUT_TIES = 50

Zeros = Literal["wilcoxon", "pratt"]


@dataclass(frozen=True, slots=True, eq=False)
class SignedRanks:
    """Signed ranks of changes (P x I): ``ranks`` is 0 where there was none, ``plus`` and ``minus`` are sums per item."""

    changes: Floats
    ranks: Floats
    shared: Floats

    @property
    def n(self) -> Ints:
        """Return how many changes are not zero."""
        return np.asarray(np.count_nonzero(self.ranks, axis=0), dtype=np.int64)

    @property
    def plus(self) -> Floats:
        """Return the sum of the ranks of positive changes."""
        return np.asarray(np.where(self.changes > 0, self.ranks, 0.0).sum(axis=0))

    @property
    def minus(self) -> Floats:
        """Return the sum of the ranks of negative changes."""
        return np.asarray(np.where(self.changes < 0, self.ranks, 0.0).sum(axis=0))

    def z(self, *, continuity: bool = False) -> Floats:
        """Return the sum of positive ranks, standardised over all signs; NaN where nothing changed."""
        away = self.plus - self.ranks.sum(axis=0) / 2
        away -= np.sign(away) / 2 if continuity else 0.0
        return divide(away, np.sqrt((self.ranks**2).sum(axis=0) / 4))

    def p_normal(self, *, continuity: bool = False) -> Floats:
        """Return the two-sided p by the normal approximation."""
        return normal_p(self.z(continuity=continuity))

    def p_exact(self, items: Ints | slice = slice(None)) -> Floats:
        """Return the two-sided p over all signs of the ranks as they are, ties and all."""
        ranks = np.rint(2 * self.ranks[:, items]).astype(np.int64)
        plus = np.where(self.changes[:, items] > 0, ranks, 0).sum(axis=0)
        ways = _ways(ranks)
        sums = np.arange(ways.shape[1])
        low = np.where(sums <= plus[:, None], ways, 0.0).sum(axis=1)
        high = np.where(sums >= plus[:, None], ways, 0.0).sum(axis=1)
        p = np.minimum(1.0, 2 * np.minimum(low, high))
        return np.where((ranks > 0).any(axis=0), p, np.nan)

    @property
    def rank_biserial(self) -> Floats:
        """Return the difference of both sums over their total, -1 to 1 (Kerby, 2014)."""
        return divide(self.plus - self.minus, self.plus + self.minus)


def _ways(ranks: Ints) -> Floats:
    """Return the probability of each sum of ``ranks`` (P x I, each in or out), items x sums."""
    size = int(ranks.sum(axis=0).max(initial=0)) + 1
    sums = np.arange(size)
    ways = np.zeros((ranks.shape[1], size))
    ways[:, 0] = 1.0
    for rank in np.sort(ranks, axis=0)[::-1]:
        if not rank.any():
            break
        origin = sums - rank[:, None]
        moved = np.where(origin >= 0, np.take_along_axis(ways, np.maximum(origin, 0), axis=1), 0.0)
        ways = np.where(rank[:, None] > 0, (ways + moved) / 2, ways)
    return ways


def signed_ranks(changes: Floats, zeros: Zeros = "wilcoxon") -> SignedRanks:
    """Rank the sizes of ``changes`` (P x I, NaN = no pair) within each item.

    ``wilcoxon`` leaves unchanged pairs out before ranking (Wilcoxon, 1945), ``pratt`` ranks them and
    then leaves them out (Pratt, 1959).

    >>> found = signed_ranks(matrix([[-1], [2], [2], [0]]))
    >>> found.plus, found.minus, found.p_exact()
    (array([5.]), array([1.]), array([0.5]))
    >>> signed_ranks(matrix([[-1], [2], [2], [0]]), "pratt").plus
    array([7.])
    """
    kept = np.isnan(changes) | (changes == 0) if zeros == "wilcoxon" else np.isnan(changes)
    ranks, shared = mid_ranks(np.where(kept, np.nan, np.abs(changes)))
    moved = ~np.isnan(changes) & (changes != 0)
    return SignedRanks(
        np.where(moved, changes, 0.0), np.where(moved, ranks, 0.0), np.where(moved, shared, 0.0)
    )


def changes_of(pairs: Pairs) -> Floats:
    """Return the later rating less the earlier one (P x I), NaN without a pair.

    Differences are rounded at a billionth of the scale's range, so that 0.3 - 0.2 ties with 0.2 - 0.1.
    """
    unit = np.array([scale.range for scale in pairs.scales], dtype=np.float64)
    rounded: Floats = np.round((pairs.after - pairs.before) / unit, 9) * unit
    return rounded


def wilcoxon_p(pairs: Pairs) -> Floats:
    """Return the two-sided p of the signed-rank test per item (Wilcoxon, 1945), unchanged pairs dropped.

    Exact up to 13 pairs, and up to 50 where no two changes are of one size and none is zero; else
    normal without continuity correction, as scipy chooses. NaN where no pair changed.

    >>> wilcoxon_p(moves([2, 2, 2, 3], [3, 3, 3, 3]))
    array([0.25])
    """
    found = signed_ranks(changes_of(pairs))
    pairs_n, plain = pairs.n, (found.shared <= 1).all(axis=0) & (found.n == pairs.n)
    exact = (pairs_n <= SMALL) | (plain & (pairs_n <= SMALL_WITHOUT_TIES))
    p = found.p_normal()
    few = np.flatnonzero(exact)
    p[few] = found.p_exact(few)
    return p


def rank_biserial(pairs: Pairs) -> Figures:
    """Return the matched-pairs rank-biserial correlation per item, -1 (all who moved went down) to 1 (all up).

    >>> rank_biserial(moves([1, 2, 3, 3], [2, 3, 1, 3])).values
    array([0.])
    """
    found = signed_ranks(changes_of(pairs)).rank_biserial
    return explained(found, {NO_PAIRS: pairs.n == 0, NO_CHANGE: np.isnan(found)})


_VECTORS = (
    "wilcoxon_signed_rank__S5",
    "wilcoxon_signed_rank__depression",
    "wilcoxon_signed_rank__likert",
)
_PAIRED = N_("Over the panellists who rated the item in both rounds; unchanged ratings are left out.")
MEASURES = (
    Measure(
        "rank_biserial",
        "stability",
        N_("Direction of movement (rank-biserial correlation)"),
        "Kerby, 2014",
        "(W+ - W-) / (W+ + W-), W the sums of ranks of the sizes of changes up and down",
        N_("To see how one-sided the movement was: 1 where all who moved went up, -1 where all went down."),
        N_("Not alone: it says nothing of how many moved."),
        _PAIRED,
        rank_biserial,
        _VECTORS,
        undefined=(NO_PAIRS, NO_CHANGE),
        schema={"type": "number", "minimum": -1, "maximum": 1},
    ),
    Measure(
        "wilcoxon_p",
        "stability",
        N_("Signed-rank test, p"),
        "Wilcoxon, 1945",
        "W+ = sum of the ranks of |x2 - x1| where x2 > x1, against all signs (exact) or (W+ - E) / sqrt(sum(r^2) / 4)",
        N_("After the size of the shift: whether a one-sided movement could be chance."),
        N_(
            "Not as a sign of stability: a large p with few pairs says nothing. A panel is not a random sample."
        ),
        _PAIRED,
        wilcoxon_p,
        _VECTORS,
        undefined=(NO_PAIRS, NO_CHANGE),
        schema={"type": "number", "minimum": 0, "maximum": 1},
        options={"exact_up_to": SMALL, "exact_without_ties_up_to": SMALL_WITHOUT_TIES, "zeros": "wilcoxon"},
    ),
    Measure(
        "signed_ranks",
        "library",
        N_("Signed ranks with both rules for unchanged pairs"),
        "Wilcoxon, 1945; Pratt, 1959",
        "ranks of |x2 - x1| without zeros (Wilcoxon), or with zeros that then are left out (Pratt)",
        N_("Where many ratings stayed the same: Pratt's rule lets them count in the ranks of the others."),
        N_("Not to choose the rule after seeing both results."),
        N_("Over the panellists who rated the item in both rounds."),
        signed_ranks,
        _VECTORS,
    ),
)
