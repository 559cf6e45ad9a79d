"""The page of a further round before it is there: from the frozen result, with a made-up answer in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from copkit_delphi.domain.between import NONE, WHOLE
from copkit_delphi.domain.errors import N_, Conflict, NotFound
from copkit_delphi.domain.lifecycle import Progress, RoundState
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import LIKELIHOOD
from copkit_delphi.elicitation import carrying, feedback, results, sheets, showing, studies
from copkit_delphi.elicitation.models import Item, Round, Scenario, Study
from copkit_delphi.elicitation.ratings import Answer, Reason
from copkit_delphi.elicitation.sheets import Desk, Line, Sheet
from copkit_delphi.elicitation.steps import Step

CODE = "preview"


@dataclass(frozen=True, slots=True)
class Looking:
    """As whom one looks: a group's name, or with ``whole`` as if the study did not split by group."""

    group: str
    whole: bool = False


def sheet(session: Session, *, round_: Round, looking: Looking, number: int) -> Sheet:
    """Return page ``number`` as a panellist would see it after ``round_``; raises ``Conflict`` or ``NotFound``.

    Nothing of anybody's answers is in it but the disclosed result and the arguments kept so far.
    """
    if round_.state != RoundState.CLOSED:
        raise Conflict(N_("The feedback can be looked at once the round has closed."))
    study = studies.get(session, round_.study_id)
    asked = carrying.by_rule(session, study_id=study.id, number=round_.number + 1)
    items = [item for item in studies.items(session, study.id) if item.id in asked]
    pages = [
        one for one in studies.scenarios(session, study.id) if any(i.scenario_id == one.id for i in items)
    ]
    if not 0 < number <= len(pages):
        raise NotFound(N_("There is no such page in this round."))
    view = _desk(session, study, round_, looking, pages)
    mine = [item for item in items if item.scenario_id == pages[number - 1].id]
    return _sheet(session, view, round_, pages[number - 1], mine, number)


def _desk(session: Session, study: Study, round_: Round, looking: Looking, pages: Sequence[Scenario]) -> Desk:
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
        round=Round(id=CODE, study_id=study.id, number=round_.number + 1, state=RoundState.OPEN),
        before=round_,
        answering=True,
        progress=Progress.NOT_STARTED,
        steps=tuple(
            Step(one.id, one.position, one.title, "not_started", number)
            for number, one in enumerate(pages, 1)
        ),
        protocol=protocol,
        previous=showing.cut(results.snapshot(session, round_.id), seen),
        feedback=seen,
    )


def _sheet(
    session: Session, view: Desk, round_: Round, scenario: Scenario, items: Sequence[Item], number: int
) -> Sheet:
    anchor = next((item for item in items if item.kind == LIKELIHOOD), None)
    return Sheet(
        desk=view,
        step=view.steps[number - 1],
        **sheets.told(view.study, scenario),
        lines=tuple(_line(item, view) for item in items),
        reason=Reason(),
        reason_draft=None,
        previous_reason=Reason(),
        sides=_sides(session, view, round_, anchor),
    )


def _line(item: Item, view: Desk) -> Line:
    middle = Answer(float((int(item.low) + int(item.high)) // 2))
    return Line.of(item, previous=middle, result=view.figures.get(item.name))


def _sides(session: Session, view: Desk, round_: Round, anchor: Item | None) -> feedback.Sides | None:
    if anchor is None or view.previous is None or not view.feedback.reasons:
        return None
    kept = feedback.arguments(session, round_=round_, frozen=view.previous, k=view.protocol.k)
    found = kept.get(anchor.name)
    return feedback.for_panellist(found, seed=f"{CODE}:{anchor.name}") if found else None
