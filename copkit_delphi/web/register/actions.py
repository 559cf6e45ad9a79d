"""Early actions of a study and how far each has come; it goes on after the brief is released."""

from __future__ import annotations

from dataclasses import dataclass

from copkit_delphi.domain.documents import CATEGORY_LABELS
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.permission import Action
from copkit_delphi.domain.register import STATUS_LABELS, Status
from copkit_delphi.elicitation import studies
from copkit_delphi.warning import progress
from copkit_delphi.warning.progress import Tracked
from copkit_delphi.web.briefs.page import UNPROCESSABLE, Page, go, problems, show, study_of
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.forms import done
from copkit_delphi.web.register import blueprint
from copkit_delphi.web.register.forms import StepForm, step_form


@dataclass(frozen=True, slots=True)
class Row:
    """An action with the form that moves it."""

    tracked: Tracked
    form: StepForm


def _page(study_id: str, sent: Row | None = None) -> str:
    rows = [
        sent if sent and sent.tracked.action.id == one.action.id else Row(one, step_form(one))
        for one in progress.of_study(db(), study_id)
    ]
    return show(
        "register/actions.html",
        study_of(study_id),
        parts=[
            (one, [row for row in rows if row.tracked.action.scenario == one.name])
            for one in studies.scenarios(db(), study_id)
        ],
        any_row=bool(rows),
        problems=problems(sent.form) if sent else [],
        words=STATUS_LABELS,
        categories=CATEGORY_LABELS,
        may_write=me().may(Action.BRIEF_DRAFT, study_id),
    )


@blueprint.get("/actions")
def actions(study_id: str) -> str:
    """Every early action with its status, owner and steps."""
    return _page(study_id)


@blueprint.post("/actions/<action_id>")
def move_action(study_id: str, action_id: str) -> Page:
    """Move an action in one's own name."""
    tracked = progress.get(db(), study_id=study_id, action_id=action_id)
    row = Row(tracked, step_form(tracked))
    if done(row.form, lambda: _move(row)):
        return go(
            "register.actions", study_id, N_("The step is kept with your name, the day and the reason.")
        )
    row.form.seen.data = len(tracked.steps)
    return _page(study_id, row), UNPROCESSABLE


def _move(row: Row) -> None:
    form = row.form
    progress.move(
        db(),
        tracked=row.tracked,
        status=Status(form.status.data),
        owner=form.owner.data or "",
        reason=form.reason.data,
        seen=form.seen.data,
        by=me(),
        at=now(),
    )
