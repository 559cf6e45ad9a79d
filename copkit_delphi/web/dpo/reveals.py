"""Asking for the name behind one reason, deciding on it by two, and looking at it for a day."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from copkit_delphi.elicitation import reveals, studies
from copkit_delphi.web.briefs.page import UNPROCESSABLE, Page, show
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.dpo.page import ApproveForm, AskForm, blueprint, confirmed
from copkit_delphi.web.dpo.privacy import overview
from copkit_delphi.web.security import limits_of_passwords


def _form(study_id: str, rationale_id: str, form: AskForm) -> str:
    return show(
        "dpo/ask.html",
        studies.get(db(), study_id),
        form=form,
        written=reveals.text_of(db(), study_id=study_id, rationale_id=rationale_id),
        rationale_id=rationale_id,
    )


@blueprint.get("/<study_id>/reveals/ask/<rationale_id>")
def ask(study_id: str, rationale_id: str) -> str:
    """Say why the name behind one reason is needed."""
    return _form(study_id, rationale_id, AskForm())


@blueprint.post("/<study_id>/reveals/ask/<rationale_id>")
@limits_of_passwords
def ask_post(study_id: str, rationale_id: str) -> Page:
    """Put the question to the two who decide."""
    form = AskForm()
    if not confirmed(form):
        return _form(study_id, rationale_id, form), UNPROCESSABLE
    reveals.ask(
        db(),
        study_id=study_id,
        rationale_id=rationale_id,
        reason=form.reason.data,
        text=form.text.data or "",
        actor=me().account_id,
        at=now(),
    )
    return _back(study_id)


@blueprint.post("/<study_id>/reveals/<reveal_id>/approve")
@limits_of_passwords
def approve(study_id: str, reveal_id: str) -> Page:
    """Agree that the name is opened."""
    form = ApproveForm()
    if not confirmed(form):
        return overview(studies.get(db(), study_id), tried=reveal_id, form=form), UNPROCESSABLE
    row = reveals.get(db(), study_id=study_id, reveal_id=reveal_id)
    reveals.approve(
        db(), context().vault, row=row, by=me(), at=now(), untold_because=form.untold_because.data or ""
    )
    return _back(study_id)


@blueprint.post("/<study_id>/reveals/<reveal_id>/refuse")
def refuse(study_id: str, reveal_id: str) -> Response:
    """Say no: the name stays sealed."""
    reveals.refuse(db(), row=reveals.get(db(), study_id=study_id, reveal_id=reveal_id), by=me(), at=now())
    return _back(study_id)


@blueprint.post("/<study_id>/reveals/<reveal_id>/name")
def name(study_id: str, reveal_id: str) -> str:
    """The name, to the data protection officer who agreed; each look is recorded."""
    row = reveals.get(db(), study_id=study_id, reveal_id=reveal_id)
    found = reveals.open_name(db(), context().vault, row=row, by=me(), at=now())
    return show("dpo/name.html", studies.get(db(), study_id), found=found)


def _back(study_id: str) -> Response:
    return redirect(url_for("dpo.privacy", study_id=study_id), 303)
