"""What panellists agree to, in versions: a changed text is a new version, and is agreed to before the next answer.

Every study shows the product's information sheet. A study may add to it and word the sentence that is agreed to.
Number 1 is the text before anything was changed in a running study; it has a row only if the study worded its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid, Moved
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import entry, ratings
from copkit_delphi.elicitation.consents import EDITION
from copkit_delphi.elicitation.disclosure import hidden_groups
from copkit_delphi.elicitation.models import ConsentText, Panellist, Study
from copkit_delphi.people import audit

MOST_INFORMATION, MOST_AGREEMENT, MOST_CHANGED = 6_000, 300, 600


@dataclass(frozen=True, slots=True)
class Text:
    """One version; ``agreement`` is empty where the product's own sentence stands. ``at`` is when it began."""

    number: int
    information: str
    agreement: str
    changed: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One version with how many of those on the panel agreed to it last; None where that may not be said."""

    text: Text
    agreed: int | None


def current(session: Session, study_id: str) -> Text:
    """Return the text that is agreed to now."""
    return of_study(session, study_id)[-1]


def of_study(session: Session, study_id: str) -> list[Text]:
    """Return every version, the first first."""
    query = select(ConsentText).where(ConsentText.study_id == study_id).order_by(ConsentText.number)
    rows = [
        Text(row.number, row.information, row.agreement, row.changed, row.at)
        for row in session.scalars(query)
    ]
    if rows and rows[0].number == 1:
        return rows
    return [Text(1, "", "", "", session.get_one(Study, study_id).created_at), *rows]


def revise(
    session: Session,
    *,
    study_id: str,
    information: str,
    agreement: str,
    changed: str,
    at: datetime,
    actor: str,
) -> int:
    """Put a text in force and return its number: in a draft it replaces the first, later everybody is asked again.

    Raises ``Invalid`` or ``Conflict``.
    """
    before = current(session, study_id)
    if (information, agreement) == (before.information, before.agreement):
        raise Conflict(N_("The text is the same as before. Nothing was changed."))
    entry.check(session, study_id)
    number = 1
    if session.get_one(Study, study_id).state == StudyState.RUNNING:
        if not changed:
            raise Invalid(N_("Say what changed: everybody who agreed before reads it."))
        number = before.number + 1
        _ask_again(session, study_id)
    text = ConsentText(
        study_id=study_id, number=number, information=information, agreement=agreement, changed=changed,
        actor=actor, at=at,
    )  # fmt: skip
    session.merge(text)
    audit.record(session, actor=actor, action="consent:revise", at=at, study_id=study_id, number=number)
    return number


def _ask_again(session: Session, study_id: str) -> None:
    agreed = (Panellist.study_id == study_id, Panellist.consent_version.is_not(None), ~Panellist.synthetic)
    session.execute(
        update(Panellist).where(*agreed).values(asked_again=True).execution_options(synchronize_session=False)
    )


def agree(session: Session, *, panellist_id: str, shown: str, quoting: str) -> None:
    """Note that a panellist agreed to the text that was ``shown``, by its number; raises ``Moved``, ``Invalid``."""
    panellist = session.get_one(Panellist, panellist_id)
    number = current(session, panellist.study_id).number
    if (shown or "1") != str(number):
        raise Moved(N_("The text changed while you were reading. Please read the new one below."))
    ratings.give_consent(session, panellist_id=panellist_id, version=f"{EDITION}/{number}", quoting=quoting)


def number_of(version: str | None) -> int:
    """Return the number of the text that a stored version means; 0 for none."""
    if version is None:
        return 0
    number = version.partition("/")[2]
    return int(number) if number.isdigit() else 1


def news(texts: Sequence[Text], version: str | None) -> list[Text]:
    """Return what changed since the version somebody agreed to; nothing for whoever is asked first."""
    agreed = number_of(version)
    return [text for text in texts if agreed and text.number > agreed]


def versions(session: Session, *, study_id: str) -> list[Version]:
    """Return every version, the newest first, with how many agreed to it last, where five or more did."""
    k = Protocol.from_dict(session.get_one(Study, study_id).protocol).k
    query = (
        select(Panellist.consent_version, func.count())
        .where(Panellist.study_id == study_id, Panellist.consent_version.is_not(None), ~Panellist.synthetic)
        .group_by(Panellist.consent_version)
    )
    texts = of_study(session, study_id)
    counted = {str(text.number): 0 for text in texts}
    for version, count in session.execute(query):
        counted[str(number_of(version))] = counted.get(str(number_of(version)), 0) + count
    hidden = hidden_groups({key: n for key, n in counted.items() if n}, k)
    return [
        Version(text, None if str(text.number) in hidden else counted[str(text.number)])
        for text in reversed(texts)
    ]
