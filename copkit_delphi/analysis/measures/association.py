"""How far the answers of one round tell those of the next: lambda, chi-squared, rank correlation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from copkit_delphi.analysis.measure import NEEDS_ORDINAL, NO_PAIRS, ORDINAL, Figures, Measure
from copkit_delphi.analysis.measures.round_tables import outside, tables_of
from copkit_delphi.analysis.ranks import chi2_p, mid_ranks
from copkit_delphi.analysis.reasons import rows
from copkit_delphi.analysis.sample import Floats, Ints, Pairs, divide
from copkit_delphi.domain.errors import N_

ONE_ANSWER = N_("all answers of a round are the same")


def goodman_kruskal_lambda(counts: Floats | Ints) -> Floats:
    """Return how much better the later answer is guessed with the earlier one, of tables (I x k x k), 0 to 1.

    Rows are the earlier round (Goodman and Kruskal, 1954). NaN where the later round holds one answer.

    >>> goodman_kruskal_lambda(np.array([[[2, 1], [0, 3]]]))
    array([0.5])
    """
    known, unknown = counts.max(axis=2).sum(axis=1), counts.sum(axis=1).max(axis=1)
    return divide(known - unknown, counts.sum(axis=(1, 2)) - unknown)


@dataclass(frozen=True, slots=True, eq=False)
class ChiSquared:
    """Pearson's statistic per item with its degrees of freedom and p; NaN where there are none."""

    statistic: Floats
    df: Ints
    p: Floats


def chi_squared(counts: Floats | Ints) -> ChiSquared:
    """Return Pearson's chi-squared test of tables (I x rows x columns) without correction (Pearson, 1900).

    Rows and columns that nobody used do not count.

    >>> found = chi_squared(np.array([[[5, 0], [0, 5]]]))
    >>> found.statistic, found.df
    (array([10.]), array([1]))
    """
    first, second, n = counts.sum(axis=2), counts.sum(axis=1), counts.sum(axis=(1, 2))
    expected = divide(first[:, :, None] * second[:, None, :] * 1.0, n[:, None, None])
    part = divide((counts - expected) ** 2, expected)
    df = np.maximum(np.count_nonzero(first, axis=1) - 1, 0) * np.maximum(
        np.count_nonzero(second, axis=1) - 1, 0
    )
    statistic = np.where(df > 0, np.nansum(part, axis=(1, 2)), np.nan)
    return ChiSquared(statistic, df, chi2_p(statistic, df))


def chi_squared_individual(pairs: Pairs) -> Figures:
    """Return {statistic, df, p} of the earlier against the later answers of the same people (Chaffin and Talley, 1980).

    >>> chi_squared_individual(moves([1, 1, 2, 2], [1, 1, 2, 2])).at(0)[0] # doctest: +ELLIPSIS
    {'statistic': 4.0, 'df': 1, 'p': 0.0455...}
    """
    return _tested(pairs, lambda counts: counts)


def chi_squared_group(pairs: Pairs) -> Figures:
    """Return {statistic, df, p} of both rounds' distributions as two groups (Dajani, Sincoff and Talley, 1979).

    >>> chi_squared_group(moves([1, 1, 2, 2], [2, 2, 1, 1])).at(0)[0]
    {'statistic': 0.0, 'df': 1, 'p': 1.0}
    """
    return _tested(pairs, lambda counts: np.stack((counts.sum(axis=2), counts.sum(axis=1)), axis=1))


def _tested(pairs: Pairs, shaped: Callable[[Ints], Ints]) -> Figures:
    columns: dict[str, list[object]] = {name: [None] * len(pairs.scales) for name in ("statistic", "df", "p")}
    undefined = np.ones(len(pairs.scales), dtype=bool)
    for tables in tables_of(pairs):
        found = chi_squared(shaped(tables.counts))
        undefined[tables.items] = found.df == 0
        for name, values in columns.items():
            for item, value in zip(tables.items, getattr(found, name).tolist(), strict=True):
                values[item] = value
    return rows(columns, {**outside(pairs), ONE_ANSWER: undefined}, len(undefined))


def spearman(before: Floats, after: Floats) -> Floats:
    """Return the rank correlation of two rounds of each column (P x I, NaN = gap) over pairs (Spearman, 1904).

    NaN where all answers of a round are the same.

    >>> spearman(matrix([[1], [2], [3]]), matrix([[2], [3], [9]]))
    array([1.])
    """
    gap = np.isnan(before) | np.isnan(after)
    first, second = (mid_ranks(np.where(gap, np.nan, values))[0] for values in (before, after))
    middle = (np.count_nonzero(~gap, axis=0) + 1) / 2
    first, second = (np.where(gap, 0.0, ranks - middle) for ranks in (first, second))
    return divide((first * second).sum(axis=0), np.sqrt((first**2).sum(axis=0) * (second**2).sum(axis=0)))


_ROUNDS = ("round_stability__contentvalidR_delphi",)
_PAIRED = N_("Over the panellists who rated the item in both rounds.")
_UNIT = {"type": "number", "minimum": -1, "maximum": 1}
_TEST = {
    "type": "object",
    "properties": {"statistic": {"type": "number"}, "df": {"type": "integer"}, "p": {"type": "number"}},
    "required": ["statistic", "df", "p"],
}
_NOT_STABLE = N_("Not as a sign of stability: a panel that turns round as one is perfectly associated.")
MEASURES = (
    Measure(
        "goodman_kruskal_lambda",
        "library",
        N_("Lambda: is the later answer told by the earlier one?"),
        "Goodman and Kruskal, 1954; between rounds: Chaffin and Talley, 1980",
        "(sum of row maxima - largest column sum) / (n - largest column sum)",
        N_("To compare with studies that report it."),
        _NOT_STABLE,
        _PAIRED,
        goodman_kruskal_lambda,
        _ROUNDS,
        undefined=(ONE_ANSWER,),
        scales=ORDINAL,
        schema={"type": "number", "minimum": 0, "maximum": 1},
    ),
    Measure(
        "chi_squared_individual",
        "library",
        N_("Chi-squared of individual answers"),
        "Chaffin and Talley, 1980",
        "sum((O - E)^2 / E) over the table of earlier and later answers; df = (r - 1)(c - 1)",
        N_("To compare with studies that report it."),
        _NOT_STABLE,
        _PAIRED,
        chi_squared_individual,
        _ROUNDS,
        undefined=(NEEDS_ORDINAL, NO_PAIRS, ONE_ANSWER),
        scales=ORDINAL,
        schema=_TEST,
    ),
    Measure(
        "chi_squared_group",
        "library",
        N_("Chi-squared of both distributions"),
        "Dajani, Sincoff and Talley, 1979",
        "sum((O - E)^2 / E) over two rows of counts; df = k - 1",
        N_("To compare with studies that report it."),
        N_(
            "Not as a sign of stability: with few panellists a large p is the rule, and it treats the same people as two groups."
        ),
        _PAIRED,
        chi_squared_group,
        _ROUNDS,
        undefined=(NEEDS_ORDINAL, NO_PAIRS, ONE_ANSWER),
        scales=ORDINAL,
        schema=_TEST,
    ),
    Measure(
        "spearman",
        "library",
        N_("Rank correlation of the same people's answers"),
        "Spearman, 1904",
        "Pearson's r of mid-ranks",
        N_("Whether those who were high stayed high."),
        _NOT_STABLE,
        _PAIRED,
        spearman,
        (*_ROUNDS, "rank_stability__ranks8"),
        undefined=(ONE_ANSWER,),
        schema=_UNIT,
    ),
)
