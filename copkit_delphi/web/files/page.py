"""What the pages about files share: the blueprint, and rendering in the frame of the study."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from copkit_delphi.elicitation.models import Study
from copkit_delphi.web.facilitator.page import frame

blueprint = Blueprint("files", __name__, url_prefix="/studies")


def show(template: str, study: Study, **values: Any) -> str:
    """Render a page about files of a study, with its marking."""
    return render_template(f"files/{template}.html", **frame(study), **values)


def go(endpoint: str, study_id: str, message: str = "", **values: Any) -> Response:
    """Go on to a page about files, with an untranslated sentence on what was done."""
    if message:
        flash(gettext(message), "ok")
    return redirect(url_for(f"files.{endpoint}", study_id=study_id, **values), 303)
