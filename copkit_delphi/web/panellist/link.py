"""The way in: a personal link says who asks, and a press on Continue opens the panellist's session."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from copkit_delphi.domain import effort
from copkit_delphi.domain.errors import Over
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import desks, durations, links, openings, rounds, studies
from copkit_delphi.elicitation.holding import takes_answers
from copkit_delphi.elicitation.models import Panellist, Round, Study
from copkit_delphi.ethics import rounds as ethics_rounds
from copkit_delphi.web import languages, sign_in
from copkit_delphi.web.context import context, db, now
from copkit_delphi.web.panellist import after, blueprint, order
from copkit_delphi.web.security import limiter


def _leads_to(token: str) -> Panellist:
    return links.resolve(db(), key=context().links.read(token), at=now())


@blueprint.get("/p/<token>")
@limiter.limit("60 per minute")
def welcome(token: str) -> str | tuple[str, int]:
    """Say who asks. Opening the link changes nothing, so that a mail scanner cannot take part.

    A link that ran out leads to no answer; of a study that has ended it still tells what everybody may know.
    """
    try:
        study = studies.get(db(), _leads_to(token).study_id)
    except Over as over:
        study = studies.get(db(), over.study_id)
        if study.state not in after.STATES:
            raise
        languages.about(study.id)
        return _over(study), over.status
    round_ = rounds.latest(db(), study.id)
    languages.about(study.id)
    return render_template(
        "panellist/link.html",
        over=_nothing_asked(study, round_),
        form=FlaskForm(),
        token=token,
        study=study,
        minutes=effort.minutes(sum(durations.of_study(db(), study.id).values())),
        deadline=round_.deadline if round_ else None,
        k=Protocol.from_dict(study.protocol).k,
        marking=study.marking,
        synthetic=study.synthetic,
        practice=study.practice,
    )


def _nothing_asked(study: Study, round_: Round | None) -> str:
    """Return why nothing is asked of the panel now; empty while something is, or will be for the first time."""
    asked = ethics_rounds.latest(db(), study.id)
    if asked is not None and takes_answers(asked, now()):
        return ""
    if study.state in after.STATES:
        return gettext("This study has ended.")
    if round_ is None or takes_answers(round_, now()):
        return ""
    return gettext("Round %(n)s has closed.", n=round_.number)


def _over(study: Study) -> str:
    return render_template(
        "panellist/over.html",
        study=study,
        outcome=after.of_study(study),
        marking=study.marking,
        synthetic=study.synthetic,
        practice=study.practice,
    )


@blueprint.post("/p/<token>")
@limiter.limit("60 per minute")
def enter(token: str) -> Response:
    """Open the panellist's session on this device."""
    key = context().links.read(token)
    sign_in.enter(key)
    links.supersede(db(), key=key)
    found = _leads_to(token)
    openings.note_opened(db(), panellist=found)
    return redirect(_onward(found), 303)


def _onward(found: Panellist) -> str:
    """Return the page of what is to be answered next; the overview where nothing is, or before consent."""
    view = desks.desk(db(), panellist=found, at=now())
    position = order.following(view) if view.answering and view.consented and not view.declined else None
    return url_for("panellist.sheet", position=position) if position else url_for("panellist.desk")


@blueprint.post("/panel/leave")
def leave() -> Response:
    """End the session on this device, at the server too; nothing that was saved changes."""
    sign_in.leave()
    flash(gettext("You have left. Everything you saved is kept. Your personal link opens it again."))
    return sign_in.clear_site(redirect(url_for("public.landing"), 303))
