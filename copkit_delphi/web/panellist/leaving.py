"""Withdrawal: a page that says beforehand what happens, one press, and a last page for whoever comes back."""

from __future__ import annotations

from flask import jsonify, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import Withdrawn
from copkit_delphi.elicitation import withdrawals
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
    place = context()
    withdrawals.withdraw(db(), place.vault, place.links, panellist_id=panellist().id, clock=place.clock)
    sign_in.leave()
    response = sign_in.clear_site(redirect(url_for("panellist.withdrawn"), 303))
    response.call_on_close(place.forget)
    return response


@blueprint.get("/panel/withdrawn")
def withdrawn() -> str:
    """What was erased. It reads nothing: there is nothing left to read."""
    return render_template("panellist/withdrawn.html")


@blueprint.errorhandler(Withdrawn)
def _left(error: Withdrawn) -> Response:
    if wants_json():
        response = jsonify(message=said(error))
    else:
        response = make_response(render_template("panellist/withdrawn.html"))
    response.status_code = error.status
    return response
