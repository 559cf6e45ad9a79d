"""Keyed hashes of answers: one that was changed past the application shows, and none can be read from its hash.

The key is kept outside the database; sessions carry it (``Database(url, info={seals.KEY: key})``). At the close the
sorted hashes of the answers that stand are stored, and their root enters the audit chain. A later erasure stores the
hashes it takes away, and its own root enters the chain, so that every missing answer is accounted for.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.protocol import digest
from copkit_delphi.elicitation.kinds import KINDS, THREATS, Kind
from copkit_delphi.elicitation.models import Rating

KEY = "seal_key"
LENGTH = 32
_FEW = 20
_LATER = frozenset({"detail"})  # columns that came later: an answer without one keeps the hash it had


def of(key: bytes, row: Mapping[str, Any], columns: Iterable[str] = THREATS.answers[Rating]) -> str:
    """Return the keyed hash of an answer; what is missing in ``row`` is empty. Free text stands last, if anywhere."""
    parts = "|".join(
        _written(row.get(name)) for name in columns if name not in _LATER or row.get(name) is not None
    )
    return hmac.new(key, parts.encode(), hashlib.sha256).hexdigest()[:LENGTH]


def _written(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return repr(float(value))


def add(session: Session, rows: Iterable[dict[str, Any]], kind: Kind = THREATS, table: Any = Rating) -> None:
    """Write the keyed hash into rows that are about to be inserted."""
    key = session.info.get(KEY)
    if key is not None:
        for row in rows:
            row["seal"] = of(key, row, kind.answers[table])


def fit(session: Session) -> bool:
    """Tell whether the key here made the keyed hashes that are stored: of a few ratings one is enough."""
    key, columns = session.info.get(KEY), (*THREATS.answers[Rating], "seal")
    query = select(*(getattr(Rating, name) for name in columns)).where(Rating.seal.is_not(None)).limit(_FEW)
    rows = session.execute(query).mappings().all()
    return key is None or not rows or any(of(key, row) == row["seal"] for row in map(dict, rows))


def standing(session: Session, key: bytes, kind: Kind, **equal: Any) -> list[str]:
    """Return the sorted keyed hashes of stored answers, each with whether it stands.

    ``equal`` names columns and their values, or a query of them: ``round_id``, ``panellist_id``.
    """
    found = []
    for table, names in kind.answers.items():
        columns = [getattr(table, name) for name in (*names, "is_current")]
        rows = session.execute(select(*columns).where(*_where(table, equal))).mappings()
        found += [of(key, dict(row), names) + ("+" if row["is_current"] else "-") for row in rows]
    return sorted(found)


def stored(session: Session, kind: Kind, **equal: Any) -> list[str]:
    """Return the sorted keyed hashes as they were written beside the answers."""
    return sorted(
        seal or ""
        for table in kind.answers
        for seal in session.scalars(select(table.seal).where(*_where(table, equal)))
    )


def _where(table: Any, equal: Mapping[str, Any]) -> list[Any]:
    return [
        getattr(table, name) == value if isinstance(value, str) else getattr(table, name).in_(value)
        for name, value in equal.items()
    ]


def close(session: Session, round_: Any, kind: Kind = THREATS) -> str:
    """Store the hashes of a round that closes; return their root, empty without a key."""
    key = session.info.get(KEY)
    if key is None:
        return ""
    found = standing(session, key, kind, round_id=round_.id)
    root = digest(found)
    session.add(kind.sealed(round_id=round_.id, root=root, seals=found))
    return root


def of_closed_rounds(session: Session, panellist_id: str) -> list[str]:
    """Return the hashes of one panellist's answers in sealed rounds, before they are erased."""
    key = session.info.get(KEY)
    if key is None:
        return []
    return [
        seal
        for kind in KINDS
        for seal in standing(
            session, key, kind, panellist_id=panellist_id, round_id=select(kind.sealed.round_id)
        )
    ]
