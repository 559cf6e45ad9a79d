"""The outbox: mails are rows written with the change they tell of, and leave after its commit."""

from __future__ import annotations

import secrets
import smtplib
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.people.models import OutboxMessage
from copkit_delphi.people.vault import Vault

MAX_ATTEMPTS = 10
# Every kind of mail: to whom, and what it says. A kind that is not here cannot be queued.
KINDS = {
    "invitation": ("panellist", "personal link and deadline of a round"),
    "enrolment": ("applicant", "link to confirm an address; or that the panel is made up of others"),
    "wording": (
        "everybody on the panel",
        "that edited wordings can be looked at, and until when; no text, not whose",
    ),
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


class Carrier(Protocol):
    """Takes one mail away; raises OSError or SMTPException when it cannot."""

    def __call__(self, message_id: str, message: EmailMessage) -> None:
        """Deliver ``message``."""


def queue(
    session: Session, vault: Vault, *, kind: str, to: str, subject: str, text: str, at: datetime
) -> str:
    """Queue one plain-text mail to one recipient; return its id. Raises ``KeyError`` for a kind not in the table."""
    if kind not in KINDS:
        raise KeyError(f"mail kind {kind!r} needs its line in KINDS")
    row = OutboxMessage(
        id=secrets.token_hex(16),
        kind=kind,
        created_at=at,
        seal=vault.seal({"to": to, "subject": subject, "text": text}),
    )
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
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        if isinstance(message, EmailMessage) and is_old(str(message.get_content())):
            path.unlink(missing_ok=True)


def folder_carrier(folder: Path) -> Carrier:
    """Return a carrier that writes each mail to ``folder``: the default install sends nothing by accident."""

    def carry(message_id: str, message: EmailMessage) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{message_id}.eml"
        path.touch(mode=0o600)
        path.write_bytes(bytes(message))

    return carry


def smtp_carrier(url: str) -> Carrier:
    """Return a carrier for ``smtp://user:password@host:port`` (or ``smtps://``)."""
    parts = urlsplit(url)
    connect = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP

    def carry(message_id: str, message: EmailMessage) -> None:
        del message_id
        with connect(parts.hostname or "localhost", parts.port or 0, timeout=20) as server:
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)

    return carry


def _message(opened: dict[str, str], sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, opened["to"], opened["subject"]
    message.set_content(opened["text"])
    return message


def deliver(session: Session, vault: Vault, carrier: Carrier, *, sender: str, limit: int = 50) -> int:
    """Hand queued mails to ``carrier``; return how many left. What left is erased here."""
    query = (
        select(OutboxMessage).where(OutboxMessage.state == "queued").order_by(OutboxMessage.id).limit(limit)
    )
    rows = session.scalars(query.with_for_update(skip_locked=True)).all()
    sent = 0
    for row in rows:
        row.attempts += 1
        try:
            carrier(row.id, _message(vault.open(row.seal or b""), sender))
        except (OSError, smtplib.SMTPException) as error:
            row.error = type(error).__name__
            row.state = "failed" if row.attempts >= MAX_ATTEMPTS else "queued"
            continue
        except Exception as error:  # noqa: BLE001 - a mail that cannot be written must not hold up the others
            row.error, row.state = type(error).__name__, "failed"
            continue
        row.state, row.seal, row.error = "sent", None, None
        sent += 1
    return sent
