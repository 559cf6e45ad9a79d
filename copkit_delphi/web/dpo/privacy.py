"""When data of a study are deleted, and the names of its panel for the data protection officer."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext

from copkit_delphi.domain.permission import Action
from copkit_delphi.elicitation import identities, retention, reveals, studies
from copkit_delphi.elicitation.models import Study
from copkit_delphi.elicitation.recruiting import consents
from copkit_delphi.people import accounts
from copkit_delphi.warning import briefs
from copkit_delphi.web.briefs.page import UNPROCESSABLE, Page, show
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.dpo.page import ApproveForm, ButtonForm, EraseForm, blueprint, confirmed
from copkit_delphi.web.security import limits_of_passwords


@blueprint.get("/<study_id>/privacy")
def privacy(study_id: str) -> str:
    """Dates, and who asked for a name."""
    return overview(studies.get(db(), study_id))


def overview(study: Study, *, tried: str = "", form: ApproveForm | None = None) -> str:
    """Render the page; ``form`` is what was sent for the request ``tried`` and refused."""
    study_id = study.id
    asked = reveals.of_study(db(), study_id)
    names = accounts.names(db(), {row.asked_by for row in asked})
    decides = me().may(Action.REVEAL_DECIDE, study_id)
    return show(
        "dpo/privacy.html",
        study,
        dates=retention.dates(db(), study, review_on=briefs.review_dates(db()).get(study_id)),
        times=retention.times(study),
        asked=[_asked(row, names, decides=decides) for row in asked],
        keeps=me().may(Action.PRIVACY_KEEP, study_id),
        versions=consents.versions(db(), study_id=study_id),
        decides=decides,
        grounds=reveals.REASONS,
        button=ButtonForm(),
        tried=tried,
        approve=form or ApproveForm(formdata=None),
    )


def _asked(row: Any, names: dict[str, str], *, decides: bool) -> dict[str, Any]:
    mine = me().account_id
    over = row.granted_at is not None and now() >= row.granted_at + reveals.OPEN_FOR
    return {
        "row": row,
        "by": names.get(row.asked_by, ""),
        "written": reveals.shown(db(), row) if decides else "",
        "agreed": sum(who is not None for who in (row.dpo, row.reviewer)),
        "undecided": not row.refused_by and row.granted_at is None,
        "may_agree": decides and mine not in (row.dpo, row.reviewer, row.asked_by),
        "may_look": row.granted_at is not None and not over and row.dpo == mine,
        "over": over,
    }


@blueprint.post("/<study_id>/privacy/names")
def names(study_id: str) -> str:
    """The names of the panel, opened by a press, since each opening is recorded."""
    study = studies.get(db(), study_id)
    return show("dpo/names.html", study, **_names(study), form=EraseForm(formdata=None))


def _names(study: Study) -> dict[str, Any]:
    found = identities.opened(db(), context().vault, study_id=study.id, actor=me().account_id, at=now())
    groups = {group.id: group.name for group in studies.groups(db(), study.id)}
    return {"people": [(contact, groups.get(contact.group_id, "")) for contact in found]}


@blueprint.post("/<study_id>/privacy/names/<contact_id>/erase")
@limits_of_passwords
def erase(study_id: str, contact_id: str) -> Page:
    """Erase one person's name and contact, with the answers if the person wishes it.

    A refusal names nobody: the list is opened by its own press, which is recorded.
    """
    place, form = context(), EraseForm()
    if not confirmed(form):
        study = studies.get(db(), study_id)
        return show("dpo/erase.html", study, form=form, contact_id=contact_id), UNPROCESSABLE
    identities.erase(
        db(),
        place.vault,
        place.links,
        study_id=study_id,
        contact_id=contact_id,
        answers_too=bool(form.answers.data),
        actor=me().account_id,
        at=now(),
    )
    flash(gettext("The name and the address are erased."), "ok")
    response = redirect(url_for("dpo.privacy", study_id=study_id), 303)
    response.call_on_close(place.forget)
    return response
