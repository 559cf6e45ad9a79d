"""What remains of a headline risk with its measures.

A planned measure earns nothing. Measures in place take a level down by one at most, and only in the parts that they can
lower. A verified measure is in place until the panel rates the risk again; then it counts as re-rated. Gravity falls by
avoid measures alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from copkit_delphi.domain.annex_parts import MitigationStatus
from copkit_delphi.domain.ethics_results import RiskResult
from copkit_delphi.domain.risk import RiskLevel, RiskRating
from copkit_delphi.ethics import bank
from copkit_delphi.ethics.models import Mitigation
from copkit_delphi.ethics.plans import PARTS

LEVELS = tuple(RiskLevel)
AVOID = "avoid"
GRAVITY = "gravity"


@dataclass(frozen=True, slots=True)
class Judged:
    """One headline risk: the assessor's rating and residual, the panel's results by round, the measures against it."""

    rating: RiskRating | None = None
    residual: RiskRating | None = None
    panel: tuple[tuple[int, RiskResult], ...] = ()
    measures: tuple[Mitigation, ...] = ()

    @property
    def last(self) -> RiskResult | None:
        """Return what the panel said last, None where it has no level: the assessor's own stands in then."""
        found = self.panel[-1][1] if self.panel else None
        return found if found is not None and found.gate is not None else None


def lowers(measure: Mitigation) -> frozenset[str]:
    """Return the parts of a rating that a measure can lower."""
    parts = bank.can_lower(measure.code, measure.kind)
    return parts if measure.kind == AVOID else parts - {GRAVITY}


def in_effect(measures: Iterable[Mitigation]) -> list[Mitigation]:
    """Return the measures that are in place or verified, with what that asks for."""
    return [one for one in measures if _complete(one)]


def _complete(measure: Mitigation) -> bool:
    if measure.status == MitigationStatus.VERIFIED and not measure.evidence.strip():
        return False
    done = measure.status in {MitigationStatus.IN_PLACE, MitigationStatus.VERIFIED}
    return done and bool(measure.owner and measure.due)


def rated_again(judged: Judged) -> list[Mitigation]:
    """Return the verified measures that the panel's last round saw: that round says what they are worth."""
    last = judged.panel[-1][0] if judged.panel else 0
    return [
        one
        for one in in_effect(judged.measures)
        if one.status == MitigationStatus.VERIFIED and one.rounds_before < last
    ]


def before(judged: Judged) -> RiskLevel | None:
    """Return the level before measures: for a risk that was rated again, that of the round before they were verified."""
    last = judged.last
    if last is None:
        return judged.rating.level if judged.rating else None
    seen = max((one.rounds_before for one in rated_again(judged)), default=0)
    first = [result.gate for number, result in judged.panel if number <= seen and result.gate is not None]
    return max([first[-1] if first else _held(judged, last), _held(judged, last)], key=LEVELS.index)


def after(judged: Judged) -> RiskLevel | None:
    """Return the level that remains."""
    last = judged.last
    if last is None:
        base, credited = before(judged), in_effect(judged.measures)
    else:
        again = rated_again(judged)
        base = _held(judged, last)
        credited = [one for one in in_effect(judged.measures) if one not in again]
    if base is None or judged.rating is None or judged.residual is None:
        return base
    left = clipped(judged.rating, judged.residual, credited)
    lowered = LEVELS.index(left.level) < LEVELS.index(judged.rating.level)
    return LEVELS[max(0, LEVELS.index(base) - lowered)]


def clipped(rating: RiskRating, residual: RiskRating, measures: Sequence[Mitigation]) -> RiskRating:
    """Return ``residual`` without what no measure in effect can lower."""
    can = {part for measure in measures for part in lowers(measure)}
    kept = {part: getattr(rating, part) for part in PARTS if part not in can}
    raised = {part: max(value, getattr(residual, part)) for part, value in kept.items()}
    return replace(residual, **raised)


def _held(judged: Judged, last: RiskResult) -> RiskLevel:
    """Return the panel's last level, with gravity as it stood before where no avoid measure was verified in between."""
    gate = last.gate or LEVELS[0]
    earlier = [result for _, result in judged.panel[:-1] if result.gate is not None]
    gravest = max((result.parts.get(GRAVITY, 0) for result in earlier), default=0)
    avoided = any(GRAVITY in lowers(one) for one in rated_again(judged))
    if avoided or set(last.parts) != set(PARTS) or last.parts[GRAVITY] >= gravest:
        return gate
    parts: dict[str, Any] = {**last.parts, GRAVITY: gravest}
    held = RiskRating(**parts, precedent=bool(last.precedent)).level
    highest = max((result.gate for result in earlier if result.gate), key=LEVELS.index)
    return max([gate, min([held, highest], key=LEVELS.index)], key=LEVELS.index)
