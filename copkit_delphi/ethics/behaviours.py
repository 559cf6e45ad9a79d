"""A synthetic panel in an ethics round of a practice or synthetic study, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict
from copkit_delphi.domain.lifecycle import Progress
from copkit_delphi.domain.risk import Burden, RiskRating
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.holding import Clock
from copkit_delphi.elicitation.models import Panellist, StakeholderGroup
from copkit_delphi.elicitation.ratings import Reason
from copkit_delphi.ethics import answers, bank
from copkit_delphi.ethics.answers import RiskAnswer, StopAnswer
from copkit_delphi.ethics.models import EthicsRound

_ABSENT = 9  # one seat in nine stays empty, as in the other rounds
_BURDENS = tuple(Burden)
_CAUTION = {"cso": 0.5}  # civil society tends to see more at stake


@dataclass(frozen=True, slots=True)
class RiskTendency:
    """What a synthetic panel tends to say of one headline risk: centres of the four parts, and by kind of group."""

    gravity: float = 2.0
    reach: float = 2.0
    irreversibility: float = 2.0
    likelihood: float = 2.0
    burden: Burden = Burden.GENERAL
    shift: Mapping[str, float] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()


def answer(
    session: Session,
    round_: EthicsRound,
    *,
    clock: Clock,
    seed: int,
    tendencies: Mapping[str, RiskTendency] | None = None,
    stop: str = "",
) -> int:
    """Let every synthetic panellist of the round's study answer; return how many did.

    ``stop`` names a stop question that one of them answers with its flag.
    """
    study = studies.get(session, round_.study_id)
    if not (study.practice or study.synthetic):
        raise Conflict(N_("Synthetic panellists belong in practice studies only."))
    done, alarm = 0, stop
    for index, (panellist, kind) in enumerate(_seats(session, round_.study_id)):
        standing = answers.progress(session, panellist_id=panellist, round_id=round_.id)
        if index % _ABSENT == _ABSENT - 1 or standing == Progress.DONE:
            continue
        rng = random.Random(f"{seed}:{kind}:{index}:{round_.number}")  # noqa: S311 - a repeatable panel
        _answer(session, round_, panellist, kind, tendencies or {}, alarm, rng, clock)
        alarm = ""
        done += 1
    return done


def _seats(session: Session, study_id: str) -> list[tuple[str, str]]:
    query = (
        select(Panellist.id, StakeholderGroup.kind)
        .join(StakeholderGroup, StakeholderGroup.id == Panellist.group_id)
        .where(Panellist.study_id == study_id, Panellist.synthetic)
        .order_by(StakeholderGroup.position, Panellist.id)
    )
    return [(code, kind) for code, kind in session.execute(query)]


def _answer(
    session: Session,
    round_: EthicsRound,
    panellist: str,
    kind: str,
    tendencies: Mapping[str, RiskTendency],
    alarm: str,
    rng: random.Random,
    clock: Clock,
) -> None:
    mine: dict[str, Any] = {"panellist_id": panellist, "round_id": round_.id, "clock": clock}
    for question in bank.headline_risks():
        given = _rating(tendencies.get(question.id, RiskTendency()), kind, rng)
        answers.save(session, question_id=question.id, answer=given, **mine)
    for question in bank.stop_questions():
        wanted = "stop" if question.id == alarm else ""
        told = [option.value for option in question.options if option.flag == wanted]
        answers.save(session, question_id=question.id, answer=StopAnswer(told[-1]), **mine)
    answers.submit(session, panellist_id=panellist, round_id=round_.id, clock=clock)


def _rating(tendency: RiskTendency, kind: str, rng: random.Random) -> RiskAnswer:
    shift = tendency.shift.get(kind, _CAUTION.get(kind, 0.0))
    parts: dict[str, Any] = {
        part: min(5, max(1, round(getattr(tendency, part) + shift + rng.gauss(0, 0.45))))
        for part in bank.PARTS
    }
    rating = RiskRating(**parts, burden=tendency.burden)
    return RiskAnswer(rating, rng.choice((1, 2, 2, 3)), reason=_reason(rating, tendency, rng))


def _reason(rating: RiskRating, tendency: RiskTendency, rng: random.Random) -> Reason:
    if not answers.asks_reason(rating):
        return Reason()
    return Reason(rng.choice(tendency.reasons)) if tendency.reasons else Reason("", "declined")
