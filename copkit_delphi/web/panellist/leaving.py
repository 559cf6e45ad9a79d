"""Withdrawal: a page that says beforehand what happens, one press, and a last page for whoever comes back."""

from __future__ import annotations

from flask import jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import Withdrawn
from copkit_delphi.elicitation import studies, withdrawals
from copkit_delphi.web import sign_in
from copkit_delphi.web.context import context, db, panellist
from copkit_delphi.web.errors import said, wants_json
from copkit_delphi.web.panellist import blueprint
from copkit_delphi.web.panellist.desk import look, show


@blueprint.get("/panel/withdraw")
def withdraw() -> str:
    """Say what is erased and what stays, before anything is."""
    return show("withdraw", look())


@blueprint.post("/panel/withdraw")
def withdraw_post() -> Response:
    """Erase the answers and the name of this panellist; no reason is asked."""
    place, who = context(), panellist()
    withdrawals.withdraw(db(), place.vault, place.links, panellist_id=who.id, clock=place.clock)
    sign_in.withdraw(who.study_id)
    response = sign_in.clear_site(redirect(url_for("panellist.withdrawn"), 303))
    response.call_on_close(place.forget)
    return response


@blueprint.get("/panel/withdrawn")
def withdrawn() -> str:
    """What was erased. Of the study it reads the ethics contact: of the panellist there is nothing left to read."""
    return _farewell(sign_in.withdrawn_from())


def _farewell(study_id: str) -> str:
    study = studies.get(db(), study_id) if study_id else None
    return render_template("panellist/withdrawn.html", contact=study.ethics_contact if study else "")


@blueprint.errorhandler(Withdrawn)
def left(error: Withdrawn) -> Response:
    """Tell somebody who withdrew that nothing is kept, whatever they press in a tab that stayed open."""
    if wants_json() or request.endpoint == "panellist.draft":
        response = jsonify(message=said(error))
    else:
        response = make_response(_farewell(error.study_id))
    response.status_code = error.status
    return response
