"""Do stakeholder groups rate an item differently? Effects of each two groups, and tests over all."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from copkit_delphi.analysis.measure import Figures, Measure
from copkit_delphi.analysis.measures.adjust import holm
from copkit_delphi.analysis.measures.two_groups import ALIKE, Compared, compare, compare_counts
from copkit_delphi.analysis.ranks import chi2_p, mid_ranks, normal_p, tie_sums
from copkit_delphi.analysis.sample import Floats, Ints, Sample, divide
from copkit_delphi.domain.errors import N_

LEAST = 2  # ratings, for a group to be compared
TOO_FEW_GROUPS = N_("fewer than two groups have two ratings")
LEFT_OUT = N_("fewer than two ratings: %(groups)s")


@dataclass(frozen=True, slots=True, eq=False)
class Kruskal:
    """Kruskal and Wallis' test per item: ratings and mean ranks by group (G x I), ties as the sum of t^3 - t.

    ``h`` and ``p`` are NaN where all ratings are equal or fewer than two groups have ratings.
    """

    n: Ints
    mean_ranks: Floats
    ties: Floats

    @property
    def total(self) -> Ints:
        """Return the number of ratings per item."""
        return np.asarray(self.n.sum(axis=0), dtype=np.int64)

    @property
    def df(self) -> Ints:
        """Return the number of groups less one, per item."""
        return np.asarray(np.maximum(np.count_nonzero(self.n, axis=0) - 1, 0), dtype=np.int64)

    @property
    def h(self) -> Floats:
        """Return H, corrected for ties."""
        n = self.total.astype(np.float64)
        away = np.where(self.n > 0, self.n * (self.mean_ranks - (n + 1) / 2) ** 2, 0.0).sum(axis=0)
        spread = n**3 - n - self.ties
        found = divide(12 * (n - 1) * away, np.where(spread > 0.5, spread, 0.0))
        return np.where(self.df > 0, found, np.nan)

    @property
    def p(self) -> Floats:
        """Return the upper tail of chi-squared with ``df``."""
        return chi2_p(self.h, self.df)

    @property
    def epsilon_squared(self) -> Floats:
        """Return H / (n - 1), 0 to 1 (Tomczak and Tomczak, 2014)."""
        return divide(self.h, self.total - 1)

    @property
    def eta_squared(self) -> Floats:
        """Return (H - df) / (n - k) (Cohen, 2008)."""
        return divide(self.h - self.df, self.total - self.df - 1)

    def dunn(self, a: int, b: int) -> tuple[Floats, Floats]:
        """Return z and p of the mean ranks of group ``b`` less ``a``, per item (Dunn, 1964), not yet adjusted."""
        n = self.total.astype(np.float64)
        spread = n * (n + 1) / 12 - divide(self.ties, 12 * (n - 1))
        error = np.sqrt(spread * divide(self.n[a] + self.n[b], self.n[a] * self.n[b]))
        z = divide(self.mean_ranks[b] - self.mean_ranks[a], error)
        return z, normal_p(z)


def kruskal_counts(counts: Ints | Floats) -> Kruskal:
    """Return the test from how often each group chose each point (G x I x K).

    >>> found = kruskal_counts(np.array([[[3, 0]], [[0, 3]]]))
    >>> found.h, found.epsilon_squared
    (array([5.]), array([1.]))
    """
    pooled, n = counts.sum(axis=0), counts.sum(axis=2)
    ranks = np.cumsum(pooled, axis=1) - (pooled - 1) / 2
    mean = divide((counts * ranks).sum(axis=2), n)
    pooled = pooled.astype(np.float64)
    return Kruskal(n, mean, (pooled**3 - pooled).sum(axis=1))


def kruskal(values: Floats, codes: Ints, groups: int) -> Kruskal:
    """Return the test from ratings (P x I, NaN = none) on any scale; ``codes`` (P) are 0 to ``groups`` - 1.

    >>> kruskal(matrix([[1], [2], [8], [9]]), np.array([0, 0, 1, 1]), 2).h
    array([2.4])
    """
    ranks, shared = mid_ranks(values)
    held = ~np.isnan(values)
    member = (codes == np.arange(groups)[:, None]) * 1.0
    n = np.rint(member @ held).astype(np.int64)
    return Kruskal(n, divide(member @ np.where(held, ranks, 0.0), n), tie_sums(shared))


def group_test(sample: Sample) -> Figures:
    """Return {kruskal_h, kruskal_p, epsilon_squared, pairs, reason} of each item over groups with two ratings.

    A pair: {a, b, n_a, n_b, cliff_delta, ci_low, ci_high, mannwhitney_p, adjusted_p, reason}; delta above 0 where
    a rates higher; p adjusted over the pairs of the item by Holm. ``reason`` names the groups left out.

    >>> found = group_test(item(5, 4, 5, 1, 2, 2, 3, groups="aaabbbc")).values[0]
    >>> found["pairs"][0]["cliff_delta"], found["pairs"][0]["a"], found["reason"]
    (1.0, 'a', {'groups': 'fewer than two ratings: c'})
    """
    found: list[object] = [None] * len(sample.scales)
    why: list[str | None] = [TOO_FEW_GROUPS] * len(sample.scales)
    enough = sample.group_n >= LEAST
    for items, test, pairs in _tests(sample, enough):
        for item, row in zip(items, _rows(sample.group_names, enough[:, items], test, pairs), strict=True):
            if row is not None:
                found[item], why[item] = row, None
    return Figures(found, why)


Pairs = dict[tuple[int, int], Compared]


def _tests(sample: Sample, enough: Any) -> list[tuple[Ints, Kruskal, Pairs]]:
    """Return items, test and pairs: from counts where ratings are whole steps of their scale, else from ranks."""
    found, places = [], range(len(sample.group_names))
    for part in sample.group_categories:
        counts = np.where(enough[:, part.items][:, :, None], part.counts, 0)
        pairs = {(a, b): compare_counts(counts[a], counts[b]) for a, b in combinations(places, 2)}
        found.append((part.items, kruskal_counts(counts), pairs))
    rest = sample.uncounted
    if len(rest) and sample.groups:
        values = np.where(enough[:, rest][sample.group_codes], sample.values[:, rest], np.nan)
        of = [values[sample.group_codes == place] for place in places]
        own = [mid_ranks(one) for one in of]
        pairs = {(a, b): compare(of[a], of[b], (own[a], own[b])) for a, b in combinations(places, 2)}
        found.append((rest, kruskal(values, sample.group_codes, len(places)), pairs))
    return found


def _rows(names: tuple[str, ...], enough: Any, test: Kruskal, pairs: Pairs) -> list[object]:
    columns = _pair_columns(names, enough, pairs)
    h, p, epsilon = (_plain(values) for values in (test.h, test.p, test.epsilon_squared))
    return [
        {
            "kruskal_h": h[item],
            "kruskal_p": p[item],
            "epsilon_squared": epsilon[item],
            "pairs": [row for column in columns if (row := column[item]) is not None],
            "reason": _reason(names, enough[:, item], h[item]),
        }
        if enough[:, item].sum() > 1
        else None
        for item in range(enough.shape[1])
    ]


def _reason(names: tuple[str, ...], enough: Any, h: float | None) -> dict[str, str]:
    left = [name for name, counts in zip(names, enough, strict=True) if not counts]
    reason = {"groups": LEFT_OUT % {"groups": ", ".join(left)}} if left else {}
    return reason | (dict.fromkeys(("kruskal_h", "kruskal_p", "epsilon_squared"), ALIKE) if h is None else {})


def _pair_columns(names: tuple[str, ...], enough: Any, pairs: Pairs) -> list[list[dict[str, object] | None]]:
    """Return for each pair of groups the rows of all items, None where one of both is left out."""
    if not pairs:
        return []
    p = np.array([np.where(enough[a] & enough[b], one.p(), np.nan) for (a, b), one in pairs.items()])
    columns = zip(pairs.items(), p, holm(p), strict=True)
    return [
        _pair((names[a], names[b]), enough[a] & enough[b], one, raw, adjusted)
        for ((a, b), one), raw, adjusted in columns
    ]


def _pair(
    names: tuple[str, str], enough: Any, one: Compared, p: Floats, adjusted: Floats
) -> list[dict[str, object] | None]:
    low, high = one.interval()
    rows = zip(
        enough, one.n_a.tolist(), one.n_b.tolist(), *(_plain(v) for v in (one.delta, low, high, p, adjusted)),
        strict=True,
    )  # fmt: skip
    keys = ("n_a", "n_b", "cliff_delta", "ci_low", "ci_high", "mannwhitney_p", "adjusted_p")
    return [
        {"a": names[0], "b": names[1], **dict(zip(keys, row, strict=True)), "reason": _no_p(row[-2])}
        if counts
        else None
        for counts, *row in rows
    ]


def _no_p(p: object) -> dict[str, str]:
    return dict.fromkeys(("mannwhitney_p", "adjusted_p"), ALIKE) if p is None else {}


def _plain(values: Floats) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124 - NaN


_P = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_DELTA = {"type": "number", "minimum": -1, "maximum": 1}
_REASON = {"type": "object", "additionalProperties": {"type": "string"}}
_PAIR = {
    "a": {"type": "string"},
    "b": {"type": "string"},
    "n_a": {"type": "integer", "minimum": LEAST},
    "n_b": {"type": "integer", "minimum": LEAST},
    "cliff_delta": _DELTA,
    "ci_low": _DELTA,
    "ci_high": _DELTA,
    "mannwhitney_p": _P,
    "adjusted_p": _P,
    "reason": _REASON,
}
_VALUE = {
    "kruskal_h": {"type": ["number", "null"], "minimum": 0},
    "kruskal_p": _P,
    "epsilon_squared": _P,
    "pairs": {"type": "array", "items": {"type": "object", "properties": _PAIR, "required": list(_PAIR)}},
    "reason": _REASON,
}
MEASURES = (
    Measure(
        "group_test",
        "item",
        N_("Differences between groups"),
        "Kruskal and Wallis, 1952; epsilon squared: Tomczak and Tomczak, 2014; delta: Cliff, 1993, interval: Feng and Cliff, 2004; Mann and Whitney, 1947; Holm, 1979",
        "H = 12 (n - 1) sum(n_g (R_g - (n + 1) / 2)^2) / (n^3 - n - sum(t^3 - t)); epsilon^2 = H / (n - 1); delta = P(a > b) - P(a < b)",
        N_(
            "Which groups see an item differently: read the number of ratings and delta with its interval first, p after."
        ),
        N_(
            "Not as proof about people outside the panel: panels are not random samples. A large p from small groups does not mean that they agree."
        ),
        N_("Over the ratings given; a group with fewer than two is left out and named."),
        group_test,
        ("kruskal_mannwhitney__air", "kruskal_mannwhitney__threat", "p_adjust__a", "p_adjust__b"),
        undefined=(TOO_FEW_GROUPS,),
        schema={"type": "object", "properties": _VALUE, "required": list(_VALUE)},
        convention=N_(
            "|delta| of 0.147, 0.33, 0.474 as small, medium, large (Romano et al., 2006): a convention."
        ),
        options={"adjustment": "holm", "exact_below": 20},
    ),
    Measure(
        "dunn",
        "library",
        N_("Dunn's test of mean ranks"),
        "Dunn, 1964",
        "z = (R_b - R_a) / sqrt((n (n + 1) / 12 - sum(t^3 - t) / (12 (n - 1))) (1 / n_a + 1 / n_b))",
        N_("To compare with studies that follow Kruskal and Wallis with it; adjust its p."),
        N_("Not as an effect size: z grows with the number of ratings."),
        N_("Over the ratings given."),
        kruskal,
        ("kruskal_mannwhitney__air", "kruskal_mannwhitney__threat"),
        undefined=(ALIKE,),
    ),
)
