"""Reasons of the panel in its last closed ethics round, for those who run the study and for its ethics reviewer."""

from __future__ import annotations

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.lifecycle import RoundState
from copkit_delphi.domain.permission import Action
from copkit_delphi.ethics import bank, reasons, rounds
from copkit_delphi.web.briefs.page import show
from copkit_delphi.web.context import db, me
from copkit_delphi.web.ethics.page import blueprint, study_of


@blueprint.get("/<study_id>/ethics/reasons", endpoint="reasons")
def listed(study_id: str) -> str:
    """Reasons in an order of chance, without a code, a group or a rating."""
    study = study_of(study_id)
    closed = [row for row in rounds.of_study(db(), study_id) if row.state == RoundState.CLOSED]
    if not closed:
        raise NotFound(N_("Reasons are read after the close of the ethics round."))
    runs = me().may(Action.STUDY_RUN, study_id)
    found = reasons.of_round(db(), closed[-1], facilitator=runs)
    return show("ethics/reasons.html", study, reasons=found, texts=bank.texts())
