"""Controlled feedback: reasons moderated into arguments, and what one panellist sees beside each item."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.domain.lifecycle import FeedbackState
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import Arguments, Figures, RoundSnapshot
from copkit_delphi.domain.scale import Scale
from copkit_delphi.elicitation import late, results, studies
from copkit_delphi.elicitation.models import Argument, Item, Panellist, Rating, Rationale, Round
from copkit_delphi.people import audit

SIDES = ("higher", "lower")
MAX_ARGUMENT = 600
_SHOWN_FIRST = 3
_FAR_POINTS, _FAR_STEPS = 15, 2


@dataclass(frozen=True, slots=True)
class RawReason:
    """A reason as the facilitator reads it: no code, no group, no time, in random order."""

    key: str
    item_id: str
    item_name: str
    text: str
    side: str
    for_panel: bool
    quoting: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A reason as the facilitator lets it pass; ``key`` says which reason it was and is not kept."""

    key: str
    side: str
    text: str


@dataclass(frozen=True, slots=True)
class Sides:
    """Arguments for one panellist: the same number shown first on each side, the rest folded."""

    higher: tuple[str, ...]
    lower: tuple[str, ...]
    more_higher: tuple[str, ...] = ()
    more_lower: tuple[str, ...] = ()


def raw_reasons(session: Session, *, round_: Round) -> list[RawReason]:
    """Return the reasons of a closed round, shuffled; the side is proposed from the rating and the panel median.

    Those on an item with fewer than ``k`` ratings are read by nobody: whoever rated it is too few to stand among.
    """
    frozen = results.snapshot(session, round_.id)
    k = Protocol.from_dict(studies.get(session, round_.study_id).protocol).k
    enough, secret = rated_enough(frozen, k), late.withheld(session, round_.id)
    medians = {item.name: item.panel.median for item in frozen.items}
    rows = session.execute(
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
        .where(Rationale.round_id == round_.id, Rationale.is_current, Rationale.text != "")
        .order_by(Item.position, Rationale.id)
    ).all()
    return [
        RawReason(
            key=key,
            item_id=item_id,
            item_name=name,
            text=text,
            side=_side(value, medians.get(name)),
            for_panel=visibility == "panel",
            quoting=quoting,
        )
        for key, item_id, name, text, visibility, value, quoting in rows
        if name in enough and key not in secret
    ]


def rated_enough(frozen: RoundSnapshot, k: int) -> frozenset[str]:
    """Return the names of the items with at least ``k`` ratings: only their reasons and arguments are shown."""
    return frozenset(item.name for item in frozen.items if (item.panel.n or 0) >= k)


def _side(value: float | None, median: float | None) -> str:
    return "lower" if value is not None and median is not None and value < median else "higher"


def moderate(session: Session, *, round_: Round, edited: Sequence[Edited], actor: str, at: datetime) -> None:
    """Replace the arguments of a round whose feedback is in moderation.

    The author's wish wins: a reason for the facilitators only never passes, and a brief quotes only what
    its author agreed to: verbatim, or in other words than written.
    """
    if round_.feedback != FeedbackState.IN_MODERATION:
        raise Conflict(N_("The feedback of this round is open to the panel and cannot change."))
    raw = {reason.key: reason for reason in raw_reasons(session, round_=round_)}
    arguments = [_argument(round_, raw.get(passed.key), passed) for passed in edited]
    session.execute(delete(Argument).where(Argument.round_id == round_.id))
    session.add_all(arguments)
    audit.record(
        session,
        actor=actor,
        action="feedback:moderate",
        at=at,
        study_id=round_.study_id,
        arguments=len(edited),
    )


def _argument(round_: Round, raw: RawReason | None, passed: Edited) -> Argument:
    text = passed.text.strip()
    if raw is None or passed.side not in SIDES:
        raise Invalid(N_("An argument needs a reason of this round and a side."))
    if not raw.for_panel:
        raise Invalid(N_("A reason given to the facilitators only cannot be shown to the panel."))
    if not 0 < len(text) <= MAX_ARGUMENT:
        raise Invalid(N_("An argument has 1 to %(n)s characters."), n=MAX_ARGUMENT)
    quotable = raw.quoting == "verbatim" or (raw.quoting == "paraphrased" and text != raw.text.strip())
    return Argument(
        id=secrets.token_hex(16),
        round_id=round_.id,
        item_id=raw.item_id,
        side=passed.side,
        text=text,
        quotable=quotable,
    )


def arguments(
    session: Session, *, round_: Round, frozen: RoundSnapshot, k: int = 5, quotable: bool = False
) -> dict[str, Arguments]:
    """Return the arguments of a round by item name, for items with at least ``k`` ratings, in a fixed order.

    ``quotable`` leaves only those whose authors agreed to be quoted in a brief.
    """
    query = (
        select(Item.name, Argument.side, Argument.text)
        .join(Item, Item.id == Argument.item_id)
        .where(Argument.round_id == round_.id)
        .order_by(Argument.id)
    )
    rows = session.execute(query.where(Argument.quotable) if quotable else query).all()
    enough = rated_enough(frozen, k)
    found: dict[str, dict[str, list[str]]] = {}
    for name, side, text in rows:
        if name in enough:
            found.setdefault(name, {"higher": [], "lower": []})[side].append(text)
    return {name: Arguments(tuple(sides["higher"]), tuple(sides["lower"])) for name, sides in found.items()}


def for_panellist(sides: Arguments, *, seed: str) -> Sides:
    """Return both sides in an order that is random between panellists and stable for one.

    Equally many stand first on each side, so that the page does not lean.
    """
    rng = random.Random(seed)  # noqa: S311 - an order, not a secret
    higher, lower = _shuffled(rng, sides.higher), _shuffled(rng, sides.lower)
    both = min(len(higher), len(lower), _SHOWN_FIRST) or 1
    return Sides(higher[:both], lower[:both], higher[both:], lower[both:])


def _shuffled(rng: random.Random, texts: Iterable[str]) -> tuple[str, ...]:
    mixed = list(texts)
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
