"""Studies that ask every kind of question: on a judged scenario, and on a page that has no statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import behaviours, questions, studies
from copkit_delphi.elicitation.item_types import authored
from copkit_delphi.elicitation.models import Round, Scenario, Study
from copkit_delphi.elicitation.questions import Asking
from copkit_delphi.elicitation.ratings import give_consent
from tests import factories
from tests.elicitation.item_types.samples import SAID
from tests.web import panel

WORDING = {
    "probability": "By 31 December 2028, one member state requires registration of model weights.",
    "ordinal": "How urgent is a common answer?",
    "desirability": "A common European register of incidents.",
    "ranking": "What should come first?",
    "single": "Who should lead?",
    "multiple": "Who is affected?",
    "text": "What did we not ask?",
    "expertise": "How well do you know this subject?",
}


def draft(
    session: Session, facilitator: str, *, interval: bool = True, **changes: Any
) -> tuple[Study, Scenario]:
    """Make a draft study with one judged scenario and one page without a statement, both asking every kind."""
    study = factories.draft_study(session, facilitator, scenarios=["S02"], **changes)
    protocol = Protocol.from_dict({**study.protocol, "interval": interval})
    studies.set_protocol(session, study_id=study.id, protocol=protocol)
    page = questions.add_page(
        session, study_id=study.id, title="Measures", summary="Measures that were proposed in earlier work."
    )
    for kind in authored():
        asking = Asking(kind.kind, WORDING[kind.kind], SAID.get(kind.kind, {}))
        questions.add(session, study_id=study.id, asking=asking)
    session.flush()
    return study, page


def started(
    place: factories.Place, *, rounds: int = 1, sizes: Mapping[str, int] = factories.SIZES, **changes: Any
) -> Study:
    """Make such a study with Ann, Bob and the synthetic panel, ``rounds`` opened and the last one open."""
    with place.database.writing() as session:
        facilitator = factories.make_account(session).id
        study, _ = draft(session, facilitator, **changes)
        factories.add_people(place, session, study, panel.PEOPLE, actor=facilitator)
        behaviours.seat_panel(session, study_id=study.id, sizes=sizes)
        round_ = factories.open_round(place, session, study, actor=facilitator)
        for _ in range(rounds - 1):
            round_ = turned(place, session, study, round_, facilitator)
        return study


def turned(place: factories.Place, session: Session, study: Study, round_: Round, actor: str) -> Round:
    """Let everybody answer, close the round, open its feedback and the next round."""
    ann = panel.real(session, study)[0]
    give_consent(session, panellist_id=ann.id, version="t", quoting="no")
    factories.answer(session, round_)
    factories.close_round(session, round_, actor=actor)
    return factories.open_round(place, session, study, actor=actor)
