"""The recipients of a release: who acknowledged, who not yet, reminders, one more recipient."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.lifecycle import BriefState
from copkit_delphi.domain.marking import ADDRESSED, USES, PermittedUse
from copkit_delphi.network import recipients as use
from copkit_delphi.network import releases
from copkit_delphi.network.recipients import Named
from copkit_delphi.people import accounts
from copkit_delphi.web.briefs.forms import ConfirmForm, choices
from copkit_delphi.web.briefs.page import UNPROCESSABLE, Page, go, problems, show, study_of
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.forms import done
from copkit_delphi.web.network import blueprint
from copkit_delphi.web.network.forms import AnotherForm
from copkit_delphi.web.network.releasing import post


def _form(study_id: str, brief_id: str) -> AnotherForm:
    named = {row.account_id for row in use.of_release(db(), brief_id)}
    people = [one for one in use.candidates(db(), study_id) if one.account_id not in named]
    form = AnotherForm()
    form.account_id.choices = choices(*((one.account_id, f"{one.name}, {one.email}") for one in people))
    return form


def _page(study_id: str, brief_id: str, form: AnotherForm) -> str:
    release, brief = releases.get(db(), study_id=study_id, brief_id=brief_id)
    rows = use.of_release(db(), brief_id)
    stands = brief.state == BriefState.PUBLISHED
    return show(
        "network/recipients.html",
        study_of(study_id),
        marking=brief.marking,
        release=release,
        brief=brief,
        rows=rows,
        waiting=sum(use.waiting(row, brief) for row in rows),
        stands=stands,
        further=stands and release.marking not in ADDRESSED and bool(form.account_id.choices),
        names=accounts.names(db(), {release.released_by, release.retracted_by}),
        permitted=USES[PermittedUse(release.permitted_use)],
        confirm=ConfirmForm(),
        form=form,
        problems=problems(form),
    )


@blueprint.get("/studies/<study_id>/brief/<brief_id>/recipients")
def recipients(study_id: str, brief_id: str) -> str:
    """Who got the brief, and what came back."""
    return _page(study_id, brief_id, _form(study_id, brief_id))


@blueprint.post("/studies/<study_id>/brief/<brief_id>/recipients")
def name_another(study_id: str, brief_id: str) -> Page:
    """Name one more recipient."""
    _, brief = releases.get(db(), study_id=study_id, brief_id=brief_id)
    form = _form(study_id, brief_id)
    one = Named(form.account_id.data or "", form.organisation.data or "")
    act = lambda: use.name_another(  # noqa: E731
        db(), post(), brief=brief, one=one, actor=me().account_id, at=now()
    )
    if not done(form, act):
        return _page(study_id, brief_id, form), UNPROCESSABLE
    return go("network.recipients", study_id, N_("Named, and told by mail."), brief_id=brief_id)


@blueprint.post("/studies/<study_id>/brief/<brief_id>/remind")
def remind(study_id: str, brief_id: str) -> Response:
    """Remind those who have not acknowledged."""
    _, brief = releases.get(db(), study_id=study_id, brief_id=brief_id)
    sent = use.remind(db(), post(), brief=brief, actor=me().account_id, at=now())
    flash(ngettext("%(num)s reminder is sent.", "%(num)s reminders are sent.", sent), "ok")
    return redirect(url_for("network.recipients", study_id=study_id, brief_id=brief_id), 303)
