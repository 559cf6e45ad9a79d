"""The page of a further round before it is there: from the frozen result with a made-up answer, or all made up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from copkit_delphi.domain.between import NONE, WHOLE
from copkit_delphi.domain.errors import N_, Conflict, NotFound
from copkit_delphi.domain.lifecycle import Progress, RoundState
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import LIKELIHOOD, RoundSnapshot
from copkit_delphi.elicitation import beside, carrying, results, rounds, sheets, showing, studies
from copkit_delphi.elicitation import made_up as picture
from copkit_delphi.elicitation.beside import Beside
from copkit_delphi.elicitation.desks import Desk
from copkit_delphi.elicitation.items import of
from copkit_delphi.elicitation.models import Item, Round, Scenario, Study
from copkit_delphi.elicitation.ratings import Answer, Reason
from copkit_delphi.elicitation.sheets import Line, Sheet
from copkit_delphi.elicitation.steps import Step

CODE = "preview"


@dataclass(frozen=True, slots=True)
class Looking:
    """As whom one looks: a group's name, or with ``whole`` as if the study did not split by group."""

    group: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Before:
    """What a page of a further round stands on: the round before, its frozen result, and which items are asked."""

    earlier: Sequence[Round]
    frozen: RoundSnapshot
    asked: Collection[str]
    made_up: bool = False

    @property
    def round(self) -> Round:
        """Return the last of them."""
        return self.earlier[-1]


def sheet(session: Session, *, round_: Round, looking: Looking, number: int) -> Sheet:
    """Return page ``number`` as a panellist would see it after ``round_``; raises ``Conflict`` or ``NotFound``.

    Nothing of anybody's answers is in it but the disclosed result and the arguments kept so far.
    """
    if round_.state != RoundState.CLOSED:
        raise Conflict(N_("The feedback can be looked at once the round has closed."))
    asked = carrying.by_rule(session, study_id=round_.study_id, number=round_.number + 1)
    frozen = results.snapshot(session, round_.id)
    earlier = [row for row in rounds.of_study(session, round_.study_id) if row.number <= round_.number]
    return _page(session, _Before(earlier, frozen, asked), looking, number)


def made_up(session: Session, *, study: Study, before: int, looking: Looking, number: int) -> Sheet:
    """Return page ``number`` as a panellist would see it after a round ``before`` that has not closed, of made-up answers.

    Every item is asked, since nobody knows which will be settled.
    """
    closed = Round(id=CODE, study_id=study.id, number=before, state=RoundState.CLOSED)
    asked = {item.id for item in studies.items(session, study.id)}
    if not asked:
        raise Conflict(N_("There is no scenario yet."))
    frozen = picture.snapshot(session, study, number=before)
    return _page(session, _Before([closed], frozen, asked, made_up=True), looking, number)


def _page(session: Session, before: _Before, looking: Looking, number: int) -> Sheet:
    study = studies.get(session, before.round.study_id)
    items = [item for item in studies.items(session, study.id) if item.id in before.asked]
    pages = [
        one for one in studies.scenarios(session, study.id) if any(i.scenario_id == one.id for i in items)
    ]
    if not 0 < number <= len(pages):
        raise NotFound(N_("There is no such page in this round."))
    view = _desk(study, before, looking, pages)
    mine = [item for item in items if item.scenario_id == pages[number - 1].id]
    return _sheet(session, view, before, pages[number - 1], mine, number)


def _desk(study: Study, before: _Before, looking: Looking, pages: Sequence[Scenario]) -> Desk:
    protocol = Protocol.from_dict(study.protocol)
    seen = protocol.feedback
    if looking.whole and seen.groups != NONE:
        seen = replace(seen, groups=WHOLE)
    return Desk(
        study=study,
        panellist_id=CODE,
        group=looking.group,
        quoting="no",
        consented=True,
        declined=False,
        round=Round(id=CODE, study_id=study.id, number=before.round.number + 1, state=RoundState.OPEN),
        earlier=tuple(before.earlier),
        answering=True,
        progress=Progress.NOT_STARTED,
        steps=tuple(
            Step(one.id, one.position, one.title, "not_started", number)
            for number, one in enumerate(pages, 1)
        ),
        protocol=protocol,
        previous=showing.cut(before.frozen, seen),
        feedback=seen,
    )


def _sheet(
    session: Session, view: Desk, before: _Before, scenario: Scenario, items: Sequence[Item], number: int
) -> Sheet:
    anchor = next((item for item in items if item.kind == LIKELIHOOD), None)
    said = (
        Beside(picture.REASONS if view.feedback.reasons else None)
        if before.made_up
        else beside.of_item(session, view=view, item=anchor, seed=CODE, checking=True)
    )
    return Sheet(
        desk=view,
        step=view.steps[number - 1],
        **sheets.told(view.study, scenario),
        lines=tuple(_line(item, view) for item in items),
        reason=Reason(),
        reason_draft=None,
        previous_reason=Reason(),
        sides=said.sides,
        marks=said.marks,
        talk=said.talk,
    )


def _line(item: Item, view: Desk) -> Line:
    return Line.of(item, previous=_own(item, view), result=view.figures.get(item.name))


def _own(item: Item, view: Desk) -> Answer:
    """Return a made-up earlier answer: the middle of a plain scale, else what its type invents."""
    if of(item.kind).numeric and not (item.options or {}).get("interval"):
        return Answer(float((int(item.low) + int(item.high)) // 2))
    return picture.answer(view.study, item, item.kind)
