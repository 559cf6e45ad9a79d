"""Texts of mails: those that come with the product, those a study put in their place, and how they are filled.

Filling goes over a text once and replaces known placeholders only: what a name holds is never read as a placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Invalid, NotFound
from copkit_delphi.domain.mail import LANGUAGES, LETTERS, PLACEHOLDERS
from copkit_delphi.domain.zones import UTC_NAME
from copkit_delphi.elicitation import letter_words
from copkit_delphi.elicitation.models import LetterText, MailChoice, Study
from copkit_delphi.people import audit
from copkit_delphi.reporting import zones

MOST_SUBJECT, MOST_BODY = 120, 4000
FALLBACK = "en"
_PLACE = re.compile(r"\{([^{}\n]*)\}")


@dataclass(frozen=True, slots=True)
class Text:
    """Subject and body of a mail with placeholders; ``own`` where the study changed it."""

    subject: str
    body: str
    own: bool = False

    @property
    def names_link(self) -> bool:
        """Tell whether the personal link stands in it."""
        return "{link}" in self.body


def shipped(kind: str, language: str) -> Text:
    """Return the text that comes with the product; raises ``NotFound`` for a kind or language there is none in."""
    if kind not in LETTERS or language not in letter_words.LANGUAGES:
        raise NotFound(N_("There is no such mail."))
    return Text(*letter_words.LANGUAGES[language].TEXTS[kind])


def _own(kind: str, language: str) -> None:
    """Raise ``NotFound`` unless a study may word this kind of mail itself."""
    shipped(kind, language)
    if not LETTERS[kind].own:
        raise NotFound(N_("There is no such mail."))


def of_study(session: Session, *, study_id: str, kind: str) -> dict[str, Text]:
    """Return the text of one kind of mail in every language, as the study words it."""
    own = session.scalars(
        select(LetterText).where(LetterText.study_id == study_id, LetterText.kind == kind)
    ).all()
    found = {language: shipped(kind, language) for language in LANGUAGES}
    return found | {row.language: Text(row.subject, row.body, own=True) for row in own}


def changed(session: Session, *, study_id: str) -> set[tuple[str, str]]:
    """Return kind and language of the mails that the study words itself."""
    query = select(LetterText.kind, LetterText.language).where(LetterText.study_id == study_id)
    return {(kind, language) for kind, language in session.execute(query)}


def language_of(session: Session, *, study_id: str) -> str:
    """Return the language of mails to people who have none of their own."""
    row = session.get(MailChoice, study_id)
    return row.language if row else FALLBACK


def check_language(language: str) -> str:
    """Return ``language``; raises ``Invalid`` for one there are no mails in."""
    if language not in LANGUAGES:
        raise Invalid(N_("Choose one of the languages of the list."))
    return language


def set_language(session: Session, *, study_id: str, language: str, at: datetime, actor: str) -> None:
    """Choose the language of mails to people who have none of their own; raises ``Invalid``."""
    session.merge(MailChoice(study_id=study_id, language=check_language(language)))
    audit.record(
        session, actor=actor, action="mail:set-language", at=at, study_id=study_id, language=language
    )


def checked(study: Study, kind: str, text: Text) -> Text:
    """Return a text as it is stored; raises ``Invalid`` with what has to be mended.

    A mail passes many hands: it carries no title of the study, so that nobody on its way learns what it is about.
    """
    text = Text(" ".join(text.subject.split()), text.body.replace("\r\n", "\n").strip() + "\n", own=True)
    if not text.subject or not text.body.strip():
        raise Invalid(N_("A mail needs a subject and a text."))
    if len(text.subject) > MOST_SUBJECT or len(text.body) > MOST_BODY:
        raise Invalid(
            N_("A subject has at most %(subject)s characters, a text %(body)s."),
            subject=MOST_SUBJECT,
            body=MOST_BODY,
        )
    if any(ord(letter) < 32 and letter != "\n" for letter in text.subject + text.body):
        raise Invalid(N_("The text holds a character that cannot be sent. Type it again."))
    _check_places(kind, text)
    if study.title.casefold() in f"{text.subject}\n{text.body}".casefold():
        raise Invalid(N_("Leave out the title of the study: mails pass many hands."))
    return text


def _check_places(kind: str, text: Text) -> None:
    places = LETTERS[kind].places
    unknown = [name for name in _PLACE.findall(text.subject + text.body) if name not in places]
    if unknown:
        raise Invalid(
            N_("{%(name)s} is not known. There are: %(known)s."),
            name=unknown[0],
            known=", ".join(f"{{{name}}}" for name in places),
        )
    if "{link}" in text.subject:
        raise Invalid(N_("The personal link belongs into the text, not into the subject."))
    if LETTERS[kind].needs_link and not text.names_link:
        raise Invalid(N_("Put {link} where the personal link is to stand: without it nobody can answer."))


def change(
    session: Session, *, study: Study, kind: str, language: str, text: Text, at: datetime, actor: str
) -> None:
    """Put a text of the study's own in the place of the shipped one; raises ``Invalid`` or ``NotFound``."""
    _own(kind, language)
    given = checked(study, kind, text)
    session.merge(
        LetterText(study_id=study.id, kind=kind, language=language, subject=given.subject, body=given.body)
    )
    audit.record(
        session, actor=actor, action="mail:edit", at=at, study_id=study.id, kind=kind, language=language
    )


def reset(session: Session, *, study_id: str, kind: str, language: str, at: datetime, actor: str) -> None:
    """Go back to the shipped text."""
    _own(kind, language)
    mine = (LetterText.study_id == study_id, LetterText.kind == kind, LetterText.language == language)
    session.execute(delete(LetterText).where(*mine))
    audit.record(
        session, actor=actor, action="mail:reset", at=at, study_id=study_id, kind=kind, language=language
    )


def filled(text: Text, values: Mapping[str, str]) -> Text:
    """Return ``text`` with ``values`` in the place of its placeholders; those without a value stay empty."""
    clean = {name: " ".join(value.split()) for name, value in values.items()}
    put = lambda found: clean.get(found[1], "") if found[1] in PLACEHOLDERS else found[0]  # noqa: E731
    return Text(" ".join(_PLACE.sub(put, text.subject).split()), _PLACE.sub(put, text.body))


def moment(at: datetime | None, language: str, zone: str = UTC_NAME) -> str:
    """Return day and time in words of a language, with the zone; empty without one."""
    if at is None:
        return ""
    at = at.astimezone(ZoneInfo(zone))
    told = {"time": f"{at:%H:%M}", "zone": zones.label(at, language), "beside": zones.beside(at, language)}
    return letter_words.LANGUAGES[language].MOMENT.format(**_named(at.date(), language), **told)


def day(on: date | None, language: str) -> str:
    """Return a day in words of a language; empty without one."""
    return letter_words.LANGUAGES[language].DAY.format(**_named(on, language)) if on else ""


def _named(on: date, language: str) -> dict[str, object]:
    words = letter_words.LANGUAGES[language]
    return {
        "weekday": words.DAYS[on.weekday()],
        "day": on.day,
        "month": words.MONTHS[on.month - 1],
        "year": on.year,
    }
