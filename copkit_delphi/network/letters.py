"""Letters to recipients: neutral, without title, figure or marking, with a link that asks for the sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from copkit_delphi.elicitation import studies
from copkit_delphi.network.models import Recipient
from copkit_delphi.people import outbox
from copkit_delphi.people.models import Account
from copkit_delphi.people.vault import Vault
from copkit_delphi.warning.models import Brief

RELEASE, REMINDER, RETRACTION, REPLACEMENT = "release", "release-reminder", "retraction", "replacement"
_CONFIRM = "Please read it and confirm there that you have read it."
_TEXTS = {
    RELEASE: ("A document for you", "a document was released to you by name.", _CONFIRM),
    REMINDER: (
        "A document for you: please confirm",
        "a document was released to you, and you have not confirmed it yet.",
        _CONFIRM,
    ),
    RETRACTION: (
        "A document was retracted",
        "a document that was released to you was retracted. Please stop using it and delete your copies.",
        "The reason stands there. Please confirm that you have seen it.",
    ),
    REPLACEMENT: (
        "A document was replaced",
        "a document that was released to you was replaced by a newer version.",
        "Please do not use the earlier version any more.",
    ),
}


@dataclass(frozen=True, slots=True)
class Post:
    """What letters need: the seals of the outbox, and the address of this site."""

    vault: Vault
    site: str


def send(session: Session, post: Post, *, kind: str, to: Recipient, brief_id: str, at: datetime) -> None:
    """Queue one letter about a brief version; it leaves after the commit."""
    subject, opening, closing = _TEXTS[kind]
    if studies.get(session, session.get_one(Brief, brief_id).study_id).exercise:
        subject, closing = f"EXERCISE: {subject}", f"{closing} This is an exercise."
    text = (
        f"Dear {to.name},\n\n{opening} It opens after sign-in:\n\n"
        f"{post.site}/briefs/{brief_id}/for-you\n\n{closing}\n"
    )
    address = session.get_one(Account, to.account_id).email
    outbox.queue(session, post.vault, kind=kind, to=address, subject=subject, text=text, at=at)
