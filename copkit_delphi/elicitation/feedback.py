"""Controlled feedback: reasons moderated into arguments, and what one panellist sees beside each item."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.protocol import Protocol, digest
from copkit_delphi.domain.results import Arguments, Figures, RoundSnapshot
from copkit_delphi.domain.scale import Scale
from copkit_delphi.elicitation import board, boards, late, results, studies
from copkit_delphi.elicitation.board import MAX_ARGUMENT, SIDES, Board, RawReason
from copkit_delphi.elicitation.models import Item, Panellist, Rating, Rationale, Round
from copkit_delphi.people import audit

__all__ = ["MAX_ARGUMENT", "SIDES", "Edited", "RawReason", "Sides"]
_SHOWN_FIRST = 3
_FAR_POINTS, _FAR_STEPS = 15, 2


@dataclass(frozen=True, slots=True)
class Edited:
    """A reason as the facilitator lets it pass; ``key`` says which it was, ``also`` which others it stands for."""

    key: str
    side: str
    text: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sides:
    """Arguments for one panellist: the same number shown first on each side, the rest folded."""

    higher: tuple[str, ...]
    lower: tuple[str, ...]
    more_higher: tuple[str, ...] = ()
    more_lower: tuple[str, ...] = ()


def raw_reasons(session: Session, *, round_: Round, item_id: str = "") -> list[RawReason]:
    """Return the reasons of a closed round, shuffled; the side is proposed from the rating and the panel median.

    ``item_id`` asks for those of one item. The order is drawn from the seed of the study, one for each round.
    Those on an item with fewer than ``k`` ratings are read by nobody: whoever rated it is too few to stand among.
    """
    frozen = results.snapshot(session, round_.id)
    study = studies.get(session, round_.study_id)
    enough = rated_enough(frozen, Protocol.from_dict(study.protocol).k)
    secret = late.withheld(session, round_.id)
    medians = {item.name: item.panel.median for item in frozen.items}
    rows = session.execute(_written(round_.id, item_id)).all()
    found = [
        RawReason(
            key=key,
            item_id=of_item,
            item_name=name,
            text=text,
            side=_side(value, medians.get(name)),
            for_panel=visibility == "panel",
            quoting=quoting,
        )
        for key, of_item, name, text, visibility, value, quoting in rows
        if name in enough and key not in secret
    ]
    places = {item.name: place for place, item in enumerate(frozen.items)}
    return sorted(found, key=lambda one: (places[one.item_name], digest([study.seed, round_.id, one.key])))


def _written(round_id: str, item_id: str) -> Select[str, str, str, str, str, float | None, str]:
    query = (
        select(
            Rationale.id,
            Item.id,
            Item.name,
            Rationale.text,
            Rationale.visibility,
            Rating.value,
            Panellist.quoting,
        )
        .join(Item, Item.id == Rationale.item_id)
        .join(Panellist, Panellist.id == Rationale.panellist_id)
        .outerjoin(
            Rating,
            (Rating.panellist_id == Rationale.panellist_id)
            & (Rating.item_id == Rationale.item_id)
            & (Rating.round_id == Rationale.round_id)
            & Rating.is_current,
        )
        .where(Rationale.round_id == round_id, Rationale.is_current, Rationale.text != "")
    )
    return query.where(Rationale.item_id == item_id) if item_id else query


def rated_enough(frozen: RoundSnapshot, k: int) -> frozenset[str]:
    """Return the names of the items with at least ``k`` ratings: only their reasons and arguments are shown."""
    return frozenset(item.name for item in frozen.items if (item.panel.n or 0) >= k)


def _side(value: float | None, median: float | None) -> str:
    return "lower" if value is not None and median is not None and value < median else "higher"


def moderate(session: Session, *, round_: Round, edited: Sequence[Edited], actor: str, at: datetime) -> None:
    """Decide on all reasons of a round in one act: those in ``edited`` pass, of the others nothing is shown.

    The author's wish wins: a reason for the facilitators only never passes. Words other than the reason's own, marks
    apart, are shown only if the author agrees before the feedback opens.
    """
    boards.hold(session, round_)
    every: dict[str, dict[str, RawReason]] = {}
    for reason in raw_reasons(session, round_=round_):
        every.setdefault(reason.item_id, {})[reason.key] = reason
    wanted = {one.key: one for one in edited}
    named = wanted.keys() | {key for one in edited for key in one.also}
    if not named <= {key for found in every.values() for key in found}:
        raise Invalid(N_("An argument needs a reason of this round and a side."))
    for item_id in every.keys() | boards.items(session, round_.id):
        reasons = every.get(item_id, {})
        chosen = [wanted[key] for key in reasons if key in wanted]
        boards.store(session, round_.id, item_id, _decided(reasons, chosen))
    audit.record(
        session,
        actor=actor,
        action="feedback:moderate",
        at=at,
        study_id=round_.study_id,
        arguments=len(edited),
    )


def _decided(reasons: Mapping[str, RawReason], chosen: Sequence[Edited]) -> Board:
    made = Board()
    for side in {one.side for one in chosen}:
        keys = [key for one in chosen if one.side == side for key in (one.key, *one.also)]
        made = board.passed(made, reasons, keys, side or "none")
    for one in chosen:
        made = board.merged(made, reasons, (one.key, *one.also)) if one.also else made
        entry = made.of(one.key)
        if entry is not None and one.text.strip() != entry.text:
            made = board.worded(made, entry, reasons, one.text, board.REDACTED)
    return made


def for_panellist(sides: Arguments, *, seed: str) -> Sides:
    """Return both sides in an order that is random between panellists and stable for one.

    Equally many stand first on each side, so that the page does not lean.
    """
    rng = random.Random(seed)  # noqa: S311 - an order, not a secret
    higher, lower = _shuffled(rng, sides.higher), _shuffled(rng, sides.lower)
    both = min(len(higher), len(lower), _SHOWN_FIRST) or 1
    return Sides(higher[:both], lower[:both], higher[both:], lower[both:])


def _shuffled(rng: random.Random, texts: Iterable[str]) -> tuple[str, ...]:
    mixed = list(dict.fromkeys(texts))  # the same words twice would be a count
    rng.shuffle(mixed)
    return tuple(mixed)


def asked_outside(figures: Figures, scale: Scale) -> tuple[float, float] | None:
    """Return the values outside which a reason is asked: the middle half where it is shown, else 15 points
    (2 steps) around the shown median. None where nothing is shown: then no reason is asked.
    """
    if figures.q1 is not None and figures.q3 is not None:
        return figures.q1, figures.q3
    if figures.median is None:
        return None
    far = _FAR_STEPS if scale.points else _FAR_POINTS * scale.range / 100
    return figures.median - far, figures.median + far
