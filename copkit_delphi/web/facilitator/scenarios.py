"""The scenarios of a study: taken from the library or written, worded, removed."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from flask import flash, request
from flask_babel import gettext

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.elicitation import attachments, edits, statements, studies
from copkit_delphi.elicitation.models import Scenario, Study
from copkit_delphi.elicitation.plans import ScenarioPlan, background, from_library
from copkit_delphi.library import scenarios as library
from copkit_delphi.library.scenarios import Wanted
from copkit_delphi.warning import taking
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.facilitator.editing import TOLD, begun, clash, move
from copkit_delphi.web.facilitator.forms import ConfirmForm, ScenarioForm
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused
from copkit_delphi.web.facilitator.setup import draft, held, page
from copkit_delphi.web.facilitator.wording import sentences
from copkit_delphi.web.forms import done
from copkit_delphi.web.typed import clean

LINES = ("counts", "counts_not")
FIELDS = ("title", "short", "statement", "place", "summary", "counter_view", "track_record")


@blueprint.get("/<study_id>/set-up/scenarios")
def scenarios(study_id: str) -> str:
    """The scenarios of the study, and the library to take some from."""
    study = draft(study_id)
    wanted = clean(request.args.get("q"))[:80]
    mine = studies.scenarios(db(), study_id)
    worded = {
        item.scenario_id: item.wording for item in studies.items(db(), study_id) if item.kind == "likelihood"
    }
    rows = [
        (
            one,
            text := worded.get(one.id, ""),
            sentences(statements.warnings(study, text, one)) if text else [],
            _stands(one, text),
        )
        for one in mine
    ]
    taken = {one.library_id for one in mine}
    return page(
        "scenarios",
        study,
        rows=rows,
        wanted=wanted,
        found=library.listed(db(), Wanted(wanted)),
        taken=taken,
        confirm=ConfirmForm(),
    )


@blueprint.post("/<study_id>/set-up/scenarios")
def take_scenario(study_id: str) -> Page:
    """Take one or several scenarios of the library as they are worded there: all of them or none."""
    draft(study_id)
    names = list(dict.fromkeys(clean(name) for name in request.form.getlist("library_id")))
    for name in names:
        taking.take(db(), study_id=study_id, name=name, actor=me().account_id, at=now())
    if names:
        flash(gettext("%(n)s more in the study.", n=len(names)), "ok")
    else:
        flash(gettext("Tick at least one scenario of the library first."), "warn")
    return go("scenarios", study_id)


def _stands(scenario: Scenario, statement: str) -> str:
    """Return a mark of the wording of a scenario."""
    lists = ("\n".join(getattr(scenario, name)) for name in LINES)
    texts = (getattr(scenario, name) for name in FIELDS if name != "statement")
    return edits.mark(["\0".join([statement, *texts, *lists])])


def _base(study: Study) -> ScenarioPlan:
    """Return what an own scenario starts from: a library scenario without a statement, or nothing."""
    source = request.args.get("source", "")
    if not source:
        known = {one.name for one in studies.scenarios(db(), study.id)}
        name = next(name for number in count(1) if (name := f"N{number:02}") not in known)
        return ScenarioPlan(name=name, title="", short="", statement="")
    one = library.entry_of(db(), library.get(db(), source))
    return background(one) if one.statement is None else from_library(one)


def _typed(form: ScenarioForm, base: ScenarioPlan) -> ScenarioPlan:
    typed: dict[str, Any] = {name: form[name].data for name in FIELDS}
    for name in LINES:
        typed[name] = [line.strip() for line in form[name].data.splitlines() if line.strip()]
    return replace(base, **typed)


def _filled(plan: ScenarioPlan) -> ScenarioForm:
    lists = {name: "\n".join(getattr(plan, name)) for name in LINES}
    values = {**{name: getattr(plan, name) for name in FIELDS}, **lists}
    return begun(ScenarioForm(formdata=None, data=values))


def _form_page(study: Study, form: ScenarioForm, scenario: Scenario | None, **more: Any) -> str:
    """Render the form of a scenario with what could be worded better in it."""
    beside = "\n".join(form[name].data or "" for name in ("title", "summary", *LINES))
    found = statements.warnings(study, form.statement.data or "", beside=beside)
    files = attachments.of_scenario(db(), scenario.id) if scenario else ()
    more |= {"files": files, "confirm": ConfirmForm()}
    return page("scenario", study, form=form, scenario=scenario, wording=sentences(found), **more)


def stored_page(study: Study, scenario: Scenario, **more: Any) -> str:
    """Render the form of a scenario as it is stored."""
    return _form_page(study, _filled(_plan(scenario)), scenario, **more)


@blueprint.get("/<study_id>/set-up/scenarios/new")
def new_scenario(study_id: str) -> str:
    """The form of an own scenario."""
    study = draft(study_id)
    return _form_page(study, _filled(_base(study)), None)


@blueprint.post("/<study_id>/set-up/scenarios/new")
def new_scenario_post(study_id: str) -> Page:
    """Add an own scenario."""
    study, form = draft(study_id), ScenarioForm()
    if not done(form, lambda: _add(study, _typed(form, _base(study))), "statement"):
        return refused(_form_page(study, form, None))
    return go("scenarios", study_id, N_("The scenario is in the study."))


def _add(study: Study, plan: ScenarioPlan) -> None:
    if not plan.library_id:
        studies.add_scenario(db(), study_id=study.id, plan=plan)
        return
    actor, at = me().account_id, now()
    taking.take(db(), study_id=study.id, name=plan.library_id, actor=actor, at=at, plan=plan)


def _plan(scenario: Scenario) -> ScenarioPlan:
    values = {name: getattr(scenario, name) for name in (*FIELDS, *LINES) if name != "statement"}
    return ScenarioPlan(name=scenario.name, statement=studies.statement(db(), scenario), **values)


@blueprint.get("/<study_id>/set-up/scenarios/<scenario_id>")
def scenario(study_id: str, scenario_id: str) -> str:
    """The wording of one scenario."""
    study = draft(study_id)
    found = studies.scenario_of(db(), study_id=study_id, scenario_id=scenario_id)
    return _form_page(study, _filled(_plan(found)), found)


@blueprint.post("/<study_id>/set-up/scenarios/<scenario_id>")
def scenario_post(study_id: str, scenario_id: str) -> Page:
    """Save the wording of one scenario."""
    study, form = held(study_id), ScenarioForm()
    try:
        found = studies.scenario_of(db(), study_id=study_id, scenario_id=scenario_id)
    except NotFound:
        return _form_page(study, form, None, gone=True), TOLD
    if clashes := clash(form, _filled(_plan(found))):
        return _form_page(study, form, found, clashes=clashes), TOLD
    plan = lambda: _typed(form, _plan(found))  # noqa: E731
    act = lambda: studies.edit_scenario(db(), study_id=study_id, scenario_id=scenario_id, plan=plan())  # noqa: E731
    if not done(form, act, "statement"):
        return refused(_form_page(study, form, found))
    return go("scenarios", study_id, N_("Saved."))


@blueprint.post("/<study_id>/set-up/scenarios/<scenario_id>/remove")
def remove_scenario(study_id: str, scenario_id: str) -> Page:
    """Take a scenario out, unless somebody reworded it since the list was shown."""
    held(study_id)
    found = studies.scenario_of(db(), study_id=study_id, scenario_id=scenario_id)
    seen = clean(request.form.get("basis"))
    if seen and seen != _stands(found, studies.statement(db(), found)):
        flash(
            gettext(
                "Somebody changed “%(title)s” since you opened this list. It is still there: look at it first.",
                title=found.title,
            ),
            "warn",
        )
        return go("scenarios", study_id)
    taking.remove(db(), study_id=study_id, scenario_id=scenario_id)
    return go("scenarios", study_id, N_("The scenario is no longer in the study."))


@blueprint.post("/<study_id>/set-up/scenarios/<scenario_id>/move")
def move_scenario(study_id: str, scenario_id: str) -> Page:
    """Move a scenario up or down in the questionnaire."""
    held(study_id)
    studies.move_scenario(db(), study_id=study_id, scenario_id=scenario_id, by=move())
    return go("scenarios", study_id)
