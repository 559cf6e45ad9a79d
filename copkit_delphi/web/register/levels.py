"""Warning levels of a study: proposed by rule, set by its analyst."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext

from copkit_delphi.domain.alert import CHANGE_LABELS, LEVEL_NAMES, Change, Level
from copkit_delphi.domain.errors import N_, Conflict
from copkit_delphi.domain.permission import Action
from copkit_delphi.reporting import charts
from copkit_delphi.warning import levels as use
from copkit_delphi.warning.levels import Chosen, Stand
from copkit_delphi.web.briefs.page import UNPROCESSABLE, Page, go, problems, show, study_of
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.errors import said
from copkit_delphi.web.forms import done
from copkit_delphi.web.register import blueprint
from copkit_delphi.web.register.forms import LevelForm, level_form


@dataclass(frozen=True, slots=True)
class Row:
    """A scenario as it stands, with the form that sets its level."""

    stand: Stand
    form: LevelForm


def _page(study_id: str, sent: Row | None = None) -> str:
    refused, rows = "", []
    try:
        stands = use.standing(db(), study_id=study_id, on=now().date())
        rows = [
            sent if sent and sent.stand.scenario.id == one.scenario.id else Row(one, _form(one))
            for one in stands
        ]
    except Conflict as error:
        refused = said(error)
    return show(
        "register/levels.html",
        study_of(study_id),
        rows=rows,
        refused=refused,
        today=now().date(),
        problems=problems(sent.form) if sent else [],
        mark=lambda level: charts.level_mark(level, gettext),
        names=LEVEL_NAMES,
        tell=gettext,  # the template's own would read the percent signs of a ground
        changes=CHANGE_LABELS,
        may_set=me().may(Action.WARNING_SET, study_id),
    )


def _form(stand: Stand) -> LevelForm:
    return level_form(stand, now().date())


@blueprint.get("/levels")
def levels(study_id: str) -> str:
    """Every judged scenario with its proposal, its level and the levels before."""
    return _page(study_id)


@blueprint.post("/levels/<scenario>")
def set_level(study_id: str, scenario: str) -> Page:
    """Set a level in one's own name."""
    stand = use.named(use.standing(db(), study_id=study_id, on=now().date()), scenario)
    row = Row(stand, _form(stand))
    if done(row.form, lambda: _set(row)):
        return go(
            "register.levels", study_id, N_("The level is set. The next brief prints it with your name.")
        )
    row.form.seen.data = len(stand.history)
    return _page(study_id, row), UNPROCESSABLE


def _set(row: Row) -> None:
    form = row.form
    chosen = Chosen(
        Level(int(form.level.data)), form.reason.data, Change(form.changed.data), form.expires_on.data
    )
    use.set_level(db(), stand=row.stand, chosen=chosen, seen=form.seen.data, by=me(), at=now())
