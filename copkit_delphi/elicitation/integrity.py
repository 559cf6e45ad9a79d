"""Are the stored answers the ones that were saved? Their keyed hashes against the roots in the audit chain."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.protocol import digest
from copkit_delphi.elicitation import seals
from copkit_delphi.elicitation.kinds import KINDS, THREATS, Kind
from copkit_delphi.elicitation.traces import Erasure
from copkit_delphi.people import audit
from copkit_delphi.people.models import AuditEvent

_CHANGED = N_("a rating is not as it was saved")
_MISSING = N_("the hashes of its close are missing")
_REWRITTEN = N_("the hashes of its close were written anew")
_DIFFERENT = N_("its ratings are not those of its close, less those erased")


@dataclass(frozen=True, slots=True)
class Fault:
    """A round whose ratings were changed past the application."""

    study_id: str
    round: int
    why: str
    kind: str = THREATS.name


@dataclass(frozen=True, slots=True)
class _Closing:
    """A round with the hashes of its close, None while it is open or without a key."""

    kind: Kind
    round: Any
    sealed: Any


@dataclass(frozen=True, slots=True)
class _Chain:
    """What the audit chain says of ratings."""

    roots: frozenset[str]
    takings: frozenset[str]
    opened: frozenset[tuple[str, str, int]]
    over: frozenset[str]


def faults(session: Session, *, study_id: str = "") -> list[Fault]:
    """Return every round, of one study or of all, whose ratings do not meet the chain; none without a key."""
    key: bytes | None = session.info.get(seals.KEY)
    if key is None:
        return []
    chain, erased = _chain(session, study_id), set[str]()
    for taken in session.scalars(select(Erasure.seals)):
        if digest(taken) in chain.takings:
            erased.update(taken)
    found = [fault for kind in KINDS for fault in _of_kind(session, key, chain, kind, erased, study_id)]
    return [*found, *_lost(session, chain, study_id)]


def _of_kind(
    session: Session, key: bytes, chain: _Chain, kind: Kind, erased: set[str], study_id: str
) -> Iterator[Fault]:
    mine = kind.rounds.study_id == study_id if study_id else true()
    sealed = select(kind.sealed).join(kind.rounds, kind.rounds.id == kind.sealed.round_id).where(mine)
    closed = {row.round_id: row for row in session.scalars(sealed)}
    every = select(kind.rounds).where(mine).order_by(kind.rounds.study_id, kind.rounds.number)
    for round_ in session.scalars(every):
        if round_.study_id not in chain.over:
            closing = _Closing(kind, round_, closed.get(round_.id))
            for why in _of_round(session, key, chain, closing, erased):
                yield Fault(round_.study_id, round_.number, why, kind.name)


def _chain(session: Session, study_id: str) -> _Chain:
    mine = AuditEvent.study_id == study_id if study_id else true()
    roots, takings, opened, over = set[str](), set[str](), set[tuple[str, str, int]](), set[str]()
    for event in session.scalars(select(AuditEvent).where(mine).order_by(AuditEvent.sequence)):
        detail: dict[str, Any] = json.loads(event.detail)
        roots.update(filter(None, [detail.get("root"), *detail.get("roots", [])]))
        if event.action == audit.WITHDRAW:
            takings.add(detail.get("seals", ""))
        if event.action == audit.RATINGS_OVER:
            over.add(event.study_id)
        roots.difference_update(detail.get("ended", []))  # their date came, or the close was undone
        if detail.get("sealed"):
            opened.add((event.action, event.study_id, detail["round"]))
    return _Chain(frozenset(roots), frozenset(takings), frozenset(opened), frozenset(over))


def _of_round(
    session: Session, key: bytes, chain: _Chain, closing: _Closing, erased: set[str]
) -> Iterator[str]:
    kind, round_, closed = closing.kind, closing.round, closing.sealed
    opened = (f"{kind.name}:open", round_.study_id, round_.number)
    standing = seals.standing(session, key, kind, round_id=round_.id)
    if opened in chain.opened and not _as_saved(session, standing, kind, round_.id):
        yield _CHANGED
    if closed is None:
        return
    if closed.root not in chain.roots or digest(closed.seals) != closed.root:
        yield _REWRITTEN
        return
    taken = [seal for seal in closed.seals if seal in erased]
    if sorted([*standing, *taken]) != closed.seals:
        yield _DIFFERENT


def _as_saved(session: Session, standing: list[str], kind: Kind, round_id: str) -> bool:
    return seals.stored(session, kind, round_id=round_id) == sorted(seal[:-1] for seal in standing)


def _lost(session: Session, chain: _Chain, study_id: str) -> list[Fault]:
    left = set(chain.roots)
    for kind in KINDS:
        left.difference_update(session.scalars(select(kind.sealed.root)))
    return [Fault(study_id, 0, _MISSING) for _ in left]
