"""Where a panellist stands: information and consent first, then the round; results once they are open."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from copkit_delphi.domain import effort
from copkit_delphi.domain.errors import N_, Forbidden, Invalid, NotFound, RoundClosed
from copkit_delphi.elicitation import feedback, own, ratings, rounds, sheets, steps
from copkit_delphi.elicitation.models import Panellist
from copkit_delphi.elicitation.sheets import Desk
from copkit_delphi.ethics import desks
from copkit_delphi.web.context import context, db, now, panellist
from copkit_delphi.web.errors import said
from copkit_delphi.web.panellist import blueprint
from copkit_delphi.web.panellist.drawings import drawings
from copkit_delphi.web.panellist.forms import ConsentForm

CONSENT_VERSION = "2026-11"
_AGREE = N_("Please read the information and agree before you answer.")


def look() -> Desk:
    """Return the desk of the panellist of this request."""
    return sheets.desk(db(), panellist=panellist(), at=now())


def agreed() -> Desk:
    """Return the desk; raises ``Forbidden`` before consent and after stopping."""
    view = look()
    if not view.consented or view.declined:
        raise Forbidden(_AGREE)
    return view


def taking_part() -> Panellist:
    """Return the panellist of this request; raises ``Forbidden`` before consent and after stopping."""
    found = panellist()
    if found.consent_version is None or found.declined:
        raise Forbidden(_AGREE)
    return found


def answering() -> Desk:
    """Return the desk while its round takes answers; raises ``RoundClosed`` otherwise."""
    view = agreed()
    if not view.answering:
        raise RoundClosed(N_("The round is not open. Nothing was stored. What you saved before is kept."))
    return view


def show(template: str, view: Desk, **more: Any) -> str:
    """Render a page of the study with its marking."""
    return render_template(
        f"panellist/{template}.html",
        view=view,
        marking=view.study.marking,
        synthetic=view.study.synthetic,
        practice=view.study.practice,
        minutes=effort.minutes(sum(step.seconds for step in view.steps if step.state != "answered")),
        ethics=desks.of_panellist(db(), panellist(), now()),
        **more,
    )


def following(view: Desk, after: int = 0) -> int | None:
    """Return the position of the next page that is not fully answered, from ``after`` on and then around."""
    left = [step.position for step in view.steps if step.state != "answered"]
    return next((position for position in left if position > after), left[0] if left else None)


@blueprint.get("/panel")
def desk() -> str:
    """The information sheet before consent, afterwards the state of the round."""
    view = look()
    if not view.consented or view.declined:
        return _information(view, ConsentForm())
    return show("desk", view, onward=following(view))


def _information(view: Desk, form: ConsentForm) -> str:
    return show("information", view, form=form, k=view.protocol.k)


@blueprint.post("/panel/consent")
def consent() -> Response | tuple[str, int]:
    """Take the consent and how reasons may be quoted."""
    view, form = look(), ConsentForm()
    if not form.validate():
        return _information(view, form), 422
    try:
        ratings.give_consent(
            db(), panellist_id=view.panellist_id, version=CONSENT_VERSION, quoting=form.quoting.data or ""
        )
    except Invalid as error:
        form.quoting.errors = [said(error)]
        return _information(view, form), 422
    flash(gettext("Thank you. Your consent is noted."), "ok")
    return redirect(url_for("panellist.desk"), 303)


@blueprint.post("/panel/decline")
def decline() -> Response:
    """Stop taking part, or never begin; no further mail is sent."""
    ratings.decline(db(), panellist_id=panellist().id)
    flash(gettext("Noted. You get no further mail about this study."))
    return redirect(url_for("panellist.desk"), 303)


@blueprint.get("/panel/review")
def review() -> str:
    """Everything the panellist said in this round, what is missing and what is not saved."""
    view = agreed()
    if view.round is None:
        raise NotFound(N_("No round has opened yet."))
    mine = own.of_round(db(), panellist_id=view.panellist_id, round_=view.round)
    return show("review", view, mine=steps.renumbered(mine, view.steps), onward=following(view))


@blueprint.post("/panel/submit")
def submit() -> Response:
    """Mark the round as done; answers may change until the deadline."""
    view = answering()
    assert view.round is not None  # noqa: S101 - answering() saw it open
    ratings.submit(db(), panellist_id=view.panellist_id, round_id=view.round.id, clock=context().clock)
    return redirect(url_for("panellist.done"), 303)


@blueprint.get("/panel/done")
def done() -> str:
    """Thanks, how to change, and what comes next."""
    return show("done", agreed())


@blueprint.get("/panel/results")
def results() -> str:
    """The frozen picture of the last round whose feedback is open."""
    view = agreed()
    if view.previous is None:
        raise NotFound(N_("There are no results yet. They open to the panel after a round has closed."))
    round_ = rounds.get(db(), study_id=view.study.id, number=view.previous.round)
    found = feedback.arguments(db(), round_=round_, frozen=view.previous, k=view.protocol.k)
    sides = {
        name: feedback.for_panellist(both, seed=f"{view.study.seed}:{view.panellist_id}:{name}")
        for name, both in found.items()
    }
    mine = own.of_round(db(), panellist_id=view.panellist_id, round_=round_)
    return show("results", view, sides=sides, mine={row.item: row for row in mine}, draw=drawings)
