"""The identity vault: names and addresses of panellists, sealed with a key outside the database."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Locked
from copkit_delphi.people.models import SealedIdentity

_LOCKED = N_(
    "A key of this installation is missing. Tell those who run it: they have to put the saved keys back."
)

_TOLD_EVERY = 100


@dataclass(frozen=True, slots=True)
class Contact:
    """A person of the panel, as the vault holds it. ``panellist_id`` stands on no screen.

    ``origin`` is empty, "nominated" or "enrolled"; ``introduced``: may be told that a member of the panel proposed
    them. ``interest`` is empty (not said), "none" or "declared" with its text.
    ``named`` among the participants and ``recontact``: agreed to, by the version and on the day in ``chosen``.
    """

    id: str
    name: str
    email: str
    group_id: str
    panellist_id: str = ""
    organisation: str = ""
    language: str = ""
    note: str = ""
    origin: str = ""
    introduced: bool = False
    interest: str = ""
    interest_text: str = ""
    named: bool = False
    recontact: bool = False
    chosen: str = ""


class Vault:
    """Seals and opens small records; ``key`` is 32 bytes kept outside the database."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def seal(self, data: dict[str, Any]) -> bytes:
        """Return ``data`` encrypted."""
        return self._fernet.encrypt(json.dumps(data).encode())

    def open(self, seal: bytes) -> dict[str, Any]:
        """Return what ``seal`` returned bytes for; raises ``Locked`` with another key."""
        try:
            opened: dict[str, Any] = json.loads(self._fernet.decrypt(seal))
        except InvalidToken:
            raise Locked(_LOCKED) from None
        return opened


def add(session: Session, vault: Vault, *, study_id: str, people: Iterable[tuple[str, str, str]]) -> None:
    """Store ``(name, email, group_id)`` of each person under a random id."""
    for name, email, group_id in people:
        contact = Contact(secrets.token_hex(16), name, email, group_id)
        session.add(SealedIdentity(id=contact.id, study_id=study_id, seal=vault.seal(asdict(contact))))


def newcomer(**what: Any) -> Contact:
    """Return a contact under a new random id."""
    return Contact(id=secrets.token_hex(16), **what)


def add_all(
    session: Session,
    vault: Vault,
    *,
    study_id: str,
    contacts: Sequence[Contact],
    tell: Callable[[int, int], None],
) -> None:
    """Store contacts by one insert; ``tell`` hears how many of how many are sealed."""
    rows = []
    for done, contact in enumerate(contacts, 1):
        rows.append({"id": contact.id, "study_id": study_id, "seal": vault.seal(asdict(contact))})
        if done % _TOLD_EVERY == 0 or done == len(contacts):
            tell(done, len(contacts))
    if rows:
        session.execute(insert(SealedIdentity), rows)


def keep(session: Session, vault: Vault, contact: Contact) -> None:
    """Write a contact that changed back under its id."""
    session.get_one(SealedIdentity, contact.id).seal = vault.seal(asdict(contact))


def contacts(session: Session, vault: Vault, *, study_id: str) -> list[Contact]:
    """Return the contacts of a study by name."""
    seals = session.scalars(select(SealedIdentity.seal).where(SealedIdentity.study_id == study_id))
    return sorted(
        (Contact(**vault.open(seal)) for seal in seals), key=lambda contact: contact.name.casefold()
    )


def get(session: Session, vault: Vault, *, study_id: str, contact_id: str) -> Contact | None:
    """Return one contact of a study; None when there is none."""
    row = session.get(SealedIdentity, contact_id)
    return Contact(**vault.open(row.seal)) if row is not None and row.study_id == study_id else None


def holds(session: Session, *, study_id: str) -> bool:
    """Tell whether anybody is on the list of a study; nothing is opened."""
    return (
        session.scalar(select(SealedIdentity.id).where(SealedIdentity.study_id == study_id).limit(1))
        is not None
    )


def of_panellist(session: Session, vault: Vault, *, study_id: str, panellist_id: str) -> Contact | None:
    """Return who a code is; None when the name is erased or nobody's."""
    found = contacts(session, vault, study_id=study_id)
    return next((contact for contact in found if contact.panellist_id == panellist_id), None)


def bind(session: Session, vault: Vault, pairs: Sequence[tuple[Contact, str]]) -> None:
    """Write the panellist code of each contact into its seal."""
    for contact, panellist_id in pairs:
        row = session.get_one(SealedIdentity, contact.id)
        row.seal = vault.seal({**asdict(contact), "panellist_id": panellist_id})


def set_language(session: Session, vault: Vault, *, contact: Contact, language: str) -> None:
    """Note in which language somebody is written to; empty for that of the study."""
    row = session.get_one(SealedIdentity, contact.id)
    row.seal = vault.seal({**asdict(contact), "language": language})


def empty(session: Session, *, study_id: str) -> int:
    """Delete every contact of a study; return how many there were."""
    found = session.scalars(select(SealedIdentity).where(SealedIdentity.study_id == study_id)).all()
    for row in found:
        session.delete(row)
    return len(found)


def remove(session: Session, *, contact_id: str, study_id: str) -> bool:
    """Delete one contact; tell whether it was there."""
    row = session.get(SealedIdentity, contact_id)
    if row is None or row.study_id != study_id:
        return False
    session.delete(row)
    return True
