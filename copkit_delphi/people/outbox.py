"""The outbox: mails are rows written with the change they tell of, and leave after its commit.

A server that is down costs no mail an attempt: the queue stays as it is, and is tried again after growing pauses. No
transaction is open while a mail server is talked to.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from copkit_delphi.database import Database
from copkit_delphi.people import carriers
from copkit_delphi.people.carriers import Carrier, Failure, Meaning
from copkit_delphi.people.models import MailServer, OutboxMessage
from copkit_delphi.people.vault import Vault

MAX_ATTEMPTS = 10  # of one mail that the server puts off; the pauses between add up to a day
_CLAIM = timedelta(minutes=30)  # a mail taken by a process that died is free again after this
_LONGEST = timedelta(minutes=10)
SERVER = "smtp"
Clock = Callable[[Session], datetime]
# Every kind of mail: to whom, and what it says. A kind that is not here cannot be queued.
KINDS = {
    "invitation": ("panellist", "personal link and deadline of a round"),
    "lost-link": ("panellist who asked for it", "a fresh personal link in the place of a lost one"),
    "ethics-contact": ("ethics contact of a study", "what a panellist wrote to them; no name, no code"),
    "enrolment": ("applicant", "link to confirm an address"),
    "enrolment-declined": ("applicant", "that the panel is made up of others"),
    "wording": (
        "everybody on the panel",
        "that edited wordings can be looked at, and until when; no text, not whose",
    ),
    "round-opened": ("panellist", "personal link and deadline of the next round"),
    "reminder": ("panellist who has not finished", "personal link and deadline of the open round"),
    "last-reminder": ("panellist who has not finished", "the same, for the second and last time"),
    "deadline-moved": ("panellist who has not finished", "new deadline of the open round"),
    "round-reopened": ("panellist", "personal link and deadline of a round that opened again"),
    "feedback-open": ("panellist", "that the panel's results can be read behind the personal link"),
    "study-ended": ("panellist", "that no further round follows"),
    "thank-you": ("panellist who finished", "thanks for a round"),
    "account": ("member of staff or reader", "link to set a password; or that the account changed"),
    "roles": (
        "facilitator, ethics reviewer, DPO or owner of a study",
        "that an administrator changed its roles",
    ),
    "reveal": ("panellist", "that their name was opened, and by whose decision"),
    "release": ("recipient", "link to a released document, behind the sign-in"),
    "release-reminder": ("recipient", "the same link, once more"),
    "retraction": ("recipient", "link to what stands in the place of a retracted document"),
    "replacement": ("recipient", "link to a document that a newer version replaced"),
}


@dataclass(frozen=True, slots=True)
class Extra:
    """What a mail has beside its words: the language its head names, and the text of a calendar file to attach."""

    language: str = "en"
    calendar: str = ""


PLAIN = Extra()


def queue(
    session: Session,
    vault: Vault,
    *,
    kind: str,
    to: str,
    subject: str,
    text: str,
    at: datetime,
    extra: Extra = PLAIN,
) -> str:
    """Queue one plain-text mail to one recipient; return its id. Raises ``KeyError`` for a kind not in the table."""
    if kind not in KINDS:
        raise KeyError(f"mail kind {kind!r} needs its line in KINDS")
    sealed = {"to": to, "subject": subject, "text": text, "language": extra.language}
    sealed |= {"calendar": extra.calendar} if extra.calendar else {}
    row = OutboxMessage(id=secrets.token_hex(16), kind=kind, created_at=at, seal=vault.seal(sealed))
    session.add(row)
    return row.id


def forget(session: Session, vault: Vault, *, to: str, mine: Callable[[str], bool]) -> None:
    """Delete the mails to one address that have not left; ``mine`` tells by the text which are meant."""
    for row in session.scalars(select(OutboxMessage).where(OutboxMessage.seal.is_not(None))):
        opened = vault.open(row.seal or b"")
        if opened["to"] == to and mine(opened["text"]):
            session.delete(row)


def expire(session: Session, *, before: datetime) -> int:
    """Delete the rows of mails that left, or never could, before a moment; return how many."""
    old = select(OutboxMessage).where(OutboxMessage.created_at < before, OutboxMessage.state != "queued")
    found = session.scalars(old).all()
    for row in found:
        session.delete(row)
    return len(found)


def sweep_folder(folder: Path, *, is_old: Callable[[str], bool]) -> None:
    """Delete the mails of the default install's folder whose text says so."""
    for path in folder.glob("*.eml"):
        message = carriers.read(path)
        if message is not None and is_old(carriers.text_of(message)):
            path.unlink(missing_ok=True)


def _message(opened: Mapping[str, str], sender: str, message_id: str, at: datetime) -> EmailMessage:
    """Return a mail to one recipient; a line break in a header is refused by the library with ValueError."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, opened["to"], opened["subject"]
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2].strip('> ') or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(opened["text"])
    if opened.get("calendar"):
        message.add_attachment(
            opened["calendar"], subtype="calendar", filename="deadline.ics", params={"method": "PUBLISH"}
        )
    message["Content-Language"] = opened.get("language", "en")  # last: setting content takes such heads away
    return message


@dataclass(frozen=True, slots=True)
class Health:
    """The queue: how many mails wait and how many failed for good, and since when the server takes nothing."""

    waiting: int
    failed: int
    down_since: datetime | None = None
    next_try_at: datetime | None = None
    taken_at: datetime | None = None
    error: str = ""


def health(session: Session) -> Health:
    """Return how the queue stands."""
    counted = dict(
        session.execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)).all()
    )
    server = session.get(MailServer, SERVER) or MailServer()
    return Health(
        waiting=counted.get("queued", 0),
        failed=counted.get("failed", 0),
        down_since=server.down_since,
        next_try_at=server.next_try_at,
        taken_at=server.taken_at,
        error=server.error or "",
    )


def _due(at: datetime) -> tuple[Any, ...]:
    free = or_(OutboxMessage.next_try_at.is_(None), OutboxMessage.next_try_at <= at)
    return OutboxMessage.state == "queued", free


def _rests(session: Session, at: datetime) -> bool:
    """Tell whether nothing is to be tried now: nothing waits, or the server is given a pause."""
    server = session.get(MailServer, SERVER)
    if server is not None and server.next_try_at is not None and server.next_try_at > at:
        return True
    return session.scalar(select(OutboxMessage.id).where(*_due(at)).limit(1)) is None


def _claim(session: Session, at: datetime, limit: int) -> list[str]:
    """Take the next mails, so that no other process sends them; those that were put off come last."""
    query = select(OutboxMessage).where(*_due(at))
    query = query.order_by(OutboxMessage.attempts, OutboxMessage.next_try_at.is_not(None), OutboxMessage.id)
    rows = session.scalars(query.limit(limit).with_for_update(skip_locked=True)).all()
    for row in rows:
        row.next_try_at = at + _CLAIM
    return [row.id for row in rows]


def deliver(
    database: Database, vault: Vault, carrier: Carrier, *, sender: str, clock: Clock, limit: int = 50
) -> int:
    """Hand queued mails to ``carrier``; return how many left. What left is erased here.

    Each mail is noted by itself: a process that dies has sent at most one mail that it did not note.
    """
    with database.reading() as session:
        if _rests(session, clock(session)):
            return 0
    with database.writing() as session:
        claimed = _claim(session, clock(session), limit)
    sent = 0
    for place, message_id in enumerate(claimed):
        failure = _carry(database, vault, carrier, message_id, sender, clock)
        with database.writing() as session:
            at = clock(session)
            _note(session, message_id, failure, at)
            if failure is not None and failure.meaning == Meaning.DOWN:
                _pause(session, failure.error, at)
                _release(session, claimed[place + 1 :])
                break
            if failure is None:
                _taken(session, at)
        sent += failure is None
    return sent


def _carry(
    database: Database, vault: Vault, carrier: Carrier, message_id: str, sender: str, clock: Clock
) -> Failure | None:
    """Send one mail; return why it did not leave. Somebody who withdrew meanwhile gets none."""
    with database.reading() as session:
        row, at = session.get(OutboxMessage, message_id), clock(session)
    if row is None or row.seal is None:
        return Failure(Meaning.NEVER, "gone")
    try:
        carrier(message_id, _message(vault.open(row.seal), sender, message_id, at))
    except Exception as error:  # noqa: BLE001 - a mail that cannot be written must not hold up the others
        return carriers.judge(error)
    return None


def _note(session: Session, message_id: str, failure: Failure | None, at: datetime) -> None:
    row = session.get(OutboxMessage, message_id)
    if row is None:
        return
    if failure is None:
        row.state, row.seal, row.error, row.next_try_at = "sent", None, None, None
        row.attempts += 1
        return
    row.error = failure.error
    if (
        failure.meaning == Meaning.DOWN
    ):  # the others go first: it may be this mail that the server cannot bear
        row.next_try_at = at
        return
    row.attempts += 1
    over = failure.meaning == Meaning.NEVER or row.attempts >= MAX_ATTEMPTS
    row.state = "failed" if over else "queued"
    row.next_try_at = None if over else at + timedelta(minutes=3 * 2 ** (row.attempts - 1))


def _server(session: Session) -> MailServer:
    row = session.get(MailServer, SERVER)
    if row is None:
        row = MailServer(name=SERVER, failures=0, error="")
        session.add(row)
    return row


def _pause(session: Session, error: str, at: datetime) -> None:
    """Note that the server takes nothing, and leave it alone for a while: 10 seconds, then twice as long each time."""
    row = _server(session)
    row.failures += 1
    row.down_since, row.error = row.down_since or at, error
    row.next_try_at = at + min(timedelta(seconds=5 * 2 ** min(row.failures, 10)), _LONGEST)


def _taken(session: Session, at: datetime) -> None:
    row = _server(session)
    row.taken_at, row.down_since, row.next_try_at, row.failures, row.error = at, None, None, 0, ""


def _release(session: Session, claimed: list[str]) -> None:
    session.execute(update(OutboxMessage).where(OutboxMessage.id.in_(claimed)).values(next_try_at=None))
