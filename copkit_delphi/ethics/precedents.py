"""Precedents: the reviewer decides that a comparable case is documented; the likelihood is then 3 at least."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.ethics import bank
from copkit_delphi.ethics.models import EthicsPrecedent
from copkit_delphi.people import audit

MAX_REASON = 1000


def of_study(session: Session, study_id: str) -> dict[str, str]:
    """Return the reason of every precedent by headline risk."""
    query = select(EthicsPrecedent).where(EthicsPrecedent.study_id == study_id)
    return {row.question_id: row.reason for row in session.scalars(query)}


def decide(
    session: Session, *, study_id: str, question_id: str, reason: str, name: str, actor: str, at: datetime
) -> None:
    """Record a precedent with its reason, or take it back with an empty one; it counts from the next close on."""
    if question_id not in {question.id for question in bank.headline_risks()}:
        raise Invalid(N_("“%(id)s” is not a headline risk of the bank."), id=question_id)
    text = reason.strip()
    if len(text) > MAX_REASON:
        raise Invalid(N_("A reason has at most %(n)s characters."), n=MAX_REASON)
    row = session.get(EthicsPrecedent, (study_id, question_id))
    if (row.reason if row else "") == text:
        return
    if row is not None and not text:
        session.delete(row)
    elif row is None:
        row = EthicsPrecedent(study_id=study_id, question_id=question_id)
        session.add(row)
    if row is not None and text:
        row.reason, row.decided_by, row.decided_on = text, name, at.date()
    audit.record(session, actor=actor, action="ethics:precedent", at=at, study_id=study_id, risk=question_id)
