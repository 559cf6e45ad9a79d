"""What the pages about the panel share: rendering within the study, going on after a change."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.elicitation.models import Study
from copkit_delphi.web.facilitator.forms import ConfirmForm
from copkit_delphi.web.facilitator.page import Page, frame, refused, study_of

__all__ = ["Page", "blueprint", "go", "refused", "show", "study_of"]

blueprint = Blueprint("recruiting", __name__, url_prefix="/studies")


def show(template: str, study: Study, **values: Any) -> str:
    """Render a page about the panel with the study's marking."""
    return render_template(
        f"recruiting/{template}.html",
        **frame(study),
        takes_people=study.state in (StudyState.DRAFT, StudyState.RUNNING) and not study.exercise,
        confirm=ConfirmForm(formdata=None),
        **values,
    )


def go(endpoint: str, study_id: str, message: str = "", *, kind: str = "ok", **values: Any) -> Response:
    """Go on to a page about the panel, with an untranslated sentence on what was done."""
    if message:
        flash(gettext(message), kind)
    return redirect(url_for(f"recruiting.{endpoint}", study_id=study_id, **values), 303)
