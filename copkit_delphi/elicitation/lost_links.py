"""A lost link: whoever has the invited address gets a fresh one by mail, without the facilitators.

The request only puts the address away, sealed. The worker looks whether it is on a panel, so that neither the answer
nor the time it takes tells anybody. The mail stands in no log of a study.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.elicitation import letter_texts, letter_words, letters, links
from copkit_delphi.elicitation.letter_texts import Text
from copkit_delphi.elicitation.letters import Post
from copkit_delphi.elicitation.links import in_language
from copkit_delphi.elicitation.models import LostLink, Study
from copkit_delphi.people import accounts, audit, outbox, vault
from copkit_delphi.people.vault import Contact, Vault

KIND = "lost-link"


def ask(session: Session, seals: Vault, *, address: str) -> None:
    """Put an address away until the worker comes by; nothing is looked up."""
    sealed = seals.seal({"address": accounts.sought(address)})
    session.add(LostLink(id=secrets.token_hex(16), seal=sealed))


def waiting(session: Session) -> bool:
    """Tell whether anybody waits for a new link."""
    return session.scalar(select(LostLink.id).limit(1)) is not None


def answer(session: Session, post: Post, *, at: datetime) -> int:
    """Queue a mail with a fresh link for each study an address is invited to; return how many.

    The entry in the audit says how many mails were asked for, and nothing about whom or which study.
    """
    asked = session.scalars(select(LostLink).with_for_update(skip_locked=True)).all()
    sought = {post.vault.open(row.seal)["address"] for row in asked}
    sent = sum(
        _send(session, post, study, contact, at)
        for study, contact in _invited(session, post.vault, sought, at)
    )
    for row in asked:
        session.delete(row)
    if asked:
        audit.record(session, actor="panellist", action="panel:lost-link", at=at, asked=len(asked))
    return sent


def _invited(
    session: Session, seals: Vault, sought: set[str], at: datetime
) -> Iterator[tuple[Study, Contact]]:
    for study in links.reachable(session, at=at):
        found = defaultdict(list)
        for contact in vault.contacts(session, seals, study_id=study.id):
            found[accounts.sought(contact.email)].append(contact)
        for address in sorted(sought & found.keys()):
            yield from ((study, contact) for contact in found[address] if contact.panellist_id)


def _send(session: Session, post: Post, study: Study, contact: Contact, at: datetime) -> int:
    code = contact.panellist_id
    tongue = letters.language(contact, letter_texts.language_of(session, study_id=study.id))
    address = post.links.replace(session, study_id=study.id, codes=[code])[code]
    values = {"name": contact.name, "link": in_language(address, tongue), "contact": study.ethics_contact}
    text = letter_texts.filled(Text(*letter_words.LANGUAGES[tongue].LOST_LINK), values)
    outbox.queue(
        session, post.vault, kind=KIND, to=contact.email, subject=text.subject, text=text.body, at=at
    )
    return 1
