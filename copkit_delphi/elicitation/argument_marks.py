"""Marks on arguments: useful, or having changed a mind. Seen by their owner; counted once, at the close, from k people.

While a round is open nobody sees a count. At its close the counts freeze with the result; below k people they are
nothing, and which argument moved whom is in no result, file or page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.results import MarkedArgument
from copkit_delphi.elicitation.models import Argument, ArgumentMark, Item, Round


class Kind(StrEnum):
    """What a panellist may say of an argument."""

    USEFUL = "useful"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Mark:
    """An argument as its reader may mark it; ``key`` names it in the form."""

    key: str
    said: frozenset[str] = frozenset()


Marks = Mapping[tuple[str, str], Mark]


def on_item(session: Session, *, panellist_id: str, round_: Round, before: Round, item_id: str) -> Marks:
    """Return by side and text what may be marked on an item in ``round_``, with the panellist's own marks."""
    mine = _mine(session, panellist_id, round_.id)
    query = select(Argument.id, Argument.side, Argument.text).where(
        Argument.round_id == before.id, Argument.item_id == item_id
    )
    found: dict[tuple[str, str], Mark] = {}
    for key, side, text in session.execute(query.order_by(Argument.id)):
        found.setdefault((side, text), Mark(key, frozenset(mine.get(key, ()))))
    return found


def _mine(session: Session, panellist_id: str, round_id: str) -> dict[str, set[str]]:
    query = select(ArgumentMark.argument_id, ArgumentMark.kind).where(
        ArgumentMark.panellist_id == panellist_id, ArgumentMark.round_id == round_id
    )
    found: dict[str, set[str]] = {}
    for key, kind in session.execute(query):
        found.setdefault(key, set()).add(kind)
    return found


def save(
    session: Session,
    *,
    panellist_id: str,
    round_id: str,
    shown: Iterable[str],
    said: Mapping[Kind, Iterable[str]],
) -> None:
    """Set the own marks on the arguments ``shown`` to what is ``said``; call it while the round is held open.

    Raises ``Invalid`` for an argument that is not of the round before, or was not on the page.
    """
    on_page = frozenset(shown)
    wanted = {(key, str(kind)) for kind, keys in said.items() for key in keys}
    if not {key for key, _ in wanted} <= on_page or not on_page <= _before(session, round_id):
        raise Invalid(N_("This argument is not on the page. Open the page again."))
    stands = {
        (key, kind)
        for key, kinds in _mine(session, panellist_id, round_id).items()
        for kind in kinds
        if key in on_page
    }
    if stands == wanted:
        return
    of_mine = ArgumentMark.panellist_id == panellist_id, ArgumentMark.round_id == round_id
    session.execute(delete(ArgumentMark).where(*of_mine, ArgumentMark.argument_id.in_(on_page)))
    if wanted:
        rows = [
            {"panellist_id": panellist_id, "round_id": round_id, "argument_id": key, "kind": kind}
            for key, kind in sorted(wanted)
        ]
        session.execute(insert(ArgumentMark), rows)


def _before(session: Session, round_id: str) -> frozenset[str]:
    """Return the arguments of the round before, which are what a round shows."""
    now = select(Round.study_id, Round.number).where(Round.id == round_id).subquery()
    query = select(Argument.id).join(Round, Round.id == Argument.round_id)
    return frozenset(
        session.scalars(
            query.join(now, (Round.study_id == now.c.study_id) & (Round.number == now.c.number - 1))
        )
    )


def kept(session: Session, panellist_id: str) -> list[dict[str, object]]:
    """Return every mark of a panellist with the words it stands on, for the own record."""
    query = (
        select(
            Round.number.label("round"),
            Item.name.label("item"),
            Argument.text,
            ArgumentMark.kind.label("mark"),
        )
        .select_from(ArgumentMark)
        .join(Argument, Argument.id == ArgumentMark.argument_id)
        .join(Item, Item.id == Argument.item_id)
        .join(Round, Round.id == ArgumentMark.round_id)
        .where(ArgumentMark.panellist_id == panellist_id)
        .order_by(Round.number, Item.position, ArgumentMark.argument_id, ArgumentMark.kind)
    )
    return [dict(row) for row in session.execute(query).mappings()]


def counted(session: Session, *, round_id: str, k: int) -> tuple[MarkedArgument, ...]:
    """Return the arguments that at least ``k`` panellists marked in a round, by item; smaller counts are None."""
    query = (
        select(Item.name, ArgumentMark.argument_id, ArgumentMark.kind)
        .join(Argument, Argument.id == ArgumentMark.argument_id)
        .join(Item, Item.id == Argument.item_id)
        .where(ArgumentMark.round_id == round_id)
    )
    tally = Counter((name, key, kind) for name, key, kind in session.execute(query))
    enough = {of: number for of, number in tally.items() if number >= k}
    return tuple(
        MarkedArgument(name, key, enough.get((name, key, Kind.USEFUL)), enough.get((name, key, Kind.CHANGED)))
        for name, key in sorted({(name, key) for name, key, _ in enough})
    )


@dataclass(frozen=True, slots=True)
class Moved:
    """An argument that was marked by enough people, in its words, with the counts that may be shown."""

    side: str
    text: str
    useful: int | None
    changed: int | None


def told(session: Session, marked: Iterable[MarkedArgument]) -> dict[str, list[Moved]]:
    """Return what may be shown of frozen counts, by item name, most first; arguments that are gone are left out."""
    counts = {one.argument: one for one in marked}
    query = select(Argument.id, Argument.side, Argument.text).where(Argument.id.in_(counts))
    texts = {key: (side, text) for key, side, text in session.execute(query)}
    found: dict[str, list[Moved]] = {}
    for key, one in counts.items():
        if key in texts:
            found.setdefault(one.item, []).append(Moved(*texts[key], one.useful, one.changed))
    for rows in found.values():
        rows.sort(key=lambda row: (-(row.changed or 0), -(row.useful or 0), row.text))
    return found
