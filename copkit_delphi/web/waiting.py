"""What waits for the yes of a second person, as whoever may give it reads it; never for whoever asked."""

from __future__ import annotations

from collections.abc import Collection

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.permission import Action
from copkit_delphi.elicitation import reopenings, replication
from copkit_delphi.web.context import db, me
from copkit_delphi.web.next_step import NextStep

REOPENING = N_("Somebody asks to open a closed round again: confirm it or take it back.")
REPLICATION = N_("Somebody asks for a replication file: agree or refuse.")


def for_me(study_ids: Collection[str]) -> dict[str, NextStep]:
    """Return by study what waits for the reader of this request: two statements for any number of studies."""
    found: dict[str, NextStep] = {}
    for study_id, asked_by in replication.waiting(db(), _agreeable(Action.REPLICATION_DECIDE, study_ids)):
        if asked_by != me().account_id:
            found[study_id] = NextStep(REPLICATION, "files.overview")
    for round_, asked_by in reopenings.waiting(db(), _agreeable(Action.ROUND_CONFIRM, study_ids)):
        if asked_by != me().account_id:
            found[round_.study_id] = NextStep(REOPENING, "facilitator.reopen", number=round_.number)
    return found


def _agreeable(action: Action, study_ids: Collection[str]) -> list[str]:
    return [one for one in study_ids if me().may(action, one)]
