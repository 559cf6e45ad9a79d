"""Heads of the audit chain kept in a list beside the database: a chain cut short or written anew no longer meets them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.people import lists
from copkit_delphi.people.models import AuditEvent

FILE = "audit-anchors.log"
CLOSES = "round:close"
_CLOSES = (CLOSES, "ethics-round:close")
_RESTORED = "restored"


def _standing(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the sequence and hash of each anchor since the last restore."""
    lines = lists.read(path)
    after = max((place for place, line in enumerate(lines, 1) if line.startswith(_RESTORED)), default=0)
    for line in lines[after:]:
        sequence, digest = line.split()[:2]
        yield int(sequence), digest


def extend(session: Session, path: Path, *, head: bool = False) -> None:
    """Anchor every close that is not anchored yet; with ``head`` the newest entry, whatever it is."""
    last = max((sequence for sequence, _ in _standing(path)), default=0)
    query = select(AuditEvent).where(AuditEvent.sequence > last).order_by(AuditEvent.sequence)
    wanted = list(session.scalars(query.where(AuditEvent.action.in_(_CLOSES))))
    if head:
        newest = select(AuditEvent).order_by(AuditEvent.sequence.desc()).limit(1)
        wanted += [event for event in session.scalars(newest) if event.sequence > last]
    lists.extend(path, (f"{event.sequence} {event.hash}" for event in wanted))


def begin_anew(path: Path) -> None:
    """Note that an older database was put back on purpose: anchors before this line no longer bind."""
    if path.exists():
        lists.append(path, _RESTORED)


def missed(session: Session, path: Path) -> int | None:
    """Return the sequence of the first anchor that the chain does not meet, None when it meets all."""
    for sequence, digest in _standing(path):
        event = session.get(AuditEvent, sequence)
        if event is None or event.hash != digest:
            return sequence
    return None
