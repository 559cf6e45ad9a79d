"""What the pages of a study share: rendering under its marking, going on after a change."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.domain.permission import Action
from copkit_delphi.elicitation import rounds, studies
from copkit_delphi.elicitation.models import Round, Study
from copkit_delphi.web import navigation
from copkit_delphi.web.context import db, me

blueprint = Blueprint("facilitator", __name__, url_prefix="/studies")

Page = str | Response | tuple[str, int]
UNPROCESSABLE = 422


def study_of(study_id: str, *, elicited: bool = False) -> Study:
    """Return the study of the address; with ``elicited`` an imported one has no such page."""
    study = studies.get(db(), study_id)
    if elicited and study.origin == "imported":
        raise NotFound(N_("An imported study has no set-up and no rounds to open."))
    return study


def round_of(study_id: str, number: int) -> Round:
    """Return a round of a study that runs here."""
    study_of(study_id, elicited=True)
    return rounds.get(db(), study_id=study_id, number=number)


def show(template: str, study: Study, **values: Any) -> str:
    """Render a page of the study with its marking."""
    return render_template(f"facilitator/{template}.html", **frame(study), **values)


def frame(study: Study) -> dict[str, Any]:
    """Return what the frame of every page of a study reads."""
    return {
        "study": study,
        "marking": study.marking,
        "synthetic": study.synthetic,
        "practice": study.practice,
        "runs": me().may(Action.STUDY_RUN, study.id),
        "writes": me().may(Action.BRIEF_READ_DRAFT, study.id),
        "drafting": study.state == StudyState.DRAFT,
        "navigation": navigation.of_study(study),
    }


def refused(page: str) -> tuple[str, int]:
    """Return a form with what is wrong in it."""
    return page, UNPROCESSABLE


def go(endpoint: str, study_id: str, message: str = "", **values: Any) -> Response:
    """Go on to a page of the study, with an untranslated sentence on what was done."""
    if message:
        flash(gettext(message), "ok")
    return redirect(url_for(f"facilitator.{endpoint}", study_id=study_id, **values), 303)
