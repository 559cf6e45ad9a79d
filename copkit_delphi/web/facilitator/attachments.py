"""Files beside a scenario, for its facilitators."""

from __future__ import annotations

from flask import Response, flash, request
from flask_babel import gettext

from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.elicitation import attachments, studies
from copkit_delphi.web.context import db
from copkit_delphi.web.errors import said
from copkit_delphi.web.facilitator import scenarios
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, study_of
from copkit_delphi.web.facilitator.setup import held
from copkit_delphi.web.handing import hand_out
from copkit_delphi.web.typed import clean


@blueprint.post("/<study_id>/set-up/scenarios/<scenario_id>/files")
def add_file(study_id: str, scenario_id: str) -> Page:
    """Put a file beside a scenario."""
    study = held(study_id)
    found = studies.scenario_of(db(), study_id=study_id, scenario_id=scenario_id)
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid(N_("Choose a file first."))
        content, name = sent.read(attachments.LARGEST + 1), clean(sent.filename)
        attachments.add(db(), study_id=study_id, scenario_id=scenario_id, name=name, content=content)
    except (Invalid, Conflict) as error:
        return refused(scenarios.stored_page(study, found, file_refused=said(error)))
    flash(gettext("The file is beside the scenario."), "ok")
    return go("scenario", study_id, scenario_id=scenario_id)


@blueprint.post("/<study_id>/files/<attachment_id>/remove")
def remove_file(study_id: str, attachment_id: str) -> Page:
    """Take a file away."""
    held(study_id)
    scenario_id = attachments.remove(db(), study_id=study_id, attachment_id=attachment_id)
    return go("scenario", study_id, N_("The file is taken away."), scenario_id=scenario_id)


@blueprint.get("/<study_id>/files/<attachment_id>")
def file(study_id: str, attachment_id: str) -> Response:
    """Hand out a file of the study to its staff."""
    study_of(study_id)
    return hand_out(attachments.get(db(), study_id=study_id, attachment_id=attachment_id))
