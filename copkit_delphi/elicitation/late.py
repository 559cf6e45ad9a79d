"""The next close of a round that was opened again: a few late answers must not show as a difference.

Whoever saw the result of the close before could tell one late answer from the difference to the next. So an item gets
a new result only where, in every set that was shown (panel, each group), no answer or at least k of them changed;
otherwise it keeps the result that stood. New reasons are read by nobody when fewer than k people gave one; new replies
neither.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import Figures, ItemResult, RoundSnapshot
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import (
    Item,
    Panellist,
    Rating,
    Rationale,
    Reopening,
    Reply,
    Round,
    SupersededSnapshot,
)

CONFIRMED = "confirmed"


def confirmed(session: Session, round_: Round | None) -> Reopening | None:
    """Return the last reopening of a round, None where it was never opened again."""
    if round_ is None:
        return None
    query = select(Reopening).where(Reopening.round_id == round_.id, Reopening.state == CONFIRMED)
    return session.scalars(query.order_by(Reopening.closing.desc())).first()


def values_of(round_: Round) -> Any:
    """Return the query of the values that stand, with item and group."""
    return (
        select(Rating.item_id, Rating.id, Panellist.group_id)
        .join(Panellist, Panellist.id == Rating.panellist_id)
        .where(Rating.round_id == round_.id, Rating.is_current, Rating.value.is_not(None))
    )


def reasons_of(round_: Round) -> Any:
    """Return the query of the reasons that stand, with who gave them."""
    return select(Rationale.id, Rationale.panellist_id).where(
        Rationale.round_id == round_.id, Rationale.is_current, Rationale.text != ""
    )


def replies_of(round_: Round) -> Any:
    """Return the query of the replies that stand, with who gave them."""
    return select(Reply.id, Reply.panellist_id).where(Reply.round_id == round_.id)


@dataclass(frozen=True, slots=True)
class _Change:
    """How many values of an item came and went since the close before, by group id."""

    came: Mapping[str, int]
    went: Mapping[str, int]

    def few(self, figures: Figures, k: int, group: str = "") -> bool:
        """Tell whether a set that was shown changed by one to ``k - 1`` answers."""
        came, went = (
            (self.came.get(group, 0), self.went.get(group, 0))
            if group
            else (sum(self.came.values()), sum(self.went.values()))
        )
        return figures.shown and 0 < max(came, went) < k


def guarded(session: Session, round_: Round, frozen: RoundSnapshot) -> RoundSnapshot:
    """Return the result of a close as it may be stored: where too few changed, the result that stood before."""
    row = confirmed(session, round_)
    if row is None:
        return frozen
    k = Protocol.from_dict(studies.get(session, round_.study_id).protocol).k
    before = _superseded(session, round_)
    held = _held(session, round_, before, row.standing["values"], k)
    row.withheld = [
        *_withheld(session, reasons_of(round_), row.standing["reasons"], k),
        *_withheld(session, replies_of(round_), row.standing.get("replies", []), k),
    ]
    row.standing = {"values": {}, "reasons": []}
    kept = replace(
        frozen,
        supersedes=before.hash,
        held=tuple(name for name in (i.name for i in frozen.items) if name in held),
    )
    if not held:
        return kept
    return replace(
        kept,
        items=tuple(held.get(item.name, item) for item in frozen.items),
        coefficients=before.coefficients,
        n_panellists=before.n_panellists,
    )


def _superseded(session: Session, round_: Round) -> RoundSnapshot:
    query = select(SupersededSnapshot.payload).where(SupersededSnapshot.round_id == round_.id)
    payload = session.scalars(query.order_by(SupersededSnapshot.closing.desc())).first()
    if payload is None:
        raise NotFound(N_("There is no result yet: it is made when the round closes."))
    return RoundSnapshot.from_dict(json.loads(payload))


def _held(
    session: Session,
    round_: Round,
    before: RoundSnapshot,
    standing: Mapping[str, Mapping[str, str]],
    k: int,
) -> dict[str, ItemResult]:
    """Return the results that stand, by item name: of items that one to ``k - 1`` of a shown set changed."""
    names = dict(session.execute(select(Item.id, Item.name).where(Item.study_id == round_.study_id)).all())
    groups = {group.name: group.id for group in studies.groups(session, round_.study_id)}
    results = {item.name: item for item in before.items}
    held = {}
    for item_id, change in _changes(session, round_, standing).items():
        old = results.get(names[item_id])
        if old and _too_few(old, change, groups, k):
            held[old.name] = old
    return held


def _too_few(old: ItemResult, change: _Change, groups: Mapping[str, str], k: int) -> bool:
    return change.few(old.panel, k) or any(
        change.few(group.figures, k, groups[group.name]) for group in old.groups if group.name in groups
    )


def _changes(
    session: Session, round_: Round, standing: Mapping[str, Mapping[str, str]]
) -> dict[str, _Change]:
    now: dict[str, dict[str, str]] = defaultdict(dict)
    for item_id, rating_id, group_id in session.execute(values_of(round_)):
        now[item_id][rating_id] = group_id
    return {
        item_id: _Change(
            came=_by_group(now.get(item_id, {}), standing.get(item_id, {})),
            went=_by_group(standing.get(item_id, {}), now.get(item_id, {})),
        )
        for item_id in {*now, *standing}
    }


def _by_group(values: Mapping[str, str], other: Mapping[str, str]) -> Counter[str]:
    return Counter(group for key, group in values.items() if key not in other)


def _withheld(session: Session, given: Any, standing: list[str], k: int) -> list[str]:
    """Return the new texts when fewer than ``k`` people gave one: whoever reads them knows who was late."""
    known = set(standing)
    new = [(key, who) for key, who in session.execute(given) if key not in known]
    return [key for key, _ in new] if len({who for _, who in new}) < k else []


def withheld(session: Session, round_id: str) -> set[str]:
    """Return the reasons and replies of a round that nobody reads."""
    rows = session.scalars(select(Reopening.withheld).where(Reopening.round_id == round_id))
    return {key for keys in rows for key in keys}
