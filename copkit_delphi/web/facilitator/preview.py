"""What each group will see, before the feedback opens: the panellist's page, read-only, with a made-up answer."""

from __future__ import annotations

from flask import request

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.elicitation import previews, studies, translations
from copkit_delphi.elicitation.previews import Looking
from copkit_delphi.web.context import db
from copkit_delphi.web.facilitator.page import blueprint, round_of, show, study_of
from copkit_delphi.web.panellist import forms as answers
from copkit_delphi.web.panellist.pages import shown
from copkit_delphi.web.typed import asked_page

PANEL = "panel"


@blueprint.get("/<study_id>/rounds/<int:number>/preview")
def preview(study_id: str, number: int) -> str:
    """One page of the further round, as a group sees it or without figures of groups."""
    study, found = study_of(study_id, elicited=True), round_of(study_id, number)
    groups = studies.groups(db(), study_id)
    chosen = request.args.get("group") or (groups[0].id if groups else PANEL)
    name = next((group.name for group in groups if group.id == chosen), "")
    if not name and chosen != PANEL:
        raise NotFound(N_("There is no such group in this study."))
    page = previews.sheet(
        db(), round_=found, looking=Looking(name, whole=chosen == PANEL), number=asked_page()
    )
    return show(
        "preview",
        study,
        round=found,
        groups=groups,
        chosen=chosen,
        view=page.desk,
        **shown(translations.speak(page, ""), answers.form_for(page)),
        preview=True,
    )
