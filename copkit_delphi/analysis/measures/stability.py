"""Movement between two rounds, over the panellists who rated an item in both."""

from __future__ import annotations

import numpy as np

from copkit_delphi.analysis.data import RoundData
from copkit_delphi.analysis.measures.spread import bin_counts
from copkit_delphi.analysis.ranks import ranked, signed_rank_p
from copkit_delphi.analysis.sample import SLACK, Floats, Pairs, count, divide
from copkit_delphi.domain.protocol import thresholds_for

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
    """Return the share of pairs that changed at all, per item; NaN without pairs."""
    changed = pairs.both & (pairs.before != pairs.after)
    return divide(count(changed), pairs.n)


def share_within_tolerance(pairs: Pairs) -> Floats:
    """Return the share of pairs that moved no further than the scale's tolerance, per item; NaN without pairs."""
    tolerance = np.array([thresholds_for(scale).stability + SLACK * scale.range for scale in pairs.scales])
    kept = pairs.both & (np.abs(pairs.after - pairs.before) <= tolerance)
    return divide(count(kept), pairs.n)


def net_change(pairs: Pairs) -> Floats:
    """Return half the sum of changes of the columns' shares, per item (Scheibe, Skutsch and Schofer, 1975)."""
    changes = np.array([_net_change(pairs, index) for index in range(len(pairs.scales))], dtype=np.float64)
    return divide(changes, pairs.n)


def _net_change(pairs: Pairs, index: int) -> float:
    before, after = pairs.item(index)
    scale = pairs.scales[index]
    return float(np.abs(bin_counts(after, scale) - bin_counts(before, scale)).sum() / 2)


def wilcoxon_p(pairs: Pairs) -> Floats:
    """Return the two-sided p of the signed-rank test per item (Wilcoxon, 1945), unchanged pairs dropped.

    Exact up to 13 pairs, beyond that as scipy chooses; NaN where no pair changed.
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
