"""What others said beside an item of a later round: arguments on both sides, own marks on them, replies."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from copkit_delphi.elicitation import argument_marks, arguments, feedback, replies
from copkit_delphi.elicitation.argument_marks import Marks
from copkit_delphi.elicitation.desks import Desk
from copkit_delphi.elicitation.feedback import Sides
from copkit_delphi.elicitation.models import Item
from copkit_delphi.elicitation.replies import Talk


@dataclass(frozen=True, slots=True)
class Beside:
    """Both sides as one panellist reads them, what may be marked, and the threads."""

    sides: Sides | None = None
    marks: Marks = field(default_factory=dict)
    talk: Talk = field(default_factory=Talk)


def of_item(session: Session, *, view: Desk, item: Item | None, seed: str, checking: bool = False) -> Beside:
    """Return what stands beside an item in the round of a desk, nothing where the study shows no reasons.

    ``seed`` draws the order of arguments; with ``checking`` come those of a round in moderation, as kept so far.
    """
    if view.round is None or item is None or view.previous is None or not view.feedback.reasons:
        return Beside()
    stated = arguments.standing(
        session,
        view.earlier,
        k=view.protocol.k,
        item_id=item.id,
        frozen={view.previous.round: view.previous},
        checking=checking,
    )
    both = arguments.by_item(stated).get(item.name)
    marks = argument_marks.on_item(session, panellist_id=view.panellist_id, round_=view.round, stated=stated)
    talk = replies.on_item(
        session,
        panellist_id=view.panellist_id,
        round_=view.round,
        before=view.earlier[-1],
        item_id=item.id,
        arguments=[mark.key for mark in marks.values()],
    )
    sides = feedback.for_panellist(both, seed=f"{seed}:{item.name}") if both else None
    return Beside(sides, marks, talk)
