"""How far the panel's mean moved between two rounds, how sure that is, and whether it is shown to be small."""

from __future__ import annotations

import numpy as np

from copkit_delphi.analysis.measure import NO_PAIRS, Figures, Measure
from copkit_delphi.analysis.measures.signed_rank import changes_of
from copkit_delphi.analysis.measures.stability import ONE_PAIR
from copkit_delphi.analysis.ranks import student_quantile
from copkit_delphi.analysis.reasons import rows
from copkit_delphi.analysis.sample import SLACK, Floats, Pairs, divide
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.protocol import thresholds_for
from copkit_delphi.domain.scale import Scale

CONFIDENCE = 0.95
TWO_ONE_SIDED = 0.90  # two one-sided tests at 5 % each


def shift_interval(pairs: Pairs, confidence: float = CONFIDENCE) -> tuple[Floats, Floats, Floats]:
    """Return the mean of later less earlier ratings per item, and the ends of its interval (Student, 1908).

    In scale units; NaN ends below two pairs.
    """
    changes, n = changes_of(pairs), pairs.n
    shift = divide(np.nansum(changes, axis=0), n)
    squares = np.nansum((changes - shift) ** 2, axis=0)
    half = student_quantile(n - 1, 0.5 + confidence / 2) * np.sqrt(divide(squares, n * np.maximum(n - 1, 0)))
    return shift, shift - half, shift + half


def mean_shift(pairs: Pairs) -> Figures:
    """Return the mean shift of each item with its 95 % interval: {shift, low, high} in scale units.

    >>> mean_shift(moves([1, 2, 3], [2, 2, 5])).at(0)[0] # doctest: +ELLIPSIS
    {'shift': 1.0, 'low': -1.484..., 'high': 3.484...}
    """
    shift, low, high = shift_interval(pairs)
    return rows(
        {"shift": shift.tolist(), "low": low.tolist(), "high": high.tolist()},
        {NO_PAIRS: pairs.n == 0, ONE_PAIR: pairs.n == 1},
        len(shift),
    )


def margin_of(scale: Scale) -> float:
    """Return how far a mean may shift and count as the same, in scale units.

    The scale's tolerance; half a point where that is none, because a mean moves by less than a point.
    """
    limits = thresholds_for(scale)
    return limits.stability or limits.percent_agreement


def equivalence(pairs: Pairs) -> Figures:
    """Return whether the mean shift is shown to be small: {shift, low, high, margin, equivalent}.

    ``low`` to ``high`` is the 90 % interval, which is two one-sided tests at 5 % (Schuirmann, 1987);
    ``equivalent`` where it lies within ``margin`` on both sides. No significance would not be stability.

    >>> equivalence(moves([40, 50, 60, 70], [42, 50, 58, 71], "0:100")).at(0)[0]["equivalent"]
    True
    >>> equivalence(moves([40, 50, 60, 70], [90, 10, 58, 71], "0:100")).at(0)[0]["equivalent"]
    False
    """
    shift, low, high = shift_interval(pairs, TWO_ONE_SIDED)
    margin = np.array([margin_of(scale) for scale in pairs.scales])
    slack = SLACK * np.array([scale.range for scale in pairs.scales])
    equivalent = (low >= -margin - slack) & (high <= margin + slack)
    ends = {"shift": shift, "low": low, "high": high, "margin": margin, "equivalent": equivalent}
    return rows(
        {name: values.tolist() for name, values in ends.items()},
        {NO_PAIRS: pairs.n == 0, ONE_PAIR: pairs.n == 1},
        len(shift),
    )


def _object(**properties: object) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": list(properties)}


_PAIRED = N_("Over the panellists who rated the item in both rounds.")
_END = {"type": "number"}
MEASURES = (
    Measure(
        "mean_shift",
        "stability",
        N_("Mean shift with interval"),
        "Student, 1908",
        "d = mean(x2 - x1); d -+ t(0.975, n - 1) s_d / sqrt(n)",
        N_("How far the panel as a whole moved, and how sure that is."),
        N_("Not as proof that nobody moved: moves up and down cancel. A panel is not a random sample."),
        _PAIRED,
        mean_shift,
        ("derivation: Student's interval of a mean of differences, checked against scipy's",),
        undefined=(NO_PAIRS, ONE_PAIR),
        schema=_object(shift=_END, low=_END, high=_END),
        options={"confidence": CONFIDENCE},
    ),
    Measure(
        "equivalence",
        "stability",
        N_("Shown to have stayed (equivalence)"),
        "Schuirmann, 1987",
        "equivalent where d -+ t(0.95, n - 1) s_d / sqrt(n) lies within -margin to margin; margin: the scale's tolerance, half a point where that is 0",
        N_("To say that the panel's mean has settled: absence of a significant change does not show that."),
        N_(
            "Not with few pairs: the interval is then wide and the answer is no, which does not mean that the panel moved."
        ),
        _PAIRED,
        equivalence,
        ("derivation: two one-sided Student tests, checked against scipy's",),
        undefined=(NO_PAIRS, ONE_PAIR),
        schema=_object(shift=_END, low=_END, high=_END, margin=_END, equivalent={"type": "boolean"}),
        options={"confidence": TWO_ONE_SIDED},
    ),
)
