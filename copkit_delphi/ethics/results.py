"""From the panel's ethics ratings to the frozen result: levels by group, one group one vote, disclosed once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from copkit_delphi.analysis import levels
from copkit_delphi.domain.ethics_results import (
    MANDATORY_KINDS,
    EthicsRoundSnapshot,
    GroupLevel,
    Raised,
    RiskResult,
)
from copkit_delphi.domain.figures import round_half_up
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import GroupResponse
from copkit_delphi.domain.risk import Burden, RiskLevel, RiskRating
from copkit_delphi.elicitation import departures, disclosure, studies
from copkit_delphi.elicitation.models import Panellist, StakeholderGroup
from copkit_delphi.ethics import bank, precedents
from copkit_delphi.ethics.models import EthicsAnswer, EthicsRating, EthicsRound, EthicsSnapshot
from copkit_delphi.ethics.plans import PARTS

LEVELS = tuple(RiskLevel)


@dataclass(frozen=True, slots=True)
class _Ground:
    """The panel of the study: kinds of its groups by name, the group of every panellist, and ``k``."""

    kinds: Mapping[str, str]
    panel: Mapping[str, str]
    k: int


@dataclass(frozen=True, slots=True)
class _Rated:
    group: str
    rating: RiskRating


def _ground(session: Session, study_id: str) -> _Ground:
    query = (
        select(Panellist.id, StakeholderGroup.name)
        .join(StakeholderGroup, StakeholderGroup.id == Panellist.group_id)
        .where(Panellist.study_id == study_id)
    )
    return _Ground(
        kinds={group.name: group.kind for group in studies.groups(session, study_id)},
        panel=dict(session.execute(query).all()),
        k=Protocol.from_dict(studies.get(session, study_id).protocol).k,
    )


def build(session: Session, round_: EthicsRound, *, closed_on: date) -> EthicsRoundSnapshot:
    """Compute and disclose the result of ``round_``; the caller stores it in the closing transaction."""
    ground = _ground(session, round_.study_id)
    documented = precedents.of_study(session, round_.study_id)
    rated = _rated(session, round_, ground, frozenset(documented))
    heard = _took_part(session, round_) >= ground.k
    previous = select(EthicsSnapshot.hash).join(EthicsRound, EthicsRound.id == EthicsSnapshot.round_id)
    return EthicsRoundSnapshot(
        study=round_.study_id,
        round=round_.number,
        closed_on=closed_on.isoformat(),
        subject=round_.subject,
        bank_version=bank.version(),
        risks=tuple(
            _risk(question.id, rated.get(question.id, ()), ground, documented.get(question.id, ""))
            for question in bank.headline_risks()
        ),
        raised=_raised(session, round_) if heard else (),
        response=_response(session, round_, ground),
        previous_hash=session.scalar(
            previous.where(EthicsRound.study_id == round_.study_id, EthicsRound.number == round_.number - 1)
        ),
        synthetic=studies.get(session, round_.study_id).synthetic,
        heard=heard,
    )


def _rated(
    session: Session, round_: EthicsRound, ground: _Ground, documented: frozenset[str]
) -> dict[str, list[_Rated]]:
    query = select(EthicsRating).where(
        EthicsRating.round_id == round_.id, EthicsRating.is_current, ~EthicsRating.cannot_judge
    )
    found: dict[str, list[_Rated]] = {}
    for row in session.scalars(query.order_by(EthicsRating.id)):
        parts: dict[str, Any] = {part: int(getattr(row, part)) for part in PARTS}
        rating = RiskRating(**parts, burden=Burden(row.burden or ""), precedent=row.question_id in documented)
        found.setdefault(row.question_id, []).append(_Rated(ground.panel[row.panellist_id], rating))
    return found


def _risk(question: str, rated: Sequence[_Rated], ground: _Ground, precedent: str) -> RiskResult:
    by_group = {
        name: [LEVELS.index(one.rating.level) + 1 for one in rated if one.group == name]
        for name in ground.kinds
    }
    found = levels.aggregate(by_group, k=ground.k)
    hidden = disclosure.hidden_groups({name: len(values) for name, values in by_group.items()}, ground.k)
    return RiskResult(
        question=question,
        groups=tuple(
            GroupLevel(name, kind) if name in hidden else _group(name, kind, by_group[name])
            for name, kind in ground.kinds.items()
        ),
        overall=_level(found.overall),
        gate=_level(found.gate),
        contested=found.contested,
        parts=_medians(rated, ground.k),
        short=_short(by_group, ground),
        precedent=precedent,
    )


def _level(number: int | None) -> RiskLevel | None:
    return None if number is None else LEVELS[number - 1]


def _group(name: str, kind: str, values: Sequence[int]) -> GroupLevel:
    level = _level(levels.upper_median(values))
    if len(values) < disclosure.QUARTILES_FROM:
        return GroupLevel(name, kind, len(values), level)
    low, high = (_level(int(round_half_up(float(np.quantile(values, share))))) for share in (0.25, 0.75))
    return GroupLevel(name, kind, len(values), level, low, high)


def _medians(rated: Sequence[_Rated], k: int) -> dict[str, int]:
    """Return the panel's median of each part on the scale's whole steps, nothing below ``k``."""
    if len(rated) < k:
        return {}
    return {
        part: int(round_half_up(float(np.median([getattr(one.rating, part) for one in rated]))))
        for part in PARTS
    }


def _short(by_group: Mapping[str, Sequence[int]], ground: _Ground) -> tuple[str, ...]:
    counted = dict.fromkeys(MANDATORY_KINDS, 0)
    for name, values in by_group.items():
        if ground.kinds[name] in counted:
            counted[ground.kinds[name]] += len(values)
    return tuple(kind for kind, n in counted.items() if n < ground.k)


def _took_part(session: Session, round_: EthicsRound) -> int:
    """Return how many answered anything. Who began is known by name, so that a flag of one alone would name its author."""
    mine = (
        select(table.panellist_id).where(table.round_id == round_.id, table.is_current)
        for table in (EthicsRating, EthicsAnswer)
    )
    return session.scalar(select(func.count()).select_from(union(*mine).subquery())) or 0


def _raised(session: Session, round_: EthicsRound) -> tuple[Raised, ...]:
    """Return the flags of the stop questions: one answer raises one, and none is weighed against another."""
    query = select(EthicsAnswer.question_id, EthicsAnswer.value).where(
        EthicsAnswer.round_id == round_.id, EthicsAnswer.is_current, EthicsAnswer.value.is_not(None)
    )
    given = {(question, value) for question, value in session.execute(query.distinct())}
    found = []
    for question in bank.stop_questions():
        flags = {option.flag for option in question.options if (question.id, option.value) in given}
        gravest = next((flag for flag in bank.FLAGS if flag in flags), None)
        if gravest:
            found.append(Raised(question.id, gravest))
    return tuple(found)


def _response(session: Session, round_: EthicsRound, ground: _Ground) -> tuple[GroupResponse, ...]:
    query = select(EthicsRating.panellist_id).where(
        EthicsRating.round_id == round_.id, EthicsRating.is_current
    )
    rated = set(session.scalars(query.distinct()))
    invited = {name: [p for p, group in ground.panel.items() if group == name] for name in ground.kinds}
    left = departures.since(session, study_id=round_.study_id, day=round_.opened_at.date())
    gone = [left.get(group.id, 0) for group in studies.groups(session, round_.study_id)]
    pairs = [
        (len(people) + withdrew, sum(p in rated for p in people))
        for people, withdrew in zip(invited.values(), gone, strict=True)
    ]
    shown = disclosure.counts(pairs, ground.k)
    return tuple(
        GroupResponse(name, kind, *numbers)
        for (name, kind), numbers in zip(ground.kinds.items(), shown, strict=True)
    )


def store(session: Session, round_: EthicsRound, frozen: EthicsRoundSnapshot) -> None:
    """Freeze the result of an ethics round."""
    session.add(EthicsSnapshot(round_id=round_.id, payload=frozen.to_json(), hash=frozen.hash))


def of_study(session: Session, study_id: str) -> tuple[EthicsRoundSnapshot, ...]:
    """Return the frozen results of a study's closed ethics rounds, first to last."""
    payloads = session.scalars(
        select(EthicsSnapshot.payload)
        .join(EthicsRound, EthicsRound.id == EthicsSnapshot.round_id)
        .where(EthicsRound.study_id == study_id)
        .order_by(EthicsRound.number)
    )
    return tuple(EthicsRoundSnapshot.from_dict(json.loads(payload)) for payload in payloads)
