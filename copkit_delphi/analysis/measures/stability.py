"""Movement between two rounds, over the panellists who rated an item in both."""

from __future__ import annotations

import numpy as np

from copkit_delphi.analysis.data import RoundData
from copkit_delphi.analysis.measure import NO_PAIRS, SHARE, Figures, Measure
from copkit_delphi.analysis.measures.spread import TENTHS
from copkit_delphi.analysis.reasons import explained
from copkit_delphi.analysis.sample import SLACK, Floats, Ints, Pairs, count, counts_of, divide
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.protocol import thresholds_for
from copkit_delphi.domain.scale import Scale

ONE_PAIR = N_("fewer than two panellists rated this item in both rounds")
MEAN_ZERO = N_("the mean is zero")


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
    return divide(count(pairs.both & (pairs.before != pairs.after)), pairs.n)


def share_up(pairs: Pairs) -> Floats:
    """Return the share of pairs that rose, per item; NaN without pairs.

    >>> share_up(moves([1, 2, 3, 4], [2, 3, 3, 1]))
    array([0.5])
    """
    return divide(count(pairs.after > pairs.before), pairs.n)


def share_down(pairs: Pairs) -> Floats:
    """Return the share of pairs that fell, per item; NaN without pairs.

    >>> share_down(moves([1, 2, 3, 4], [2, 3, 3, 1]))
    array([0.25])
    """
    return divide(count(pairs.after < pairs.before), pairs.n)


def share_within_tolerance(pairs: Pairs) -> Floats:
    """Return the share of pairs that moved no further than the scale's tolerance, per item; NaN without pairs.

    >>> share_within_tolerance(moves([1, 5, 9], [2, 5, 6], "1:9"))
    array([0.6667])
    """
    tolerance = np.array([thresholds_for(scale).stability + SLACK * scale.range for scale in pairs.scales])
    kept = pairs.both & (np.abs(pairs.after - pairs.before) <= tolerance)
    return divide(count(kept), pairs.n)


def mean_absolute_change(pairs: Pairs) -> Floats:
    """Return how far a pair moved on average, per item in scale units; NaN without pairs.

    >>> mean_absolute_change(moves([1, 5, 9], [2, 5, 6], "1:9"))
    array([1.3333])
    """
    return divide(np.nansum(np.abs(pairs.after - pairs.before), axis=0), pairs.n)


def net_change(pairs: Pairs) -> Floats:
    """Return half the sum of changes of the columns' shares, per item (Scheibe, Skutsch and Schofer, 1975).

    The columns are the points of the scale, else its tenths; 0 to 1, NaN without pairs.

    >>> net_change(moves([1, 2, 3], [2, 3, 3]))
    array([0.3333])
    """
    found = np.zeros(len(pairs.scales))
    for scale in dict.fromkeys(pairs.scales):
        items = np.array([one == scale for one in pairs.scales])
        both = pairs.both[:, items]
        before, after = (
            _columns(np.where(both, values[:, items], np.nan), scale)
            for values in (pairs.before, pairs.after)
        )
        found[items] = np.abs(after - before).sum(axis=1) / 2
    return divide(found, pairs.n)


def _columns(values: Floats, scale: Scale) -> Ints:
    """Return how many ratings fall into each point, else tenth, of ``scale``: items x columns."""
    size = scale.points or TENTHS
    width = 1.0 if scale.points else scale.range / TENTHS
    places = np.clip(np.floor((values - scale.low) / width + SLACK), 0, size - 1)
    return counts_of(np.where(np.isnan(values), -1.0, places).astype(np.int64), size)


def cv(values: Floats) -> Floats:
    """Return the coefficient of variation of each column (n - 1); NaN below two values and where the mean is 0."""
    n = count(~np.isnan(values))
    mean = divide(np.nansum(values, axis=0), n)
    squares = np.nansum((values - mean) ** 2, axis=0)
    return divide(np.sqrt(divide(squares, np.maximum(n - 1, 0))), np.abs(mean))


def delta_cv(pairs: Pairs) -> Figures:
    """Return the coefficient of variation before less the one after, per item: above 0 the panel came closer.

    >>> delta_cv(moves([1, 2, 3], [2, 2, 2])).values
    array([0.5])
    >>> delta_cv(moves([1], [2])).reason
    ['fewer than two panellists rated this item in both rounds']
    """
    before, after = (np.where(pairs.both, values, np.nan) for values in (pairs.before, pairs.after))
    found = cv(before) - cv(after)
    return explained(found, {NO_PAIRS: pairs.n == 0, ONE_PAIR: pairs.n == 1, MEAN_ZERO: np.isnan(found)})


_ROUNDS = ("round_stability__contentvalidR_delphi",)
_PAIRED = N_(
    "Over the panellists who rated the item in both rounds; whoever rated it once is counted beside it."
)
MEASURES = (
    Measure(
        "share_changed",
        "stability",
        N_("Share that changed"),
        "von der Gracht, 2012",
        "share of pairs with x2 != x1",
        N_("Read it first: who kept the answer?"),
        N_("Not on a fine scale, where a move from 50 to 51 counts as much as one to 90."),
        _PAIRED,
        share_changed,
        _ROUNDS,
        undefined=(NO_PAIRS,),
        schema=SHARE,
    ),
    Measure(
        "share_up",
        "stability",
        N_("Share that rose"),
        "von der Gracht, 2012",
        "share of pairs with x2 > x1",
        N_("Beside the share that fell: movement that net change hides."),
        N_("Not alone: it does not say how far."),
        _PAIRED,
        share_up,
        _ROUNDS,
        undefined=(NO_PAIRS,),
        schema=SHARE,
    ),
    Measure(
        "share_down",
        "stability",
        N_("Share that fell"),
        "von der Gracht, 2012",
        "share of pairs with x2 < x1",
        N_("Beside the share that rose: movement that net change hides."),
        N_("Not alone: it does not say how far."),
        _PAIRED,
        share_down,
        _ROUNDS,
        undefined=(NO_PAIRS,),
        schema=SHARE,
    ),
    Measure(
        "share_within_tolerance",
        "stability",
        N_("Share that stayed within tolerance"),
        "von der Gracht, 2012",
        "share of pairs with |x2 - x1| <= tolerance of the scale",
        N_(
            "The stability that the verdict uses: a tenth of a fine scale, one point of seven to eleven, none below."
        ),
        N_("Not to compare scales of different lengths."),
        _PAIRED,
        share_within_tolerance,
        ("derivation: the share of pairs within a stated distance, counted by hand",),
        undefined=(NO_PAIRS,),
        schema=SHARE,
        convention=N_("75 % of pairs (the default of the stopping rule): a convention."),
    ),
    Measure(
        "mean_absolute_change",
        "stability",
        N_("Mean size of change"),
        "von der Gracht, 2012",
        "sum(|x2 - x1|) / n",
        N_("How far a panellist moved on average, whichever way."),
        N_("Not for ordinal answers as a headline: the distances between points are not known."),
        _PAIRED,
        mean_absolute_change,
        _ROUNDS,
        undefined=(NO_PAIRS,),
        schema={"type": "number", "minimum": 0},
    ),
    Measure(
        "net_change",
        "stability",
        N_("Net change of the distribution"),
        "Scheibe, Skutsch and Schofer, 1975",
        "sum over columns of |h2 - h1| / 2 / n",
        N_("To compare with studies that stop below 15 % net change."),
        N_(
            "Not alone: it is blind to swaps. Two halves that change places give 0 %. Read the share that changed beside it."
        ),
        _PAIRED,
        net_change,
        _ROUNDS,
        undefined=(NO_PAIRS,),
        schema=SHARE,
        convention=N_(
            "Below 15 % (Scheibe, Skutsch and Schofer, 1975): a convention without statistical basis."
        ),
    ),
    Measure(
        "delta_cv",
        "stability",
        N_("Change of the coefficient of variation"),
        "Dajani, Sincoff and Talley, 1979; Kalaian and Shah, 2006",
        "s1 / |mean1| - s2 / |mean2|, s with n - 1",
        N_("On scales with a true zero: above 0 the panel came closer together."),
        N_("Not on scales whose zero is arbitrary, such as 1 to 5: another labelling gives another value."),
        _PAIRED,
        delta_cv,
        _ROUNDS,
        undefined=(NO_PAIRS, ONE_PAIR, MEAN_ZERO),
        convention=N_(
            "Within 0.2 of zero: a convention that Delphi authors use after Dajani, Sincoff and Talley, 1979."
        ),
    ),
)
