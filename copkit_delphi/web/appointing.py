"""Giving a role in a study, for the two pages that do it."""

from __future__ import annotations

from copkit_delphi.domain.errors import Conflict
from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import appointments
from copkit_delphi.web.context import context, db, me, now


def appoint(*, study_id: str, account_id: str, role: Role) -> None:
    """Give a role; a refusal is noted in a transaction of its own, since this request commits nothing."""
    try:
        appointments.give(
            db(), context().site, study_id=study_id, account_id=account_id, role=role, by=me(), at=now()
        )
    except Conflict:
        db().rollback()
        with context().database.writing() as noting:
            appointments.note_refusal(noting, study_id=study_id, role=role, by=me(), at=now())
        raise
