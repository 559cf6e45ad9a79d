"""Who left the panel since the last round opened: still counted as invited, so that no number tells of a withdrawal."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.lifecycle import Progress
from copkit_delphi.elicitation.traces import Erasure


def counted(session: Session, *, round_id: str, progress: Progress | None = None) -> dict[str, int]:
    """Return how many withdrew while ``round_id`` was the last round that had opened, by group id."""
    query = select(Erasure.group_id, func.count()).where(
        Erasure.round_id == round_id, Erasure.kind == "withdrawal"
    )
    if progress is not None:
        query = query.where(Erasure.progress == progress)
    return dict(session.execute(query.group_by(Erasure.group_id)).all())


def since(session: Session, *, study_id: str, day: date) -> dict[str, int]:
    """Return how many withdrew from a study on ``day`` or later, by group id: for a round of another kind."""
    query = select(Erasure.group_id, func.count()).where(
        Erasure.study_id == study_id, Erasure.kind == "withdrawal", Erasure.on >= day
    )
    return dict(session.execute(query.group_by(Erasure.group_id)).all())
