"""Movement between two rounds, over the panellists who rated an item in both."""

from __future__ import annotations

import numpy as np

from copkit_delphi.analysis.data import RoundData
from copkit_delphi.analysis.measure import NO_PAIRS, SHARE, Measure
from copkit_delphi.analysis.measures.spread import bin_counts
from copkit_delphi.analysis.ranks import ranked, signed_rank_p
from copkit_delphi.analysis.sample import SLACK, Floats, Pairs, count, divide
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.protocol import thresholds_for

NO_CHANGE = N_("no paired rating changed")
SMALL = 13  # pairs: up to here scipy tries all signs when there are ties, a third of a second an item


def pairs_of(previous: RoundData, current: RoundData) -> Pairs:
    """Return the ratings of ``current`` with those of the same panellists and items in ``previous``.

    Shaped like ``current``; NaN where the panellist or the item is not in ``previous``.
    """
    before = np.full(current.values.shape, np.nan)
    rows, earlier_rows = _common(current.panellists, previous.panellists)
    columns, earlier_columns = _common(
        tuple(item.name for item in current.items), tuple(item.name for item in previous.items)
    )
    if rows and columns:
        before[np.ix_(rows, columns)] = previous.values[np.ix_(earlier_rows, earlier_columns)]
    return Pairs(before, current.values, current.scales)


def _common(names: tuple[str, ...], earlier: tuple[str, ...]) -> tuple[list[int], list[int]]:
    place = {name: index for index, name in enumerate(earlier)}
    here = [index for index, name in enumerate(names) if name in place]
    return here, [place[names[index]] for index in here]


def share_changed(pairs: Pairs) -> Floats:
    """Return the share of pairs that changed at all, per item; NaN without pairs.

    >>> share_changed(moves([1, 2, 3, 4], [1, 2, 3, 5]))
    array([0.25])
    """
    changed = pairs.both & (pairs.before != pairs.after)
    return divide(count(changed), pairs.n)


def share_within_tolerance(pairs: Pairs) -> Floats:
    """Return the share of pairs that moved no further than the scale's tolerance, per item; NaN without pairs.

    >>> share_within_tolerance(moves([1, 2, 3, 4], [1, 2, 3, 5]))
    array([0.75])
    """
    tolerance = np.array([thresholds_for(scale).stability + SLACK * scale.range for scale in pairs.scales])
    kept = pairs.both & (np.abs(pairs.after - pairs.before) <= tolerance)
    return divide(count(kept), pairs.n)


def net_change(pairs: Pairs) -> Floats:
    """Return half the sum of changes of the columns' shares, per item (Scheibe, Skutsch and Schofer, 1975).

    >>> net_change(moves([1, 2, 3, 4], [1, 2, 3, 5]))
    array([0.25])
    """
    changes = np.array([_net_change(pairs, index) for index in range(len(pairs.scales))], dtype=np.float64)
    return divide(changes, pairs.n)


def _net_change(pairs: Pairs, index: int) -> float:
    before, after = pairs.item(index)
    scale = pairs.scales[index]
    return float(np.abs(bin_counts(after, scale) - bin_counts(before, scale)).sum() / 2)


def wilcoxon_p(pairs: Pairs) -> Floats:
    """Return the two-sided p of the signed-rank test per item (Wilcoxon, 1945), unchanged pairs dropped.

    Exact up to 13 pairs, beyond that as scipy chooses; NaN where no pair changed.

    >>> wilcoxon_p(moves([1, 2, 3], [2, 3, 4]))
    array([0.25])
    """
    return np.array([_wilcoxon(*pairs.item(index)) for index in range(len(pairs.scales))], dtype=np.float64)


def _wilcoxon(before: Floats, after: Floats) -> float:
    changes = before - after
    if not changes.any():
        return float("nan")
    if len(changes) <= SMALL:
        return _exact(changes[changes != 0])
    return signed_rank_p(changes)


def _exact(changes: Floats) -> float:
    """Count the signs that give each rank sum: what scipy finds by trying all, a thousand times faster."""
    ranks = np.asarray(2 * ranked(np.abs(changes)), dtype=np.int64)
    ways = np.ones(1)
    for rank in ranks:
        ways = np.pad(ways, (0, rank)) + np.pad(ways, (rank, 0))
    plus = ranks[changes > 0].sum()
    tail = min(ways[: plus + 1].sum(), ways[plus:].sum()) / ways.sum()
    return float(min(1.0, 2 * tail))


_PAIRED = N_("Over the panellists who rated the item in both rounds; who came or left does not count here.")
MEASURES = (
    Measure(
        "share_changed",
        "stability",
        N_("Share changed"),
        "von der Gracht, 2012",
        "share of pairs with x1 != x2",
        N_("The first thing to read: how many changed their answer at all."),
        N_("Not alone on fine scales: a change of one point in a hundred counts like any other."),
        _PAIRED,
        share_changed,
        ("round_stability__contentvalidR_delphi",),
        undefined=(NO_PAIRS,),
        schema=SHARE,
    ),
    Measure(
        "share_within_tolerance",
        "stability",
        N_("Share that stayed"),
        "von der Gracht, 2012",
        "share of pairs with |x2 - x1| at most the scale's tolerance",
        N_("Decides whether an item is stable: the stopping rule names its threshold."),
        N_("The tolerance is a convention of the scale; on short scales only an unchanged answer stayed."),
        _PAIRED,
        share_within_tolerance,
        ("derivation: counting",),
        undefined=(NO_PAIRS,),
        schema=SHARE,
    ),
    Measure(
        "net_change",
        "stability",
        N_("Net change"),
        "Scheibe et al., 1975",
        "sum over columns of |count2 - count1| / 2 / n",
        N_("Whether the picture of the panel as a whole still moves."),
        N_("Blind to people who swap places: it can be 0 although nobody kept the answer."),
        _PAIRED,
        net_change,
        ("round_stability__contentvalidR_delphi",),
        undefined=(NO_PAIRS,),
        schema=SHARE,
        convention=N_(
            "Below 15 % is called stable (Scheibe et al., 1975): a convention without statistical basis."
        ),
    ),
    Measure(
        "wilcoxon_p",
        "stability",
        N_("Wilcoxon signed-rank p"),
        "Wilcoxon, 1945",
        "two-sided p of W+ among the ranks of |x2 - x1|, zeros dropped; exact up to 13 pairs",
        N_("Whether those who moved went one way rather than both ways."),
        N_("A high p is not stability: a small panel shows nothing. Read the interval of the shift instead."),
        _PAIRED,
        wilcoxon_p,
        ("wilcoxon_signed_rank__S5", "wilcoxon_signed_rank__depression", "wilcoxon_signed_rank__likert"),
        undefined=(NO_PAIRS, NO_CHANGE),
        schema=SHARE,
    ),
)
