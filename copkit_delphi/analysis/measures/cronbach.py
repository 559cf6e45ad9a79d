"""Cronbach's alpha: the reliability of a sum over items. It says nothing of consensus."""

from __future__ import annotations

from dataclasses import dataclass

from copkit_delphi.analysis.measure import Measure, Options, Outcome
from copkit_delphi.analysis.measures.concordance import ONE_ITEM, TOO_FEW_COMPLETE, complete_rows
from copkit_delphi.analysis.ranks import special
from copkit_delphi.analysis.sample import Floats, Sample
from copkit_delphi.domain.errors import N_

SAME_SUM = N_("all panellists have the same sum")
TAIL = 0.025
NOTHING = 1e-13  # of the items' variance: rounding, not variation


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach's alpha with its 95 % interval, or None with the reason; over ``people`` without a gap."""

    value: float | None
    low: float | None = None
    high: float | None = None
    people: int = 0
    reason: str | None = None


def cronbach_alpha(values: Floats) -> Reliability:
    """Return Cronbach's alpha of answers by people x items, at most 1 (Cronbach, 1951), with Feldt's interval (1965).

    How well the sum over the items orders the people. Over those who answered every item that anyone did.

    >>> found = cronbach_alpha(matrix([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]))
    >>> round(found.value, 4), round(found.low, 3), round(found.high, 3)
    (0.9093, 0.676, 0.986)
    """
    complete = complete_rows(values)
    people, items = complete.shape
    if people < 2:
        return Reliability(None, people=people, reason=TOO_FEW_COMPLETE)
    if items < 2:
        return Reliability(None, people=people, reason=ONE_ITEM)
    each, total = float(complete.var(axis=0, ddof=1).sum()), float(complete.sum(axis=1).var(ddof=1))
    if total <= NOTHING * each or total == 0:
        return Reliability(None, people=people, reason=SAME_SUM)
    value = items / (items - 1) * (1 - each / total)
    df = (people - 1, (people - 1) * (items - 1))
    low, high = (1 - (1 - value) * float(special().fdtri(*df, tail)) for tail in (1 - TAIL, TAIL))
    return Reliability(value, low, high, people)


def round_cronbach(sample: Sample, options: Options) -> Outcome:
    """Return Cronbach's alpha of a round, with the panellists as people.

    >>> round(round_cronbach(panel([[1, 2, 1], [3, 3, 4], [5, 4, 5]]), Options()).value, 3)
    0.947
    """
    del options
    found = cronbach_alpha(sample.values)
    return Outcome(found.value, found.reason)


MEASURES = (
    Measure(
        "cronbach_alpha",
        "round",
        N_("Cronbach's alpha (reliability of a scale, not consensus)"),
        "Cronbach, 1951; interval: Feldt, 1965",
        "k / (k - 1) (1 - sum(s_j^2) / s_T^2); 1 - (1 - alpha) F",
        N_("Where the items are meant to be added up to one score for each panellist."),
        N_(
            "Not as consensus: it is high where panellists differ from each other in the same way on all items."
        ),
        N_("Only panellists who rated every item count."),
        round_cronbach,
        ("cronbach_alpha__sf",),
        undefined=(TOO_FEW_COMPLETE, ONE_ITEM, SAME_SUM),
        schema={"type": "number", "maximum": 1},
        convention=N_("From 0.7 (Nunnally, 1978): a convention."),
    ),
)
