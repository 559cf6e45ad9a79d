"""What others said beside an item of a later round: arguments on both sides, own marks on them, replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from copkit_delphi.elicitation import argument_marks, arguments, feedback, replies
from copkit_delphi.elicitation.argument_marks import Mark, Marks
from copkit_delphi.elicitation.feedback import Sides
from copkit_delphi.elicitation.models import Item, Round
from copkit_delphi.elicitation.replies import Talk


@dataclass(frozen=True, slots=True)
class Beside:
    """Both sides as one panellist reads them, what may be marked, and the threads."""

    sides: Sides | None = None
    marks: Mapping[tuple[str, str], Mark] = field(default_factory=dict)
    talk: Talk = field(default_factory=Talk)


def of_item(
    session: Session,
    *,
    panellist_id: str,
    round_: Round,
    earlier: Sequence[Round],
    item: Item,
    k: int,
    seed: int | str,
    checking: bool = False,
) -> Beside:
    """Return what stands beside an item in ``round_``, of the rounds ``earlier``, first to last; with ``checking`` of
    one in moderation too.
    """
    stated = arguments.standing(session, earlier, k=k, item_id=item.id, checking=checking)
    both = arguments.by_item(stated).get(item.name)
    marks: Marks = argument_marks.on_item(session, panellist_id=panellist_id, round_=round_, stated=stated)
    talk = replies.on_item(
        session,
        panellist_id=panellist_id,
        round_=round_,
        before=earlier[-1],
        item_id=item.id,
        arguments=[mark.key for mark in marks.values()],
    )
    sides = feedback.for_panellist(both, seed=f"{seed}:{panellist_id}:{item.name}") if both else None
    return Beside(sides, marks, talk)
