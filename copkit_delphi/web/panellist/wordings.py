"""Edited wordings of a panellist's own reasons: yes, no, or nothing."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import Invalid, Moved
from copkit_delphi.elicitation import wordings as edited
from copkit_delphi.web.context import db, panellist
from copkit_delphi.web.errors import said
from copkit_delphi.web.panellist import blueprint
from copkit_delphi.web.panellist.desk import agreed, show


def _page(problem: str = "") -> str:
    return show(
        "wordings",
        agreed(),
        found=edited.mine(db(), panellist=panellist()),
        answers=edited.ANSWERS,
        problem=problem,
    )


@blueprint.get("/panel/wordings")
def wordings() -> str:
    """Every edited wording beside what the panellist wrote."""
    return _page()


@blueprint.post("/panel/wordings/<int:number>/<name>")
def wordings_post(number: int, name: str) -> Response | tuple[str, int]:
    """Keep a yes, a no or nothing to the wording that was on the page."""
    agreed()
    try:
        edited.answer(
            db(),
            panellist=panellist(),
            number=number,
            item=name,
            said=request.form.get("answer", ""),
            basis=request.form.get("basis", ""),
        )
    except (Invalid, Moved) as error:
        return _page(said(error)), error.status
    flash(gettext("Your answer is kept. You can change it until the feedback opens."), "ok")
    return redirect(url_for("panellist.wordings"), 303)
