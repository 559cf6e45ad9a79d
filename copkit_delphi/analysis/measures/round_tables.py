"""Tables of both rounds, and whether people kept their place from one to the next: weighted kappa."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from copkit_delphi.analysis.measure import COMPLETE, NEEDS_ORDINAL, NO_PAIRS, ORDINAL, Figures, Measure
from copkit_delphi.analysis.reasons import explained
from copkit_delphi.analysis.sample import Floats, Ints, Pairs, codes_of, counts_of, divide
from copkit_delphi.domain.errors import N_


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """How often each pair of points was chosen (items x earlier x later), and which items of the pairs these are."""

    items: Ints
    counts: Ints


def tables_of(pairs: Pairs) -> tuple[Tables, ...]:
    """Return the tables of the items on scales of whole points, once for each such scale, by one count."""
    found = []
    for scale in dict.fromkeys(scale for scale in pairs.scales if scale.points):
        items = np.array([place for place, one in enumerate(pairs.scales) if one == scale], dtype=np.int64)
        size = scale.points or 0
        before, after = (codes_of(values[:, items], scale) for values in (pairs.before, pairs.after))
        codes = np.where((before >= 0) & (after >= 0), before * size + after, -1)
        found.append(Tables(items, counts_of(codes, size * size).reshape(-1, size, size)))
    return tuple(found)


def outside(pairs: Pairs) -> dict[str, NDArray[np.bool_]]:
    """Return for which items a table of both rounds does not exist, by reason."""
    return {
        NEEDS_ORDINAL: np.array([scale.points is None for scale in pairs.scales], dtype=bool),
        NO_PAIRS: pairs.n == 0,
    }


def weighted_kappa(pairs: Pairs) -> Figures:
    """Return the quadratic weighted kappa between both rounds, per item (Cohen, 1968), -1 to 1.

    By moments, so that fine scales cost no more than short ones.

    >>> weighted_kappa(moves([1, 2, 3, 4], [1, 2, 3, 4])).values
    array([1.])
    >>> weighted_kappa(moves([3, 3], [3, 3])).reason
    ['complete agreement']
    """
    found = quadratic_kappa(pairs.before, pairs.after)
    return explained(found, {NO_PAIRS: pairs.n == 0, COMPLETE: np.isnan(found)})


def quadratic_kappa(before: Floats, after: Floats, weights: Floats | None = None) -> Floats:
    """Return 1 - sum(d^2 O) / sum(d^2 E) of each column (P x I each, NaN = gap); ``weights`` count panellists (P).

    The expected squared distance of two independent draws is var1 + var2 + (mean1 - mean2)^2.
    NaN where both rounds hold one and the same answer.
    """
    both = ~(np.isnan(before) | np.isnan(after))
    share = both * (1.0 if weights is None else np.asarray(weights, dtype=np.float64)[:, None])
    total = share.sum(axis=0)
    first, second = np.where(both, before, 0.0), np.where(both, after, 0.0)
    mean1, mean2 = (divide((share * values).sum(axis=0), total) for values in (first, second))
    spread1 = (share * (first - mean1) ** 2).sum(axis=0)
    spread2 = (share * (second - mean2) ** 2).sum(axis=0)
    observed = (share * (first - second) ** 2).sum(axis=0)
    expected = np.where(total > 0, spread1 + spread2 + total * (mean1 - mean2) ** 2, 0.0)
    return 1 - divide(observed, expected)


def kappa_of_tables(counts: Floats | Ints, distance: Floats) -> Floats:
    """Return 1 - sum(distance O) / sum(distance E) of tables (I x k x k), counts or weights; NaN where E is 0.

    >>> table = np.array([[[2, 1], [0, 3]]])
    >>> kappa_of_tables(table, 1 - np.eye(2))
    array([0.6667])
    """
    first, second, n = counts.sum(axis=2), counts.sum(axis=1), counts.sum(axis=(1, 2))
    observed = (counts * distance).sum(axis=(1, 2)) * n
    expected = np.einsum("ia,ib,ab->i", first, second, distance)
    return 1 - divide(observed, expected)


def linear_kappa(pairs: Pairs) -> Figures:
    """Return the linear weighted kappa between both rounds, per item on a scale of whole points (Cohen, 1968).

    >>> linear_kappa(moves([1, 2, 3, 3], [1, 2, 3, 2])).values
    array([0.7143])
    """
    return _by_table(pairs, lambda size: np.abs(np.subtract.outer(np.arange(size), np.arange(size))) * 1.0)


def plain_kappa(pairs: Pairs) -> Figures:
    """Return the unweighted kappa between both rounds, per item on a scale of whole points (Cohen, 1960).

    >>> plain_kappa(moves([1, 2, 3, 3], [1, 2, 3, 2])).values
    array([0.6364])
    """
    return _by_table(pairs, lambda size: 1 - np.eye(size))


def _by_table(pairs: Pairs, distance: Callable[[int], Floats]) -> Figures:
    found = np.full(len(pairs.scales), np.nan)
    for tables in tables_of(pairs):
        found[tables.items] = kappa_of_tables(tables.counts, distance(tables.counts.shape[1]))
    return explained(found, {**outside(pairs), COMPLETE: np.isnan(found)})


_ROUNDS = ("round_stability__contentvalidR_delphi",)
_PAIRED = N_("Over the panellists who rated the item in both rounds.")
_UNIT = {"type": "number", "minimum": -1, "maximum": 1}
MEASURES = (
    Measure(
        "weighted_kappa",
        "stability",
        N_("Quadratic weighted kappa between rounds"),
        "Cohen, 1968; between rounds: Holey et al., 2007",
        "1 - sum(d^2 O) / sum(d^2 E) = 1 - mean((x2 - x1)^2) / (var1 + var2 + (mean1 - mean2)^2)",
        N_("As a trend over rounds: whether people keep their place, beyond what chance gives."),
        N_(
            "Not where nearly everybody agrees: there is then nothing to tell people apart and the value is low or missing."
        ),
        _PAIRED,
        weighted_kappa,
        _ROUNDS,
        undefined=(NO_PAIRS, COMPLETE),
        schema=_UNIT,
    ),
    Measure(
        "linear_kappa",
        "library",
        N_("Linear weighted kappa between rounds"),
        "Cohen, 1968",
        "1 - sum(|a - b| O) / sum(|a - b| E)",
        N_("To compare with studies that report it; it punishes far moves less than the quadratic one."),
        N_("Not beside the quadratic one without saying which is which."),
        _PAIRED,
        linear_kappa,
        _ROUNDS,
        undefined=(NEEDS_ORDINAL, NO_PAIRS, COMPLETE),
        scales=ORDINAL,
        schema=_UNIT,
    ),
    Measure(
        "plain_kappa",
        "library",
        N_("Unweighted kappa between rounds"),
        "Cohen, 1960",
        "(p_o - p_e) / (1 - p_e)",
        N_("Where points are categories without order."),
        N_("Not on ordered points: a move by one counts as much as a move by all."),
        _PAIRED,
        plain_kappa,
        ("derivation: the weighted kappa with every disagreement counted the same",),
        undefined=(NEEDS_ORDINAL, NO_PAIRS, COMPLETE),
        scales=ORDINAL,
        schema=_UNIT,
    ),
)
