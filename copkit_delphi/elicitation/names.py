"""Names and contacts of a panel. Each opening of the list is written down: by whom and when, never what was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.elicitation import studies
from copkit_delphi.people import audit, vault
from copkit_delphi.people.models import AuditEvent
from copkit_delphi.people.vault import Vault

OPENED = "panel:open-names"
# Whoever goes back and forth between pages within a sitting has opened the list once.
SITTING = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody on the list of a panel; nothing about answers."""

    name: str
    email: str
    group: str
    organisation: str = ""
    note: str = ""
    origin: str = ""


def read(session: Session, seals: Vault, *, study_id: str, actor: str, at: datetime) -> list[Listed]:
    """Open the list with its contacts and write that down in the same transaction."""
    note(session, study_id=study_id, actor=actor, at=at)
    groups = {group.id: group.name for group in studies.groups(session, study_id)}
    return [
        Listed(
            contact.name,
            contact.email,
            groups.get(contact.group_id, ""),
            contact.organisation,
            contact.note,
            contact.origin,
        )
        for contact in vault.contacts(session, seals, study_id=study_id)
    ]


def note(session: Session, *, study_id: str, actor: str, at: datetime) -> None:
    """Write down that ``actor`` opened the names."""
    audit.record(session, actor=actor, action=OPENED, at=at, study_id=study_id)


def noted(session: Session, *, study_id: str, actor: str, at: datetime) -> bool:
    """Tell whether this sitting of ``actor`` is written down already."""
    query = select(AuditEvent.sequence).where(
        AuditEvent.study_id == study_id,
        AuditEvent.actor == actor,
        AuditEvent.action == OPENED,
        AuditEvent.at > at - SITTING,
    )
    return session.scalar(query.limit(1)) is not None
