"""The list of studies: several side by side, filtered, and the archive."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.lifecycle import RoundState, StudyState
from copkit_delphi.domain.permission import Action
from copkit_delphi.elicitation import archiving, overviews
from copkit_delphi.elicitation.models import Study
from copkit_delphi.warning import briefs
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.facilitator.page import blueprint, study_of
from copkit_delphi.web.typed import clean

USED, PUT_AWAY = "in_use", "archived"
SHELVES = {
    USED: N_("In use"),
    StudyState.DRAFT: N_("Drafts"),
    StudyState.RUNNING: N_("Running"),
    StudyState.ENDED: N_("Ended"),
    PUT_AWAY: N_("Archive"),
}


def asked() -> tuple[str, str]:
    """Return the filter of the address: a shelf and words of the title."""
    shelf = request.args.get("shelf", USED)
    return (shelf if shelf in SHELVES else USED), clean(request.args.get("q"))[:80]


def on_shelf(study: Study, shelf: str, words: str) -> bool:
    """Tell whether a study stands on a shelf and its title has the words."""
    fits = study.state != StudyState.ARCHIVED if shelf == USED else study.state == shelf
    return fits and words.casefold() in study.title.casefold()


def add_progress(rows: list[dict[str, Any]]) -> None:
    """Add to the rows of open rounds that the reader runs how many of each group are done: progress, no figure."""
    open_ = [
        row["round"] for row in rows if row["runs"] and row["round"] and row["round"].state == RoundState.OPEN
    ]
    found = overviews.responses(db(), open_) if open_ else {}
    for row in rows:
        row["response"] = found.get(row["study"].id, ())


def add_dates(rows: list[dict[str, Any]]) -> None:
    """Add to the rows of ended studies what is deleted when."""
    ended = [row["study"] for row in rows if row["study"].state in {StudyState.ENDED, StudyState.ARCHIVED}]
    seen = [study for study in ended if me().may(Action.PRIVACY_READ, study.id)]
    found = overviews.deletions(db(), seen, briefs.review_dates(db())) if seen else {}
    for row in rows:
        row["deletes"] = found.get(row["study"].id)


def _shelf(message: str, shelf: str) -> Response:
    flash(gettext(message), "ok")
    return redirect(url_for("facilitator.studies", shelf=shelf), 303)


@blueprint.post("/<study_id>/archive")
def archive(study_id: str) -> Response:
    """Put an ended study into the archive."""
    study_of(study_id)
    archiving.archive(db(), study_id=study_id, actor=me().account_id, at=now())
    return _shelf(
        N_("The study is in the archive, read only. Its data are still deleted on their dates."), PUT_AWAY
    )


@blueprint.post("/<study_id>/unarchive")
def unarchive(study_id: str) -> Response:
    """Take a study back from the archive."""
    study_of(study_id)
    archiving.unarchive(db(), study_id=study_id, actor=me().account_id, at=now())
    return _shelf(N_("The study is back."), StudyState.ENDED)
