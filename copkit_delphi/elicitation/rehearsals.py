"""The questionnaire as a panellist of a group will see it, from the study as it is set up. Nothing is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, NotFound
from copkit_delphi.domain.lifecycle import RoundState
from copkit_delphi.elicitation import desks, sheets, steps, studies
from copkit_delphi.elicitation.desks import Desk
from copkit_delphi.elicitation.models import Panellist, Round
from copkit_delphi.elicitation.sheets import Sheet


def desk(session: Session, *, study_id: str, group_id: str = "", at: datetime) -> Desk:
    """Return the desk of a panellist who is not there, in a round 1 that is not there; of the first group by default."""
    groups = studies.groups(session, study_id)
    if not groups:
        raise Conflict(N_("Add at least one group first: the preview is that of somebody in a group."))
    chosen = group_id or groups[0].id
    if chosen not in {group.id for group in groups}:
        raise NotFound(N_("There is no such group in this study."))
    nobody = Panellist(id=desks.NOBODY, study_id=study_id, group_id=chosen, quoting="no", declined=False)
    nobody.consent_version = desks.NOBODY
    with session.no_autoflush:
        found = desks.desk(session, panellist=nobody, at=at)
    return replace(
        found,
        round=_first_round(session, study_id),
        earlier=(),
        previous=None,
        answering=True,
        steps=steps.of_panellist(session, nobody, found.study, None),
    )


def _first_round(session: Session, study_id: str) -> Round:
    """Return an open round 1 that is in no database, with the deadline of the one that is, once it has opened."""
    query = select(Round.deadline).where(Round.study_id == study_id, Round.number == 1)
    deadline = session.scalar(query)
    return Round(id=desks.NOBODY, study_id=study_id, number=1, state=RoundState.OPEN, deadline=deadline)


def sheet(session: Session, *, view: Desk, position: int) -> Sheet:
    """Return a page of the questionnaire with no answer on it; raises ``NotFound``."""
    return sheets.sheet(session, view=view, position=position)
