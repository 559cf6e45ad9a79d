"""The RAND/UCLA appropriateness method, on scales from 1 to 9 only: its constants are made for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from copkit_delphi.analysis.measure import NEEDS_ORDINAL, NO_RATINGS, NUMBER, ORDINAL, Figures, Measure
from copkit_delphi.analysis.measures.spread import median, quantile
from copkit_delphi.analysis.reasons import explained, reasons
from copkit_delphi.analysis.sample import SLACK, Floats, Ints, Sample, count
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.scale import Scale

NEEDS_NINE = N_("needs a scale from 1 to 9")
SYMMETRIC_IPR = 2.35  # the width that counts as disagreement when ratings lie evenly around the middle
ASYMMETRY_FACTOR = 1.5
MIDDLE = 5
WORDS = ("inappropriate", "uncertain", "appropriate")
NINE = Scale(1, 9)


def _undefined(sample: Sample) -> dict[str, NDArray[np.bool_]]:
    return {NEEDS_NINE: np.array([scale != NINE for scale in sample.scales]), NO_RATINGS: sample.n == 0}


def _width(sample: Sample) -> Floats:
    return quantile(sample, 0.7) - quantile(sample, 0.3)


def _centre(sample: Sample) -> Floats:
    return (quantile(sample, 0.7) + quantile(sample, 0.3)) / 2


def _limit(sample: Sample) -> Floats:
    return SYMMETRIC_IPR + ASYMMETRY_FACTOR * np.abs(MIDDLE - _centre(sample))


def ipr(sample: Sample) -> Figures:
    """Return the width between the 30th and the 70th percentile (type 7) of each item, 0 to 8, with reasons.

    >>> ipr(item(1, 1, 5, 9, 9, scale="1:9")).values
    array([6.4])
    """
    return explained(_width(sample), _undefined(sample))


def ipras(sample: Sample) -> Figures:
    """Return the width above which an item is in disagreement (Fitch et al., 2001), 2.35 to 8.35, with reasons.

    It grows with the distance of the ratings from the middle of the scale.

    >>> ipras(item(7, 7, 7, scale="1:9")).values
    array([5.35])
    """
    return explained(_limit(sample), _undefined(sample))


def disagreement_index(sample: Sample) -> Figures:
    """Return IPR over IPRAS of each item (Fitch et al., 2001), 0 and up: above 1 is disagreement. With reasons.

    >>> disagreement_index(item(1, 1, 5, 9, 9, scale="1:9")).values.round(2)
    array([2.72])
    """
    return explained(_width(sample) / _limit(sample), _undefined(sample))


def _disagrees(sample: Sample) -> NDArray[np.bool_]:
    return np.asarray(_width(sample) > _limit(sample) + SLACK * NINE.range)


def _third(sample: Sample) -> Ints:
    """Return which third of the scale holds the median, 0 to 2; 3.5 and 6.5 belong to the higher one."""
    centre = np.nan_to_num(median(sample))
    return np.asarray((centre >= 3.5).astype(np.int64) + (centre >= 6.5))


def appropriateness(sample: Sample) -> Figures:
    """Return ``appropriate``, ``uncertain`` or ``inappropriate`` for each item (Fitch et al., 2001), with reasons.

    The median lies in 7 to 9 or in 1 to 3, and there is no disagreement by IPRAS; all else is uncertain.

    >>> appropriateness(item(7, 8, 9, scale="1:9")).values
    ['appropriate']
    """
    third = np.where(_disagrees(sample), 1, _third(sample))
    why = reasons(len(third), _undefined(sample))
    return Figures(
        [WORDS[at] if reason is None else None for at, reason in zip(third, why, strict=True)], why
    )


@dataclass(frozen=True, slots=True, eq=False)
class Classic:
    """The older rule by counting, per item: ratings beside the third of the median, at both ends, and what follows."""

    outside: Ints
    low: Ints
    high: Ints
    agreement: NDArray[np.bool_]
    disagreement: NDArray[np.bool_]


def classic(sample: Sample) -> Classic:
    """Return the classic rule (Fitch et al., 2001) for each item; without ratings neither word holds.

    Agreement: at most floor((n - 2) / 3) ratings lie outside the third of the scale that holds the median.
    Disagreement: more than that in 1 to 3 and more than that in 7 to 9. Raises ``ValueError`` on other scales.

    >>> classic(item(1, 1, 1, 5, 5, 5, 9, 9, 9, scale="1:9")).disagreement
    array([ True])
    """
    if any(scale != NINE for scale in sample.scales):
        raise ValueError(NEEDS_NINE)
    low, high = count(sample.values <= 3), count(sample.values >= 7)
    inside = np.choose(_third(sample), [low, sample.n - low - high, high])
    limit, rated = (sample.n - 2) // 3, sample.n > 0
    outside = sample.n - inside
    return Classic(outside, low, high, (outside <= limit) & rated, (low > limit) & (high > limit) & rated)


_PROOF = ("rand_ucla__bmjopen2012",)
_UNDEFINED = (NEEDS_ORDINAL, NEEDS_NINE, NO_RATINGS)
_MISSING = N_("Over the ratings given.")
_WIDTH = {**NUMBER, "minimum": 0}
MEASURES = (
    Measure(
        "ipr",
        "item",
        N_("Width from the 30th to the 70th percentile"),
        "Fitch et al., 2001",
        "P70 - P30, percentiles of type 7",
        N_("The width that the RAND/UCLA method judges by."),
        N_("Not as the middle half: it holds four tenths of the ratings."),
        _MISSING,
        ipr,
        _PROOF,
        undefined=_UNDEFINED,
        scales=ORDINAL,
        schema=_WIDTH,
    ),
    Measure(
        "ipras",
        "item",
        N_("Width that would be disagreement"),
        "Fitch et al., 2001",
        "2.35 + 1.5 |5 - (P30 + P70) / 2|",
        N_("The bound for the width from the 30th to the 70th percentile; wider is disagreement."),
        N_("Not off the scale from 1 to 9: both constants were fitted to panels that used it."),
        _MISSING,
        ipras,
        _PROOF,
        undefined=_UNDEFINED,
        scales=ORDINAL,
        schema=_WIDTH,
    ),
    Measure(
        "disagreement_index",
        "item",
        N_("Disagreement index"),
        "Fitch et al., 2001",
        "IPR / IPRAS",
        N_("How near an item is to disagreement; also to compare rounds."),
        N_("Not as a share or a probability: it has no upper end that means anything."),
        _MISSING,
        disagreement_index,
        _PROOF,
        undefined=_UNDEFINED,
        scales=ORDINAL,
        schema=_WIDTH,
        convention=N_("Above 1 is disagreement (Fitch et al., 2001): a convention."),
    ),
    Measure(
        "appropriateness",
        "item",
        N_("Appropriateness"),
        "Fitch et al., 2001",
        "appropriate: median at least 6.5 and IPR <= IPRAS; inappropriate: median below 3.5 and IPR <= IPRAS; else uncertain",
        N_(
            "Where a panel rates whether something should be done, from 1 (harm outweighs) to 9 (benefit outweighs)."
        ),
        N_("Not for likelihood, impact or any other question: the words would say what nobody was asked."),
        _MISSING,
        appropriateness,
        _PROOF,
        undefined=_UNDEFINED,
        scales=ORDINAL,
        schema={"type": "string", "enum": list(WORDS)},
        convention=N_("The words follow Fitch et al., 2001: a convention."),
    ),
    Measure(
        "rand_ucla_classic",
        "library",
        N_("Agreement by counting, as in the older RAND/UCLA rule"),
        "Fitch et al., 2001",
        "agreement: at most floor((n - 2) / 3) outside the third of the median; disagreement: more than that in 1-3 and in 7-9",
        N_("To repeat studies that used it; panels of about 7 to 16."),
        N_("Not for large panels: a fixed third may disagree at both ends."),
        _MISSING,
        classic,
        _PROOF,
        undefined=_UNDEFINED,
        scales=ORDINAL,
        schema={
            "type": "object",
            "properties": {"agreement": {"type": "boolean"}, "disagreement": {"type": "boolean"}},
        },
    ),
)
