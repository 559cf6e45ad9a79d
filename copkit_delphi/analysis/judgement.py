"""From figures to words: the agreement of one item, its stability, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from copkit_delphi.analysis.results import ItemStability
from copkit_delphi.analysis.sample import SLACK
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import plain, round_half_up
from copkit_delphi.domain.protocol import Criterion, StoppingRule, Thresholds, thresholds_for
from copkit_delphi.domain.scale import Scale
from copkit_delphi.domain.verdict import MIN_RATINGS, Agreement, Stability

GROUP_SHARE = 0.5

TOO_FEW = N_("fewer than five ratings")
FIRST_ROUND = N_("not rated in an earlier round")
TOO_FEW_PAIRS = N_("fewer than %(pairs)s panellists rated this item in both rounds")
WITHIN = N_("the middle half spans at most %(width)s")
WIDER = N_("the middle half spans more than %(width)s")
SHARE_MET = N_("at least %(share)s%% of ratings lie in %(low)s to %(high)s")
SHARE_SHORT = N_("fewer than %(share)s%% of ratings lie in %(low)s to %(high)s")
BALANCED_SHORT = N_("with each group counting the same, fewer than %(share)s%% lie in %(low)s to %(high)s")
GROUP_SHORT = N_("fewer than half of %(group)s lie in %(low)s to %(high)s")
GROUPS_APART = N_("the medians of %(one)s and %(other)s lie at least %(distance)s apart")
GROUP_AWAY = N_("the median of %(group)s lies more than %(distance)s from the panel's")
GROUP_MISSING = N_("fewer than five ratings from %(group)s")
KEPT = N_("at least %(share)s%% of paired panellists stayed within %(tolerance)s")
MOVED = N_("fewer than %(share)s%% of paired panellists stayed within %(tolerance)s")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the agreement word of one item rests on; groups are those with five or more ratings."""

    scale: Scale
    n: int
    median: float
    q1: float
    q3: float
    share: float
    balanced_share: float | None
    group_medians: Mapping[str, float] = field(default_factory=dict)
    group_shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def width(self) -> float:
        """Return the width of the middle half as people see it."""
        return self.scale.rounded(self.q3) - self.scale.rounded(self.q1)

    @property
    def slack(self) -> float:
        """Return what binary fractions may be off."""
        return SLACK * self.scale.range


@dataclass(frozen=True, slots=True)
class Judgement:
    """The agreement word with its reasons; None below five ratings."""

    agreement: Agreement | None
    reasons: tuple[str, ...]
    group_guard: bool = False

    @property
    def consensus(self) -> bool | None:
        """Tell whether the criterion is met, groups included."""
        return None if self.agreement is None else self.agreement is Agreement.CONSENSUS


def judge(evidence: Evidence, criterion: Criterion) -> Judgement:
    """Return the agreement word of one item by ``criterion`` on rounded quartiles."""
    if evidence.n < MIN_RATINGS:
        return Judgement(None, (TOO_FEW,))
    limits = thresholds_for(evidence.scale)
    met, reasons = _criterion(evidence, criterion, limits)
    if met:
        away = _groups_away(evidence, limits)
        word = Agreement.PARTIAL if away else Agreement.CONSENSUS
        return Judgement(word, (*reasons, *away), group_guard=bool(away))
    apart = _groups_apart(evidence, _consensus_width(criterion, limits), limits)
    if apart:
        return Judgement(Agreement.POLARISED, (*reasons, *apart))
    partial = max(limits.partial, _consensus_width(criterion, limits))
    if _within(evidence, partial):
        return Judgement(Agreement.PARTIAL, reasons)
    too_wide = _say(WIDER, width=partial)
    return Judgement(Agreement.DIVIDED, (*reasons, too_wide) if criterion.kind == "share" else (too_wide,))


def _consensus_width(criterion: Criterion, limits: Thresholds) -> float:
    return limits.consensus if criterion.width is None else criterion.width


def _within(evidence: Evidence, width: float) -> bool:
    return evidence.width <= width + evidence.slack


def _criterion(evidence: Evidence, criterion: Criterion, limits: Thresholds) -> tuple[bool, tuple[str, ...]]:
    if criterion.kind == "share":
        short = _share_reasons(evidence, criterion)
        return not short, short or (_about_share(SHARE_MET, criterion),)
    width = _consensus_width(criterion, limits)
    met = _within(evidence, width)
    return met, (_say(WITHIN if met else WIDER, width=width),)


def _share_reasons(evidence: Evidence, criterion: Criterion) -> tuple[str, ...]:
    needed = (criterion.share or 0.0) - SLACK
    reasons = []
    if evidence.share < needed:
        reasons.append(_about_share(SHARE_SHORT, criterion))
    elif evidence.balanced_share is not None and evidence.balanced_share < needed:
        reasons.append(_about_share(BALANCED_SHORT, criterion))
    for group, share in evidence.group_shares.items():
        if share < GROUP_SHARE - SLACK:
            reasons.append(_about_share(GROUP_SHORT, criterion, group=group))
    return tuple(reasons)


def _about_share(template: str, criterion: Criterion, **more: str) -> str:
    share = (criterion.share or 0.0) * 100
    return _say(template, share=share, low=criterion.low or 0.0, high=criterion.high or 0.0, **more)


def _groups_away(evidence: Evidence, limits: Thresholds) -> tuple[str, ...]:
    centre = evidence.scale.rounded(evidence.median)
    return tuple(
        _say(GROUP_AWAY, group=group, distance=limits.group_guard)
        for group, median in evidence.group_medians.items()
        if abs(evidence.scale.rounded(median) - centre) > limits.group_guard + evidence.slack
    )


def _groups_apart(evidence: Evidence, consensus: float, limits: Thresholds) -> tuple[str, ...]:
    """Name the two groups furthest apart if that is far enough, and the panel wide enough, to polarise."""
    medians = sorted(
        (evidence.scale.rounded(median), name) for name, median in evidence.group_medians.items()
    )
    if _within(evidence, consensus) or not medians:
        return ()
    (lowest, one), (highest, other) = medians[0], medians[-1]
    if highest - lowest < limits.polarised - evidence.slack:
        return ()
    return (_say(GROUPS_APART, one=one, other=other, distance=limits.polarised),)


def missing_groups(n_by_group: Mapping[str, int], required: tuple[str, ...]) -> tuple[str, ...]:
    """Return the reasons naming each required group with fewer than five ratings."""
    return tuple(
        _say(GROUP_MISSING, group=group) for group in required if n_by_group.get(group, 0) < MIN_RATINGS
    )


def steady(movement: ItemStability | None, scale: Scale, rule: StoppingRule) -> tuple[Stability, str]:
    """Return the stability word of one item and its reason."""
    if movement is None:
        return Stability.NOT_ASSESSABLE, FIRST_ROUND
    within = movement.share_within_tolerance
    if within is None or movement.n_paired < rule.min_pairs:
        return Stability.NOT_ASSESSABLE, _say(TOO_FEW_PAIRS, pairs=rule.min_pairs)
    stable = within >= rule.stable_share - SLACK
    tolerance = thresholds_for(scale).stability
    reason = _say(KEPT if stable else MOVED, share=rule.stable_share * 100, tolerance=tolerance)
    return (Stability.STABLE if stable else Stability.MOVING), reason


def _say(template: str, **params: float | str) -> str:
    shown = {
        key: value if isinstance(value, str) else plain(round_half_up(value, 0.001))
        for key, value in params.items()
    }
    return template % shown
