"""Copy a study: its design and the files beside its scenarios. Never people, answers or seeds."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from copkit_delphi.elicitation import designs, studies
from copkit_delphi.elicitation.models import Attachment, Study
from copkit_delphi.people import audit


def copy(
    session: Session, *, study_id: str, title: str, facilitator: str, at: datetime, practice: bool = False
) -> Study:
    """Make a draft study with the design of another one, whatever state that is in; ``facilitator`` runs the copy."""
    data = designs.to_dict(session, study_id)
    made = designs.draft_from(session, data, facilitator=facilitator, at=at, title=title, practice=practice)
    _files(session, study_id, made.id)
    audit.record(session, actor=facilitator, action="study:copy", at=at, study_id=made.id, source=study_id)
    return made


def _files(session: Session, source: str, target: str) -> None:
    """Copy the files of each scenario to the scenario of the same place."""
    pairs = zip(studies.scenarios(session, source), studies.scenarios(session, target), strict=True)
    places = {old.id: new.id for old, new in pairs}
    query = select(Attachment).where(Attachment.study_id == source).options(undefer(Attachment.content))
    for row in session.scalars(query).all():
        session.add(
            Attachment(
                id=secrets.token_hex(8),
                study_id=target,
                scenario_id=places[row.scenario_id],
                name=row.name,
                mimetype=row.mimetype,
                size=row.size,
                hash=row.hash,
                position=row.position,
                content=row.content,
            )
        )
