"""One page on everything that comes into a study and leaves it as a file."""

from __future__ import annotations

from typing import Any

from copkit_delphi.domain.errors import Conflict
from copkit_delphi.domain.permission import Action
from copkit_delphi.elicitation import joining, rounds
from copkit_delphi.elicitation.models import Study
from copkit_delphi.web.context import db, me
from copkit_delphi.web.facilitator.page import study_of
from copkit_delphi.web.files.page import blueprint, show


def page(study: Study, **more: Any) -> str:
    """Render the page."""
    return show("overview", study, joined=_joined(study), can_join=_can_join(study), **more)


def _joined(study: Study) -> list[tuple[int, Any]]:
    found = [(row.number, joining.of_round(db(), row.id)) for row in rounds.of_study(db(), study.id)]
    return [(number, one) for number, one in found if one is not None]


def _can_join(study: Study) -> bool:
    if study.origin == "imported" or not me().may(Action.STUDY_RUN, study.id):
        return False
    try:
        joining.planned(db(), study.id)
    except Conflict:
        return False
    return True


@blueprint.get("/<study_id>/files")
def overview(study_id: str) -> str:
    """What came in and what may leave."""
    return page(study_of(study_id))
