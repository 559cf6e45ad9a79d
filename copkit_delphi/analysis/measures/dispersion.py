"""Spread beside the middle half: robust against distant answers, or relative to the location."""

from __future__ import annotations

import numpy as np

from copkit_delphi.analysis.measure import NO_RATINGS, ONE_RATING, Figures, Measure
from copkit_delphi.analysis.measures.spread import iqr, mean, median, sd
from copkit_delphi.analysis.reasons import explained
from copkit_delphi.analysis.sample import SLACK, Floats, Sample, divide
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.scale import Scale

NORMAL_SD = 1.4826  # the standard deviation of normal answers over their MAD

MEAN_ZERO = N_("the mean is 0")
MEDIAN_ZERO = N_("the median is 0")
ARBITRARY_ZERO = N_(
    "the zero of this scale is arbitrary: the same answers written on another scale give another value"
)


def mad(sample: Sample) -> Floats:
    """Return the median distance from the median of each item (Hampel, 1974), in scale units; NaN without ratings.

    >>> mad(item(1, 2, 2, 9, scale="1:9"))
    array([0.5])
    """
    away = np.abs(sample.values - median(sample))
    return median(Sample(away, sample.scales, np.sort(away, axis=0), sample.n))


def mad_scaled(sample: Sample) -> Floats:
    """Return 1.4826 times the MAD of each item (MAD-M), which is the standard deviation of normal answers.

    >>> mad_scaled(item(1, 2, 2, 9, scale="1:9"))
    array([0.7413])
    """
    return NORMAL_SD * mad(sample)


def cv(sample: Sample) -> Figures:
    """Return the standard deviation over the mean of each item (English and Kernan, 1976), with reasons.

    No bounds: on a scale that runs below zero it may be negative. Ask ``cv_caution`` whether the scale allows it at all.

    >>> cv(item(10, 20, 30, scale="0:100")).values
    array([0.5])
    """
    centre = mean(sample)
    slack = SLACK * np.array([scale.range for scale in sample.scales])
    return explained(
        divide(sd(sample), centre),
        {NO_RATINGS: sample.n == 0, ONE_RATING: sample.n == 1, MEAN_ZERO: np.abs(centre) <= slack},
    )


def cv_caution(scale: Scale) -> str | None:
    """Return what to say beside a coefficient of variation on ``scale``: a warning unless 0 means none at all.

    >>> cv_caution(panel([[1]], "0:100").scales[0]) is None
    True
    """
    return None if scale.points is None and scale.low == 0 else ARBITRARY_ZERO


def relative_iqr(sample: Sample) -> Figures:
    """Return the width of the middle half over the median of each item, with reasons.

    >>> relative_iqr(item(10, 20, 30, scale="0:100")).values
    array([0.5])
    """
    centre = median(sample)
    return explained(divide(iqr(sample), centre), {NO_RATINGS: sample.n == 0, MEDIAN_ZERO: centre == 0})


MEASURES = (
    Measure(
        "mad",
        "item",
        N_("Median distance from the median"),
        "Hampel, 1974",
        "median(|x - median(x)|)",
        N_("How far the usual answer lies from the middle; a few distant answers do not move it."),
        N_("Not alone on short scales: it is 0 as soon as more than half give the same answer."),
        N_("Over the ratings given."),
        mad,
        ("dispersion__likert5", "dispersion__likert9", "dispersion__prob"),
        undefined=(NO_RATINGS,),
    ),
    Measure(
        "mad_scaled",
        "library",
        N_("Median distance from the median, as a standard deviation"),
        "Hampel, 1974",
        "1.4826 median(|x - median(x)|)",
        N_("To set a spread that shrugs off distant answers beside a standard deviation."),
        N_("Not for ordinal answers: the factor holds for the normal distribution."),
        N_("Over the ratings given."),
        mad_scaled,
        ("dispersion__likert5", "dispersion__likert9", "dispersion__prob"),
        undefined=(NO_RATINGS,),
    ),
    Measure(
        "cv",
        "item",
        N_("Coefficient of variation"),
        "English and Kernan, 1976",
        "sd / mean",
        N_(
            "For quantities and probabilities whose 0 means none, and to compare rounds with older Delphi studies."
        ),
        N_(
            "Not where the zero of the scale is arbitrary, as on 1 to 5: the same answers written as 0 to 4 give another value. It grows without end as the mean nears 0."
        ),
        N_("Over the ratings given; at least two."),
        cv,
        ("dispersion__likert5", "dispersion__likert9", "dispersion__prob"),
        undefined=(NO_RATINGS, ONE_RATING, MEAN_ZERO),
        convention=N_("Up to 0.5 (English and Kernan, 1976): a convention."),
    ),
    Measure(
        "relative_iqr",
        "library",
        N_("Middle half over the median"),
        "von der Gracht, 2012",
        "(Q3 - Q1) / median, quartiles of type 7",
        N_("To compare the spread of quantities that are given in different units."),
        N_("Not where the zero of the scale is arbitrary, nor with a median near 0."),
        N_("Over the ratings given."),
        relative_iqr,
        ("dispersion__likert5", "dispersion__likert9", "dispersion__prob"),
        undefined=(NO_RATINGS, MEDIAN_ZERO),
    ),
)
