"""Marks on arguments: useful, or having changed a mind. Set and seen by their owner alone; ``marked`` counts them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, aliased

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.lifecycle import FeedbackState
from copkit_delphi.elicitation import arguments
from copkit_delphi.elicitation.arguments import Stated
from copkit_delphi.elicitation.marked import Kind
from copkit_delphi.elicitation.models import Argument, ArgumentMark, Item, ModeratedReason, Round


@dataclass(frozen=True, slots=True)
class Mark:
    """An argument as its reader may mark it; ``key`` names it in the form.

    ``said`` are the marks of this round, which may be taken back, ``earlier`` those that were counted with another.
    ``mine``: a reason of the reader stands in it. Nobody marks what is the own.
    """

    key: str
    round: int
    said: frozenset[str] = frozenset()
    earlier: frozenset[str] = frozenset()
    mine: bool = False


Marks = Mapping[tuple[str, str], Mark]


def on_item(session: Session, *, panellist_id: str, round_: Round, stated: Sequence[Stated]) -> Marks:
    """Return by side and text what may be marked beside an item in ``round_``, with the panellist's own marks."""
    marked = _mine(session, panellist_id, [one.key for one in stated])
    of_these = ModeratedReason.argument_id.in_([one.key for one in stated])
    written = set(session.scalars(arguments.own(panellist_id).where(of_these)))
    found: dict[tuple[str, str], Mark] = {}
    for one in stated:
        kinds = marked.get(one.key, {})
        now = frozenset(kind for kind, in_round in kinds.items() if in_round == round_.id)
        mark = Mark(one.key, one.round, now, frozenset(kinds) - now, one.key in written)
        found.setdefault((one.side, one.text), mark)
    return found


def _mine(session: Session, panellist_id: str, keys: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the own marks on these arguments: by argument and kind the round in which it was made."""
    query = select(ArgumentMark.argument_id, ArgumentMark.kind, ArgumentMark.round_id).where(
        ArgumentMark.panellist_id == panellist_id, ArgumentMark.argument_id.in_(list(keys))
    )
    found: dict[str, dict[str, str]] = {}
    for key, kind, round_id in session.execute(query):
        found.setdefault(key, {})[kind] = round_id
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

    A mark of an earlier round stays where it was counted. Raises ``Invalid`` for an argument that no page of the round
    shows, was not on this page, or is the panellist's own.
    """
    on_page = frozenset(shown)
    wanted = {(key, str(kind)) for kind, keys in said.items() for key in keys}
    if not {key for key, _ in wanted} <= on_page or not on_page <= _open(
        session, panellist_id, round_id, on_page
    ):
        raise Invalid(N_("This argument is not on the page. Open the page again."))
    marks = {
        (key, kind): in_round
        for key, kinds in _mine(session, panellist_id, on_page).items()
        for kind, in_round in kinds.items()
    }
    stands = {mark for mark, in_round in marks.items() if in_round == round_id}
    wanted -= marks.keys() - stands
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


def _open(session: Session, panellist_id: str, round_id: str, keys: Collection[str]) -> set[str]:
    """Return which of these arguments a panellist may mark in a round: those told before, but for the own."""
    now = aliased(Round)
    query = (
        select(Argument.id)
        .join(Round, Round.id == Argument.round_id)
        .join(now, (now.study_id == Round.study_id) & (Round.number < now.number))
        .where(
            now.id == round_id,
            Round.feedback == FeedbackState.OPEN,
            Argument.id.in_(keys),
            Argument.id.not_in(arguments.own(panellist_id)),
        )
    )
    return set(session.scalars(query))


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
