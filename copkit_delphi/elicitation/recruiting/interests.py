"""Interests that panellists declare: kept with their names in the vault, apart from every answer.

The facilitators read them beside the name, as the person wrote them, and say what they do about them. A report
prints counts only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation.disclosure import hidden_groups
from copkit_delphi.elicitation.models import InterestHandling, Panellist, StakeholderGroup, Study
from copkit_delphi.people import vault
from copkit_delphi.people.vault import Contact, Vault

UNSAID, NONE, DECLARED = "", "none", "declared"
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Interest:
    """What one person declared, by name; nothing about answers."""

    name: str
    group: str
    said: str
    text: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts for a report; None where one may not be printed. ``handling`` is what is done about interests."""

    people: int
    none: int | None
    declared: int | None
    unsaid: int | None
    handling: str


def check(said: str, text: str) -> tuple[str, str]:
    """Return a declaration as it is kept; raises ``Invalid``."""
    if said not in {UNSAID, NONE, DECLARED}:
        raise Invalid(N_("Choose whether you have an interest to declare."))
    if said == DECLARED and not text:
        raise Invalid(N_("Say in a sentence what the interest is."))
    if len(text) > MOST:
        raise Invalid(N_("Write at most %(max)s characters."), max=MOST)
    return said, text if said == DECLARED else ""


def declare(session: Session, seals: Vault, *, panellist: Panellist, said: str, text: str) -> None:
    """Keep what a panellist declares; whoever has no name here any more has nothing to keep it with."""
    said, text = check(said, text)
    contact = of_panellist(session, seals, panellist)
    if contact is not None and (contact.interest, contact.interest_text) != (said, text):
        vault.keep(session, seals, replace(contact, interest=said, interest_text=text))


def of_panellist(session: Session, seals: Vault, panellist: Panellist) -> Contact | None:
    """Return the contact of a panellist, with what was declared."""
    return vault.of_panellist(session, seals, study_id=panellist.study_id, panellist_id=panellist.id)


def by_name(session: Session, seals: Vault, *, study_id: str) -> list[Interest]:
    """Return what everybody who was invited declared: interests first, then by name."""
    groups = {
        group.id: group.name
        for group in session.query(StakeholderGroup).where(StakeholderGroup.study_id == study_id)
    }
    found = [
        Interest(one.name, groups.get(one.group_id, ""), one.interest, one.interest_text)
        for one in vault.contacts(session, seals, study_id=study_id)
        if one.panellist_id
    ]
    order = {DECLARED: 0, UNSAID: 1, NONE: 2}
    return sorted(found, key=lambda one: order[one.said])


def summary(session: Session, seals: Vault, *, study_id: str) -> Summary:
    """Return what a report may say: counts of five or more, none of which gives a smaller one away."""
    people = [one for one in vault.contacts(session, seals, study_id=study_id) if one.panellist_id]
    counts = {said: sum(one.interest == said for one in people) for said in (NONE, DECLARED, UNSAID)}
    k = Protocol.from_dict(session.get_one(Study, study_id).protocol).k
    hidden = hidden_groups({said: n for said, n in counts.items() if n}, k)
    shown = {said: None if said in hidden else n for said, n in counts.items()}
    return Summary(len(people), shown[NONE], shown[DECLARED], shown[UNSAID], handling(session, study_id))


def handling(session: Session, study_id: str) -> str:
    """Return what the facilitators say they do about declared interests."""
    row = session.get(InterestHandling, study_id)
    return row.text if row is not None else ""


def set_handling(session: Session, *, study_id: str, text: str) -> None:
    """Keep what the facilitators do about declared interests."""
    session.merge(InterestHandling(study_id=study_id, text=text))
