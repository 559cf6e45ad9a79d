"""Mails to a panel: composed in each person's language, queued, and followed until they left or failed.

A mail stands on the side of names. The personal link in it leads to a code, and only its hash is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.orm import Session

from copkit_delphi.domain import effort
from copkit_delphi.domain.mail import LANGUAGES, LETTERS
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import calendars, durations, letter_texts
from copkit_delphi.elicitation.letter_texts import Text
from copkit_delphi.elicitation.links import Links, in_language
from copkit_delphi.elicitation.models import Invitation, Letter, Study
from copkit_delphi.people import outbox
from copkit_delphi.people.models import OutboxMessage
from copkit_delphi.people.outbox import Extra
from copkit_delphi.people.vault import Contact, Vault

# Said first to whoever was proposed by a member of the panel who allowed that it is said.
INTRODUCTIONS = {
    "en": "A member of this panel proposed you.",
    "fr": "Un membre de ce panel vous a proposé pour y participer.",
    "de": "Ein Mitglied dieses Panels hat Sie vorgeschlagen.",
    "pl": "Osoba z tego panelu zaproponowała Państwa udział.",
}


@dataclass(frozen=True, slots=True)
class Post:
    """What letters need: the seals of the outbox, and what makes personal links."""

    vault: Vault
    links: Links


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a mail is about, the same for everybody who gets it; ``until`` is the last day for what it asks."""

    study: Study
    round_: Any
    kind: str
    at: datetime
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody who gets a mail that the log of the panel does not name; ``language`` empty for that of the study."""

    name: str
    email: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """One line of the log: a kind of mail on a day, and what became of it; no name and no address."""

    day: date
    kind: str
    queued: int
    sent: int
    failed: int
    dropped: int
    error: str


def language(contact: Contact | Addressee, fallback: str) -> str:
    """Return in which language somebody is written to."""
    return contact.language if contact.language in LANGUAGES else fallback


def _values(session: Session, occasion: Occasion) -> dict[str, str]:
    study = occasion.study
    return {
        "minutes": str(effort.minutes(sum(durations.of_study(session, study.id).values()))),
        "commissioner": study.commissioned_by,
        "payer": study.paid_by,
        "recipient": study.received_by,
        "contact": study.ethics_contact,
        "round": str(occasion.round_.number),
        "rounds": str(Protocol.from_dict(study.protocol).stopping.max_rounds),
    }


def example(session: Session, *, study: Study, round_: Any, text: Text, kind: str, tongue: str) -> Text:
    """Return a mail to a made-up person, as it would be read."""
    values = _values(session, Occasion(study, round_, kind, study.created_at))
    made_up = {
        "name": "Alex Example",
        "link": "https://delphi.example/p/only-an-example",
        "deadline": letter_texts.moment(round_.deadline, tongue, study.time_zone),
        "until": letter_texts.day(study.created_at.date() + timedelta(days=14), tongue),
    }
    return letter_texts.filled(text, values | made_up)


def send(session: Session, post: Post, *, occasion: Occasion, people: Sequence[Contact]) -> dict[str, str]:
    """Queue a mail to each of ``people``, who have codes; return the ids of the mails by contact.

    A personal link that a mail carries is a new one beside those the person has. Rows are written in the order of
    their own random ids: neither order tells of the other.
    """
    worded = letter_texts.of_study(session, study_id=occasion.study.id, kind=occasion.kind)
    fallback = letter_texts.language_of(session, study_id=occasion.study.id)
    values = _values(session, occasion)
    linked = [one.panellist_id for one in people if worded[language(one, fallback)].names_link]
    addresses = post.links.issue_beside(session, study_id=occasion.study.id, codes=linked)
    attached = _attached(session, occasion)
    found: dict[str, str] = {}
    for contact in sorted(people, key=lambda one: one.id):
        tongue = language(contact, fallback)
        text = letter_texts.filled(
            worded[tongue],
            values
            | {
                "name": contact.name,
                "link": in_language(addresses.get(contact.panellist_id, ""), tongue),
                "deadline": letter_texts.moment(occasion.round_.deadline, tongue, occasion.study.time_zone),
                "until": letter_texts.day(occasion.until, tongue),
            },
        )
        found[contact.id] = outbox.queue(
            session,
            post.vault,
            kind=occasion.kind,
            to=contact.email,
            subject=text.subject,
            text=_introduced(contact, occasion.kind, tongue) + text.body,
            at=occasion.at,
            extra=Extra(tongue, attached.get(tongue, "")),
        )
    _log(session, occasion, found)
    return found


def send_unlogged(
    session: Session, seals: Vault, *, study: Study, kind: str, to: Addressee, at: datetime, link: str = ""
) -> None:
    """Queue a mail to somebody who has no code yet, or of which the log of the panel may tell nothing."""
    tongue = language(to, letter_texts.language_of(session, study_id=study.id))
    values = {
        "name": to.name,
        "link": link,
        "commissioner": study.commissioned_by,
        "contact": study.ethics_contact,
    }
    text = letter_texts.filled(letter_texts.of_study(session, study_id=study.id, kind=kind)[tongue], values)
    outbox.queue(
        session,
        seals,
        kind=kind,
        to=to.email,
        subject=text.subject,
        text=text.body,
        at=at,
        extra=Extra(tongue),
    )


def _introduced(contact: Contact, kind: str, tongue: str) -> str:
    return f"{INTRODUCTIONS[tongue]}\n\n" if contact.introduced and kind == "invitation" else ""


def _attached(session: Session, occasion: Occasion) -> dict[str, str]:
    if not LETTERS[occasion.kind].calendar or occasion.round_.deadline is None:
        return {}
    sequence = calendars.moves(session, study_id=occasion.study.id)
    return {
        tongue: calendars.of_deadline(occasion.round_, language=tongue, stamp=occasion.at, sequence=sequence)
        for tongue in LANGUAGES
    }


def _log(session: Session, occasion: Occasion, found: Mapping[str, str]) -> None:
    session.add_all(
        Letter(
            id=letter_id,
            study_id=occasion.study.id,
            round_id=occasion.round_.id,
            contact_id=contact_id,
            kind=occasion.kind,
            day=occasion.at.date(),
        )
        for contact_id, letter_id in sorted(found.items(), key=lambda pair: pair[1])
    )


def drop(session: Session, *, contact_id: str) -> None:
    """Take back the mails to somebody that have not left."""
    mine = select(Letter.id).where(Letter.contact_id == contact_id, Letter.state == "queued")
    waiting = delete(OutboxMessage).where(OutboxMessage.id.in_(mine), OutboxMessage.state != "sent")
    session.execute(waiting.execution_options(synchronize_session=False))


# What became of them ---------------------------------------------------------------------------------------------------

_WAITING = select(OutboxMessage.id).where(OutboxMessage.state == "queued")


def unsettled(session: Session) -> bool:
    """Tell whether a mail left, failed or was taken back and the log does not say so yet."""
    query = select(Letter.id).where(Letter.state == "queued", Letter.id.not_in(_WAITING)).limit(1)
    return session.scalar(query) is not None


def settle(session: Session) -> None:
    """Write into the log, and into the invitations, what became of mails."""
    state = select(OutboxMessage.state).where(OutboxMessage.id == Letter.id).scalar_subquery()
    error = select(OutboxMessage.error).where(OutboxMessage.id == Letter.id).scalar_subquery()
    over = (Letter.state == "queued", Letter.id.not_in(_WAITING))
    session.execute(
        update(Letter)
        .where(*over)
        .values(state=func.coalesce(state, "dropped"), error=func.coalesce(error, ""))
        .execution_options(synchronize_session=False)
    )
    become = select(Letter.state).where(Letter.id == Invitation.letter_id).scalar_subquery()
    session.execute(
        update(Invitation)
        .where(
            Invitation.state == "queued",
            Invitation.letter_id.in_(select(Letter.id).where(Letter.state.in_(("sent", "failed")))),
        )
        .values(state=become)
        .execution_options(synchronize_session=False)
    )


def log(session: Session, *, study_id: str, most: int = 60) -> list[Sent]:
    """Return what was sent to the panel of a study, the latest day first, by kind."""
    count = {
        state: func.sum(case((Letter.state == state, 1), else_=0))
        for state in ("queued", "sent", "failed", "dropped")
    }
    query = (
        select(Letter.day, Letter.kind, *count.values(), func.max(Letter.error))
        .where(Letter.study_id == study_id)
        .group_by(Letter.day, Letter.kind)
        .order_by(Letter.day.desc(), Letter.kind)
        .limit(most)
    )
    return [
        Sent(day, kind, int(queued), int(sent), int(failed), int(dropped), error)
        for day, kind, queued, sent, failed, dropped, error in session.execute(query)
    ]


def latest(session: Session, *, study_id: str, contacts: Iterable[str]) -> dict[str, list[Letter]]:
    """Return the mails to these people, by contact, the latest day last."""
    query = select(Letter).where(Letter.study_id == study_id, Letter.contact_id.in_(list(contacts)))
    found: dict[str, list[Letter]] = {}
    for letter in session.scalars(query.order_by(Letter.day, Letter.id)):
        found.setdefault(letter.contact_id or "", []).append(letter)
    return found
