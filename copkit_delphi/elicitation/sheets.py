"""What one panellist sees: a page per scenario with the own answers, and where the round stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.results import ItemResult
from copkit_delphi.elicitation import (
    beside,
    expertise,
    items,
    mine,
    own,
    rewordings,
)
from copkit_delphi.elicitation.argument_marks import Marks
from copkit_delphi.elicitation.desks import NOBODY, Desk
from copkit_delphi.elicitation.feedback import Sides
from copkit_delphi.elicitation.item_types.shapes import STATEMENT
from copkit_delphi.elicitation.models import (
    Item,
    Round,
    RoundItem,
    Scenario,
    Study,
)
from copkit_delphi.elicitation.ratings import Answer, Reason, mark
from copkit_delphi.elicitation.replies import Talk
from copkit_delphi.elicitation.rewordings import Change
from copkit_delphi.elicitation.steps import Step

_TEXTS = ("name", "title", "short", "summary", "place", "counter_view", "texts")
_LISTS = ("counts", "counts_not", "sources")


@dataclass(frozen=True, slots=True)
class Line:
    """One item on a page: own answer now, what was typed and not saved, own answer and panel before."""

    item_id: str
    name: str
    kind: str
    dimension: str | None
    wording: str
    low: int
    high: int
    own: Answer = field(default_factory=Answer)
    draft: Mapping[str, Any] | None = None
    previous: Answer = field(default_factory=Answer)
    upfront: Answer = field(default_factory=Answer)  # said of the topic before answering
    result: ItemResult | None = None
    unsaved: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    language: str = ""  # of the study's words in it
    untranslated: bool = False  # in the first language, though another one is read

    @classmethod
    def of(cls, item: Any, **more: Any) -> Line:
        """Return the line of an item, a row or a part of one; ``more`` are further fields."""
        return cls(
            item_id=item.id,
            name=item.name,
            kind=item.kind,
            dimension=item.dimension,
            wording=item.wording,
            low=int(item.low),
            high=int(item.high),
            options=item.options or {},
            **more,
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """One scenario as a panellist answers it."""

    desk: Desk
    step: Step
    scenario_id: str
    name: str
    title: str
    short: str
    summary: str
    place: str
    by: date | None
    counts: tuple[str, ...]
    counts_not: tuple[str, ...]
    counter_view: str
    sources: tuple[Mapping[str, Any], ...]
    lines: tuple[Line, ...]
    reason: Reason
    reason_draft: Mapping[str, Any] | None
    previous_reason: Reason
    sides: Sides | None
    changes: tuple[Change, ...] = ()
    marks: Marks = field(default_factory=dict)
    talk: Talk = field(default_factory=Talk)
    texts: Mapping[str, Any] = field(default_factory=dict)  # in further languages

    @property
    def saved(self) -> bool:
        """Tell whether anything of this page is saved in this round."""
        return self.reason.given or any(line.own.given for line in self.lines)

    @property
    def basis(self) -> str:
        """Return a mark of the round and the saved answers: a form made from older ones is recognised by it."""
        assert self.desk.round is not None  # noqa: S101 - a sheet is of a round
        return mark(self.desk.round.id, [(line.name, line.own) for line in self.lines], self.reason)

    @property
    def statement(self) -> str:
        """Return the statement that is judged, empty on a page without one."""
        return next((line.wording for line in self.lines if items.of(line.kind).place == STATEMENT), "")


def sheet(session: Session, *, view: Desk, position: int) -> Sheet:
    """Return the page of one scenario of the desk's round; raises ``NotFound``."""
    step = next((step for step in view.steps if step.position == position), None)
    if step is None or view.round is None:
        raise NotFound(N_("There is no such page in this round."))
    scenario = session.get_one(Scenario, step.scenario_id)
    rows = _asked(session, scenario, view.round)
    before = view.before
    drafts = mine.drafts(session, view.panellist_id, view.round)
    anchor = items.anchor(rows)
    reason = mine.reason(session, view.panellist_id, view.round, anchor)
    said = beside.of_item(session, view=view, item=anchor, seed=f"{view.study.seed}:{view.panellist_id}")
    return Sheet(
        desk=view,
        step=step,
        **told(view.study, scenario),
        lines=_lines(session, view, view.round, before, rows, drafts, reason, said.talk),
        reason=reason,
        reason_draft=drafts.get(anchor.id) if anchor else None,
        previous_reason=mine.reason(session, view.panellist_id, before, anchor),
        sides=said.sides,
        changes=rewordings.since(session, anchor=anchor, before=before),
        marks=said.marks,
        talk=said.talk,
    )


def told(study: Study, scenario: Scenario) -> dict[str, Any]:
    """Return what a sheet says of its scenario, by the names of its fields."""
    texts = {name: getattr(scenario, name) for name in _TEXTS}
    lists = {name: tuple(getattr(scenario, name)) for name in _LISTS}
    return {"scenario_id": scenario.id, "by": study.horizon, **texts, **lists}


def _asked(session: Session, scenario: Scenario, round_: Round) -> Sequence[Item]:
    """Return the items of a scenario that a round asks; a round that is only rehearsed asks all."""
    query = select(Item).where(Item.scenario_id == scenario.id).order_by(Item.position)
    if round_.id != NOBODY:
        query = query.join(RoundItem, (RoundItem.item_id == Item.id) & (RoundItem.round_id == round_.id))
    return session.scalars(query).all()


def _lines(
    session: Session,
    view: Desk,
    round_: Round,
    before: Round | None,
    items: Sequence[Item],
    drafts: Mapping[str, Mapping[str, Any]],
    reason: Reason,
    talk: Talk,
) -> tuple[Line, ...]:
    given = mine.answers(session, view.panellist_id, round_.id, items)
    previous = mine.answers(session, view.panellist_id, before.id, items) if before else {}
    shown, start = view.figures, expertise.starts(session, view.panellist_id, items)
    return tuple(
        Line.of(
            item,
            own=given.get(item.id, Answer()),
            draft=drafts.get(item.id),
            previous=previous.get(item.id, Answer()),
            upfront=start.get(item.id, Answer()),
            result=shown.get(item.name),
            unsaved=own.differs(drafts.get(item.id), given.get(item.id, Answer()), reason, talk.own),
        )
        for item in items
    )
