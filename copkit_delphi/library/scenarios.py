"""The library's entries: filled from the shipped data, searched, added, revised, retired."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.library import shipped
from copkit_delphi.library.entries import ActionText, Entry, IndicatorText, SourceText, Statement, check
from copkit_delphi.library.models import CandidateAction, LibraryIndicator, LibraryScenario, LibrarySource
from copkit_delphi.people import audit

SHIPPED, OWN = "shipped", "own"
PRODUCT = "COPKIT Delphi"
_STATEMENT = ("short", "claim", "statement", "place", "counts", "counts_not")
_PARTS = ("indicators", "actions", "sources")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search asks for; an empty value asks for nothing."""

    words: str = ""
    crime_area: str = ""
    family: str = ""
    hazard: str = ""
    retired: bool = False

    def fits(self, row: LibraryScenario) -> bool:
        """Tell whether an entry is what was asked for."""
        text = f"{row.name} {row.title} {row.summary} {row.technology} {row.crime_area}".casefold()
        return (
            bool(row.retired_because) == self.retired
            and all(word in text for word in self.words.casefold().split())
            and (not self.crime_area or self.crime_area in crime_areas(row))
            and self.family in {"", row.family}
            and self.hazard in {"", row.hazard}
        )


def crime_areas(row: LibraryScenario) -> list[str]:
    """Return the crime areas of an entry, each with a capital."""
    return [area.strip()[:1].upper() + area.strip()[1:] for area in row.crime_area.split(";") if area.strip()]


def fill(session: Session, *, at: datetime) -> int:
    """Add the shipped entries that are not there yet; return how many versions.

    A shipped entry that changed becomes a new version. It stands in front only where nobody here revised the entry.
    """
    newest: dict[str, LibraryScenario] = {}
    current: dict[str, LibraryScenario] = {}
    known: dict[str, str] = {}
    for row in session.scalars(select(LibraryScenario).order_by(LibraryScenario.version)):
        newest[row.name] = row
        current |= {row.name: row} if row.is_current else {}
        known |= {row.name: row.digest} if row.origin == SHIPPED else {}
    missing = [entry for entry in shipped.scenarios() if known.get(entry.id) != entry.digest]
    for entry in missing:
        stands = current.get(entry.id)
        in_front = stands is None or stands.origin == SHIPPED
        version = newest[entry.id].version + 1 if entry.id in newest else 1
        made = {"version": version, "origin": SHIPPED, "author": PRODUCT, "made_at": at}
        if stands is not None and in_front:
            made["retired_because"] = stands.retired_because
            stands.is_current = False
            session.flush()  # one version of a name is current
        _write(session, entry, is_current=in_front, **made)
    return len(missing)


def lacks_shipped(session: Session) -> bool:
    """Tell whether ``fill`` has something to add; it asks without writing."""
    rows = session.execute(
        select(LibraryScenario.name, LibraryScenario.digest)
        .where(LibraryScenario.origin == SHIPPED)
        .order_by(LibraryScenario.version)
    )
    known = {row.name: row.digest for row in rows}
    return any(known.get(entry.id) != entry.digest for entry in shipped.scenarios())


def _write(session: Session, entry: Entry, **made: Any) -> LibraryScenario:
    values = asdict(entry)
    for name in ("id", *_PARTS):
        del values[name]
    wording = values.pop("statement") or {}
    row = LibraryScenario(
        id=secrets.token_hex(8), name=entry.id, digest=entry.digest, **made, **{**values, **wording}
    )
    row.rights, row.counts, row.counts_not = (
        list(row.rights),
        list(row.counts or ()),
        list(row.counts_not or ()),
    )
    session.add(row)
    session.flush()  # its parts refer to it
    for position, part in enumerate(entry.indicators, 1):
        texts = asdict(part)
        session.add(LibraryIndicator(**_part(row, position), code=texts.pop("id"), **texts))
    for position, action in enumerate(entry.actions, 1):
        session.add(CandidateAction(**_part(row, position), **asdict(action)))
    for position, source in enumerate(entry.sources, 1):
        session.add(LibrarySource(**_part(row, position), **asdict(source)))
    session.flush()  # whoever asks next reads the whole entry
    return row


def _part(row: LibraryScenario, position: int) -> dict[str, Any]:
    return {"id": secrets.token_hex(8), "scenario_id": row.id, "position": position}


def listed(session: Session, wanted: Wanted | None = None) -> list[LibraryScenario]:
    """Return the current version of every entry that fits, by name."""
    query = select(LibraryScenario).where(LibraryScenario.is_current).order_by(LibraryScenario.name)
    asked = wanted or Wanted()
    return [row for row in session.scalars(query) if asked.fits(row)]


def get(session: Session, name: str, version: int = 0) -> LibraryScenario:
    """Return the current version of an entry, or the version asked for; raises ``NotFound``."""
    which = LibraryScenario.version == version if version else LibraryScenario.is_current
    row = session.scalars(select(LibraryScenario).where(LibraryScenario.name == name, which)).first()
    if row is None:
        raise NotFound(N_("The library has no scenario %(id)s."), id=name)
    return row


def versions(session: Session, name: str) -> list[LibraryScenario]:
    """Return every version of an entry, newest first."""
    query = select(LibraryScenario).where(LibraryScenario.name == name)
    return list(session.scalars(query.order_by(LibraryScenario.version.desc())))


def entry_of(session: Session, row: LibraryScenario) -> Entry:
    """Return a version with its indicators, actions and sources as plain values."""
    wording: dict[str, Any] = {name: getattr(row, name) for name in _STATEMENT}
    wording |= {name: tuple(wording[name]) for name in ("counts", "counts_not")}
    given = {"id", "rights", "statement", *_PARTS}
    values = {name: getattr(row, name) for name in Entry.__dataclass_fields__ if name not in given}
    return Entry(
        id=row.name,
        rights=tuple(row.rights),
        statement=Statement(**wording) if row.statement else None,
        indicators=tuple(
            IndicatorText(id=part.code, **_texts(IndicatorText, part))
            for part in _parts(session, LibraryIndicator, row)
        ),
        actions=tuple(
            ActionText(**_texts(ActionText, part)) for part in _parts(session, CandidateAction, row)
        ),
        sources=tuple(SourceText(**_texts(SourceText, part)) for part in _parts(session, LibrarySource, row)),
        **values,
    )


def _parts(session: Session, table: Any, row: LibraryScenario) -> list[Any]:
    return list(session.scalars(select(table).where(table.scenario_id == row.id).order_by(table.position)))


def _texts(kind: Any, part: object) -> dict[str, Any]:
    return {name: getattr(part, name) for name in kind.__dataclass_fields__ if name != "id"}


def add(session: Session, *, entry: Entry, author: str, actor: str, at: datetime) -> LibraryScenario:
    """Add an own entry under the next free name; raises ``Invalid``."""
    check(entry)
    used = set(session.scalars(select(LibraryScenario.name)))
    name = next(f"L{number:02}" for number in range(1, 10_000) if f"L{number:02}" not in used)
    row = _write(session, _coded(entry, name), version=1, origin=OWN, author=author, made_at=at)
    audit.record(session, actor=actor, action="library:add", at=at, entry=name)
    return row


def _coded(entry: Entry, name: str) -> Entry:
    """Name the entry, and those of its indicators that have no code yet."""
    taken = {row.id for row in entry.indicators}
    free = (f"{name}-I{number}" for number in range(1, 1000) if f"{name}-I{number}" not in taken)
    rows = tuple(row if row.id else replace(row, id=next(free)) for row in entry.indicators)
    return replace(entry, id=name, indicators=rows)


def revise(
    session: Session,
    *,
    before: LibraryScenario,
    entry: Entry,
    by: Mapping[str, str],
    actor: str,
    at: datetime,
) -> LibraryScenario:
    """Make a new version; studies that took an earlier one keep theirs. ``by`` gives ``author`` and ``note``."""
    check(entry)
    if not before.is_current:
        raise Conflict(N_("Somebody else revised this entry meanwhile. Look at the newest version first."))
    if not by["note"].strip():
        raise Invalid(N_("Say what changed and why."))
    newest = versions(session, before.name)[0].version
    before.is_current = False
    session.flush()  # one version of a name is current
    row = _write(
        session,
        _coded(entry, before.name),
        version=newest + 1,
        origin=OWN,
        author=by["author"],
        note=by["note"].strip(),
        retired_because=before.retired_because,
        made_at=at,
    )
    audit.record(session, actor=actor, action="library:revise", at=at, entry=row.name, version=row.version)
    return row


def retire(session: Session, *, name: str, reason: str, actor: str, at: datetime) -> None:
    """Take an entry out of use: no study can take it any more; those that did keep theirs."""
    if not reason.strip():
        raise Invalid(N_("Say why the entry is retired."))
    row = get(session, name)
    if row.retired_because:
        raise Conflict(N_("This entry is retired already."))
    row.retired_because = reason.strip()
    audit.record(session, actor=actor, action="library:retire", at=at, entry=name)


def bring_back(session: Session, *, name: str, actor: str, at: datetime) -> None:
    """Bring a retired entry back into use."""
    row = get(session, name)
    if not row.retired_because:
        raise Conflict(N_("This entry is in use."))
    row.retired_because = ""
    audit.record(session, actor=actor, action="library:bring-back", at=at, entry=name)
