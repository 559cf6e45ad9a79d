"""What the result of a round takes from the round before: items not asked again, and words that changed since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.results import ItemResult, RoundSnapshot, StabilityFigures
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import Item, Round, RoundItem, Snapshot

REWORDED = "wording changed"


def versions(session: Session, round_id: str) -> dict[str, int]:
    """Return the items that a round asks, by id, with the version of their wording."""
    query = select(RoundItem.item_id, RoundItem.version).where(RoundItem.round_id == round_id)
    found = dict(session.execute(query).all())
    return found or _every(session, round_id)


def _every(session: Session, round_id: str) -> dict[str, int]:
    """Return every item of the study: of a round that came from elsewhere nothing else is known."""
    query = select(Item.id).join(Round, Round.study_id == Item.study_id).where(Round.id == round_id)
    return dict.fromkeys(session.scalars(query), 1)


def before(session: Session, previous: Round | None) -> RoundSnapshot | None:
    """Return what was frozen of the round before, whose answers may have been erased since."""
    row = session.get(Snapshot, previous.id) if previous else None
    return RoundSnapshot.from_dict(json.loads(row.payload)) if row else None


def reworded(session: Session, asked: Mapping[str, int], previous: Round | None) -> frozenset[str]:
    """Return the items of ``asked`` whose words differ from those of the round before."""
    was = versions(session, previous.id) if previous else {}
    return frozenset(key for key, version in asked.items() if was.get(key, version) != version)


def carried(before: RoundSnapshot | None, found: Mapping[str, ItemResult]) -> dict[str, int]:
    """Return the items that were not asked, with the round in which they were last."""
    items = before.items if before else ()
    return {one.name: before.round_of(one.name) for one in items if before and one.name not in found}


def since(found: ItemResult, *, reworded: bool) -> ItemResult:
    """Say why answers to other words are not compared."""
    if not reworded or found.movement is None:
        return found
    return replace(found, movement=StabilityFigures(found.movement.from_round, reason=REWORDED))


def in_order(
    session: Session, study_id: str, found: Mapping[str, ItemResult], before: RoundSnapshot | None
) -> tuple[ItemResult, ...]:
    """Return the results of the items asked, and of the others as they were frozen, in the study's order."""
    stands = {item.name: item for item in before.items} if before else {}
    whole = {**stands, **found}
    return tuple(whole[item.name] for item in studies.items(session, study_id) if item.name in whole)
