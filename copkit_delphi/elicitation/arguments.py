"""The arguments that stand on an item: on each side those of the latest round that argued it.

Who keeps an answer writes no reason anew; what was argued holds until that side says something newer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.lifecycle import FeedbackState
from copkit_delphi.domain.results import Arguments, RoundSnapshot
from copkit_delphi.elicitation import results
from copkit_delphi.elicitation.feedback import rated_enough
from copkit_delphi.elicitation.models import Argument, Item, ModeratedReason, Rationale, Round


@dataclass(frozen=True, slots=True)
class Stated:
    """An argument as the panel reads it, and the round in which it was said."""

    key: str
    item: str
    side: str
    text: str
    round: int


def standing(
    session: Session,
    among: Iterable[Round],
    *,
    k: int,
    item_id: str = "",
    quotable: bool = False,
    frozen: Mapping[int, RoundSnapshot] = MappingProxyType({}),
    checking: bool = False,
) -> list[Stated]:
    """Return what stands of the rounds whose feedback is open, in a fixed order.

    Only items that at least ``k`` rated in the round count; ``quotable`` leaves the arguments whose authors agreed to
    be quoted in a brief. ``frozen`` are results by the number of the round, where they were read already. With
    ``checking`` come those of a round in moderation, as kept so far, for who checks them.
    """
    opened = {row.id: row for row in among if checking or row.feedback == FeedbackState.OPEN}
    said = _said(session, opened, item_id, quotable=quotable)
    found: dict[tuple[str, str], list[Stated]] = {}
    for row in sorted(opened.values(), key=lambda row: row.number, reverse=True):
        newer = [one for one in said.get(row.id, ()) if (one.item, one.side) not in found]
        if not newer:
            continue
        enough = rated_enough(frozen.get(row.number) or results.snapshot(session, row.id), k)
        for one in newer:
            if one.item in enough:
                found.setdefault((one.item, one.side), []).append(one)
    return sorted((one for both in found.values() for one in both), key=lambda one: one.key)


def _said(
    session: Session, opened: Iterable[str], item_id: str, *, quotable: bool
) -> dict[str, list[Stated]]:
    query = (
        select(Argument.round_id, Argument.id, Item.name, Argument.side, Argument.text, Round.number)
        .join(Item, Item.id == Argument.item_id)
        .join(Round, Round.id == Argument.round_id)
        .where(Argument.round_id.in_(list(opened)))
    )
    if item_id:
        query = query.where(Argument.item_id == item_id)
    if quotable:
        query = query.where(Argument.quotable)
    found: dict[str, list[Stated]] = {}
    for round_id, key, name, side, text, number in session.execute(query):
        found.setdefault(round_id, []).append(Stated(key, name, side, text, number))
    return found


def by_item(stated: Iterable[Stated]) -> dict[str, Arguments]:
    """Return both sides of each item by its name."""
    sides: dict[str, dict[str, list[str]]] = {}
    for one in stated:
        sides.setdefault(one.item, {"higher": [], "lower": []})[one.side].append(one.text)
    return {name: Arguments(tuple(both["higher"]), tuple(both["lower"])) for name, both in sides.items()}


def own(panellist_id: str) -> Select[str | None]:
    """Return the query for the arguments that hold a reason of this panellist; it is told to nobody else."""
    return (
        select(ModeratedReason.argument_id)
        .join(Rationale, Rationale.id == ModeratedReason.rationale_id)
        .where(Rationale.panellist_id == panellist_id, ModeratedReason.argument_id.is_not(None))
    )
