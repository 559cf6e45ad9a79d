"""Putting people on the list of a panel, however they were found: the one place that writes new contacts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from copkit_delphi.elicitation import entry
from copkit_delphi.people import accounts, audit, vault
from copkit_delphi.people.vault import Contact, Vault

Tell = Callable[[int, int], None]
LISTED, NOMINATED, ENROLLED = "", "nominated", "enrolled"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody to be put on the list; the group is one of the study."""

    name: str
    email: str
    group_id: str
    organisation: str = ""
    language: str = ""
    note: str = ""
    origin: str = LISTED
    introduced: bool = False


def nobody(_done: int, _all: int) -> None:
    """Tell nobody how far it is."""


def hold(session: Session, seals: Vault, *, study_id: str) -> tuple[list[Contact], frozenset[str]]:
    """Let nobody else change the list meanwhile; return who is on it and the addresses of the staff.

    Raises ``Conflict`` when the study takes nobody any more.
    """
    entry.check(session, study_id)
    accounts.hold(session, study_id)
    present = vault.contacts(session, seals, study_id=study_id)
    return present, accounts.addresses(session, study_id=study_id)


def put(
    session: Session,
    seals: Vault,
    *,
    study_id: str,
    people: Sequence[Newcomer],
    at: datetime,
    actor: str,
    tell: Tell = nobody,
) -> None:
    """Put people on the list, after ``hold`` and the checks that need it: one insert however many they are."""
    contacts = [vault.newcomer(**{name: getattr(one, name) for name in one.__slots__}) for one in people]
    vault.add_all(session, seals, study_id=study_id, contacts=contacts, tell=tell)
    audit.record(session, actor=actor, action="panel:add", at=at, study_id=study_id, people=len(people))
