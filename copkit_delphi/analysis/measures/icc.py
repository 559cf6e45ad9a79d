"""Intraclass correlations: how much of the variation of ratings lies between the items, not within them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from copkit_delphi.analysis.measure import COMPLETE, Measure, Options, Outcome
from copkit_delphi.analysis.measures.concordance import ONE_ITEM, TOO_FEW_COMPLETE, complete_rows
from copkit_delphi.analysis.ranks import special
from copkit_delphi.analysis.sample import Floats, Sample
from copkit_delphi.domain.errors import N_

NO_SCATTER = N_("nothing is left to compare the items with")
FORMS = ("1", "A1", "C1", "1k", "Ak", "Ck")
TAIL = 0.025
NOTHING = 1e-13  # of all squares: rounding, not variation


@dataclass(frozen=True, slots=True)
class Form:
    """One form with its 95 % interval, and F with its p; None with the reason where it is undefined."""

    value: float | None
    low: float | None = None
    high: float | None = None
    f: float | None = None
    df: tuple[float, float] = (0.0, 0.0)
    p: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Squares:
    """Mean squares of n items by k panellists: between items, between panellists, of what is left, within items."""

    n: int
    k: int
    items: float
    raters: float
    rest: float
    within: float

    @classmethod
    def of(cls, complete: Floats) -> Squares:
        """Return them of ratings k x n without gaps (Fisher, 1925)."""
        k, n = complete.shape
        by_item, by_rater, mean = complete.mean(axis=0), complete.mean(axis=1), complete.mean()
        left = complete - by_item - by_rater[:, None] + mean
        items, raters = float(((by_item - mean) ** 2).sum()) * k, float(((by_rater - mean) ** 2).sum()) * n
        rest, inner = float((left**2).sum()), float(((complete - by_item) ** 2).sum())
        none = NOTHING * (items + inner)
        items, raters, rest, inner = (0.0 if one <= none else one for one in (items, raters, rest, inner))
        return cls(n, k, items / (n - 1), raters / (k - 1), rest / ((n - 1) * (k - 1)), inner / (n * (k - 1)))


def icc(values: Floats) -> dict[str, Form]:
    """Return six intraclass correlations of ratings P x I, at most 1 (Shrout and Fleiss, 1979; McGraw and Wong, 1996).

    Items are what is rated, panellists the raters; over the panellists who rated all items that anyone rated.
    "1" one-way, "A1" absolute agreement, "C1" consistency, of one panellist; "1k", "Ak", "Ck" of the mean of all k.

    >>> found = icc(matrix([[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]]))
    >>> {name: round(one.value, 2) for name, one in found.items()}
    {'1': 0.17, 'A1': 0.29, 'C1': 0.71, '1k': 0.44, 'Ak': 0.62, 'Ck': 0.91}
    """
    complete = complete_rows(values)
    reason = _reason(complete)
    if reason is not None:
        return dict.fromkeys(FORMS, Form(None, reason=reason))
    squares = Squares.of(complete)
    n, k = squares.n, squares.k
    one_way, consistency = (squares.within, n * (k - 1)), (squares.rest, (n - 1) * (k - 1))
    return {
        "1": _by_f(squares, *one_way, of=1),
        "A1": _agreement(squares, 1),
        "C1": _by_f(squares, *consistency, of=1),
        "1k": _by_f(squares, *one_way, of=k),
        "Ak": _agreement(squares, k),
        "Ck": _by_f(squares, *consistency, of=k),
    }


def _reason(complete: Floats) -> str | None:
    if len(complete) < 2:
        return TOO_FEW_COMPLETE
    if complete.shape[1] < 2:
        return ONE_ITEM
    return COMPLETE if np.ptp(complete) == 0 else None


def _by_f(squares: Squares, error: float, error_df: float, *, of: int) -> Form:
    """Return (F - 1) / (F + k / of - 1) of one panellist or the mean ``of`` k, and its interval from that of F."""
    items, more, df = squares.items, squares.k / of - 1, (squares.n - 1, error_df)
    bottom = items + more * error
    if bottom == 0:
        return Form(None, reason=NO_SCATTER)
    value = (items - error) / bottom
    if error == 0:
        return Form(value, value, value, None, df, 0.0)
    f = items / error
    bounds = (f / _f_point(*df), f * _f_point(error_df, squares.n - 1))
    low, high = (_number((one - 1) / (one + more)) if one + more > 0 else None for one in bounds)
    return Form(value, low, high, f, df, _f_p(f, df))


def _agreement(squares: Squares, of: int) -> Form:
    """Return absolute agreement of one panellist or the mean ``of`` k, with McGraw and Wong's interval (1996)."""
    n, more, items, rest = squares.n, squares.k / of, squares.items, squares.rest
    bottom = items + (more - 1) * rest + more / n * (squares.raters - rest)
    if bottom <= 0:
        return Form(None, reason=NO_SCATTER)
    value = (items - rest) / bottom
    if rest == 0 and squares.raters == 0:
        return Form(value, value, value, None, (n - 1, 0.0), 0.0)
    df = (n - 1, _satterthwaite(squares, more * value / (n * (1 - value))))
    other = more * squares.raters + (more * n - more - n) * rest
    upper, lower = _f_point(*df), _f_point(df[1], n - 1)
    low = n * (items - upper * rest) / (upper * other + n * items)
    high = n * (lower * items - rest) / (other + n * lower * items)
    f = items / rest if rest else None
    return Form(value, _number(low), _number(high), f, df, _number(_f_p(f, df)) if f is not None else 0.0)


def _satterthwaite(squares: Squares, share: float) -> float:
    """Return the degrees of freedom of the mean square that F is against: panellists and rest, mixed."""
    raters, rest = share * squares.raters, (1 + share * (squares.n - 1)) * squares.rest
    parts = raters**2 / (squares.k - 1) + rest**2 / ((squares.n - 1) * (squares.k - 1))
    return (raters + rest) ** 2 / parts if parts else 0.0


def _f_point(first: float, second: float) -> float:
    return float(special().fdtri(first, second, 1 - TAIL))


def _f_p(f: float, df: tuple[float, float]) -> float:
    return float(special().fdtrc(*df, f))


def _number(value: float) -> float | None:
    return value if np.isfinite(value) else None


def round_icc(sample: Sample, options: Options) -> Outcome:
    """Return the six forms of a round, each null with its reason.

    >>> found = round_icc(panel([[1, 2, 3], [2, 3, 4]]), Options()).value
    >>> round(found["A1"], 3), round(found["C1"], 3), found["reason"]
    (0.667, 1.0, {})
    """
    del options
    found = icc(sample.values)
    values = {name: form.value for name, form in found.items()}
    return Outcome({**values, "reason": {name: form.reason for name, form in found.items() if form.reason}})


_VALUES: dict[str, object] = {name: {"type": ["number", "null"], "maximum": 1} for name in FORMS}

MEASURES = (
    Measure(
        "icc",
        "round",
        N_("Intraclass correlations"),
        "Shrout and Fleiss, 1979; McGraw and Wong, 1996",
        "C1 = (MS_i - MS_e) / (MS_i + (k - 1) MS_e); A1 adds k (MS_r - MS_e) / n below; 1 takes MS_w for MS_e; k: of the mean",
        N_("For numbers such as probabilities: whether items differ more than panellists do on one item."),
        N_(
            "Not where most items are rated alike: with little between items it is low however near the panel is. Not for ordered points."
        ),
        N_("Only panellists who rated every item count."),
        round_icc,
        ("icc__sf",),
        undefined=(TOO_FEW_COMPLETE, ONE_ITEM, COMPLETE, NO_SCATTER),
        schema={
            "type": "object",
            "properties": {**_VALUES, "reason": {"type": "object"}},
            "required": [*_VALUES, "reason"],
        },
        convention=N_("0.5 moderate, 0.75 good, 0.9 excellent (Koo and Li, 2016): a convention."),
    ),
)
