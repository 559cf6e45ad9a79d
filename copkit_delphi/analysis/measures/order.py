"""Whether the items keep their order from one round to the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from copkit_delphi.analysis.data import RoundData
from copkit_delphi.analysis.measure import Measure, Outcome, plain
from copkit_delphi.analysis.measures.association import spearman
from copkit_delphi.analysis.measures.stability import pairs_of
from copkit_delphi.analysis.ranks import normal_p
from copkit_delphi.analysis.sample import Floats, divide
from copkit_delphi.domain.errors import N_

FEW_ITEMS = N_("fewer than three items were rated in both rounds")
ALL_TIED = N_("all items of a round stand level")
BLOCK = 2_000_000  # comparisons held at once: 16 MB


@dataclass(frozen=True, slots=True)
class Kendall:
    """tau-b with its normal p; None where one of both orders has no differences."""

    tau_b: float | None
    p: float | None


def kendall_tau_b(first: Floats, second: Floats) -> Kendall:
    """Return the rank correlation of two orders (I each), ties allowed (Kendall, 1938, 1945).

    The p is normal, without continuity correction, with the variance corrected for ties (Kendall, 1970).

    >>> kendall_tau_b(np.array([1.0, 2, 3]), np.array([1.0, 3, 2]))  # doctest: +ELLIPSIS
    Kendall(tau_b=0.333..., p=0.601...)
    """
    first, second = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    n, score = len(first), _score(first, second)
    ties = [_ties(values) for values in (first, second)]
    pairs = n * (n - 1) / 2
    free = [pairs - two / 2 for two, _, _ in ties]
    if n < 2 or min(free) <= 0:
        return Kendall(None, None)
    variance = (n * (n - 1) * (2 * n + 5) - sum(five for _, _, five in ties)) / 18
    variance += ties[0][0] * ties[1][0] / (2 * n * (n - 1))
    variance += ties[0][1] * ties[1][1] / (9 * n * (n - 1) * (n - 2)) if n > 2 else 0.0
    return Kendall(float(score / np.sqrt(free[0] * free[1])), float(normal_p(score / np.sqrt(variance))))


def _score(first: Floats, second: Floats) -> float:
    """Return agreeing less disagreeing pairs, in blocks of bounded memory."""
    step = max(1, BLOCK // max(len(first), 1))
    total = 0.0
    for start in range(0, len(first), step):
        part = slice(start, start + step)
        one = np.sign(first[part, None] - first)
        total += float((one * np.sign(second[part, None] - second)).sum())
    return total / 2


def _ties(values: Floats) -> tuple[float, float, float]:
    t = np.unique(values, return_counts=True)[1].astype(np.float64)
    two = t * (t - 1)
    return float(two.sum()), float((two * (t - 2)).sum()), float((two * (2 * t + 5)).sum())


def item_order(previous: RoundData, current: RoundData) -> Outcome:
    """Return how far the items' order by mean was kept: {items, kendall_tau_b, kendall_p, spearman_rho}.

    Means are over the panellists who rated the item in both rounds, as a share of the item's scale; so
    people who come or leave do not move an item.

    >>> from copkit_delphi.analysis.small import round_of
    >>> found = item_order(round_of([[1, 2, 3]]), round_of([[2, 3, 4]], number=2)).value
    >>> found["items"], round(found["kendall_tau_b"], 9), found["spearman_rho"]
    (3, 1.0, 1.0)
    """
    pairs = pairs_of(previous, current)
    low, width = (np.array([getattr(s, name) for s in pairs.scales]) for name in ("low", "range"))
    means = [
        divide(np.where(pairs.both, (values - low) / width, 0.0).sum(axis=0), pairs.n)
        for values in (pairs.before, pairs.after)
    ]
    held = pairs.n > 0
    before, after = (np.round(values[held], 12) for values in means)
    if len(before) < 3:
        return Outcome(None, FEW_ITEMS)
    kendall, rho = kendall_tau_b(before, after), spearman(before[:, None], after[:, None])[0]
    if kendall.tau_b is None:
        return Outcome(None, ALL_TIED)
    figures = {"items": len(before), "kendall_tau_b": kendall.tau_b, "kendall_p": kendall.p}
    return Outcome({**figures, "spearman_rho": plain(rho)})


_PROOF = ("rank_stability__ranks8",)
MEASURES = (
    Measure(
        "kendall_tau_b",
        "library",
        N_("Rank correlation of two orders (Kendall's tau-b)"),
        "Kendall, 1938, 1945, 1970",
        "(C - D) / sqrt((N - T1)(N - T2)), N = n (n - 1) / 2; p: normal, variance corrected for ties",
        N_("Whether a ranking was kept."),
        N_("Not to say that the ratings themselves were kept: all may have risen alike."),
        N_("Over what stands in both orders."),
        kendall_tau_b,
        _PROOF,
        undefined=(ALL_TIED,),
    ),
    Measure(
        "item_order",
        "library",
        N_("Order of the items between rounds"),
        "Kendall, 1938; Spearman, 1904; between Delphi rounds: Kalaian and Shah, 2006",
        "tau-b and rho of the items' means",
        N_("Whether the panel still ranks the items as it did."),
        N_("Not with a handful of items, nor where most means are nearly level: their order is then chance."),
        N_(
            "Means over the panellists who rated the item in both rounds; items with no such panellist are left out."
        ),
        item_order,
        _PROOF,
        undefined=(FEW_ITEMS, ALL_TIED),
    ),
)
