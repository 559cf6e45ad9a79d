"""An ethics round with panellists who answer as a test tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.risk import RiskRating
from copkit_delphi.elicitation.models import Panellist, StakeholderGroup
from copkit_delphi.elicitation.ratings import Reason
from copkit_delphi.ethics import answers, bank, rounds
from copkit_delphi.ethics.answers import RiskAnswer
from copkit_delphi.ethics.models import EthicsRound
from tests import factories

SUBJECT = "Two threats, and a shared reporting point against them."
OF_LEVEL = {1: (1, 1, 1, 1), 2: (3, 3, 3, 3), 3: (3, 3, 3, 4), 4: (4, 4, 4, 4)}  # one rating of each level
WHY = Reason("The sources say so.")


def opened(
    session: Session,
    study_id: str,
    *,
    at: datetime = factories.NOW,
    lasts: timedelta = factories.WEEK,
    actor: str = "test",
) -> EthicsRound:
    """Open an ethics round."""
    return rounds.open_next(
        session,
        study_id=study_id,
        subject=SUBJECT,
        deadline=at + lasts,
        actor=actor,
        clock=factories.clock_at(at),
    )


def members(session: Session, study_id: str) -> dict[str, list[str]]:
    """Return the codes of the panel by kind of group."""
    query = (
        select(StakeholderGroup.kind, Panellist.id)
        .join(Panellist, Panellist.group_id == StakeholderGroup.id)
        .where(Panellist.study_id == study_id)
        .order_by(StakeholderGroup.position, Panellist.id)
    )
    found: dict[str, list[str]] = {}
    for kind, code in session.execute(query):
        found.setdefault(kind, []).append(code)
    return found


def rating(level: int) -> RiskRating:
    """Return a rating of a level, 1 to 4."""
    return RiskRating(*OF_LEVEL[level])


def rate(
    session: Session,
    round_: EthicsRound,
    panellist: str,
    question: str,
    answer: RiskAnswer | int,
    **more: Any,
) -> None:
    """Save one rating, given as a level or whole."""
    given = RiskAnswer(rating(answer), 2, reason=WHY) if isinstance(answer, int) else answer
    clock = more.get("clock") or factories.clock_at()
    answers.save(
        session, panellist_id=panellist, round_id=round_.id, question_id=question, answer=given, clock=clock
    )


def rate_all(
    session: Session,
    round_: EthicsRound,
    levels: Mapping[str, Sequence[int]],
    *,
    others: int = 1,
    question: str = "MAU-01",
) -> None:
    """Let as many of each kind as there are levels rate ``question`` so, and every other risk at ``others``."""
    panel = members(session, round_.study_id)
    for kind, values in levels.items():
        for code, level in zip(panel[kind], values, strict=False):
            for risk in bank.headline_risks():
                rate(session, round_, code, risk.id, level if risk.id == question else others)


def closed(session: Session, round_: EthicsRound, *, at: datetime = factories.NOW) -> EthicsRound:
    """Close an ethics round by hand."""
    return rounds.close(session, round_id=round_.id, actor="test", clock=factories.clock_at(at))
