"""People whom members of the panel proposed: accepted onto the list or declined, without anybody seeing by whom."""

from __future__ import annotations

from flask import request

from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import Study
from copkit_delphi.elicitation.recruiting import nominations
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.facilitator.names import opened
from copkit_delphi.web.forms import done
from copkit_delphi.web.recruiting.forms import DecisionForm
from copkit_delphi.web.recruiting.page import Page, blueprint, go, refused, show, study_of


@blueprint.get("/<study_id>/panel/nominations")
def nominations_(study_id: str) -> str:
    """Everybody who was proposed, once enough people agreed to take part."""
    study = study_of(study_id, elicited=True)
    opened(study_id)  # likenesses name people on the list
    return _page(study, DecisionForm())


def _page(study: Study, form: DecisionForm, tried: str = "") -> str:
    return show(
        "nominations",
        study,
        form=form,
        tried=tried,
        proposed=nominations.of_study(db(), context().vault, study_id=study.id),
        shown=nominations.shown(db(), study.id),
        groups={group.id: group.name for group in studies.groups(db(), study.id)},
    )


@blueprint.post("/<study_id>/panel/nominations/<nomination_id>")
def decide(study_id: str, nomination_id: str) -> Page:
    """Accept somebody onto the list, or decline with a reason."""
    study, form = study_of(study_id, elicited=True), DecisionForm()
    accepts = request.form.get("act") == "accept"

    def act() -> None:
        place, actor = context(), me().account_id
        if accepts:
            group_id = request.form.get("group", "")
            nominations.accept(
                db(), place.vault, study_id=study_id, nomination_id=nomination_id, group_id=group_id, at=now(), actor=actor
            )  # fmt: skip
        else:
            nominations.decline(
                db(), place.vault, study_id=study_id, nomination_id=nomination_id, reason=form.reason.data or "",
                at=now(), actor=actor,
            )  # fmt: skip

    if not done(form, act, "reason", mended=(Invalid, Conflict)):
        return refused(_page(study, form, tried=nomination_id))
    if accepts:
        return go(
            "nominations_",
            study_id,
            N_("The person is on the list, and is invited with the next invitation."),
        )
    return go("nominations_", study_id, N_("Declined."))
