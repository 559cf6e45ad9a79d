"""How completely, and in how many minutes a page, a closed round was answered: of the whole panel, from ten people on.

Frozen at the close.

Answers, "cannot judge" and gaps of one item add up to those who took part, and the number of answers is printed with the
result. So the other two are shown only where each is 0 or at least k: else the difference would tell the small one.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.protocol import Protocol, canonical_json
from copkit_delphi.elicitation import in_view, studies
from copkit_delphi.elicitation.in_view import PageMinutes
from copkit_delphi.elicitation.models import Rating, Round, RoundQuality, Study

LEAST = 10


@dataclass(frozen=True, slots=True)
class ItemQuality:
    """One item: how many left it out and how many could not judge it; None where that may not be printed."""

    name: str
    left_out: int | None
    cannot_judge: int | None


@dataclass(frozen=True, slots=True)
class Quality:
    """A closed round: how many took part, its items and its pages in order; nothing where fewer than ten did."""

    took_part: int
    items: tuple[ItemQuality, ...]
    pages: tuple[PageMinutes, ...] = ()

    @property
    def measured(self) -> bool:
        """Tell whether a page has measured minutes."""
        return any(one.median is not None for one in self.pages)


def freeze(session: Session, round_: Round) -> None:
    """Store how completely a round was answered, in the transaction that closes it."""
    study, pages = session.get_one(Study, round_.study_id), in_view.settle(session, round_)
    current = (Rating.round_id == round_.id, Rating.is_current)
    took_part = session.scalar(select(func.count(Rating.panellist_id.distinct())).where(*current)) or 0
    if took_part < LEAST:
        return
    counted: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    query = select(Rating.item_id, Rating.cannot_judge, func.count()).where(*current)
    for item_id, cannot, number in session.execute(query.group_by(Rating.item_id, Rating.cannot_judge)):
        counted[bool(cannot)][item_id] = number
    k = Protocol.from_dict(study.protocol).k
    items = [
        disclosed(item.name, took_part, counted[False][item.id], counted[True][item.id], k)
        for item in studies.items(session, study.id)
    ]
    payload = {
        "took_part": took_part,
        "items": [[one.name, one.left_out, one.cannot_judge] for one in items],
        "pages": [asdict(one) for one in pages],
    }
    session.merge(RoundQuality(round_id=round_.id, payload=canonical_json(payload)))


def disclosed(name: str, took_part: int, answered: int, cannot: int, k: int) -> ItemQuality:
    """Return one item as it may be printed."""
    gaps = took_part - answered - cannot
    if any(0 < part < k for part in (answered, cannot, gaps)):
        return ItemQuality(name, None, None)
    return ItemQuality(name, gaps, cannot)


def of_round(session: Session, *, study_id: str, number: int) -> Quality | None:
    """Return what was frozen of a round; None where it is open or fewer than ten took part."""
    query = select(RoundQuality).join(Round, Round.id == RoundQuality.round_id)
    row = session.scalars(query.where(Round.study_id == study_id, Round.number == number)).first()
    if row is None:
        return None
    data = json.loads(row.payload)
    return Quality(
        data["took_part"],
        tuple(ItemQuality(*item) for item in data["items"]),
        tuple(PageMinutes(**page) for page in data.get("pages", ())),
    )
