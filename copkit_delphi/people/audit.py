"""The audit chain: each entry carries the hash of the one before. Never an answer, never a name of the panel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from copkit_delphi.domain.protocol import canonical_json, digest
from copkit_delphi.people.models import AuditEvent

WITHDRAW = "panel:withdraw"
RATINGS_OVER = "retention:ratings"
PAGE = 100
GENESIS = "0" * 64
_LOCK = 0x434F504B  # one writer of the chain at a time on PostgreSQL; SQLite has one writer anyway


def _digest(event: AuditEvent) -> str:
    return digest(
        [event.at.isoformat(), event.actor, event.action, event.study_id, event.detail, event.previous]
    )


def hold(session: Session) -> None:
    """Let nobody else write the chain until this transaction ends; what follows numbers itself alone."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def record(
    session: Session, *, actor: str, action: str, at: datetime, study_id: str = "", **detail: Any
) -> None:
    """Append one event to the chain, in the caller's transaction."""
    hold(session)
    last = session.scalars(select(AuditEvent.hash).order_by(AuditEvent.sequence.desc()).limit(1)).first()
    event = AuditEvent(
        at=at,
        actor=actor,
        action=action,
        study_id=study_id,
        detail=canonical_json(detail),
        previous=last or GENESIS,
    )
    event.hash = _digest(event)
    session.add(event)
    session.flush()  # the next event of this transaction must find this hash


def verify(session: Session) -> int | None:
    """Return the sequence number of the first broken entry, None when the chain holds."""
    previous = GENESIS
    for event in session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)):
        if event.previous != previous or event.hash != _digest(event):
            return event.sequence
        previous = event.hash
    return None


def count(session: Session) -> int:
    """Return how many entries the chain has."""
    return session.scalar(select(func.count()).select_from(AuditEvent)) or 0


def last_day(session: Session, *, study_id: str, actions: Sequence[str]) -> date | None:
    """Return the day of the last of these events of a study."""
    query = select(func.max(AuditEvent.at)).where(
        AuditEvent.study_id == study_id, AuditEvent.action.in_(actions)
    )
    at: datetime | None = session.scalar(query)
    return at.date() if at else None


def last_days(session: Session, *, study_ids: Iterable[str], actions: Sequence[str]) -> dict[str, date]:
    """Return the day of the last of these events of each study, by study id."""
    query = select(AuditEvent.study_id, func.max(AuditEvent.at)).where(
        AuditEvent.study_id.in_(list(study_ids)), AuditEvent.action.in_(actions)
    )
    return {study_id: at.date() for study_id, at in session.execute(query.group_by(AuditEvent.study_id))}


def told(session: Session, *where: ColumnElement[bool], page: int = 1) -> tuple[list[AuditEvent], bool]:
    """Return one page of the events of a selection, the latest first, and whether there are more."""
    query = select(AuditEvent).where(*where).order_by(AuditEvent.sequence.desc())
    rows = list(session.scalars(query.limit(PAGE + 1).offset((page - 1) * PAGE)))
    return rows[:PAGE], len(rows) > PAGE


def how_often(session: Session, *, study_id: str, action: str) -> int:
    """Return how often something happened in a study."""
    mine = (AuditEvent.study_id == study_id, AuditEvent.action == action)
    return session.scalar(select(func.count()).select_from(AuditEvent).where(*mine)) or 0


def of_study(session: Session, study_id: str) -> list[AuditEvent]:
    """Return the events of a study, oldest first."""
    query = select(AuditEvent).where(AuditEvent.study_id == study_id).order_by(AuditEvent.sequence)
    return list(session.scalars(query))
