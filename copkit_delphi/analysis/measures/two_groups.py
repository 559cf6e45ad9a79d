"""Two groups on one item: who tends to rate higher, how sure that is, and the rank-sum test."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from copkit_delphi.analysis.measure import Measure
from copkit_delphi.analysis.ranks import mid_ranks, normal_p, tie_sums
from copkit_delphi.analysis.sample import Floats, Ints, count, divide
from copkit_delphi.domain.errors import N_

TOO_FEW = N_("a group has fewer than two ratings")
ALIKE = N_("complete agreement")
EXACT_BELOW = 20  # ratings in both groups
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Group a against group b, per item: sizes, Cliff's delta, and what its interval and the test are made of.

    ``spread_a`` is the sum over a of (d_i - delta)^2, d_i how far one rating dominates the other group;
    ``level`` the number of pairs with equal ratings; ``ties`` the sum of t^3 - t over both groups.
    """

    n_a: Ints
    n_b: Ints
    delta: Floats
    spread_a: Floats
    spread_b: Floats
    level: Floats
    ties: Floats

    @property
    def a12(self) -> Floats:
        """Return how often a rating of a lies above one of b, ties half: 0 to 1 (Vargha and Delaney, 2000)."""
        return (self.delta + 1) / 2

    @property
    def u(self) -> Floats:
        """Return the Mann-Whitney statistic of a."""
        return np.asarray(np.rint(2 * self.a12 * self.n_a * self.n_b) / 2)

    def p_normal(self, *, continuity: bool = True) -> Floats:
        """Return the two-sided p by the normal approximation with ties; NaN where all ratings are equal."""
        n = (self.n_a + self.n_b).astype(np.float64)
        away = self.u - self.n_a * self.n_b / 2
        away = away - np.sign(away) / 2 if continuity else away
        tied = divide(self.ties, n * (n - 1))
        variance = np.where(tied < n + 1 - 1e-9, self.n_a * self.n_b / 12 * (n + 1 - tied), 0.0)
        return normal_p(divide(away, np.sqrt(variance)))

    def p(self) -> Floats:
        """Return the two-sided p: exact with fewer than 20 ratings in both groups and no ties, else normal."""
        found = self.p_normal()
        exact = (self.ties == 0) & (np.maximum(self.n_a, self.n_b) < EXACT_BELOW)
        for item in np.flatnonzero(exact & (np.minimum(self.n_a, self.n_b) > 0)):
            found[item] = exact_p(int(self.u[item]), int(self.n_a[item]), int(self.n_b[item]))
        return found

    def interval(self) -> tuple[Floats, Floats]:
        """Return the 95 % interval of delta (Feng and Cliff, 2004); NaN below two ratings in a group.

        Asymmetric, so that it stays within -1 and 1. Where no ratings overlap (delta -1 or 1) the inner
        end is (n - z^2) / (n + z^2), n the smaller group.
        """
        square, delta = Z95 * Z95, self.delta
        variance = self._variance()
        half = Z95 * np.sqrt(variance * ((1 - delta**2) ** 2 + square * variance))
        scale = np.where(np.abs(delta) < 1, 1 - delta**2 + square * variance, np.nan)
        low, high = ((delta - delta**3 + side * half) / scale for side in (-1, 1))
        least = np.minimum(self.n_a, self.n_b)
        inner = (least - square) / (least + square)
        few = least < 2
        low = np.where(delta == 1, inner, np.where(delta == -1, -1.0, np.maximum(low, -1.0)))
        high = np.where(delta == -1, -inner, np.where(delta == 1, 1.0, np.minimum(high, 1.0)))
        return np.where(few, np.nan, low), np.where(few, np.nan, high)

    def _variance(self) -> Floats:
        """Return Cliff's unbiased variance of delta, at least (1 - delta^2) / (n_a n_b - 1)."""
        pairs = (self.n_a * self.n_b).astype(np.float64)
        squares = pairs - self.level - pairs * self.delta**2
        found = divide(
            self.n_b**2 * self.spread_a + self.n_a**2 * self.spread_b - squares,
            pairs * (self.n_a - 1) * (self.n_b - 1),
        )
        return np.fmax(found, divide(1 - self.delta**2, pairs - 1))


def compare_counts(a: Ints | Floats, b: Ints | Floats) -> Compared:
    """Compare two groups by how often each chose each point (I x K each).

    >>> compare_counts(np.array([[0, 1, 3]]), np.array([[2, 1, 0]])).delta
    array([0.9167])
    """
    n_a, n_b = a.sum(axis=1), b.sum(axis=1)
    over_b, over_a = (_dominance(other) / np.maximum(n, 1)[:, None] for other, n in ((b, n_b), (a, n_a)))
    delta = divide((a * over_b).sum(axis=1), n_a)
    delta = np.where(n_b > 0, delta, np.nan)
    spread_a = (a * (over_b - delta[:, None]) ** 2).sum(axis=1)
    spread_b = (b * (-over_a - delta[:, None]) ** 2).sum(axis=1)
    both = (a + b).astype(np.float64)
    ties = (both**3 - both).sum(axis=1)
    level = (a * b).sum(axis=1).astype(np.float64)
    return Compared(n_a.astype(np.int64), n_b.astype(np.int64), delta, spread_a, spread_b, level, ties)


def _dominance(counts: Ints | Floats) -> Floats:
    """Return for each point how many ratings lie below it less how many above, I x K."""
    below = np.cumsum(counts, axis=1) - counts
    total = counts.sum(axis=1)[:, None]
    return np.asarray(2.0 * below + counts - total)


Ranks = tuple[Floats, Floats]  # what ``mid_ranks`` gives


def compare(a: Floats, b: Floats, own: tuple[Ranks, Ranks] | None = None) -> Compared:
    """Compare two groups by their ratings (rows x I each, NaN = none), on any scale.

    ``own`` are the ranks within each, for whoever compares the same group more than once.

    >>> found = compare(matrix([[4], [5], [5]]), matrix([[3], [4], [None]]))
    >>> found.u, found.delta.round(4)
    (array([5.5]), array([0.8333]))
    """
    n_a, n_b = count(~np.isnan(a)), count(~np.isnan(b))
    pooled, shared = mid_ranks(np.concatenate((a, b)))
    (own_a, shared_a), (own_b, shared_b) = own or (mid_ranks(a), mid_ranks(b))
    over_b = 2 * divide(pooled[: len(a)] - own_a, np.broadcast_to(n_b, a.shape)) - 1
    over_a = 1 - 2 * divide(pooled[len(a) :] - own_b, np.broadcast_to(n_a, b.shape))
    delta = divide(np.nansum(over_b, axis=0), np.where(n_b > 0, n_a, 0))
    level = (shared.sum(axis=0) - shared_a.sum(axis=0) - shared_b.sum(axis=0)) / 2
    return Compared(
        n_a,
        n_b,
        delta,
        np.nansum((over_b - delta) ** 2, axis=0),
        np.nansum((over_a - delta) ** 2, axis=0),
        level,
        tie_sums(shared),
    )


def exact_p(u: int, n_a: int, n_b: int) -> float:
    """Return the two-sided p of the statistic ``u`` without ties over all splits (Mann and Whitney, 1947).

    >>> exact_p(0, 3, 3)
    0.1
    """
    ways = _ways(n_a, n_b)
    return float(min(1.0, 2 * min(ways[: u + 1].sum(), ways[u:].sum())))


@cache
def _ways(n_a: int, n_b: int) -> Floats:
    """Return the probability of each statistic 0 to n_a n_b: one rating after another takes its place."""
    ways = np.zeros((n_a + 1, n_a * n_b + 1))
    ways[0, 0] = 1.0
    for below in range(n_a + n_b):  # how many of b lie below is what is left of those below
        nxt = ways.copy()
        for held in range(min(below, n_a - 1) + 1):
            step = below - held
            if step <= n_b:
                nxt[held + 1, step:] += ways[held, : ways.shape[1] - step]
        ways = nxt
    return np.asarray(ways[n_a] / ways[n_a].sum())


def permutation_p(a: Floats, b: Floats) -> float:
    """Return the two-sided p of the rank sum over all splits of one item's ratings as they are, ties and all.

    The share of splits at least as far from the middle (Hollander and Wolfe, 1999). Takes n^3 steps: for
    groups of up to about a hundred.

    >>> permutation_p(np.array([1.0, 2, 2]), np.array([2.0, 3, 3]))
    0.3
    """
    ranks = np.rint(2 * mid_ranks(np.concatenate((a, b))[:, None])[0][:, 0]).astype(np.int64)
    ways = np.zeros((len(a) + 1, int(ranks.sum()) + 1))
    ways[0, 0] = 1.0
    for rank in ranks:
        ways[1:, rank:] += ways[:-1, : ways.shape[1] - rank]
    sums = np.arange(ways.shape[1])
    middle = len(a) * int(ranks.sum()) / len(ranks)
    far = np.abs(sums - middle) >= abs(int(ranks[: len(a)].sum()) - middle) - 1e-9
    return float(ways[-1][far].sum() / ways[-1].sum())


_PROOF = ("kruskal_mannwhitney__air", "kruskal_mannwhitney__threat", "attrition__three_groups")
_GIVEN = N_("Over the ratings given.")
MEASURES = (
    Measure(
        "mann_whitney",
        "library",
        N_("Rank-sum test and Cliff's delta of two groups"),
        "Mann and Whitney, 1947; Cliff, 1993; interval: Feng and Cliff, 2004; A12: Vargha and Delaney, 2000",
        "delta = P(a > b) - P(a < b); A12 = (delta + 1) / 2; U = A12 n_a n_b; z = (U - n_a n_b / 2 -+ 1/2) / sd(U) with ties",
        N_("Which of two groups tends to rate higher: the effect with its interval first, the p after."),
        N_("Not as a proof about people outside the panel: panels are not random samples."),
        _GIVEN,
        compare,
        _PROOF,
        undefined=(TOO_FEW, ALIKE),
        convention=N_(
            "|delta| of 0.147, 0.33, 0.474 as small, medium, large (Romano et al., 2006): a convention."
        ),
    ),
    Measure(
        "mann_whitney_exact",
        "library",
        N_("Rank-sum test over all splits"),
        "Hollander and Wolfe, 1999",
        "share of splits of the mid-ranks whose sum lies at least as far from the middle",
        N_("For small groups with ties."),
        N_("Not for groups of hundreds: it takes long and says what the normal approximation says."),
        _GIVEN,
        permutation_p,
        _PROOF,
        schema={"type": "number", "minimum": 0, "maximum": 1},
    ),
)
