"""What recruiting leaves behind is deleted: lists and applications on their day, people with the names of a panel."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from copkit_delphi.elicitation.models import Applicant, EnrolmentPage, Nomination, StagedUpload
from copkit_delphi.elicitation.recruiting import enrolments, staging


def expired(session: Session, *, at: datetime) -> None:
    """Delete uploaded lists after their day, and applications that nobody confirmed in time."""
    staging.expire(session, at=at)
    enrolments.expire(session, at=at)


def people_who_came(session: Session, *, study_id: str) -> None:
    """Delete everybody who was uploaded, proposed or applied for a study whose names are deleted; its page closes."""
    for table in (StagedUpload, Nomination, Applicant, EnrolmentPage):
        session.execute(
            delete(table).where(table.study_id == study_id).execution_options(synchronize_session=False)
        )
