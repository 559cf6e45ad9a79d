"""Revisions of answers: what one panellist saved of a scenario, read by the last ones and never overwritten."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from copkit_delphi.elicitation import seals
from copkit_delphi.elicitation.item_types.answers import Answer
from copkit_delphi.elicitation.models import Rating, Rationale, RoundItem


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason with whom it may reach: ``panel``, ``facilitators``, or ``declined`` ("I prefer not to say")."""

    text: str = ""
    visibility: str = "panel"

    @property
    def given(self) -> bool:
        """Tell whether there is anything to keep."""
        return bool(self.text) or self.visibility == "declined"


def rows(table: Any) -> Any:
    """Return the table without the units of work that its mapped class would bring along."""
    return table.__table__


def of_person(table: Any) -> tuple[Any, ...]:
    """Return the conditions of one person's rows of a round, on some items: ``who``, ``round`` and ``items``."""
    columns = rows(table).c
    return (
        columns.panellist_id == bindparam("who"),
        columns.round_id == bindparam("round"),
        columns.item_id.in_(bindparam("items", expanding=True)),
    )


def _last(table: Any, *columns: Any) -> Any:
    """Select the last revision of each item, which stands or was taken back: a save never reads the earlier ones."""
    row, older = rows(table).c, rows(table).alias().c
    newest = select(func.max(older.revision)).where(
        older.panellist_id == bindparam("who"),
        older.round_id == bindparam("round"),
        older.item_id == _asked.item_id,
    )
    return (
        select(row.item_id, row.revision, row.is_current, *columns)
        .join(rows(RoundItem), _asked.item_id == row.item_id)
        .where(*of_person(table), _asked.round_id == row.round_id, row.revision == newest.scalar_subquery())
    )


# Built once: making a statement anew takes longer than running it.
_asked, _rating, _rationale = (rows(table).c for table in (RoundItem, Rating, Rationale))
_STORED = (_rating.value, _rating.cannot_judge, _rating.low, _rating.high, _rating.detail)
_RATINGS = _last(Rating, *_STORED)
_REASONS = _last(Rationale, _rationale.text, _rationale.visibility)
_SUPERSEDE = {
    table: update(rows(table)).where(*of_person(table), rows(table).c.is_current).values(is_current=False)
    for table in (Rating, Rationale)
}
_INSERT = {table: insert(rows(table)) for table in (Rating, Rationale)}


@dataclass(frozen=True, slots=True)
class Saved:
    """What one panellist saved of a scenario in this round: what stands, and the last revision of each."""

    answers: Mapping[str, Answer]
    reason: Reason
    revisions: Mapping[str, int]
    reasons: int


def saved(session: Session, mine: Mapping[str, Any]) -> Saved:
    """Return what is saved; ``mine`` names the person, the round and the items."""
    ratings, reason = session.execute(_RATINGS, mine).all(), session.execute(_REASONS, mine).first()
    return Saved(
        answers={row.item_id: Answer.stored(*row[3:]) for row in ratings if row.is_current},
        reason=Reason(*reason[3:]) if reason and reason.is_current else Reason(),
        revisions={row.item_id: row.revision for row in ratings},
        reasons=reason.revision if reason else 0,
    )


def append_ratings(
    session: Session,
    mine: Mapping[str, Any],
    changed: Mapping[str, Answer],
    revisions: Mapping[str, int],
) -> None:
    """Append the answers that changed, by item id; one that was taken back leaves none that stands."""
    if any(item_id in revisions for item_id in changed):
        session.execute(_SUPERSEDE[Rating], {**mine, "items": list(changed)})
    rows = [
        {
            **_revision(mine, item_id, revisions.get(item_id, 0) + 1),
            "value": answer.value,
            "low": answer.low,
            "high": answer.high,
            "cannot_judge": answer.cannot_judge,
            "detail": answer.written,
        }
        for item_id, answer in changed.items()
        if answer.given
    ]
    if rows:
        seals.add(session, rows)
        session.execute(_INSERT[Rating], rows)


def _revision(mine: Mapping[str, Any], item_id: str, number: int) -> dict[str, Any]:
    return {
        "id": secrets.token_hex(16),
        "panellist_id": mine["who"],
        "item_id": item_id,
        "round_id": mine["round"],
        "revision": number,
        "is_current": True,
    }


def append_reason(session: Session, mine: Mapping[str, Any], reason: Reason, last: int) -> None:
    """Append a reason after revision ``last`` of it; an empty one takes it back."""
    if last:
        session.execute(_SUPERSEDE[Rationale], mine)
    if reason.given:
        said = {"text": reason.text, "visibility": reason.visibility}
        session.execute(_INSERT[Rationale], _revision(mine, mine["items"][0], last + 1) | said)
