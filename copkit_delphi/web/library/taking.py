"""Take an entry into a draft study that one runs."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs lag behind 3.3

from copkit_delphi.domain.documents import CATEGORY_LABELS
from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.domain.permission import Action
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import Study
from copkit_delphi.library import scenarios as library
from copkit_delphi.library.entries import Entry
from copkit_delphi.library.models import LibraryScenario
from copkit_delphi.warning import taking
from copkit_delphi.warning.taking import Chosen
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.errors import said
from copkit_delphi.web.library.forms import TakeForm
from copkit_delphi.web.library.page import UNPROCESSABLE, Page, blueprint, show_entry


def drafts(row: LibraryScenario) -> list[Study]:
    """Return the draft studies that one runs and that do not hold the entry yet."""
    return [
        study
        for study in studies.listed(db(), me().by_study)
        if study.state == StudyState.DRAFT
        and me().may(Action.STUDY_RUN, study.id)
        and row.name not in {one.library_id for one in studies.scenarios(db(), study.id)}
    ]


def _with_choices(form: TakeForm, entry: Entry, mine: list[Study]) -> TakeForm:
    form.study.choices = [SelectChoice(study.id, study.title) for study in mine]
    form.indicators.choices = [SelectChoice(row.id, row.text) for row in entry.indicators]
    form.actions.choices = [
        SelectChoice(place, f"{gettext(CATEGORY_LABELS[row.category]).split(':')[0]}: {row.text}")  # type: ignore[index]
        for place, row in enumerate(entry.actions, 1)
    ]
    return form


def filled(entry: Entry, mine: list[Study]) -> TakeForm:
    """Return the form with everything chosen."""
    form = TakeForm(
        data={
            "indicators": [row.id for row in entry.indicators],
            "actions": list(range(1, len(entry.actions) + 1)),
        }
    )
    return _with_choices(form, entry, mine)


@blueprint.post("/<name>/take")
def take(name: str) -> Page:
    """Copy the entry with the chosen indicators and actions into a draft study."""
    row = library.get(db(), name)
    mine = drafts(row)
    if not mine:
        raise Conflict(N_("You run no draft study that this entry can join. Make one under “Studies” first."))
    form = _with_choices(TakeForm(), library.entry_of(db(), row), mine)
    if form.validate() and _taken(form, row):
        return redirect(url_for("facilitator.scenarios", study_id=form.study.data), 303)
    return show_entry(row, form, mine), UNPROCESSABLE


def _taken(form: TakeForm, row: LibraryScenario) -> bool:
    study = studies.get(db(), form.study.data)
    before = study.marking
    chosen = Chosen(frozenset(form.indicators.data or ()), frozenset(form.actions.data or ()))
    actor = me().account_id
    try:
        taking.take(db(), study_id=study.id, name=row.name, actor=actor, at=now(), chosen=chosen)
    except Invalid as error:
        form.study.errors = [said(error)]
        return False
    flash(gettext("The scenario is in the study, with the indicators and actions you chose."), "ok")
    if study.marking != before:
        flash(
            gettext(
                "The study is now marked %(marking)s: this scenario is sensitive.", marking=study.marking
            ),
            "warn",
        )
    return True
