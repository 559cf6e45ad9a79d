"""Indicators and early actions: each row completed before it enters the brief."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext
from wtforms import Form

from copkit_delphi.domain.documents import CATEGORY_LABELS
from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import Scenario
from copkit_delphi.warning import planning
from copkit_delphi.warning.models import EarlyAction, Indicator
from copkit_delphi.web.briefs import blueprint
from copkit_delphi.web.briefs.forms import ActionForm, ConfirmForm, IndicatorForm, OwnIndicatorForm, choices
from copkit_delphi.web.briefs.page import UNPROCESSABLE, Page, go, problems, show, study_of, working
from copkit_delphi.web.context import db
from copkit_delphi.web.errors import said

_INDICATOR = ("owner", "baseline", "threshold", "source", "expiry", "disconfirming")
_ACTION = ("owner", "trigger", "stop_rule", "recommended")
LACKS = {
    "owner": N_("owner"),
    "baseline": N_("baseline"),
    "threshold": N_("threshold"),
    "source": N_("source"),
    "expiry": N_("end date"),
    "trigger": N_("trigger"),
    "stop_rule": N_("stop rule"),
    "rights_level": N_("rights check"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator or action with its fields; ``lacks`` names what keeps it out of the brief."""

    row: Indicator | EarlyAction
    form: Form
    lacks: str


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one scenario."""

    scenario: Scenario
    indicators: list[Row]
    actions: list[Row]
    covered: bool


def _row(row: Indicator | EarlyAction) -> Row:
    kind, names = (IndicatorForm, _INDICATOR) if isinstance(row, Indicator) else (ActionForm, _ACTION)
    sent = request.form if request.method == "POST" and f"{row.id}-owner" in request.form else None
    form = kind(sent, prefix=row.id, data={name: getattr(row, name) for name in names})
    lacks = ", ".join(gettext(LACKS[name]) for name in planning.incomplete(row))
    return Row(row, form, lacks)


def _parts(study_id: str) -> list[Part]:
    found = planning.of_study(db(), study_id)
    rows = studies.scenarios(db(), study_id)
    open_ = planning.without_disconfirming(found, [row.name for row in rows])
    return [
        Part(
            scenario=one,
            indicators=[_row(row) for row in found.indicators if row.scenario == one.name],
            actions=[_row(row) for row in found.actions if row.scenario == one.name],
            covered=one.name not in open_,
        )
        for one in rows
    ]


def _page(study_id: str, parts: list[Part], own: OwnIndicatorForm, wrong: list[dict[str, str]]) -> str:
    return show(
        "briefs/plans.html",
        study_of(study_id),
        marking=working(study_id).marking,
        parts=parts,
        own=own,
        confirm=ConfirmForm(),
        problems=wrong,
        categories=CATEGORY_LABELS,
        form={"errors": wrong},
    )


def _own(study_id: str, **values: Any) -> OwnIndicatorForm:
    form = OwnIndicatorForm(**values)
    form.scenario.choices = choices(*((one.name, one.title) for one in studies.scenarios(db(), study_id)))
    return form


@blueprint.get("/studies/<study_id>/brief/plans")
def plans(study_id: str) -> str:
    """Indicators and actions with what each still lacks."""
    return _page(study_id, _parts(study_id), _own(study_id), [])


@blueprint.post("/studies/<study_id>/brief/plans")
def plans_post(study_id: str) -> Page:
    """Save every row."""
    working(study_id)
    parts = _parts(study_id)
    rows = [row for part in parts for row in (*part.indicators, *part.actions)]
    wrong = [problem for row in rows if not row.form.validate() for problem in problems(row.form)]
    wrong = wrong or [problem for row in rows for problem in _save(study_id, row)]
    if wrong:
        return _page(study_id, parts, _own(study_id, formdata=None), wrong), UNPROCESSABLE
    return go(
        "briefs.plans", study_id, N_("Indicators and actions are saved. Complete ones enter the brief.")
    )


def _save(study_id: str, row: Row) -> list[dict[str, str]]:
    try:
        if isinstance(row.row, Indicator):
            planning.complete_indicator(db(), study_id=study_id, indicator_id=row.row.id, **row.form.data)
        else:
            planning.complete_action(db(), study_id=study_id, action_id=row.row.id, **row.form.data)
    except Invalid as error:
        row.form["recommended"].errors = [said(error)]
        return problems(row.form)
    return []


@blueprint.post("/studies/<study_id>/brief/indicators")
def add_indicator(study_id: str) -> Page:
    """Add an indicator of one's own."""
    working(study_id)
    form = _own(study_id)
    if not form.validate():
        return _page(study_id, _parts(study_id), form, problems(form)), UNPROCESSABLE
    values = {"text": form.text.data, "disconfirming": form.disconfirming.data}
    planning.add_indicator(
        db(),
        study_id=study_id,
        scenario=form.scenario.data,
        name=f"own-{secrets.token_hex(3)}",
        values=values,
    )
    return go("briefs.plans", study_id, N_("The indicator is added. Complete it to take it into the brief."))
