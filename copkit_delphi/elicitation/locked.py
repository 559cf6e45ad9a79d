"""What the lock of a study covers beside its words in the first language: other languages, and files."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.elicitation.models import Attachment, Scenario, Study


def beside(session: Session, study: Study) -> dict[str, Any]:
    """Return languages with their texts, and the hash of each file; nothing for a study that has neither."""
    rows = session.scalars(
        select(Scenario).where(Scenario.study_id == study.id).order_by(Scenario.position)
    ).all()
    names = {row.id: row.name for row in rows}
    found: dict[str, Any] = {}
    if len(study.languages) > 1:
        found = {"languages": study.languages, "texts": [[row.name, row.texts] for row in rows]}
    files = session.execute(
        select(Attachment.scenario_id, Attachment.name, Attachment.hash)
        .where(Attachment.study_id == study.id)
        .order_by(Attachment.scenario_id, Attachment.position)
    )
    hashes = sorted([names[owner], name, hash_] for owner, name, hash_ in files)
    return found | ({"files": hashes} if hashes else {})
