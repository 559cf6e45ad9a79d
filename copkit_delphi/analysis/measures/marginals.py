"""Did the distribution over the points change between two rounds of the same people? Tests of marginal homogeneity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from copkit_delphi.analysis.measure import NEEDS_ORDINAL, NO_PAIRS, ORDINAL, Figures, Measure
from copkit_delphi.analysis.measures.round_tables import outside, tables_of
from copkit_delphi.analysis.measures.signed_rank import NO_CHANGE
from copkit_delphi.analysis.ranks import chi2_p, special
from copkit_delphi.analysis.reasons import explained
from copkit_delphi.analysis.sample import Floats, Ints, Pairs, divide
from copkit_delphi.domain.errors import N_

APART = N_("nobody moved between some of the points used")


@dataclass(frozen=True, slots=True, eq=False)
class Homogeneity:
    """A statistic per table with its degrees of freedom and p; NaN where the test does not exist."""

    statistic: Floats
    df: Ints
    p: Floats


def stuart_maxwell(counts: Floats | Ints) -> Homogeneity:
    """Test whether rows and columns of square tables (I x k x k) have the same margins (Stuart, 1955; Maxwell, 1970).

    d' V^-1 d over the points used in either round but one; NaN where nobody moved, or where the points
    fall into parts between which nobody moved, so that V has no inverse.

    >>> found = stuart_maxwell(np.array([[[5, 4], [1, 5]]]))
    >>> found.statistic, found.df
    (array([1.8]), array([1]))
    """
    counts = np.asarray(counts, dtype=np.float64)
    size = counts.shape[1]
    moved = counts * (1 - np.eye(size))
    flow = moved + moved.transpose(0, 2, 1)
    kept = _all_but_last(_used(counts))
    difference = np.where(kept, moved.sum(axis=2) - moved.sum(axis=1), 0.0)
    inner = kept[:, :, None] & kept[:, None, :]
    spread = np.where(inner, -flow, 0.0) + np.eye(size) * np.where(kept, flow.sum(axis=2), 1.0)[:, None, :]
    holds = _connected(flow, _used(counts)) & kept.any(axis=1)
    solved = np.linalg.solve(np.where(holds[:, None, None], spread, np.eye(size)), difference[:, :, None])
    statistic = np.where(holds, (difference * solved[:, :, 0]).sum(axis=1), np.nan)
    df = np.where(holds, kept.sum(axis=1), 0)
    return Homogeneity(statistic, df, chi2_p(statistic, df))


def _used(counts: Floats) -> NDArray[np.bool_]:
    return np.asarray(counts.sum(axis=1) + counts.sum(axis=2) > 0)


def _all_but_last(used: NDArray[np.bool_]) -> NDArray[np.bool_]:
    after = np.cumsum(used[:, ::-1], axis=1)[:, ::-1]
    return used & (after > 1)


def _connected(flow: Floats, used: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell whether moves join all points used: V is the Laplacian of these moves, singular if not."""
    size = flow.shape[1]
    reach = (flow > 0) | np.eye(size, dtype=bool)
    for _ in range(max(size, 2).bit_length()):
        reach = reach @ reach
    wanted = used[:, :, None] & used[:, None, :]
    return np.asarray((reach | ~wanted).all(axis=(1, 2)))


def bhapkar(counts: Floats | Ints) -> Homogeneity:
    """Test the margins of square tables (I x k x k) with the variance of the data themselves (Bhapkar, 1966).

    Stuart-Maxwell / (1 - Stuart-Maxwell / n); NaN where that does not exist, or everybody moved one way.

    >>> bhapkar(np.array([[[5, 4], [1, 5]]])).statistic
    array([2.0455])
    """
    one = stuart_maxwell(counts)
    n = np.asarray(counts, dtype=np.float64).sum(axis=(1, 2))
    left = 1 - divide(one.statistic, n)
    statistic = divide(one.statistic, np.where(left > 1e-12, left, 0.0))
    return Homogeneity(statistic, one.df, chi2_p(statistic, one.df))


def bowker(counts: Floats | Ints) -> Homogeneity:
    """Test whether as many moved from a to b as from b to a, in square tables (I x k x k) (Bowker, 1948).

    df counts the pairs of points used in either round; NaN where nobody moved.

    >>> bowker(np.array([[[5, 4], [1, 5]]])).statistic
    array([1.8])
    """
    counts = np.asarray(counts, dtype=np.float64)
    there, back = np.triu(counts, 1), np.triu(counts.transpose(0, 2, 1), 1)
    moved = (there + back).sum(axis=(1, 2)) > 0
    statistic = np.nansum(divide((there - back) ** 2, there + back), axis=(1, 2))
    used = _used(counts).sum(axis=1)
    df = np.where(moved, used * (used - 1) // 2, 0)
    statistic = np.where(moved, statistic, np.nan)
    return Homogeneity(statistic, df, chi2_p(statistic, df))


@dataclass(frozen=True, slots=True)
class McNemar:
    """Both statistics with p, the exact p and the odds of the two ways; None where nobody changed sides."""

    chi2: float | None
    p: float | None
    chi2_continuity: float | None
    p_continuity: float | None
    p_exact: float | None
    odds_ratio: float | None


def mcnemar(lost: int, won: int) -> McNemar:
    """Test whether as many changed from yes to no (``lost``) as from no to yes (``won``) (McNemar, 1947).

    The correction (Edwards, 1948) never goes below 0. The exact p is binomial, two-sided.

    >>> mcnemar(1, 7).p_exact
    0.0703125
    """
    both = lost + won
    if both == 0:
        return McNemar(None, None, None, None, None, None)
    away = abs(lost - won)
    plain, corrected = away**2 / both, max(away - 1, 0) ** 2 / both
    exact = min(1.0, 2 * float(special().bdtr(min(lost, won), both, 0.5)))
    odds = lost / won if won else None
    return McNemar(plain, float(chi2_p(plain, 1)), corrected, float(chi2_p(corrected, 1)), exact, odds)


def changed_sides(pairs: Pairs, low: float, high: float) -> tuple[Ints, Ints]:
    """Return how many left the range ``low`` to ``high`` and how many entered it, per item: what McNemar's test takes.

    >>> changed_sides(moves([4, 4, 2, 1], [2, 5, 4, 5]), 4, 5)
    (array([1]), array([2]))
    """
    was, now = ((values >= low) & (values <= high) for values in (pairs.before, pairs.after))
    return np.asarray((was & ~now & pairs.both).sum(axis=0)), np.asarray(
        (~was & now & pairs.both).sum(axis=0)
    )


def stuart_maxwell_p(pairs: Pairs) -> Figures:
    """Return the p of the Stuart-Maxwell test between both rounds, per item on a scale of whole points.

    >>> stuart_maxwell_p(moves([1, 1, 1, 1, 2], [2, 2, 2, 2, 1])).values
    array([0.1797])
    >>> stuart_maxwell_p(moves([1, 2], [1, 2])).reason
    ['no paired rating changed']
    """
    p, still = np.full(len(pairs.scales), np.nan), np.zeros(len(pairs.scales), dtype=bool)
    for tables in tables_of(pairs):
        p[tables.items] = stuart_maxwell(tables.counts).p
        still[tables.items] = tables.counts.sum(axis=(1, 2)) == np.einsum("iaa->i", tables.counts)
    return explained(p, {**outside(pairs), NO_CHANGE: still, APART: np.isnan(p)})


_VISION = ("marginal_homogeneity__vision",)
_PAIRED = N_(
    "Over the panellists who rated the item in both rounds; points that nobody used in either drop out."
)
_P = {"type": "number", "minimum": 0, "maximum": 1}
_NOT_STABLE = N_("Not as a sign of stability: with few moves a large p is the rule, and swaps cancel.")
_NONE = (NO_CHANGE, APART)
MEASURES = (
    Measure(
        "stuart_maxwell_p",
        "stability",
        N_("Change of the distribution, p (Stuart-Maxwell)"),
        "Stuart, 1955; Maxwell, 1970",
        "d' V^-1 d ~ chi2(k - 1); d_i = n_i. - n_.i, V_ii = n_i. + n_.i - 2 n_ii, V_ij = -(n_ij + n_ji)",
        N_("Whether the shares of the points changed between two rounds of the same people."),
        _NOT_STABLE,
        _PAIRED,
        stuart_maxwell_p,
        _VISION,
        undefined=(NEEDS_ORDINAL, NO_PAIRS, *_NONE),
        scales=ORDINAL,
        schema=_P,
    ),
    Measure(
        "stuart_maxwell",
        "library",
        N_("Stuart-Maxwell test of a table"),
        "Stuart, 1955; Maxwell, 1970",
        "d' V^-1 d",
        N_("For square tables of one's own."),
        _NOT_STABLE,
        _PAIRED,
        stuart_maxwell,
        _VISION,
        undefined=_NONE,
        scales=ORDINAL,
    ),
    Measure(
        "bhapkar",
        "library",
        N_("Bhapkar's test of a table"),
        "Bhapkar, 1966",
        "S / (1 - S / n), S the Stuart-Maxwell statistic",
        N_("In place of Stuart-Maxwell where many moved: a little sharper."),
        _NOT_STABLE,
        _PAIRED,
        bhapkar,
        _VISION,
        undefined=_NONE,
        scales=ORDINAL,
    ),
    Measure(
        "bowker",
        "library",
        N_("Bowker's test of symmetry"),
        "Bowker, 1948",
        "sum over i < j of (n_ij - n_ji)^2 / (n_ij + n_ji); df = k (k - 1) / 2",
        N_("Whether moves between each two points balance."),
        _NOT_STABLE,
        _PAIRED,
        bowker,
        _VISION,
        undefined=(NO_CHANGE,),
        scales=ORDINAL,
    ),
    Measure(
        "mcnemar",
        "library",
        N_("McNemar's test: agree or not"),
        "McNemar, 1947; correction: Edwards, 1948",
        "(b - c)^2 / (b + c); (|b - c| - 1)^2 / (b + c); exact: binomial(b + c, 1/2)",
        N_(
            "Whether more people entered the agreed range than left it; below 25 who changed sides, take the exact p."
        ),
        _NOT_STABLE,
        N_("Over the panellists who rated the item in both rounds."),
        mcnemar,
        ("mcnemar__approval", "mcnemar__small"),
        undefined=(NO_CHANGE,),
    ),
)
