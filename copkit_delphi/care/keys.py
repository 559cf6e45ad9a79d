"""Do the keys beside the database open what is in it? Looking draws no key that is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from copkit_delphi.domain.errors import Locked
from copkit_delphi.elicitation import seals
from copkit_delphi.installation import Installation
from copkit_delphi.people.models import OutboxMessage, SealedIdentity, SecondFactor
from copkit_delphi.people.vault import Vault

FACTORS, SEALS, VAULT = "factors", "seals", "vault"


def wrong(place: Installation) -> list[str]:
    """Return the file names of keys that are missing or do not open what the database holds."""
    with place.database.reading() as session:
        return [f"{name}.key" for name in _wrong(place, session)]


def _wrong(place: Installation, session: Session) -> Iterator[str]:
    sealed = _first(session, SealedIdentity.seal) or _first(session, OutboxMessage.seal)
    if sealed is not None and not _opens(place.vault, sealed):
        yield VAULT
    secret = _first(session, SecondFactor.seal)
    there = (place.settings.keys_dir / f"{FACTORS}.key").exists()
    if secret is not None and not (there and _opens(place.factor_vault, secret)):
        yield FACTORS
    if not seals.fit(session):
        yield SEALS


def _first(session: Session, column: InstrumentedAttribute[Any]) -> bytes | None:
    found: bytes | None = session.scalar(select(column).where(column.is_not(None)).limit(1))
    return found


def _opens(vault: Vault, seal: bytes) -> bool:
    try:
        vault.open(seal)
    except Locked:
        return False
    return True
