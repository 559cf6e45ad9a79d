"""A replication file: asked for, agreed to or refused by somebody else, taken within an hour."""

from __future__ import annotations

from flask import Response, make_response
from werkzeug.wrappers import Response as AnyResponse

from copkit_delphi.domain.errors import N_
from copkit_delphi.elicitation import replication
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.facilitator.page import Page, refused, study_of
from copkit_delphi.web.files.forms import RefusalForm, ReplicationForm
from copkit_delphi.web.files.overview import page
from copkit_delphi.web.files.page import blueprint, go
from copkit_delphi.web.forms import done


@blueprint.post("/<study_id>/files/replication")
def ask(study_id: str) -> Page:
    """Ask for a file."""
    study, form = study_of(study_id), ReplicationForm()

    def act() -> None:
        purpose, recipient = form.purpose.data or "", form.recipient.data or ""
        replication.ask(db(), study_id=study_id, purpose=purpose, recipient=recipient, by=me(), at=now())

    if not done(form, act, "purpose"):
        return refused(page(study, form=form))
    return go("overview", study_id, N_("Asked. The data protection officer or the ethics reviewer decides."))


@blueprint.post("/<study_id>/files/replication/<request_id>/agree")
def agree(study_id: str, request_id: str) -> AnyResponse:
    """Agree to a file that somebody else asked for."""
    row = replication.get(db(), study_id=study_id, request_id=request_id)
    replication.decide(db(), row=row, by=me(), agreed=True, at=now())
    return go("overview", study_id, N_("Agreed. An analyst of the study takes the file within seven days."))


@blueprint.post("/<study_id>/files/replication/<request_id>/refuse")
def refuse(study_id: str, request_id: str) -> Page:
    """Refuse a file, with the reason."""
    study, form = study_of(study_id), RefusalForm()
    row = replication.get(db(), study_id=study_id, request_id=request_id)

    def act() -> None:
        replication.decide(db(), row=row, by=me(), agreed=False, why=form.why.data or "", at=now())

    if not done(form, act, "why"):
        return refused(page(study, refusal=form, tried=request_id))
    return go("overview", study_id, N_("Refused."))


@blueprint.post("/<study_id>/files/replication/<request_id>/file")
def take(study_id: str, request_id: str) -> Response:
    """The file: made by the first press, the same for an hour."""
    study = study_of(study_id)
    row = replication.get(db(), study_id=study_id, request_id=request_id)
    response = make_response(replication.fetch(db(), context().vault, row=row, by=me(), at=now()))
    mark = "EXERCISE-" if study.exercise else "SYNTHETIC-" if study.synthetic else ""
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{mark}replication.zip"'
    return response
