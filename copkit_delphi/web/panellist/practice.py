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
    """The ten questions, or what was answered with the own scores."""
    view = agreed()
    onward = following(view) if view.answering else None
    if said := training.of_panellist(db(), view.panellist_id):
        return show("practice_score", view, onward=onward, **practising.shown(training.score(said)))
    turn = practising.turn()
    asked = training.asked(view.panellist_id, turn)
    form = practising.form_of(asked)
    return show("practice", view, form=form, asked=asked, turn=turn, onward=onward)


@blueprint.post("/panel/practice")
def practice_post() -> Response | tuple[str, int]:
    """Keep the answers under the code, and show the scores."""
    view, turn = agreed(), practising.turn()
    asked = training.asked(view.panellist_id, turn)
    form = practising.form_of(asked)

    def act() -> None:
        training.save(db(), panellist_id=view.panellist_id, turn=turn, said=practising.said(form, asked))

    if not done(form, act, asked[0].id):
        onward = following(view) if view.answering else None
        return show("practice", view, form=form, asked=asked, turn=turn, onward=onward), 422
    return redirect(url_for("panellist.practice"), 303)


@blueprint.post("/panel/practice/again")
def practice_again() -> Response:
    """Delete the answers, to go on with other questions or for good."""
    agreed()
    turn = training.next_turn(db(), panellist().id)
    training.forget(db(), panellist_id=panellist().id)
    return redirect(url_for("panellist.practice", turn=turn), 303)
