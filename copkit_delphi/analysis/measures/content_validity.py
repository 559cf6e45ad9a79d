"""Do experts find each item fit to stay? Content validity, computed on request only: library functions."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from copkit_delphi.analysis.measure import NO_RATINGS, SHARE, Measure
from copkit_delphi.analysis.measures.shares import wilson_bounds
from copkit_delphi.analysis.measures.spread import mean
from copkit_delphi.analysis.sample import SLACK, Floats, Ints, Sample, count, divide
from copkit_delphi.domain.errors import N_

ALPHA = 0.05
TOO_FEW_EXPERTS = N_("too few experts for any count to be more than chance")


def cvr(essential: int, experts: int) -> float:
    """Return Lawshe's content validity ratio (1975), -1 (nobody says essential) to 1 (all do).

    Raises ``ValueError`` unless 0 <= ``essential`` <= ``experts`` and there is an expert.

    >>> cvr(9, 10)
    0.8
    """
    _check(essential, experts)
    return (essential - experts / 2) / (experts / 2)


def cvr_p(essential: int, experts: int) -> float:
    """Return how probable at least ``essential`` of ``experts`` is when each tosses a fair coin, 0 to 1, exact.

    >>> cvr_p(7, 8)
    0.03515625
    """
    _check(essential, experts)
    tail = sum(math.comb(experts, k) for k in range(essential, experts + 1))
    return float(tail / 2**experts)


def cvr_critical(experts: int, alpha: float = ALPHA) -> int | None:
    """Return the fewest experts who must say essential (Ayre and Scally, 2014), one-sided at ``alpha``.

    None where even all of them could be chance.

    >>> cvr_critical(10), cvr_critical(4)
    (9, None)
    """
    _check(0, experts)
    tail, needed = 0, None
    for essential in range(experts, -1, -1):
        tail += math.comb(experts, essential)
        if tail > alpha * 2**experts:
            break
        needed = essential
    return needed


def _check(essential: int, experts: int) -> None:
    if experts < 1 or not 0 <= essential <= experts:
        raise ValueError("of at least one expert, none to all say essential")


@dataclass(frozen=True, slots=True, eq=False)
class Validity:
    """Aiken's V, I-CVI with their 95 % intervals, and modified kappa: one figure an item, NaN without ratings."""

    v: Floats
    v_low: Floats
    v_high: Floats
    i_cvi: Floats
    i_cvi_low: Floats
    i_cvi_high: Floats
    kappa: Floats

    @property
    def mean_v(self) -> float:
        """Return the mean of V over the items that were rated."""
        return _mean(self.v)

    @property
    def s_cvi_ave(self) -> float:
        """Return the mean of I-CVI over the items that were rated (Polit and Beck, 2006)."""
        return _mean(self.i_cvi)

    @property
    def s_cvi_ua(self) -> float:
        """Return the share of rated items that all experts find relevant (Polit and Beck, 2006)."""
        return _mean(np.where(np.isnan(self.i_cvi), np.nan, self.i_cvi == 1))


def _mean(values: Floats) -> float:
    rated = values[~np.isnan(values)]
    return float(rated.mean()) if rated.size else math.nan


def content_validity(sample: Sample, relevant_from: float) -> Validity:
    """Return the content validity of each item; a rating from ``relevant_from`` up says relevant.

    >>> validity = content_validity(item(3, 3, 4, 3, 2, 3, scale="1:4"), 3)
    >>> validity.v.round(4), validity.i_cvi.round(4), validity.kappa.round(4)
    (array([0.6667]), array([0.8333]), array([0.8161]))
    """
    slack = SLACK * np.array([scale.range for scale in sample.scales])
    relevant = count(sample.values >= relevant_from - slack)
    share = divide(relevant, sample.n)
    v = aiken_v(sample)
    return Validity(
        v, *aiken_bounds(sample), share, *wilson_bounds(share, sample.n), modified_kappa(relevant, sample.n)
    )


def aiken_v(sample: Sample) -> Floats:
    """Return Aiken's V (1985) of each item: how far up the scale the mean lies, 0 to 1; NaN without ratings.

    >>> aiken_v(item(3, 3, 4, 3, 2, 3, scale="1:4")).round(4)
    array([0.6667])
    """
    low, width = (np.array([getattr(scale, name) for scale in sample.scales]) for name in ("low", "range"))
    return np.asarray((mean(sample) - low) / width)


def aiken_bounds(sample: Sample) -> tuple[Floats, Floats]:
    """Return the 95 % score interval of Aiken's V (Penfield and Giacobbi, 2004) of each item, 0 to 1.

    That is Wilson's for as many trials as ratings times steps of the scale. NaN off scales of whole points.

    >>> [bound.round(4) for bound in aiken_bounds(item(3, 3, 4, 3, 2, 3, scale="1:4"))]
    [array([0.4375]), array([0.8372])]
    """
    steps = np.array([(scale.points or 1) - 1 for scale in sample.scales])
    return wilson_bounds(aiken_v(sample), sample.n * steps)


def modified_kappa(relevant: Ints, n: Ints) -> Floats:
    """Return I-CVI with chance agreement taken out (Polit, Beck and Owen, 2007), up to 1; NaN where n is 0.

    A single expert is right by chance every second time, and gives 1 or -1.

    >>> modified_kappa(np.array([5]), np.array([6])).round(4)
    array([0.8161])
    """
    pairs = zip(np.asarray(relevant).tolist(), np.asarray(n).tolist(), strict=True)
    chance = np.array([math.comb(all_, some) / 2**all_ if all_ else np.nan for some, all_ in pairs])
    return divide(divide(relevant, n) - chance, 1 - chance)


MEASURES = (
    Measure(
        "lawshe_cvr",
        "library",
        N_("Content validity ratio"),
        "Lawshe, 1975; critical count: Ayre and Scally, 2014",
        "(n_essential - N / 2) / (N / 2); critical: smallest m with P(Bin(N, 0.5) >= m) <= 0.05",
        N_("Where experts say of each item whether it is essential."),
        N_("Not with fewer than five experts: no count would be more than chance."),
        N_("Of the experts who answered."),
        cvr,
        ("lawshe_cvr__set1",),
        undefined=(NO_RATINGS, TOO_FEW_EXPERTS),
        schema={"type": "number", "minimum": -1, "maximum": 1},
        options={"alpha": ALPHA, "sided": "one"},
    ),
    Measure(
        "aiken_v",
        "library",
        N_("Aiken's V"),
        "Aiken, 1985; interval: Penfield and Giacobbi, 2004",
        "(mean - low) / (high - low); Wilson's interval with n (k - 1) trials",
        N_("Where experts rate how relevant an item is, with an interval that holds for small panels."),
        N_("Not as agreement: half at each end gives 0.5 like all in the middle."),
        N_("Over the ratings given."),
        aiken_v,
        ("aiken_v_cvi__contentvalidR",),
        undefined=(NO_RATINGS,),
        schema=SHARE,
    ),
    Measure(
        "content_validity_index",
        "library",
        N_("Content validity index"),
        "Lynn, 1986; Polit, Beck and Owen, 2007",
        "I-CVI = A / n; kappa = (I-CVI - p) / (1 - p), p = C(n, A) 0.5^n; S-CVI: mean of I-CVI, and share of items with I-CVI = 1",
        N_("To say which items of a questionnaire experts find relevant."),
        N_("Not the mean over items alone: it hides the item that nobody wants."),
        N_("Over the ratings given; an item without ratings does not count in the means."),
        content_validity,
        ("aiken_v_cvi__contentvalidR",),
        undefined=(NO_RATINGS,),
        schema=SHARE,
        convention=N_(
            "I-CVI from 0.78 (Lynn, 1986), kappa from 0.74 excellent (Polit, Beck and Owen, 2007): conventions."
        ),
    ),
)
