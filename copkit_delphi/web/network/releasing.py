"""Releasing a signed brief to its recipients, and retracting it."""

from __future__ import annotations

from copkit_delphi.database import Session
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.marking import Marking
from copkit_delphi.network import recipients, releases
from copkit_delphi.network.letters import Post
from copkit_delphi.network.recipients import BY_NAME
from copkit_delphi.warning import briefs, gathered
from copkit_delphi.warning.briefs import Prepared
from copkit_delphi.web.briefs.gate_rows import gate_rows
from copkit_delphi.web.briefs.page import (
    UNPROCESSABLE,
    Page,
    go,
    prepare_aside,
    problems,
    show,
    study_of,
    working,
)
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.forms import done
from copkit_delphi.web.network import blueprint
from copkit_delphi.web.network.forms import ReleaseForm, RetractForm, release_form

REACH = {
    Marking.CLEAR: N_("Everybody can read it on the public page. Recipients you name are told by mail."),
    Marking.GREEN: N_("The readers of the community it names see it. Recipients you name are told by mail."),
    Marking.AMBER: N_("Those you name see it. Later you can name more people of their organisations."),
    Marking.AMBER_STRICT: N_(
        "Those you name now see it, and the staff of this study except observers. "
        "Each copy of somebody you name says for whom it is."
    ),
    Marking.RED: N_(
        "Those you name now see it, not even staff of this study. Each copy says for whom it is."
    ),
}


def post() -> Post:
    """Return what letters need."""
    return Post(context().vault, context().settings.base_url)


def _page(study_id: str, prepared: Prepared, form: ReleaseForm) -> str:
    brief = prepared.found.brief
    return show(
        "network/release.html",
        study_of(study_id),
        marking=brief.marking,
        prepared=prepared,
        brief=brief,
        gates=gate_rows(prepared),
        form=form,
        problems=problems(form),
        reach=REACH[Marking(brief.marking)],
        by_name=brief.marking in BY_NAME,
    )


@blueprint.get("/studies/<study_id>/brief/release")
def release(study_id: str) -> str:
    """The nine gates, and when all are open, who gets the brief."""
    prepared = briefs.prepare(db(), working(study_id), at=now())
    return _page(study_id, prepared, release_form(recipients.candidates(db(), study_id)))


@blueprint.post("/studies/<study_id>/brief/release")
def release_post(study_id: str) -> Page:
    """Make every document, then store them: the database is not held while they are made."""
    prepared, at = prepare_aside(study_id), now()
    briefs.as_published(prepared, on=at.date())  # a closed gate is refused before anything else is
    with context().database.reading() as looking:
        form = release_form(recipients.candidates(looking, study_id))
        if not _allowed(looking, prepared, form):
            return _page(study_id, prepared, form), UNPROCESSABLE
    plan = form.plan()
    made = releases.make(prepared, plan, at=at)
    brief = gathered.get(db(), study_id=study_id, brief_id=prepared.found.brief.id)
    releases.release(db(), post(), brief=brief, made=made, plan=plan, actor=me().account_id, at=at)
    return go(
        "network.recipients",
        study_id,
        N_("Released. Those you named are told by mail."),
        brief_id=brief.id,
    )


def _allowed(looking: Session, prepared: Prepared, form: ReleaseForm) -> bool:
    """Tell whether the plan keeps the rules of the marking, before seconds are spent on typesetting."""
    return done(form, lambda: releases.check(looking, brief=prepared.found.brief, plan=form.plan()))


@blueprint.get("/studies/<study_id>/brief/<brief_id>/retract")
def retract(study_id: str, brief_id: str) -> str:
    """Ask why."""
    return _retract_page(study_id, brief_id, RetractForm())


def _retract_page(study_id: str, brief_id: str, form: RetractForm) -> str:
    _, brief = releases.get(db(), study_id=study_id, brief_id=brief_id)
    return show(
        "network/retract.html",
        study_of(study_id),
        marking=brief.marking,
        brief=brief,
        form=form,
        problems=problems(form),
    )


@blueprint.post("/studies/<study_id>/brief/<brief_id>/retract")
def retract_post(study_id: str, brief_id: str) -> Page:
    """Take a release back."""
    form = RetractForm()
    _, brief = releases.get(db(), study_id=study_id, brief_id=brief_id)
    if not form.validate():
        return _retract_page(study_id, brief_id, form), UNPROCESSABLE
    reason = form.reason.data
    releases.retract(db(), post(), brief=brief, reason=reason, actor=me().account_id, at=now())
    return go(
        "network.recipients",
        study_id,
        N_("The brief is retracted. Its recipients are told by mail."),
        brief_id=brief_id,
    )
