"""What moved since a panellist last answered: by frozen results and own answers alone, page by page, most first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.lifecycle import FeedbackState
from copkit_delphi.domain.results import TRACK_RECORD, Figures, ItemResult, RoundSnapshot
from copkit_delphi.elicitation import feedback, own, results, succession
from copkit_delphi.elicitation.desks import Desk
from copkit_delphi.elicitation.items import of
from copkit_delphi.elicitation.models import Item, Round
from copkit_delphi.elicitation.own import OwnAnswer
from copkit_delphi.elicitation.steps import Step

MEDIAN, SPREAD, OUTSIDE = "median", "spread", "outside"
# People give probabilities in fives and tens: a distance below 5 points says nothing that they meant. A point of a scale
# is a choice, so that one step counts.
_LEAST_POINTS, _LEAST_STEPS = 5, 1


@dataclass(frozen=True, slots=True)
class Note:
    """One item that moved, as frozen before and now, or beside which the own answer stands; ``far`` in 0 to 1."""

    row: OwnAnswer
    said: str
    now: Figures
    far: float
    was: Figures | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the open round on which something moved, with what did; ``reworded`` since the round before."""

    step: Step
    notes: tuple[Note, ...]
    reworded: bool


def since_last_answer(session: Session, view: Desk) -> tuple[Page, ...]:
    """Return the pages to look at first in a later round: reworded ones, then by how far something moved.

    Between two frozen rounds it is the panel's picture that moved; in round 2 there is one only, and what is listed
    is where the own answer stands outside of it. Nothing while no round takes answers.
    """
    if not view.answering or view.round is None or view.before is None:
        return ()
    notes = list(_notes(session, view, view.before))
    changed = _reworded(session, view.round, view.before)
    pages = [
        Page(
            step,
            tuple(note for note in notes if note.row.position == step.built),
            step.scenario_id in changed,
        )
        for step in view.steps
    ]
    return tuple(sorted((page for page in pages if page.notes or page.reworded), key=_order))


def _order(page: Page) -> tuple[bool, float, int]:
    """Return the place of a page: where only own answers stand outside, as asked, for no answer is to be mended first."""
    moves = [note.far for note in page.notes if note.said != OUTSIDE]
    return not page.reworded, -max(moves, default=0.0), page.step.position


def _reworded(session: Session, round_: Round, before: Round) -> set[str]:
    """Return the ids of the scenarios of which a round asks something in other words than the one before."""
    items = succession.reworded(session, succession.versions(session, round_.id), before)
    return set(session.scalars(select(Item.scenario_id).where(Item.id.in_(items)))) if items else set()


def _notes(session: Session, view: Desk, before: Round) -> Iterator[Note]:
    now = view.previous
    if now is None or now.round != before.number:
        return
    shown = {name: item for name, item in view.figures.items() if _counts(item, now)}
    rows = own.of_round(session, panellist_id=view.panellist_id, round_=before)
    earlier = _earlier(session, before)
    for row in rows:
        if row.item in shown:
            found = _moved(row, shown[row.item], now, earlier) if earlier else _outside(row, shown[row.item])
            yield from found


def _counts(item: ItemResult, frozen: RoundSnapshot) -> bool:
    """Tell whether an item has a figure that the round itself gave; a question of the track record is settled."""
    asked = frozen.round_of(item.name) == frozen.round
    return asked and of(item.kind).numeric and item.kind != TRACK_RECORD and item.panel.median is not None


def _earlier(session: Session, before: Round) -> RoundSnapshot | None:
    """Return what the panel was shown a round earlier, None before the third round."""
    query = select(Round).where(Round.study_id == before.study_id, Round.number == before.number - 1)
    found = session.scalars(query).first()
    if found is None or found.feedback != FeedbackState.OPEN:
        return None
    return results.snapshot(session, found.id)


def _moved(row: OwnAnswer, item: ItemResult, now: RoundSnapshot, earlier: RoundSnapshot) -> Sequence[Note]:
    old = next((one for one in earlier.items if one.name == item.name), None)
    same_words = now.versions.get(item.name) == earlier.versions.get(item.name)
    if old is None or not same_words or not _counts(old, earlier):
        return ()
    far = max(map(_apart, _picture(item.panel), _picture(old.panel))) / item.scale.range
    if not far:
        return ()
    said = MEDIAN if item.panel.median != old.panel.median else SPREAD
    return (Note(row, said, item.panel, far, old.panel),)


def _picture(figures: Figures) -> tuple[float | None, ...]:
    return figures.median, figures.q1, figures.q3


def _apart(one: float | None, other: float | None) -> float:
    """Return how far a figure moved; one that is shown only once did not."""
    return 0.0 if one is None or other is None else abs(one - other)


def _outside(row: OwnAnswer, item: ItemResult) -> Sequence[Note]:
    """Return a note where a reason would be asked for the own answer, and it stands further off than it is exact."""
    bounds, value = feedback.asked_outside(item.panel, item.scale), row.answer.value
    if bounds is None or value is None:
        return ()
    apart = max(bounds[0] - value, value - bounds[1])
    least = _LEAST_STEPS if item.scale.points else _LEAST_POINTS * item.scale.range / 100
    return (Note(row, OUTSIDE, item.panel, apart / item.scale.range),) if apart >= least else ()
