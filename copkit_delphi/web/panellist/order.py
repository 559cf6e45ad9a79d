"""The order of work in a round: as the study has it, or what moved since the last answer first."""

from __future__ import annotations

from flask import session

from copkit_delphi.elicitation import moved
from copkit_delphi.elicitation.desks import Desk
from copkit_delphi.elicitation.moved import Page
from copkit_delphi.web.context import db

_FIRST = "moved_first"  # the round of which a panellist chose it; which pages these are is on no device


def choose(round_id: str, *, moved_first: bool) -> None:
    """Keep which order a panellist chose for a round, on this device."""
    session.pop(_FIRST, None)
    if moved_first:
        session[_FIRST] = round_id


def is_chosen(round_id: str) -> bool:
    """Tell whether what moved comes first in the round with this id."""
    return session.get(_FIRST) == round_id


def what_moved(view: Desk) -> tuple[Page, ...]:
    """Return the pages on which something moved since the panellist last answered."""
    return moved.since_last_answer(db(), view)


def skipped(view: Desk, current: int = 0) -> set[int]:
    """Return the numbers of the pages that were passed over: untouched, before one with answers or the one that is open.

    None is where what moved comes first: there the numbers are not the order of work.
    """
    if view.round is None or is_chosen(view.round.id):
        return set()
    reached = max([view.number(current), *(step.number for step in view.steps if not step.untouched)])
    return {step.number for step in view.steps if step.untouched and step.number < reached}


def following(view: Desk, after: int = 0) -> int | None:
    """Return the position of the next page that is not fully answered, from ``after`` on and then around.

    The pages on which something moved come first where the panellist chose so.
    """
    first = what_moved(view) if view.round is not None and is_chosen(view.round.id) else ()
    order = [page.step.position for page in first]
    order += [step.position for step in view.steps if step.position not in order]
    start = order.index(after) + 1 if after in order else 0
    waiting = {step.position for step in view.steps if step.state != "answered"}
    return next((place for place in order[start:] + order[:start] if place in waiting), None)
