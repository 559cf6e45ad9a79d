"""Copy a study: its design and the files beside its scenarios. Never people, answers or seeds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from copkit_delphi.elicitation import archived_files, designs
from copkit_delphi.elicitation.models import Study
from copkit_delphi.people import audit


def copy(
    session: Session, *, study_id: str, title: str, facilitator: str, at: datetime, practice: bool = False
) -> Study:
    """Make a draft study with the design of another one, whatever state that is in; ``facilitator`` runs the copy."""
    data = designs.to_dict(session, study_id)
    made = designs.draft_from(session, data, facilitator=facilitator, at=at, title=title, practice=practice)
    archived_files.put(session, study_id=made.id, files=archived_files.of_study(session, study_id))
    audit.record(session, actor=facilitator, action="study:copy", at=at, study_id=made.id, source=study_id)
    return made
