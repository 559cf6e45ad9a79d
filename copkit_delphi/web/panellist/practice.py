"""Practice with ten questions before answering; never required, and seen by nobody else."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from copkit_delphi.elicitation import practice as training
from copkit_delphi.web import practising
from copkit_delphi.web.context import db, panellist
from copkit_delphi.web.forms import done
from copkit_delphi.web.panellist import blueprint
from copkit_delphi.web.panellist.desk import agreed, show
from copkit_delphi.web.panellist.order import following


@blueprint.get("/panel/practice")
def practice() -> str:
    """The ten statements, or what was answered with the own score."""
    view = agreed()
    asked = training.asked(view.panellist_id)
    onward = following(view) if view.answering else None
    if said := training.of_panellist(db(), view.panellist_id):
        return show("practice_score", view, onward=onward, **practising.shown(training.score(said)))
    return show("practice", view, form=practising.form_of(asked), asked=asked, onward=onward)


@blueprint.post("/panel/practice")
def practice_post() -> Response | tuple[str, int]:
    """Keep the answers under the code, and show the score."""
    view = agreed()
    asked = training.asked(view.panellist_id)
    form = practising.form_of(asked)
    act = lambda: training.save(db(), panellist_id=view.panellist_id, said=practising.said(form, asked))  # noqa: E731
    if not done(form, act, asked[0].id):
        onward = following(view) if view.answering else None
        return show("practice", view, form=form, asked=asked, onward=onward), 422
    return redirect(url_for("panellist.practice"), 303)


@blueprint.post("/panel/practice/again")
def practice_again() -> Response:
    """Delete the answers, to start again or for good."""
    agreed()
    training.forget(db(), panellist_id=panellist().id)
    return redirect(url_for("panellist.practice"), 303)
