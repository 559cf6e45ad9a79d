"""Indicators of a study with their readings, oldest reading last, and what has gone stale."""

from __future__ import annotations

from dataclasses import dataclass

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.permission import Action
from copkit_delphi.domain.register import OBSERVED_LABELS, Observed
from copkit_delphi.elicitation import studies
from copkit_delphi.warning import readings
from copkit_delphi.warning.readings import Watch
from copkit_delphi.web.briefs.page import UNPROCESSABLE, Page, go, problems, show, study_of
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.forms import done
from copkit_delphi.web.register import blueprint
from copkit_delphi.web.register.forms import ReadingForm, reading_form


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator with the form that adds a reading."""

    watch: Watch
    form: ReadingForm


def _page(study_id: str, sent: Row | None = None) -> str:
    rows = [
        sent if sent and sent.watch.indicator.id == one.indicator.id else Row(one, _form(one))
        for one in readings.of_study(db(), study_id)
    ]
    return show(
        "register/indicators.html",
        study_of(study_id),
        parts=[
            (one, [row for row in rows if row.watch.indicator.scenario == one.name])
            for one in studies.scenarios(db(), study_id)
        ],
        any_row=bool(rows),
        today=now().date(),
        problems=problems(sent.form) if sent else [],
        words=OBSERVED_LABELS,
        may_write=me().may(Action.BRIEF_DRAFT, study_id),
    )


def _form(watch: Watch) -> ReadingForm:
    return reading_form(watch, now().date())


@blueprint.get("/indicators")
def indicators(study_id: str) -> str:
    """Every indicator with its newest reading and the ones before."""
    return _page(study_id)


@blueprint.post("/indicators/<indicator_id>")
def read_indicator(study_id: str, indicator_id: str) -> Page:
    """Add a reading in one's own name."""
    watch = readings.get(db(), study_id=study_id, indicator_id=indicator_id)
    row = Row(watch, _form(watch))
    if done(row.form, lambda: _add(row)):
        return go("register.indicators", study_id, N_("The reading is added. It counts until it goes stale."))
    row.form.seen.data = len(watch.readings)
    return _page(study_id, row), UNPROCESSABLE


def _add(row: Row) -> None:
    form = row.form
    readings.add(
        db(),
        watch=row.watch,
        status=Observed(form.status.data),
        value=form.value.data or "",
        on=form.on.data,
        seen=form.seen.data,
        by=me(),
        at=now(),
    )
