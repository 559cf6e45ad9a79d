"""Indicators and early actions: each row completed before it enters the brief."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext
from wtforms import Form, FormField

from copkit_delphi.domain.documents import CATEGORY_LABELS
from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import Scenario
from copkit_delphi.warning import briefs, planning
from copkit_delphi.warning.models import EarlyAction, Indicator
from copkit_delphi.warning.planning import Plans
from copkit_delphi.web.briefs import blueprint
from copkit_delphi.web.briefs.forms import ActionForm, IndicatorForm, OwnIndicatorForm, choices
from copkit_delphi.web.briefs.page import UNPROCESSABLE, Page, go, problems, show, study_of, working
from copkit_delphi.web.context import db
from copkit_delphi.web.errors import said
from copkit_delphi.web.facilitator.editing import TOLD, Difference, EditForm, begun, clash

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


def _stored(row: Indicator | EarlyAction) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (_INDICATOR if isinstance(row, Indicator) else _ACTION)}


def _rows(found: Plans) -> list[Indicator | EarlyAction]:
    return [*found.indicators, *found.actions]


def _form(found: Plans, *, stands: bool = False) -> EditForm:
    """Return the form of all rows; what was sent about a row wins unless asked for what ``stands``."""
    rows = _rows(found)
    fields = {
        row.id: FormField(IndicatorForm if isinstance(row, Indicator) else ActionForm, row.text)
        for row in rows
    }
    kind, data = type("PlansForm", (EditForm,), fields), {row.id: _stored(row) for row in rows}
    form: EditForm = kind(formdata=None, data=data) if stands else kind(data=data)
    for name, stored in data.items():
        if f"{name}-owner" not in request.form:  # added since the page was made
            form[name].process(None, stored)
    return form


def _row(row: Indicator | EarlyAction, edit: EditForm) -> Row:
    lacks = ", ".join(gettext(LACKS[name]) for name in planning.incomplete(row))
    return Row(row, edit[row.id].form, lacks)


def _parts(study_id: str, found: Plans, edit: EditForm) -> list[Part]:
    rows = studies.scenarios(db(), study_id)
    open_ = planning.without_disconfirming(found, [row.name for row in rows])
    return [
        Part(
            scenario=one,
            indicators=[_row(row, edit) for row in found.indicators if row.scenario == one.name],
            actions=[_row(row, edit) for row in found.actions if row.scenario == one.name],
            covered=one.name not in open_,
        )
        for one in rows
    ]


def _page(
    study_id: str,
    edit: EditForm,
    own: OwnIndicatorForm,
    wrong: list[dict[str, str]],
    clashes: tuple[Difference, ...] = (),
) -> str:
    return show(
        "briefs/plans.html",
        study_of(study_id),
        marking=working(study_id).marking,
        parts=_parts(study_id, planning.of_study(db(), study_id), edit),
        edit=edit,
        own=own,
        problems=wrong,
        clashes=clashes,
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
    return _page(study_id, _begun(study_id), _own(study_id), [])


def _begun(study_id: str) -> EditForm:
    return begun(_form(planning.of_study(db(), study_id), stands=True))


@blueprint.post("/studies/<study_id>/brief/plans")
def plans_post(study_id: str) -> Page:
    """Save every row. Of two who write them the second is told."""
    briefs.hold(db(), working(study_id))
    found = planning.of_study(db(), study_id)
    edit, own = _form(found), _own(study_id, formdata=None)
    if clashes := clash(edit, _form(found, stands=True)):
        return _page(study_id, edit, own, [], clashes), TOLD
    rows = [_row(row, edit) for row in _rows(found)]
    wrong = [] if edit.validate() else problems(edit)
    wrong = wrong or [problem for row in rows for problem in _save(study_id, row)]
    if wrong:
        return _page(study_id, edit, own, wrong), UNPROCESSABLE
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
        return _page(study_id, _begun(study_id), form, problems(form)), UNPROCESSABLE
    values = {"text": form.text.data, "disconfirming": form.disconfirming.data}
    planning.add_indicator(
        db(),
        study_id=study_id,
        scenario=form.scenario.data,
        name=f"own-{secrets.token_hex(3)}",
        values=values,
    )
    return go("briefs.plans", study_id, N_("The indicator is added. Complete it to take it into the brief."))
