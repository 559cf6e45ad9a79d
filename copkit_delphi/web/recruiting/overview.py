"""The panel at a glance: what each group has and lacks, and what waits for somebody."""

from __future__ import annotations

from flask import flash
from flask_babel import gettext
from werkzeug.wrappers import Response

from copkit_delphi.elicitation.recruiting import gaps, late, staging
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.recruiting.page import blueprint, go, show, study_of


@blueprint.get("/<study_id>/panel")
def overview(study_id: str) -> str:
    """Each group with its target, and what is missing, as it stands now."""
    study = study_of(study_id, elicited=True)
    return show(
        "overview",
        study,
        gaps=gaps.of_study(db(), context().vault, study_id=study_id),
        staged=staging.latest(db(), study_id=study_id, at=now()),
        late=late.waiting(db(), context().vault, study_id=study_id),
    )


@blueprint.post("/<study_id>/panel/invite-late")
def invite_late(study_id: str) -> Response:
    """Invite to the open round whoever is on the list and was not invited yet."""
    study_of(study_id, elicited=True)
    place, actor = context(), me().account_id
    invited = late.invite(db(), place.vault, place.links, study_id=study_id, at=now(), actor=actor)
    flash(gettext("Invited now: %(n)s. Nobody else got a mail.", n=invited), "ok")
    return go("overview", study_id)
