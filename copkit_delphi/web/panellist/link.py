"""The way in: a personal link says who asks, and a press on Continue opens the panellist's session."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from copkit_delphi.elicitation import links, openings, studies
from copkit_delphi.elicitation.models import Panellist
from copkit_delphi.web import languages, sign_in
from copkit_delphi.web.context import context, db, now
from copkit_delphi.web.panellist import blueprint
from copkit_delphi.web.security import limiter


def _leads_to(token: str) -> Panellist:
    return links.resolve(db(), key=context().links.read(token), at=now())


@blueprint.get("/p/<token>")
@limiter.limit("60 per minute")
def welcome(token: str) -> str:
    """Say who asks. Opening the link changes nothing, so that a mail scanner cannot take part."""
    study = studies.get(db(), _leads_to(token).study_id)
    languages.about(study.id)
    return render_template(
        "panellist/link.html",
        form=FlaskForm(),
        token=token,
        study=study,
        marking=study.marking,
        synthetic=study.synthetic,
        practice=study.practice,
    )


@blueprint.post("/p/<token>")
@limiter.limit("60 per minute")
def enter(token: str) -> Response:
    """Open the panellist's session on this device."""
    sign_in.enter(context().links.read(token))
    openings.note_opened(db(), panellist=_leads_to(token))
    return redirect(url_for("panellist.desk"), 303)


@blueprint.post("/panel/leave")
def leave() -> Response:
    """End the session on this device, at the server too; nothing that was saved changes."""
    sign_in.leave()
    flash(gettext("You have left. Everything you saved is kept. Your personal link opens it again."))
    return sign_in.clear_site(redirect(url_for("public.landing"), 303))
