"""What each figure of an analysis says, in one plain sentence; a measure without one of its own gets a general one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import round_half_up
from copkit_delphi.domain.protocol import thresholds_for
from copkit_delphi.domain.scale import Scale
from copkit_delphi.domain.verdict import Verdict
from copkit_delphi.reporting.phrases import Say
from copkit_delphi.reporting.values import figure, is_p, percent, shown

if TYPE_CHECKING:
    from copkit_delphi.analysis.measure import Measure

Row = Mapping[str, Any]

VERDICT_WORDS = {
    Verdict.CONSENSUS: N_("The panel agrees, and its answers no longer move."),
    Verdict.MAJORITY: N_("The answers no longer move. Most agree, but not closely, or not every group."),
    Verdict.STABLE_DISSENT: N_("The panel disagrees and its answers no longer move: that is the result."),
    Verdict.NOT_YET_STABLE: N_("The answers still move, or there is no round before to compare them with."),
    Verdict.TOO_FEW_ANSWERS: N_("Fewer than five ratings: nothing may be said of the panel."),
}
SIMPLE = {
    "median": N_("Half of the ratings lie at %(value)s or below, half at or above."),
    "q1": N_("A quarter of the ratings lie at %(value)s or below."),
    "q3": N_("A quarter of the ratings lie at %(value)s or above."),
    "iqr": N_("The middle half of the ratings spans %(value)s."),
    "sd": N_("Ratings lie about %(value)s from their mean."),
    "p05": N_("One rating in twenty lies at %(value)s or below."),
    "p95": N_("One rating in twenty lies at %(value)s or above."),
    "mad": N_("Half of the ratings lie within %(value)s of the median."),
    "balanced_median": N_("With each group counting the same, the median is %(value)s."),
    "balanced_share": N_("With each group counting the same, %(value)s agree."),
    "min_group_share": N_("In the group that agrees least, %(value)s agree."),
    "effective_n": N_(
        "Figures with each group counting the same are as sure as %(value)s ratings make them."
    ),
    "ipr": N_("From the 30th to the 70th percentile the ratings span %(value)s."),
    "ipras": N_("For ratings placed like these, a span wider than %(value)s would be disagreement."),
    "between_group_share": N_("Differences between groups make up %(value)s of all differences."),
    "tastle_wierman": N_("1 is one and the same answer, 0 half of the panel at each end; here %(value)s."),
    "van_der_eijk_a": N_("1 is one answer, 0 an even spread, −1 two camps at the ends; here %(value)s."),
    "leik_d": N_("0 is one and the same answer, 1 half of the panel at each end; here %(value)s."),
    "blair_lacy": N_("1 is one and the same answer, 0 half of the panel at each end; here %(value)s."),
    "bimodality_coefficient": N_(
        "An even spread gives 0.56. More points to two humps, or to one with a long tail; here %(value)s."
    ),
    "appropriateness": N_("By the rule of Fitch et al., 2001, the panel's rating counts as “%(value)s”."),
    "disagreement_index": N_("By the rule of Fitch et al., 2001, above 1 is disagreement; here %(value)s."),
    "share_changed": N_("%(value)s gave another rating than in the round before."),
    "share_up": N_("%(value)s rated higher than before."),
    "share_down": N_("%(value)s rated lower than before."),
    "net_change": N_(
        "The shape of the answers changed by %(value)s; people who swapped places do not count."
    ),
    "mean_absolute_change": N_("A panellist moved by %(value)s on average, whichever way."),
    "weighted_kappa": N_("1 is everybody in the same place, 0 no more than chance; here %(value)s."),
}
CHANCE = {
    "wilcoxon_p": N_("If moves up and down were equally likely, so one-sided a movement"),
    "stuart_maxwell_p": N_("If the shares of the points had not changed, so large a change"),
    "dip_p": N_("If the answers had a single hump, so deep a dip between two"),
    "kendall_w_p": N_("If everybody ordered the items at random, so common an order"),
}
BY_CHANCE = N_("If only chance were at work, so large a difference")


def says(measure: Measure, value: object, row: Row, scale: Scale, say: Say) -> str:
    """Return what ``value`` of ``measure`` says of the item ``row`` (as in JSON) on ``scale``."""
    if own := _OWN.get(measure.name):
        return own(value, row, scale, say)
    if measure.name in SIMPLE:
        return say(SIMPLE[measure.name]) % {"value": shown(measure.name, value, say).text}
    if is_p(measure.name) and isinstance(value, float):
        return by_chance(measure.name, value, say)
    return _general(measure, value, say)


def by_chance(name: str, p: float, say: Say) -> str:
    """Return a p-value as how often chance alone would bring as much."""
    condition = say(CHANCE.get(name, BY_CHANCE))
    if p < 0.001:
        return say(N_("%(condition)s would come about in fewer than 1 of 1,000 panels.")) % {
            "condition": condition
        }
    of = 1000 if p < 0.01 else 100
    return say(N_("%(condition)s would come about in %(count)s of %(of)s panels.")) % {
        "condition": condition,
        "count": f"{round_half_up(p * of):g}",
        "of": f"{of:,}",
    }


def _general(measure: Measure, value: object, say: Say) -> str:
    low, high = measure.schema.get("minimum"), measure.schema.get("maximum")
    if isinstance(value, int | float) and isinstance(low, int | float) and isinstance(high, int | float):
        ends = {"value": shown(measure.name, value, say).text, "low": figure(low), "high": figure(high)}
        return say(N_("%(value)s on a range from %(low)s to %(high)s.")) % ends
    return say(measure.use)


def _mean(value: object, row: Row, scale: Scale, say: Say) -> str:
    apart = cast("float", value) - (row["median"] or 0.0)
    if abs(apart) < scale.range / 50:
        return say(N_("The average lies about where the median lies."))
    text = (
        N_("The average lies %(apart)s above the median: high answers pull it up.")
        if apart > 0
        else N_("The average lies %(apart)s below the median: low answers pull it down.")
    )
    return say(text) % {"apart": figure(abs(apart))}


def _agreement(value: object, row: Row, _: Scale, say: Say) -> str:
    found = cast("Row", value)
    return say(
        N_(
            "%(share)s of the ratings agree; with %(n)s ratings the 95%% interval runs from %(low)s to %(high)s."
        )
    ) % {
        "share": percent(found["share"]),
        "n": row["n"],
        "low": percent(found["ci_low"]),
        "high": percent(found["ci_high"]),
    }


def _entropy(value: object, _row: Row, _scale: Scale, say: Say) -> str:
    return say(N_("As mixed as answers spread evenly over %(points)s points.")) % {
        "points": figure(2 ** cast("float", value))
    }


def _cv(value: object, _row: Row, _scale: Scale, say: Say) -> str:
    return say(N_("The standard deviation is %(share)s of the mean.")) % {
        "share": percent(cast("float", value))
    }


def _tolerance(value: object, _row: Row, scale: Scale, say: Say) -> str:
    tolerance = thresholds_for(scale).stability
    if not tolerance:
        return say(N_("%(share)s kept their rating.")) % {"share": percent(cast("float", value))}
    return say(N_("%(share)s moved by no more than %(tolerance)s.")) % {
        "share": percent(cast("float", value)),
        "tolerance": figure(tolerance),
    }


def _shift(value: object, _row: Row, _scale: Scale, say: Say) -> str:
    found = cast("Row", value)
    shift, low, high = found["shift"], found["low"], found["high"]
    if low <= 0 <= high:
        return say(N_("The average moved by %(shift)s; no move at all fits these ratings too.")) % {
            "shift": figure(shift)
        }
    text = N_("The average rose by %(shift)s.") if shift > 0 else N_("The average fell by %(shift)s.")
    return say(text) % {"shift": figure(abs(shift))}


def _equivalence(value: object, _row: Row, _scale: Scale, say: Say) -> str:
    found = cast("Row", value)
    text = (
        N_("Shown to have stayed: the whole interval lies within %(margin)s of no change.")
        if found["equivalent"]
        else N_("Not shown to have stayed: the interval reaches beyond %(margin)s of no change.")
    )
    return say(text) % {"margin": figure(found["margin"])}


def _delta_cv(value: object, _row: Row, _scale: Scale, say: Say) -> str:
    change = cast("float", value)
    if not change:
        return say(N_("Spread and mean stand as they stood to each other."))
    return say(
        N_("For its mean, the panel came closer together.")
        if change > 0
        else N_("For its mean, the panel moved further apart.")
    )


def _direction(value: object, _row: Row, _scale: Scale, say: Say) -> str:
    found = cast("float", value)
    if not found:
        return say(N_("Moves up and down balance."))
    text = (
        N_("Upward moves outweigh: 1 would be all upward; here %(value)s.")
        if found > 0
        else N_("Downward moves outweigh: −1 would be all downward; here %(value)s.")
    )
    return say(text) % {"value": figure(found)}


def _camps(value: object, _row: Row, _scale: Scale, say: Say) -> str:
    found = cast("Row", value)
    if len(found["sizes"]) < 2:
        return say(N_("No split of the ratings in two is clear enough to speak of camps."))
    camps = (
        say(N_("%(size)s around %(centre)s")) % {"size": size, "centre": figure(centre)}
        for size, centre in zip(found["sizes"], found["centres"], strict=True)
    )
    return say(N_("Two camps: %s.")) % "; ".join(camps)


_OWN: Mapping[str, Callable[[object, Row, Scale, Say], str]] = {
    "mean": _mean,
    "percent_agreement": _agreement,
    "entropy": _entropy,
    "cv": _cv,
    "camps": _camps,
    "share_within_tolerance": _tolerance,
    "mean_shift": _shift,
    "equivalence": _equivalence,
    "delta_cv": _delta_cv,
    "rank_biserial": _direction,
}
