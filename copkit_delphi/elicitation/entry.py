"""Whether a study takes people: the rule for every way onto the list of its panel."""

from __future__ import annotations

from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.elicitation.models import Study


def check(session: Session, study_id: str) -> None:
    """Raise ``Conflict`` unless people can be put on the list of a study."""
    study = session.get_one(Study, study_id)
    if study.state not in (StudyState.DRAFT, StudyState.RUNNING):
        raise Conflict(N_("The study has ended. Nobody can be added."))
    if study.exercise:
        raise Conflict(N_("This is an exercise: its panel is synthetic, and nobody is invited."))
