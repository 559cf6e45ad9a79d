"""The archive: an ended study that nothing is done with any more. Read only, until somebody takes it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict
from copkit_delphi.domain.lifecycle import RoundState, StudyState, check_move
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.kinds import KINDS
from copkit_delphi.elicitation.models import Study
from copkit_delphi.people import audit


def archive(session: Session, *, study_id: str, actor: str, at: datetime) -> None:
    """Put an ended study away; its data are still deleted on their dates."""
    study = studies.get(session, study_id)
    if study.state != StudyState.ENDED:
        raise Conflict(N_("Only a study that has ended goes to the archive."))
    for kind in KINDS:
        table = kind.rounds
        if session.scalars(
            select(table.id).where(table.study_id == study_id, table.state == RoundState.OPEN)
        ).first():
            raise Conflict(kind.first)
    check_move(StudyState.ENDED, StudyState.ARCHIVED)
    study.state = StudyState.ARCHIVED
    audit.record(session, actor=actor, action="study:archive", at=at, study_id=study_id)


def unarchive(session: Session, *, study_id: str, actor: str, at: datetime) -> None:
    """Take a study back from the archive."""
    study = studies.get(session, study_id)
    check_move(StudyState(study.state), StudyState.ENDED)
    study.state = StudyState.ENDED
    audit.record(session, actor=actor, action="study:unarchive", at=at, study_id=study_id)


def check_in_use(session: Session, study_id: str) -> None:
    """Raise ``Conflict`` for a study in the archive: it is read only."""
    if session.scalar(select(Study.state).where(Study.id == study_id)) == StudyState.ARCHIVED:
        raise Conflict(
            N_("This study is in the archive and read only. Take it back from the list of studies first.")
        )
